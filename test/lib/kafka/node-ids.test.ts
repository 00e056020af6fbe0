import * as fc from 'fast-check';
import { NodeIds } from '../../../lib';
import { messageOf } from '../../support/testing';

test.each([
  [1001, 1003, 3, '1001-1003', [1001, 1002, 1003]],
  [7, 7, 1, '7', [7]],
  [0, 1, 2, '0-1', [0, 1]],
  [2147483647, 2147483647, 1, '2147483647', [2147483647]],
])('the range from %i to %i', (first, last, count, text, list) => {
  const ids = NodeIds.between(first, last);

  expect(ids).toMatchObject({ first, last, count });
  expect(`${ids}`).toBe(text);
  expect(ids.toList()).toEqual(list);
});

test.each([
  [-1, 3, -1],
  [1, 2.5, 2.5],
  [NaN, 3, NaN],
  [1, Infinity, Infinity],
  [1, 2147483648, 2147483648],
])('fails when the range from %d to %d has an id that Kafka rejects', (first, last, wrong) => {
  expect(messageOf(() => NodeIds.between(first, last))).toBe(
    `node ids must be whole numbers from 0 to 2147483647, got ${wrong} in the range ${first}-${last}`,
  );
});

test('fails when the range is empty', () => {
  expect(messageOf(() => NodeIds.between(5, 4))).toBe(
    'node ids 5-4 are an empty range; give the lower id first',
  );
});

test('a range has at most 5000 ids', () => {
  expect(NodeIds.between(1, 5000).count).toBe(5000);
  expect(messageOf(() => NodeIds.between(1, 5001))).toBe(
    'node ids 1-5001 are 5001 ids, at most 5000 are allowed',
  );
});

test('two ranges overlap when they have an id in common, in either order', () => {
  const range = fc.tuple(fc.nat(20), fc.nat(5)).map(([first, more]) => NodeIds.between(first, first + more));
  fc.assert(
    fc.property(range, range, (a, b) => {
      const common = a.toList().some((id) => b.toList().includes(id));
      expect(a.overlaps(b)).toBe(common);
      expect(b.overlaps(a)).toBe(common);
    }),
  );
});
