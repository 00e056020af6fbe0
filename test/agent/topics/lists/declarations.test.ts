import fc from 'fast-check';
import { TopicListConfig } from '../../../../lib/seam/agent-config';
import { topicsChecksum } from '../../../../lib/seam/topics-checksum';
import { Declarations, ListContent, readDeclarations } from '../../../../agent/topics/lists/declarations';

const LIST: TopicListConfig = { namespace: 'prod', configMapName: 'topics' };
const GOOD = { name: 'good', partitions: 3, replicationFactor: 2 };

/** A list whose ConfigMaps `topics-0`, `topics-1`, … have this content. */
function content(files: readonly unknown[], list = LIST, missing: readonly string[] = []): ListContent {
  return {
    list,
    missing,
    files: files.map((file, index) => ({
      name: `topics-${index}`,
      text: typeof file === 'string' ? file : JSON.stringify(file),
    })),
  };
}

function read(...files: unknown[]): Pick<Declarations, 'topics' | 'problems'> {
  const { topics, problems } = readDeclarations([content(files)]);
  return { topics, problems };
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
    expect(problems).toEqual([{ message: expect.stringMatching(/^prod\/topics-0 is not JSON: ./) }]);
  });

  test.each([
    ['an object', {}, 'a value of type object'],
    ['a number', 7, 'a value of type number'],
    ['a string', '"orders"', 'a value of type string'],
    ['null', null, 'null'],
  ])('%s', (_, content, found) => {
    expect(read(content, [GOOD])).toEqual({
      topics: [GOOD],
      problems: [{ message: `prod/topics-0: expected a list of topics, found ${found}` }],
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
    [
      'a topic of Kafka',
      { ...GOOD, name: '__consumer_offsets' },
      'topic __consumer_offsets belongs to Kafka; its partitions and settings are in the YAML of the cluster, so remove it from the list',
    ],
    ['null', null, `topic name undefined ${NAME_RULE}`],
    ['a string', 'orders', `topic name undefined ${NAME_RULE}`],
    [
      'zero partitions',
      { ...GOOD, name: 'bad', partitions: 0 },
      'partitions must be a whole number from 1 to 9900, found 0',
    ],
    [
      'a fraction of a partition',
      { ...GOOD, name: 'bad', partitions: 1.5 },
      'partitions must be a whole number from 1 to 9900, found 1.5',
    ],
    [
      'partitions as a string',
      { ...GOOD, name: 'bad', partitions: '3' },
      `partitions must be a whole number from 1 to 9900, found "3"`,
    ],
    [
      'a negative replication factor',
      { ...GOOD, name: 'bad', replicationFactor: -1 },
      'replicationFactor must be a whole number from 1 to 32767, found -1',
    ],
    [
      'more partitions than Kafka accepts in one request',
      { ...GOOD, name: 'bad', partitions: 9_901 },
      'partitions must be a whole number from 1 to 9900, found 9901',
    ],
    [
      'more replicas than Kafka allows',
      { ...GOOD, name: 'bad', replicationFactor: 32_768 },
      'replicationFactor must be a whole number from 1 to 32767, found 32768',
    ],
    [
      'a setting that is a number',
      { ...GOOD, name: 'bad', config: { 'retention.ms': 1000 } },
      'config must be an object of settings whose values are strings',
    ],
    [
      'a list of settings',
      { ...GOOD, name: 'bad', config: ['retention.ms=1000'] },
      'config must be an object of settings whose values are strings',
    ],
    [
      'settings that are null',
      { ...GOOD, name: 'bad', config: null },
      'config must be an object of settings whose values are strings',
    ],
  ])('%s', (_, topic, problem) => {
    const { name } = Object(topic) as { name?: unknown };
    expect(read([topic, GOOD])).toEqual({
      topics: [GOOD],
      problems: [
        { message: `prod/topics-0: ${problem}`, ...(typeof name === 'string' ? { topic: name } : {}) },
      ],
    });
  });

  test('a name of 250 characters', () => {
    expect(read([{ ...GOOD, name: 'a'.repeat(250) }, GOOD]).topics).toEqual([GOOD]);
  });
});

test.each(['partitions', 'replicationFactor'] as const)('%s can be the default of the map', (property) => {
  const topic = Object.fromEntries(Object.entries(GOOD).filter(([key]) => key !== property));
  expect(read([topic])).toEqual({ topics: [topic], problems: [] });
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
])('equal declarations of a topic in two files, %s, are merged', (_, first, second) => {
  const { name, ...rest } = GOOD;
  const topic = { ...GOOD, ...first };
  expect(read([topic], [{ ...rest, ...second, name }])).toEqual({ topics: [topic], problems: [] });
});

