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

test('reads the topics of all files, by name', () => {
  const a = { name: 'a', partitions: 1, replicationFactor: 1 };
  const b = { name: 'b', partitions: 12, replicationFactor: 3, config: { 'cleanup.policy': 'compact' } };
  const c = { name: 'c', partitions: 1, replicationFactor: 1, config: {} };
  expect(read([c, a], [b])).toEqual({ topics: [a, b, c], problems: [] });
});

test('no files are no topics', () => {
  expect(read()).toEqual({ topics: [], problems: [] });
});

test('an empty list is no topics', () => {
  expect(read([])).toEqual({ topics: [], problems: [] });
});

describe('a malformed file is reported and the others are read:', () => {
  test('not JSON', () => {
    const { topics, problems } = read('[{"name": ', [GOOD]);
    expect(topics).toEqual([GOOD]);
    expect(problems).toEqual([expect.stringMatching(/^topics-0\.json: not JSON: ./)]);
  });

  test.each([
    ['an object', {}, 'one object'],
    ['a number', 7, 'one number'],
    ['a text', '"orders"', 'one string'],
    ['null', null, 'null'],
  ])('%s', (_, content, found) => {
    expect(read(content, [GOOD])).toEqual({
      topics: [GOOD],
      problems: [`topics-0.json: a list of topics is expected, this is ${found}`],
    });
  });
});

describe('a malformed topic is reported and the others are read:', () => {
  const NAME_RULE = "is not one that Kafka takes: up to 249 letters, digits, '.', '_' and '-'";

  test.each<[string, unknown, string]>([
    ['no name', { ...GOOD, name: undefined }, `topic name undefined ${NAME_RULE}`],
    ['an empty name', { ...GOOD, name: '' }, `topic name "" ${NAME_RULE}`],
    ['a name that is no text', { ...GOOD, name: 7 }, `topic name 7 ${NAME_RULE}`],
    ['a name with a space', { ...GOOD, name: 'a b' }, `topic name "a b" ${NAME_RULE}`],
    ['a name with a line end', { ...GOOD, name: 'a\n' }, `topic name "a\\n" ${NAME_RULE}`],
    ['a name with a letter that Kafka does not know', { ...GOOD, name: 'ä' }, `topic name "ä" ${NAME_RULE}`],
    ['the name .', { ...GOOD, name: '.' }, `topic name "." ${NAME_RULE}`],
    ['the name ..', { ...GOOD, name: '..' }, `topic name ".." ${NAME_RULE}`],
    ['null', null, `topic name undefined ${NAME_RULE}`],
    ['a text', 'orders', `topic name undefined ${NAME_RULE}`],
    [
      'no partitions',
      { name: 'bad', replicationFactor: 1 },
      "topic 'bad' has partitions undefined, a whole number from 1 to 9900 is expected",
    ],
    [
      'zero partitions',
      { ...GOOD, name: 'bad', partitions: 0 },
      "topic 'bad' has partitions 0, a whole number from 1 to 9900 is expected",
    ],
    [
      'half a partition',
      { ...GOOD, name: 'bad', partitions: 1.5 },
      "topic 'bad' has partitions 1.5, a whole number from 1 to 9900 is expected",
    ],
    [
      'partitions as a text',
      { ...GOOD, name: 'bad', partitions: '3' },
      `topic 'bad' has partitions "3", a whole number from 1 to 9900 is expected`,
    ],
    [
      'no replicas',
      { ...GOOD, name: 'bad', replicationFactor: -1 },
      "topic 'bad' has replicationFactor -1, a whole number from 1 to 32767 is expected",
    ],
    [
      'more partitions than Kafka takes at once',
      { ...GOOD, name: 'bad', partitions: 9_901 },
      "topic 'bad' has partitions 9901, a whole number from 1 to 9900 is expected",
    ],
    [
      'more replicas than Kafka can count',
      { ...GOOD, name: 'bad', replicationFactor: 32_768 },
      "topic 'bad' has replicationFactor 32768, a whole number from 1 to 32767 is expected",
    ],
    [
      'a setting that is a number',
      { ...GOOD, name: 'bad', config: { 'retention.ms': 1000 } },
      "topic 'bad' has a config that is not a list of settings with strings",
    ],
    [
      'a list of settings',
      { ...GOOD, name: 'bad', config: ['retention.ms=1000'] },
      "topic 'bad' has a config that is not a list of settings with strings",
    ],
    [
      'settings that are null',
      { ...GOOD, name: 'bad', config: null },
      "topic 'bad' has a config that is not a list of settings with strings",
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
])('accepts as many %s as Kafka takes', (property, value) => {
  expect(read([{ ...GOOD, [property]: value }]).problems).toEqual([]);
});

test.each([
  ['in another order', {}, {}],
  ['with an empty list of settings', {}, { config: {} }],
  ['with its settings in another order', { config: { a: '1', b: '2' } }, { config: { b: '2', a: '1' } }],
])('a topic that is in two files for a moment, %s, counts once', (_, first, second) => {
  const { name, ...rest } = GOOD;
  const topic = { ...GOOD, ...first };
  expect(read([topic], [{ ...rest, ...second, name }])).toEqual({ topics: [topic], problems: [] });
});

test.each([
  ['partitions', { partitions: 9 }],
  ['replicas', { replicationFactor: 3 }],
  ['settings', { config: { 'cleanup.policy': 'compact' } }],
])('a topic that is defined twice with other %s is reported, and the first one counts', (_, change) => {
  expect(read([GOOD], [{ ...GOOD, ...change }])).toEqual({
    topics: [GOOD],
    problems: ["topics-1.json: topic 'good' is defined twice and differently; the first one counts"],
  });
});

test('a malformed second definition does not take away the first', () => {
  expect(read([GOOD], [{ ...GOOD, partitions: 0 }]).topics).toEqual([GOOD]);
});

test('whatever stands beside them, good topics are read and each bad one is reported', () => {
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
