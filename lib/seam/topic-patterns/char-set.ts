/*
 * Sets of the 65 characters that Kafka allows in topic names. Any other character in a regular expression is the empty set.
 * This is exact, because no topic name contains such a character.
 *
 * A set is three bit masks, not a BigInt: the comparison of two patterns computes many intersections, and an operation on
 * BigInts allocates memory.
 */

/** A set of characters. Bit i of a mask is the i-th character of the mask's part of the alphabet. */
export interface CharSet {
  readonly lower: number;
  readonly upper: number;
  readonly other: number;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const OTHER = '0123456789-_.';

/**
 * All characters of topic names, in the order in which examples prefer them. The dot is last; `shortestCommonName` relies on
 * it.
 */
export const ALPHABET = LOWER + UPPER + OTHER;

export const NONE: CharSet = { lower: 0, upper: 0, other: 0 };
export const ANY: CharSet = where(() => true);
export const DIGIT: CharSet = where((code) => /\d/.test(String.fromCharCode(code)));
export const WORD: CharSet = where((code) => /\w/.test(String.fromCharCode(code)));

/** Sets of one character. All patterns share them, because most of a pattern is literal text. */
const SINGLES: ReadonlyMap<number, CharSet> = new Map(
  Array.from(ALPHABET, (char) => [char.charCodeAt(0), where((code) => code === char.charCodeAt(0))]),
);

const SYMBOLS: ReadonlyMap<string, number> = new Map(Array.from(ALPHABET, (char, symbol) => [char, symbol]));

/** Set of the characters of topic names whose code satisfies the predicate. */
export function where(admits: (code: number) => boolean): CharSet {
  const word = (part: string) =>
    Array.from(part).reduce((bits, char, i) => (admits(char.charCodeAt(0)) ? bits | (1 << i) : bits), 0);
  return { lower: word(LOWER), upper: word(UPPER), other: word(OTHER) };
}

/** Set of one character; empty if Kafka does not allow the character in topic names. */
export function single(code: number): CharSet {
  return SINGLES.get(code) ?? NONE;
}

/** Union of two sets. */
export function union(a: CharSet, b: CharSet): CharSet {
  return { lower: a.lower | b.lower, upper: a.upper | b.upper, other: a.other | b.other };
}

/** The set with both cases of its letters. */
export function bothCases({ lower, upper, other }: CharSet): CharSet {
  return { lower: lower | upper, upper: lower | upper, other };
}

/** Characters of topic names that are not in the set. */
export function complement(set: CharSet): CharSet {
  return { lower: ANY.lower & ~set.lower, upper: ANY.upper & ~set.upper, other: ANY.other & ~set.other };
}

/** True if the set is empty. */
export function isEmpty(set: CharSet): boolean {
  return (set.lower | set.upper | set.other) === 0;
}

/** Index of a character in the alphabet; -1 if Kafka does not allow it in topic names. */
export function symbolOf(char: string): number {
  return SYMBOLS.get(char) ?? -1;
}

/** True if the set contains the character with this index in the alphabet. */
export function has(set: CharSet, symbol: number): boolean {
  return leastCommon(set, single(ALPHABET.charCodeAt(symbol))) === symbol;
}

/** Index of the first character of the alphabet that is in both sets; -1 if there is none. */
export function leastCommon(a: CharSet, b: CharSet): number {
  const lower = a.lower & b.lower;
  if (lower !== 0) return lowestBit(lower);
  const upper = a.upper & b.upper;
  if (upper !== 0) return LOWER.length + lowestBit(upper);
  const other = a.other & b.other;
  if (other !== 0) return LOWER.length + UPPER.length + lowestBit(other);
  return -1;
}

/** The character of a set with exactly one character; undefined for other sets. */
export function onlyChar(set: CharSet): string | undefined {
  if (isEmpty(set)) return undefined;
  const char = ALPHABET.charAt(leastCommon(set, set));
  const alone = single(char.charCodeAt(0));
  return alone.lower === set.lower && alone.upper === set.upper && alone.other === set.other
    ? char
    : undefined;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
