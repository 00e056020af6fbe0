import * as fc from 'fast-check';
import { TopicDefinition } from '../../lib';
import { shard } from '../../lib/topics/topic-shards';

const LIMIT = 200 * 1024;

const definition = fc.record(
  {
    name: fc.stringMatching(/^[a-zA-Z0-9._-]{1,60}$/),
    partitions: fc.integer({ min: 1, max: 1000 }),
    replicationFactor: fc.integer({ min: 1, max: 5 }),
    config: fc.dictionary(
      fc.stringMatching(/^[a-z.]{1,20}$/),
      fc.string({ maxLength: 5000, unit: 'grapheme' }),
      { maxKeys: 20, noNullPrototype: true },
    ),
  },
  { requiredKeys: ['name', 'partitions', 'replicationFactor'], noNullPrototype: true },
);
const definitions = fc.uniqueArray(definition, { selector: ({ name }) => name, maxLength: 80, size: 'max' });

function read(files: string[]): TopicDefinition[] {
  return files.flatMap((file) => JSON.parse(file) as TopicDefinition[]);
}

function withoutEmptyConfig({ config, ...topic }: TopicDefinition): TopicDefinition {
  return Object.keys(config ?? {}).length > 0 ? { ...topic, config } : topic;
}

test('all topics are in the files, once and sorted', () => {
  fc.assert(
    fc.property(definitions, (topics) => {
      const sorted = [...topics].sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(read(shard(topics))).toEqual(sorted.map(withoutEmptyConfig));
    }),
    { numRuns: 50 },
  );
});

test('files are below the limit, unless one topic alone is above', () => {
  fc.assert(
    fc.property(definitions, (topics) => {
      for (const file of shard(topics)) {
        const escaped = Buffer.byteLength(JSON.stringify(file));
        expect(escaped < LIMIT + 100 || read([file]).length === 1).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test('bytes count, not characters', () => {
  const config = { note: '€'.repeat(2000) };
  const topics = Array.from({ length: 100 }, (_, index) => ({
    name: `topic-${index}`,
    partitions: 1,
    replicationFactor: 3,
    config,
  }));

  const files = shard(topics);

  expect(read(files)).toHaveLength(100);
  expect(Math.max(...files.map((file) => Buffer.byteLength(JSON.stringify(file))))).toBeLessThan(LIMIT + 100);
});

test('the order of topics and settings makes no difference', () => {
  fc.assert(
    fc.property(definitions, (topics) => {
      const reversed = [...topics].reverse().map(({ config, ...topic }) => ({
        ...topic,
        ...(config && { config: Object.fromEntries(Object.entries(config).reverse()) }),
      }));
      expect(shard(reversed)).toEqual(shard(topics));
    }),
    { numRuns: 50 },
  );
});

test('one line holds one topic, so that a diff shows what changed', () => {
  const topics: TopicDefinition[] = [
    { name: 'b', partitions: 1, replicationFactor: 3, config: {} },
    { name: 'a', partitions: 2, replicationFactor: 3, config: { z: '1', y: '2' } },
  ];

  expect(shard(topics)).toEqual([
    '[\n' +
      '{"name":"a","partitions":2,"replicationFactor":3,"config":{"y":"2","z":"1"}},\n' +
      '{"name":"b","partitions":1,"replicationFactor":3}\n' +
      ']\n',
  ]);
});

test('no topics are one empty list', () => {
  expect(read(shard([]))).toEqual([]);
  expect(shard([])).toHaveLength(1);
});

test('a topic of another file leaves the files before it as they are', () => {
  // GIVEN
  const topic = (index: number) => ({
    name: `topic-${String(index).padStart(5, '0')}`,
    partitions: 1,
    replicationFactor: 3,
  });
  const topics = Array.from({ length: 6000 }, (_, index) => topic(index));

  // WHEN
  const before = shard(topics);
  const after = shard([...topics, topic(9999)]);

  // THEN
  expect(before.length).toBeGreaterThan(1);
  expect(after.slice(0, -1)).toEqual(before.slice(0, -1));
});
