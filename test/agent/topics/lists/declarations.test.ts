import fc from 'fast-check';
import { readDefinitions } from '../../../agent/topics/definitions';

const GOOD = { name: 'good', partitions: 3, replicationFactor: 2 };

function read(...files: unknown[]) {
  return readDefinitions(
    files.map((content, index) => ({
      name: `topics-${index}.json`,
      text: typeof content === 'string' ? content : JSON.stringify(content),
    })),
  );
}

test('reads the topics of all files, sorted by name', () => {
  const a = { name: 'a', partitions: 1, replicationFactor: 1 };
  const b = { name: 'b', partitions: 12, replicationFactor: 3, config: { 'cleanup.policy': 'compact' } };
  const c = { name: 'c', partitions: 1, replicationFactor: 1, config: {} };
  expect(read([c, a], [b])).toEqual({ topics: [a, b, c], problems: [] });
});

test('returns no topics without files', () => {
  expect(read()).toEqual({ topics: [], problems: [] });
});

test('returns no topics for an empty list', () => {
  expect(read([])).toEqual({ topics: [], problems: [] });
});

describe('an invalid file is reported and the others are read:', () => {
  test('not JSON', () => {
    const { topics, problems } = read('[{"name": ', [GOOD]);
    expect(topics).toEqual([GOOD]);
    expect(problems).toEqual([expect.stringMatching(/^topics-0\.json is not JSON: ./)]);
  });

  test.each([
    ['an object', {}, 'a value of type object'],
    ['a number', 7, 'a value of type number'],
    ['a string', '"orders"', 'a value of type string'],
    ['null', null, 'null'],
  ])('%s', (_, content, found) => {
    expect(read(content, [GOOD])).toEqual({
      topics: [GOOD],
      problems: [`topics-0.json: expected a list of topics, found ${found}`],
    });
  });
});

describe('an invalid topic is reported and the others are read:', () => {
  const NAME_RULE = "is not valid in Kafka: 1 to 249 letters, digits, '.', '_' and '-' are allowed";

  test.each<[string, unknown, string]>([
    ['no name', { ...GOOD, name: undefined }, `topic name undefined ${NAME_RULE}`],
    ['an empty name', { ...GOOD, name: '' }, `topic name "" ${NAME_RULE}`],
    ['a name that is not a string', { ...GOOD, name: 7 }, `topic name 7 ${NAME_RULE}`],
    ['a name with a space', { ...GOOD, name: 'a b' }, `topic name "a b" ${NAME_RULE}`],
    ['a name with a line break', { ...GOOD, name: 'a\n' }, `topic name "a\\n" ${NAME_RULE}`],
    ['a name with a letter outside of ASCII', { ...GOOD, name: 'ä' }, `topic name "ä" ${NAME_RULE}`],
    ['the name .', { ...GOOD, name: '.' }, `topic name "." ${NAME_RULE}`],
    ['the name ..', { ...GOOD, name: '..' }, `topic name ".." ${NAME_RULE}`],
    ['null', null, `topic name undefined ${NAME_RULE}`],
    ['a string', 'orders', `topic name undefined ${NAME_RULE}`],
    [
      'no partitions',
      { name: 'bad', replicationFactor: 1 },
      "topic 'bad': partitions must be an integer from 1 to 9900, got undefined",
    ],
    [
      'zero partitions',
      { ...GOOD, name: 'bad', partitions: 0 },
      "topic 'bad': partitions must be an integer from 1 to 9900, got 0",
    ],
    [
      'a fraction of a partition',
      { ...GOOD, name: 'bad', partitions: 1.5 },
      "topic 'bad': partitions must be an integer from 1 to 9900, got 1.5",
    ],
    [
      'partitions as a string',
      { ...GOOD, name: 'bad', partitions: '3' },
      `topic 'bad': partitions must be an integer from 1 to 9900, got "3"`,
    ],
    [
      'a negative replication factor',
      { ...GOOD, name: 'bad', replicationFactor: -1 },
      "topic 'bad': replicationFactor must be an integer from 1 to 32767, got -1",
    ],
    [
      'more partitions than Kafka accepts in one request',
      { ...GOOD, name: 'bad', partitions: 9_901 },
      "topic 'bad': partitions must be an integer from 1 to 9900, got 9901",
    ],
    [
      'more replicas than Kafka allows',
      { ...GOOD, name: 'bad', replicationFactor: 32_768 },
      "topic 'bad': replicationFactor must be an integer from 1 to 32767, got 32768",
    ],
    [
      'a setting that is a number',
      { ...GOOD, name: 'bad', config: { 'retention.ms': 1000 } },
      "topic 'bad': config must be an object of settings whose values are strings",
    ],
    [
      'a list of settings',
      { ...GOOD, name: 'bad', config: ['retention.ms=1000'] },
      "topic 'bad': config must be an object of settings whose values are strings",
    ],
    [
      'settings that are null',
      { ...GOOD, name: 'bad', config: null },
      "topic 'bad': config must be an object of settings whose values are strings",
    ],
  ])('%s', (_, topic, problem) => {
    expect(read([topic, GOOD])).toEqual({ topics: [GOOD], problems: [`topics-0.json: ${problem}`] });
  });

  test('a name of 250 characters', () => {
    expect(read([{ ...GOOD, name: 'a'.repeat(250) }, GOOD]).topics).toEqual([GOOD]);
  });
});

