import * as fc from 'fast-check';
import { TopicDefinition } from '../../../lib';
import { TopicShards } from '../../../lib/topics/topic-shards';

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

function filesOf(topics: readonly TopicDefinition[]): string[] {
  const shards = new TopicShards();
  topics.forEach((topic) => shards.add(topic));
  return Array.from({ length: shards.count }, (_, index) => shards.render(index));
}

const read = (file: string): TopicDefinition[] => JSON.parse(file);
const byName = (a: TopicDefinition, b: TopicDefinition) => (a.name < b.name ? -1 : 1);

function withoutEmptyConfig({ config, ...topic }: TopicDefinition): TopicDefinition {
  return Object.keys(config ?? {}).length > 0 ? { ...topic, config } : topic;
}

test('every topic is in one file, and every file is sorted', () => {
  fc.assert(
    fc.property(definitions, (topics) => {
      const files = filesOf(topics).map(read);

      expect(files.flat().sort(byName)).toEqual([...topics].sort(byName).map(withoutEmptyConfig));
      files.forEach((file) => expect(file).toEqual([...file].sort(byName)));
    }),
    { numRuns: 50 },
  );
});

test('files are below the limit, except for one topic that is above it', () => {
  fc.assert(
    fc.property(definitions, (topics) => {
      for (const file of filesOf(topics)) {
        const escaped = Buffer.byteLength(JSON.stringify(file));
        expect(escaped < LIMIT + 100 || read(file).length === 1).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test('the limit is in bytes, not in characters', () => {
  const config = { note: '€'.repeat(2000) };
  const files = filesOf(
    Array.from({ length: 100 }, (_, index) => ({
      name: `topic-${index}`,
      partitions: 1,
      replicationFactor: 3,
      config,
    })),
  );

  expect(files.flatMap(read)).toHaveLength(100);
  expect(Math.max(...files.map((file) => Buffer.byteLength(JSON.stringify(file))))).toBeLessThan(LIMIT + 100);
});

test('the order of settings makes no difference', () => {
  fc.assert(
    fc.property(definitions, (topics) => {
      const reversed = topics.map(({ config, ...topic }) => ({
        ...topic,
        ...(config && { config: Object.fromEntries(Object.entries(config).reverse()) }),
      }));
      expect(filesOf(reversed)).toEqual(filesOf(topics));
    }),
    { numRuns: 50 },
  );
});

test('a topic stays in its file when topics are added', () => {
  fc.assert(
    fc.property(definitions, definitions, (topics, more) => {
      const before = filesOf(topics);
      const after = filesOf([...topics, ...more]);

      expect(after.slice(0, Math.max(0, before.length - 1))).toEqual(before.slice(0, -1));
    }),
    { numRuns: 50 },
  );
});

test('each line has one topic, for a readable diff', () => {
  const topics: TopicDefinition[] = [
    { name: 'b', partitions: 1, replicationFactor: 3, config: {} },
    { name: 'a', partitions: 2, replicationFactor: 3, config: { z: '1', y: '2' } },
  ];

  expect(filesOf(topics)).toEqual([
    '[\n' +
      '{"name":"a","partitions":2,"replicationFactor":3,"config":{"y":"2","z":"1"}},\n' +
      '{"name":"b","partitions":1,"replicationFactor":3}\n' +
      ']\n',
  ]);
});

test('a file without topics is an empty list', () => {
  expect(read(new TopicShards().render(0))).toEqual([]);
});
