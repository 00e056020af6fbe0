/*
 * Values of settings as Kafka reads them: the same one can be written in several ways, and may come in several units.
 */

/** Whether two texts are one value to Kafka. Undefined is none. */
export function isSameValue(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && canonical(one) === canonical(other));
}

function canonical(value: string): string {
  return value
    .split(',')
    .map((part) => canonicalPart(part.trim()))
    .join(',');
}

function canonicalPart(text: string): string {
  if (/^[+-]?\d+$/.test(text)) {
    // A long has more digits than a number holds.
    return String(BigInt(text));
  }
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    return String(Number(text));
  }
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : text;
}

const MILLISECONDS: Readonly<Record<string, bigint>> = {
  hours: 3_600_000n,
  minutes: 60_000n,
};

/** Value of a setting in milliseconds, by the unit at the end of its name. What has no unit stays as it is. */
export function inMilliseconds(name: string, value: string): string {
  const factor = MILLISECONDS[name.slice(name.lastIndexOf('.') + 1)];
  if (factor === undefined || !/^[+-]?\d+$/.test(value.trim())) {
    return value;
  }
  const number = BigInt(value.trim());
  // Anything below zero means without end.
  return String(number < 0n ? -1n : number * factor);
}

/** Pools of threads, which Kafka lets at most double and at most halve at a time. */
const THREAD_POOL_SETTINGS = /(^|\.)threads(\.|$)|\.thread\.pool\.size$|^num\.replica\.fetchers$/;

/** The value to set next on the way from one to another: the other one, or as far towards it as Kafka lets go at once. */
export function stepTowards(name: string, from: string | undefined, to: string): string {
  const [now, end] = [Number(from), Number(to)];
  if (!THREAD_POOL_SETTINGS.test(name) || !Number.isInteger(end) || !(now >= 1) || end < 1) {
    return to;
  }
  const next = Math.min(Math.max(end, Math.floor(now / 2)), now * 2);
  return next === end ? to : String(next);
}
