/*
 * Values of settings as Kafka reads them: one value can be written in several units.
 */

const MILLISECONDS: Readonly<Record<string, bigint>> = {
  hours: 3_600_000n,
  minutes: 60_000n,
};

/** Value of a setting in milliseconds, by the unit at the end of its name. Other values are unchanged. */
export function inMilliseconds(name: string, value: string): string {
  const factor = MILLISECONDS[name.slice(name.lastIndexOf('.') + 1)];
  if (factor === undefined || !/^[+-]?\d+$/.test(value.trim())) {
    return value;
  }
  const number = BigInt(value.trim());
  // A negative value means no limit.
  return String(number < 0n ? -1n : number * factor);
}

/** Thread pools. Kafka allows a change to at most twice and at least half the size at a time. */
const THREAD_POOL_SETTINGS = /(^|\.)threads(\.|$)|\.thread\.pool\.size$|^num\.replica\.fetchers$/;

/** Next value on the way from one value to another, within the limits of Kafka for one change. */
export function stepTowards(name: string, from: string | undefined, to: string): string {
  const [now, end] = [Number(from), Number(to)];
  if (!THREAD_POOL_SETTINGS.test(name) || !Number.isInteger(end) || !(now >= 1) || end < 1) {
    return to;
  }
  const next = Math.min(Math.max(end, Math.floor(now / 2)), now * 2);
  return next === end ? to : String(next);
}
