/** Fields of a log line in addition to time, level and message. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | readonly (string | number)[] | undefined>
>;

type Level = 'info' | 'warn' | 'error';

/** Writes log lines to standard output, one JSON object per line. */
export const log = {
  info: (message: string, fields?: LogFields): void => write('info', message, fields),
  warn: (message: string, fields?: LogFields): void => write('warn', message, fields),
  error: (message: string, fields?: LogFields): void => write('error', message, fields),
};

function write(level: Level, message: string, fields: LogFields = {}): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}
