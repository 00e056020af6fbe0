import { truncatedItems, truncatedList } from '../../../agent/text/truncated-list';

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c'], 'a, b, c'],
  [['a', 'b', 'c', 'd'], 'a, b, c and 1 more'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
])('%j with a limit of 3 becomes "%s"', (items, text) => {
  expect(truncatedList(items, 3)).toBe(text);
});

test('the number of omitted items is the last item', () => {
  expect(truncatedItems(['a', 'b', 'c'], 2)).toEqual(['a', 'b', 'and 1 more']);
});

test('the limit is 5 by default', () => {
  expect(truncatedList(['1', '2', '3', '4', '5', '6'])).toBe('1, 2, 3, 4, 5 and 1 more');
});