test('accepts a name of 249 characters', () => {
  expect(read([{ ...GOOD, name: 'a'.repeat(249) }]).problems).toEqual([]);
});

test.each([
  ['partitions', 9_900],
  ['replicationFactor', 32_767],
])('accepts the maximum of %s', (property, value) => {
  expect(read([{ ...GOOD, [property]: value }]).problems).toEqual([]);
});

test.each([
  ['in another order', {}, {}],
  ['with an empty list of settings', {}, { config: {} }],
  ['with its settings in another order', { config: { a: '1', b: '2' } }, { config: { b: '2', a: '1' } }],
])('equal definitions of a topic in two files, %s, are merged', (_, first, second) => {
  const { name, ...rest } = GOOD;
  const topic = { ...GOOD, ...first };
  expect(read([topic], [{ ...rest, ...second, name }])).toEqual({ topics: [topic], problems: [] });
});

test.each([
  ['partitions', { partitions: 9 }],
  ['replicas', { replicationFactor: 3 }],
  ['settings', { config: { 'cleanup.policy': 'compact' } }],
])('different definitions of a topic with other %s are reported, and the first one is used', (_, change) => {
  expect(read([GOOD], [{ ...GOOD, ...change }])).toEqual({
    topics: [GOOD],
    problems: ["topics-1.json: topic 'good' has two different definitions; the first one is used"],
  });
});

test('an invalid second definition does not affect the first', () => {
  expect(read([GOOD], [{ ...GOOD, partitions: 0 }]).topics).toEqual([GOOD]);
});

test('valid topics are read and each invalid one is reported, in any combination', () => {
  const good = fc.record({
    name: fc.stringMatching(/^good-[a-z0-9._-]{0,10}$/),
    partitions: fc.integer({ min: 1, max: 1000 }),
    replicationFactor: fc.integer({ min: 1, max: 5 }),
  });
  const goods = fc.uniqueArray(good, { selector: ({ name }) => name, maxLength: 8 });
  const bad = fc.oneof(
    fc.jsonValue().filter((value) => !(typeof value === 'object' && value !== null && 'name' in value)),
    fc.record({
      name: fc.constant('bad'),
      partitions: fc.constantFrom(0, -1, 'x', null),
      replicationFactor: fc.nat(),
    }),
  );
  fc.assert(
    fc.property(goods, fc.array(bad, { maxLength: 5 }), fc.string(), (topics, bads, scribble) => {
      const found = read([...bads, ...topics], `{${scribble}`);
      expect(found.topics.map(({ name }) => name).sort()).toEqual(topics.map(({ name }) => name).sort());
      expect(found.problems).toHaveLength(bads.length + 1);
    }),
  );
});
