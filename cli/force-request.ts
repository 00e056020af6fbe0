import { CommandError } from './command-error';

/** The longest `maxForceDuration` that there can be. */
const MAX_SECONDS = 7 * 86_400;

const DURATION = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * Seconds in a duration such as `90s`, `30m`, `1h` or `1h30m`.
 *
 * @throws Refusal when it is none, or longer than a week
 */
export function parseDuration(option: string, text: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] = DURATION.exec(text) ?? [];
  const all = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (all === 0) {
    throw new CommandError(
      `--${option} is '${text}'; write how long in hours, minutes and seconds, for example 30m, 1h or 1h30m`,
      true,
    );
  }
  if (all > MAX_SECONDS) {
    throw new CommandError(`--${option} is '${text}'; write 168h, which are 7 days, or less`, true);
  }
  return all;
}

/** When a demand of some seconds ends, in milliseconds since 1970; people read whole seconds. */
export function endTime(seconds: number, now: number): number {
  return Math.floor(now / 1000 + seconds) * 1000;
}

/** A demand as agents read it. The reason comes last, so that it may hold anything. */
export function forceRequestText(until: number, by: string, reason: string): string {
  return `until=${new Date(until).toISOString()}; by=${by}; reason=${reason}`;
}
