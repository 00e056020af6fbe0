/** Fields of a log line in addition to time, level and message. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | readonly (string | number)[] | undefined>
>;

/** Other servers can return texts of any length. */
const MAX_TEXT_LENGTH = 8_192;

type Level = 'info' | 'warn' | 'error';

/** Writes log lines to standard output, one JSON object per line. */
export const log = {
  info: (message: string, fields?: LogFields): void => write('info', message, fields),
  warn: (message: string, fields?: LogFields): void => write('warn', message, fields),
  error: (message: string, fields?: LogFields): void => write('error', message, fields),
};

function write(level: Level, message: string, fields: LogFields = {}): void {
  const line = { time: new Date().toISOString(), level, message, ...fields };
  process.stdout.write(`${JSON.stringify(line, (_, value: unknown) => shortened(value))}\n`);
}

function shortened(value: unknown): unknown {
  return typeof value === 'string' && value.length > MAX_TEXT_LENGTH
    ? `${value.slice(0, MAX_TEXT_LENGTH)}…`
    : value;
}
