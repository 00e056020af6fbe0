/*
 * Values of settings as Kafka reads them: one value can be written in several ways.
 */

/** True if two texts are the same value for Kafka. */
export function isSameValue(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && canonical(one) === canonical(other));
}

/** True if two texts are the same value for Kafka, in a setting in which the order of a list has no meaning. */
export function isSameSet(one: string | undefined, other: string | undefined): boolean {
  const sorted = (text: string | undefined) =>
    text
      ?.split(',')
      .map((part) => part.trim())
      .sort()
      .join();
  return isSameValue(one, other) || isSameValue(sorted(one), sorted(other));
}

function canonical(value: string): string {
  return value
    .split(',')
    .map((part) => canonicalPart(part.trim()))
    .join(',');
}

function canonicalPart(text: string): string {
  if (/^[+-]?\d+$/.test(text)) {
    // A Java long can exceed the precision of a number.
    return String(BigInt(text));
  }
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    return String(Number(text));
  }
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : text;
}