test.each([
  ['partitions', { partitions: 9 }],
  ['replicas', { replicationFactor: 3 }],
  ['settings', { config: { 'cleanup.policy': 'compact' } }],
])('different declarations of a topic with other %s are reported, and the first one is used', (_, change) => {
  expect(read([GOOD], [{ ...GOOD, ...change }])).toEqual({
    topics: [GOOD],
    problems: [
      {
        topic: 'good',
        message: 'prod/topics-1: it has another declaration too, which is used; remove one of them',
      },
    ],
  });
});

test('an invalid second declaration does not affect the first', () => {
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

describe('patterns of a list', () => {
  const own = { ...LIST, topicPatterns: ['good', 'team-a\\..*'] };
  const problemsOf = (...names: string[]) =>
    readDeclarations([content([names.map((name) => ({ ...GOOD, name }))], own)]).problems;

  test('limit the topics that it declares', () => {
    expect(problemsOf('good', 'team-a.orders', 'goods', 'team-b.orders')).toEqual(
      ['goods', 'team-b.orders'].map((topic) => ({
        topic,
        message: 'prod/topics-0: the list may only declare topics that match good or team-a\\..*',
      })),
    );
  });

  test('do not affect other lists', () => {
    const other = { namespace: 'other', configMapName: 'topics' };
    const foreign = { ...GOOD, name: 'foreign' };
    const { topics, problems, lists } = readDeclarations([
      content([[GOOD]], own),
      content([[foreign]], other),
    ]);
    expect(topics.map(({ name }) => name)).toEqual(['foreign', 'good']);
    expect(problems).toEqual([]);
    expect(lists).toEqual([
      { id: 'prod/topics', isComplete: true, isAsSynthesized: true },
      { id: 'other/topics', isComplete: true, isAsSynthesized: true },
    ]);
  });

  test('a topic of another team in two lists is declared once, by the list that may', () => {
    const thief = content([[{ ...GOOD, name: 'team-b.orders', partitions: 9 }]], own);
    const owner = content([[{ ...GOOD, name: 'team-b.orders' }]], { ...LIST, configMapName: 'b' });
    expect(readDeclarations([thief, owner]).topics).toEqual([{ ...GOOD, name: 'team-b.orders' }]);
  });
});

describe('a list is complete', () => {
  const state = (one: ListContent) => {
    const {
      lists: [list],
    } = readDeclarations([one]);
    return list;
  };
  const other = { ...GOOD, name: 'other' };
  const checksum = topicsChecksum([GOOD, other]);
  const synthesized = { ...LIST, checksum };

  test.each<[string, ListContent, boolean, boolean]>([
    ['with a topic', content([[GOOD]]), true, true],
    [
      'with the synthesized topics in any order and any ConfigMaps',
      content([[other], [GOOD]], synthesized),
      true,
      true,
    ],
    ['not without topics', content([[]]), false, true],
    ['not without ConfigMaps', content([]), false, true],
    [
      'not with a missing part',
      content([[GOOD]], LIST, ['ConfigMap prod/topics-1 does not exist']),
      false,
      true,
    ],
    ['not with an invalid topic', content([[GOOD, { name: '' }]]), false, true],
    ['not with an invalid ConfigMap', content([[GOOD], '[']), false, true],
    ['not with fewer topics than synthesized', content([[GOOD]], synthesized), false, false],
    [
      'not with other topics than synthesized',
      content([[GOOD, { ...other, partitions: 4 }]], synthesized),
      false,
      false,
    ],
    [
      'not with an invalid topic that was synthesized',
      content([[{ name: '' }, GOOD]], { ...LIST, checksum: topicsChecksum([GOOD, { name: '' }]) }),
      false,
      true,
    ],
  ])('%s', (_, one, isComplete, isAsSynthesized) => {
    expect(state(one)).toMatchObject({ id: 'prod/topics', isComplete, isAsSynthesized });
  });

  test('and what is missing is a problem', () => {
    const missing = 'ConfigMap prod/topics-1 does not exist';
    expect(readDeclarations([content([[GOOD]], LIST, [missing])])).toMatchObject({
      topics: [GOOD],
      problems: [{ message: missing }],
    });
  });

  test('although another list declares one of its topics differently', () => {
    const lists = [
      content([[GOOD]]),
      content([[{ ...GOOD, partitions: 9 }]], { ...LIST, configMapName: 'b' }),
    ];
    expect(readDeclarations(lists).lists.map(({ isComplete }) => isComplete)).toEqual([true, true]);
  });
});

test('topics with the names of properties of every object are topics', () => {
  const topics = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'].map((name) => ({
    ...GOOD,
    name,
  }));
  expect(read(topics)).toEqual({ topics, problems: [] });
});
