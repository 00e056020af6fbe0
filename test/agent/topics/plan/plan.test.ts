import { partition } from '../../views';
import { NOTHING, driftOf } from '../plan-input';
import { ALL_ALIVE, ARCHIVE, STREAMS, declared, plan } from './two-maps';

test('plans nothing without declarations', () => {
  expect(plan([])).toEqual(NOTHING);
});

test('creates a topic on the brokers of its map', () => {
  const archive = declared('archive.orders', { partitions: 2, config: { 'retention.ms': '1000' } });
  expect(plan([archive])).toEqual({
    ...NOTHING,
    create: [
      {
        name: 'archive.orders',
        assignments: [
          [4, 5, 6],
          [5, 6, 4],
        ],
        config: { 'retention.ms': '1000' },
      },
    ],
  });
});

test('creates a topic without settings', () => {
  expect(plan([declared('clicks')]).create[0].config).toEqual({});
});

test('distributes the partitions of several topics', () => {
  const { create } = plan([
    declared('events.a', { replicationFactor: 1 }),
    declared('events.b', { replicationFactor: 1 }),
  ]);
  expect(create.map(({ assignments }) => assignments)).toEqual([[[1]], [[2]]]);
});

test('distributes partitions within each map, in the order of topic names', () => {
  const { create } = plan([
    declared('events.a', { replicationFactor: 1 }),
    declared('archive.a', { replicationFactor: 1 }),
    declared('events.b', { replicationFactor: 1 }),
  ]);
  expect(create.map(({ assignments }) => assignments)).toEqual([[[4]], [[1]], [[2]]]);
});

test('counts existing replicas', () => {
  const view = {
    ...ALL_ALIVE,
    partitions: [partition('events.old', 0, [1]), partition('events.old', 1, [2])],
  };
  expect(plan([declared('events.new', { replicationFactor: 1 })], view).create[0].assignments).toEqual([[3]]);
});

test('does not change a topic that matches its declaration', () => {
  const view = { ...ALL_ALIVE, partitions: [partition('clicks', 0, [1, 2, 3])] };
  expect(plan([declared('clicks')], view)).toEqual(NOTHING);
});

test('a topic that is listed without partitions waits', () => {
  expect(plan([declared('clicks')], { ...ALL_ALIVE, bareTopics: ['clicks'] })).toEqual({
    ...NOTHING,
    waiting: [{ topic: 'clicks', message: 'Kafka returns no partitions of it at the moment' }],
  });
});

test('does not change topics without a declaration', () => {
  const view = { ...ALL_ALIVE, partitions: [partition('events.mine', 0, [4])] };
  expect(plan([], view)).toEqual({
    ...NOTHING,
    unmanaged: [{ place: 'have replicas outside of their map', topics: ['events.mine'] }],
  });
});

const NO_MAP = 'it matches no map; rename it, or add a pattern to a map';

test.each([
  ['matches no map', 'orders', NO_MAP],
  ['matches only at its end', 'my-clicks', NO_MAP],
  ['matches only at its start', 'clicks-eu', NO_MAP],
])('a topic that %s is refused', (_, topic, message) => {
  expect(plan([declared(topic)])).toEqual({ ...NOTHING, refused: [{ topic, message }] });
});

test('a topic that matches two maps is refused', () => {
  const maps = [STREAMS, { ...ARCHIVE, patterns: ['.*'] }];
  expect(plan([declared('clicks')], ALL_ALIVE, { maps })).toEqual({
    ...NOTHING,
    refused: [
      { topic: 'clicks', message: 'it matches maps streams and archive; narrow the patterns of one of them' },
    ],
  });
});

test('a topic can match several patterns of one map', () => {
  const maps = [{ ...STREAMS, patterns: ['clicks', 'cl.*'] }];
  expect(plan([declared('clicks')], ALL_ALIVE, { maps }).create).toHaveLength(1);
});

