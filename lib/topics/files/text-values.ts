/*
 * Numbers, durations and sizes as topic files write them. The JSON Schema of topic files has the same grammar.
 */

/**
 * A whole number; undefined if the text is none, or has more digits than a JavaScript number. Some YAML parsers read a number with a
 * leading zero as an octal one.
 */
export function wholeOf(text: string): number | undefined {
  return /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

/** Pattern of a duration: a whole number with a unit. */
export const DURATION_PATTERN = '^\\d+(ms|s|m|h|d)$';

/** Pattern of a size: a whole number of bytes, or with a binary unit. */
export const SIZE_PATTERN = '^\\d+(Ki|Mi|Gi|Ti|Pi)?$';

/** Text for no limit. */
export const UNLIMITED = 'unlimited';

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const UNITS = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** A duration in milliseconds; undefined if the text is not a duration. */
export function millisecondsOf(text: string): string | undefined {
  const [, count, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  return count === undefined
    ? undefined
    : String(BigInt(count) * BigInt(MILLISECONDS[unit as keyof typeof MILLISECONDS]));
}

/** A size in bytes; undefined if the text is not a size. */
export function bytesOf(text: string): string | undefined {
  const [, count, unit = ''] = /^(\d+)(Ki|Mi|Gi|Ti|Pi)?$/.exec(text) ?? [];
  return count === undefined
    ? undefined
    : String(BigInt(count) * BigInt(1024) ** BigInt(UNITS.indexOf(unit)));
}
