/*
 * Sets over the 65 characters that a topic name may have. Everything else in a regular expression denotes the
 * empty set here, which is exact: such a character is in no topic name.
 *
 * Three words instead of a BigInt, because an intersection is the innermost step of comparing two patterns and
 * must not allocate.
 */

/** Bit i of a word stands for the i-th character of the word's part of the alphabet. */
export interface CharSet {
  readonly lower: number;
  readonly upper: number;
  readonly other: number;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const OTHER = '0123456789-_.';

/** In the order in which an example prefers them; the dot is last, see `shortestCommonName`. */
export const ALPHABET = LOWER + UPPER + OTHER;

export const NONE: CharSet = { lower: 0, upper: 0, other: 0 };
export const ANY: CharSet = where(() => true);
export const DIGIT: CharSet = where((code) => /\d/.test(String.fromCharCode(code)));
export const WORD: CharSet = where((code) => /\w/.test(String.fromCharCode(code)));

/** Shared by all patterns, as most of a pattern is plain text. */
const SINGLES: ReadonlyMap<number, CharSet> = new Map(
  Array.from(ALPHABET, (char) => [char.charCodeAt(0), where((code) => code === char.charCodeAt(0))]),
);

const SYMBOLS: ReadonlyMap<string, number> = new Map(Array.from(ALPHABET, (char, symbol) => [char, symbol]));

/** The set of the legal characters whose code passes the test. */
export function where(admits: (code: number) => boolean): CharSet {
  const word = (part: string) =>
    Array.from(part).reduce((bits, char, i) => (admits(char.charCodeAt(0)) ? bits | (1 << i) : bits), 0);
  return { lower: word(LOWER), upper: word(UPPER), other: word(OTHER) };
}

/** Empty for a character that no topic name has. */
export function single(code: number): CharSet {
  return SINGLES.get(code) ?? NONE;
}

/** What either set has. */
export function union(a: CharSet, b: CharSet): CharSet {
  return { lower: a.lower | b.lower, upper: a.upper | b.upper, other: a.other | b.other };
}

/** The legal characters that the set lacks. */
export function complement(set: CharSet): CharSet {
  return { lower: ANY.lower & ~set.lower, upper: ANY.upper & ~set.upper, other: ANY.other & ~set.other };
}

/** Whether no topic name can satisfy it. */
export function isEmpty(set: CharSet): boolean {
  return (set.lower | set.upper | set.other) === 0;
}

/** Index in the alphabet, or -1 when no topic name has the character. */
export function symbolOf(char: string): number {
  return SYMBOLS.get(char) ?? -1;
}

/** Whether the character with this index in the alphabet is in the set. */
export function has(set: CharSet, symbol: number): boolean {
  return leastCommon(set, single(ALPHABET.charCodeAt(symbol))) === symbol;
}

/** The first symbol of the alphabet that both sets have, or -1. */
export function leastCommon(a: CharSet, b: CharSet): number {
  const lower = a.lower & b.lower;
  if (lower !== 0) return lowestBit(lower);
  const upper = a.upper & b.upper;
  if (upper !== 0) return LOWER.length + lowestBit(upper);
  const other = a.other & b.other;
  if (other !== 0) return LOWER.length + UPPER.length + lowestBit(other);
  return -1;
}

/** The character of a set that has exactly one. */
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
