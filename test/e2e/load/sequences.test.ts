import fc from 'fast-check';
import { Range, Sequences, countOf } from './program/sequences';

const numbersIn = (ranges: readonly Range[]) =>
  ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index));

const additions = fc.array(
  fc.tuple(fc.nat(60), fc.nat(8)).map(([first, more]): Range => [first, first + more]),
  { maxLength: 20 },
);

const filled = (ranges: readonly Range[]) => {
  const sequences = new Sequences();
  ranges.forEach(([first, last]) => sequences.add(first, last));
  return sequences;
};

test('contains the same numbers as a set', () => {
  fc.assert(
    fc.property(additions, (ranges) => {
      expect(filled(ranges).count).toBe(new Set(numbersIn(ranges)).size);
    }),
  );
});

test('returns the count of numbers that it already contained', () => {
  fc.assert(
    fc.property(additions, fc.nat(60), fc.nat(8), (ranges, first, more) => {
      const known = new Set(numbersIn(ranges));
      const again = numbersIn([[first, first + more]]).filter((number) => known.has(number));
      expect(filled(ranges).add(first, first + more)).toBe(again.length);
    }),
  );
});

test('returns the numbers that the other set does not contain', () => {
  fc.assert(
    fc.property(additions, additions, (written, read) => {
      const there = new Set(numbersIn(read));
      const lacking = [...new Set(numbersIn(written))].filter((number) => !there.has(number));
      const found = filled(written).without(filled(read));
      expect(numbersIn(found)).toEqual(lacking.sort((a, b) => a - b));
      expect(countOf(found)).toBe(lacking.length);
    }),
  );
});