test.each([
  ['orders|payments', 'payments', true],
  ['orders|payments', 'xpayments', false],
  ['^orders$|^payments$', 'orders', true],
  ['^orders$|^payments$', 'orders-x', false],
])('pattern %s, topic %s: %s', (pattern, topic, matches) => {
  const maps = [{ ...STREAMS, patterns: [pattern] }];
  expect(plan([declared(topic)], ALL_ALIVE, { maps }).create).toHaveLength(matches ? 1 : 0);
});

const TOO_MANY = 'it has 4 replicas, and map streams has 3 brokers; lower replicationFactor, or add brokers';

test('a topic with more replicas than the map has brokers is refused', () => {
  expect(plan([declared('clicks', { replicationFactor: 4 })])).toEqual({
    ...NOTHING,
    refused: [
      {
        topic: 'clicks',
        message: TOO_MANY,
      },
    ],
  });
});

test('a topic with more replicas than the map has brokers is refused even while brokers are missing', () => {
  expect(plan([declared('clicks', { replicationFactor: 4 })], { brokers: [] }).refused).toEqual([
    { topic: 'clicks', message: TOO_MANY },
  ]);
});

test('a topic with more replicas than live brokers waits', () => {
  const view = {
    brokers: [
      { id: 1, rack: 'a' },
      { id: 3, rack: 'c' },
    ],
  };
  expect(plan([declared('clicks')], view)).toEqual({
    ...NOTHING,
    waiting: [
      {
        topic: 'clicks',
        message:
          'map streams: 3 replicas require 3 live brokers, in different zones if the map has enough; ' +
          'live brokers: 1 (a), 3 (c); missing brokers: 2',
      },
    ],
  });
});

test('a map without brokers does not block another map', () => {
  const view = { brokers: ALL_ALIVE.brokers!.slice(0, 3) };
  const { create, waiting } = plan([declared('archive.orders'), declared('clicks')], view);
  expect(create.map(({ name }) => name)).toEqual(['clicks']);
  expect(waiting.map(({ topic }) => topic)).toEqual(['archive.orders']);
});

test('a topic of a map waits for pods, even if its brokers are still registered', () => {
  const pods = new Map([['streams', new Set([1, 2])]]);
  expect(plan([declared('clicks')], ALL_ALIVE, { pods }).waiting).toEqual([
    {
      topic: 'clicks',
      message:
        'map streams: 3 replicas require 3 live brokers, in different zones if the map has enough; ' +
        'live brokers: 1 (a), 2 (b); missing brokers: 3',
    },
  ]);
});

test('nothing is placed on cordoned brokers', () => {
  const topic = declared('clicks', { partitions: 4, replicationFactor: 1 });
  const [{ assignments }] = plan([topic], ALL_ALIVE, { cordoned: [1] }).create;
  expect(assignments).toEqual([[2], [3], [2], [3]]);
});

describe('defaults of a map', () => {
  const withDefaults = {
    ...STREAMS,
    topicDefaults: { partitions: 2, replicationFactor: 1, config: { a: '1', b: '2' } },
  };

  test('complete a declaration', () => {
    const [created] = plan([{ name: 'clicks', config: { b: '3' } }], ALL_ALIVE, {
      maps: [withDefaults],
    }).create;
    expect(created).toEqual({ name: 'clicks', assignments: [[1], [2]], config: { a: '1', b: '3' } });
  });

  test('do not replace values of a declaration', () => {
    const [created] = plan([declared('clicks')], ALL_ALIVE, { maps: [withDefaults] }).create;
    expect(created.assignments).toEqual([[1, 2, 3]]);
  });

  test('apply to topics that exist', () => {
    const view = { ...ALL_ALIVE, partitions: [partition('clicks', 0, [1])] };
    const { addPartitions, changeSettings } = plan([{ name: 'clicks' }], view, { maps: [withDefaults] });
    expect(addPartitions).toEqual([{ name: 'clicks', from: 1, count: 2, assignments: [[2]] }]);
    expect(changeSettings).toMatchObject([{ name: 'clicks', set: { a: '1', b: '2' } }]);
  });

  test.each([
    ['partitions', { replicationFactor: 1 }],
    ['replicationFactor', { partitions: 1 }],
  ])('without %s, a topic without it is refused', (property, change) => {
    expect(plan([{ name: 'clicks', ...change }])).toEqual({
      ...NOTHING,
      refused: [
        {
          topic: 'clicks',
          message: `it has no ${property}, and map streams has no default; add it to the topic, or to topicDefaults of the map`,
        },
      ],
    });
  });
});

