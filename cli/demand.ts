import { Refusal } from './refusal';

/** A month; whoever wants more wants another cluster. */
const MOST_SECONDS = 31 * 86_400;

const UNITS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600 };

/**
 * Seconds in a duration such as `90s`, `30m`, `1h` or `1h30m`.
 *
 * @throws Refusal when it is none
 */
export function secondsIn(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smh])/g)];
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0);
  if (!/^(\d+[smh])+$/.test(text) || seconds === 0 || seconds > MOST_SECONDS) {
    throw new Refusal(
      `--for is '${text}'; write how long in hours, minutes and seconds, for example 30m, 1h or 1h30m`,
      true,
    );
  }
  return seconds;
}

/** When a demand of some seconds ends, in milliseconds since 1970; agents read whole seconds as people do. */
export function untilOf(seconds: number, now: number): number {
  return Math.ceil(now / 1000 + seconds) * 1000;
}

/** A demand as agents read it. The reason comes last, so that it may hold anything. */
export function demandText(until: number, by: string, reason: string): string {
  return `until=${new Date(until).toISOString()}; by=${by}; reason=${reason}`;
}
