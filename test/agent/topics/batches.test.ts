import fc from 'fast-check';
import { PlacedTopic } from '../../../agent/kafka/topic-admin';
import { batches } from '../../../agent/topics/batches';

function topic(name: string, partitions: number, settings = 0): PlacedTopic {
  return {
    name,
    assignments: Array.from({ length: partitions }, () => [1]),
    config: Object.fromEntries(Array.from({ length: settings }, (_, index) => [`s${index}`, 'x'])),
  };
}

const many = (count: number, partitions: number, settings = 0) =>
  Array.from({ length: count }, (_, index) => topic(`t${index}`, partitions, settings));
const records = ({ assignments, config }: PlacedTopic) => 1 + assignments.length + Object.keys(config).length;
const split = (topics: PlacedTopic[]) => batches(topics, records);
const sizes = (topics: PlacedTopic[]) => split(topics).map((batch) => batch.length);

test('no topics are no request', () => {
  expect(split([])).toEqual([]);
});

test.each([
  ['100 topics are one request', many(100, 1), [100]],
  ['101 topics are two requests', many(101, 1), [100, 1]],
  ['9,999 records are one request', [...many(9, 999), topic('last', 998)], [10]],
  ['10,000 records are two requests', many(10, 999), [9, 1]],
  ['settings count as records', many(10, 998, 1), [9, 1]],
  ['one setting more than allowed', [topic('first', 4998, 1), topic('second', 4998, 1)], [1, 1]],
  ['a small topic keeps its position', [topic('a', 6000), topic('b', 6000), topic('c', 1)], [1, 2]],
  [
    'a topic that is too large is a request of its own',
    [topic('a', 1), topic('b', 12_000), topic('c', 1)],
    [1, 1, 1],
  ],
])('%s', (_, topics, expected) => {
  expect(sizes(topics)).toEqual(expected);
});

const topics = fc
  .array(fc.tuple(fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 9_900 })), fc.nat(9)), {
    maxLength: 250,
    size: 'max',
  })
  .map((list) => list.map(([partitions, settings], index) => topic(`t${index}`, partitions, settings)));

test('keeps all topics in order', () => {
  fc.assert(
    fc.property(topics, (list) => {
      expect(
        split(list)
          .flat()
          .map(({ name }) => name),
      ).toEqual(list.map(({ name }) => name));
    }),
    { numRuns: 30 },
  );
});

test('no request exceeds the limits of Kafka', () => {
  fc.assert(
    fc.property(topics, (list) => {
      for (const batch of split(list)) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(100);
        expect(batch.reduce((sum, one) => sum + records(one), 0)).toBeLessThan(10_000);
      }
    }),
    { numRuns: 30 },
  );
});