test('pods of brokers that the map does not contain are reported, and nothing is placed on them', () => {
  const view = { brokers: [...ALL_ALIVE.brokers!, { id: 7, rack: 'a' }] };
  const pods = new Map([
    ['streams', new Set([1, 2, 3, 8, 7])],
    ['archive', new Set([4, 5, 6])],
  ]);
  const { brokers, create } = plan([declared('clicks')], view, { pods });
  expect(brokers).toEqual([
    'map streams has brokers 1 to 3, and pods of brokers 7, 8, on which nothing is placed; apply the complete YAML',
  ]);
  expect(create[0].assignments).toEqual([[1, 2, 3]]);
});

describe("names that differ in '.' and '_' only", () => {
  const maps = [{ ...STREAMS, patterns: ['events.*'] }];
  const collision = (topic: string, other: string) => ({
    topic,
    message: `its name differs from that of topic ${other} only in '.' and '_', so their metrics would have the same name; rename it`,
  });

  test('are refused for a topic beside one that exists', () => {
    const view = { ...ALL_ALIVE, partitions: [partition('events_a', 0, [1, 2, 3])] };
    const { create, refused } = plan([declared('events.a')], view, { maps });
    expect({ create, refused }).toEqual({ create: [], refused: [collision('events.a', 'events_a')] });
  });

  test('are refused for the second of two new topics', () => {
    const { create, refused } = plan([declared('events_a'), declared('events.a')], ALL_ALIVE, { maps });
    expect(create.map(({ name }) => name)).toEqual(['events.a']);
    expect(refused).toEqual([collision('events_a', 'events.a')]);
  });

  test('stay if both topics exist', () => {
    const view = {
      ...ALL_ALIVE,
      partitions: [partition('events_a', 0, [1, 2, 3]), partition('events.a', 0, [1, 2, 3])],
    };
    expect(plan([declared('events_a'), declared('events.a')], view, { maps }).refused).toEqual([]);
  });
});

describe('pods', () => {
  const pods = (...ids: number[]) => new Map([['streams', new Set(ids)]]);

  test.each([
    [pods(1, 2, 3), []],
    [
      pods(1, 2, 3, 4, 5),
      [
        'map streams has brokers 1 to 3, and pods of brokers 4, 5, on which nothing is placed; apply the complete YAML',
      ],
    ],
    [pods(1, 2), ['map streams has brokers 1 to 3, and no pods of brokers 3; apply the complete YAML']],
    [
      pods(2, 3, 4),
      [
        'map streams has brokers 1 to 3, and pods of brokers 4, on which nothing is placed, and no pods of brokers 1; apply the ' +
          'complete YAML',
      ],
    ],
    [undefined, []],
  ])('%j are compared with the map', (found, brokers) => {
    expect(plan([], ALL_ALIVE, { maps: [STREAMS], pods: found }).brokers).toEqual(brokers);
  });
});

test('topics without a declaration on the brokers of their map can be ignored', () => {
  const view = { ...ALL_ALIVE, partitions: [partition('events.mine', 0, [1])] };
  expect(plan([], view, { drift: driftOf('report') }).unmanaged).toEqual([
    { place: 'are on the brokers of their map', topics: ['events.mine'] },
  ]);
  expect(plan([], view, { drift: driftOf('ignore') }).unmanaged).toEqual([]);
});
