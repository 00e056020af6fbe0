import { CommandError } from './command-error';

/** Maximum value of `maxForceDuration`. */
const MAX_SECONDS = 7 * 86_400;

const DURATION = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * Parses a duration such as `90s`, `30m`, `1h` or `1h30m`. Returns seconds.
 *
 * @throws CommandError if the text is not a duration, or is longer than 7 days
 */
export function parseDuration(option: string, text: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] = DURATION.exec(text) ?? [];
  const all = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (all === 0) {
    throw new CommandError(
      `--${option} is '${text}'; use hours, minutes and seconds, for example 30m, 1h or 1h30m`,
      'usage',
    );
  }
  if (all > MAX_SECONDS) {
    throw new CommandError(`--${option} is '${text}'; the maximum is 168h (7 days)`, 'usage');
  }
  return all;
}

/** End of a request in milliseconds since 1970, in whole seconds. */
export function endTime(seconds: number, now: number): number {
  return Math.floor(now / 1000 + seconds) * 1000;
}

/** Formats a request for the agents. The reason is the last field, so it can contain any text. */
export function forceRequestText(until: number, by: string, reason: string): string {
  return `until=${new Date(until).toISOString()}; by=${by}; reason=${reason}`;
}
