import fc from 'fast-check';
import { DeclaredTopicConfig, MapConfig } from '../../../../lib/seam/agent-config';
import { TopicPattern } from '../../../../lib/seam/topic-patterns';
import { missingBrokers, planTopics } from '../../../../agent/topics/plan/plan-topics';
import { TopicOwners } from '../../../../agent/topics/plan/topic-owners';
import { ViewParts, clusterOf, partition } from '../../views';
import { InputParts, NOTHING, driftOf, planInput } from '../plan-input';

const STREAMS: MapConfig = {
  name: 'streams',
  patterns: ['events\\..*', 'clicks'],
  brokerIds: { first: 1, last: 3 },
};
const ARCHIVE: MapConfig = { name: 'archive', patterns: ['archive\\..*'], brokerIds: { first: 4, last: 6 } };
const ALL_ALIVE: ViewParts = {
  brokers: [
    { id: 1, rack: 'a' },
    { id: 2, rack: 'b' },
    { id: 3, rack: 'c' },
    { id: 4, rack: 'a' },
    { id: 5, rack: 'b' },
    { id: 6, rack: 'c' },
  ],
};

function declared(name: string, change: Partial<DeclaredTopicConfig> = {}): DeclaredTopicConfig {
  return { name, partitions: 1, replicationFactor: 3, ...change };
}

function plan(
  topics: DeclaredTopicConfig[],
  view: ViewParts = ALL_ALIVE,
  { maps = [STREAMS, ARCHIVE], ...parts }: Partial<InputParts> = {},
) {
  return planTopics(planInput({ topics, view: clusterOf(view), maps, ...parts }));
}

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
    unmanaged: [{ problem: 'have replicas outside of their map', topics: ['events.mine'] }],
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

describe('partitions', () => {
  const view = (...replicas: number[][]) => ({
    ...ALL_ALIVE,
    partitions: replicas.map((list, index) => partition('clicks', index, list)),
  });

  test('are added so that the topic becomes even', () => {
    const topic = declared('clicks', { partitions: 6 });
    expect(plan([topic], view([1, 2, 3], [1, 3, 2], [1, 2, 3])).addPartitions).toEqual([
      {
        name: 'clicks',
        from: 3,
        count: 6,
        assignments: [
          [2, 3, 1],
          [3, 2, 1],
          [2, 1, 3],
        ],
      },
    ]);
  });

  test('have as many replicas as the first one, as Kafka requires', () => {
    const { addPartitions, drift, moves } = plan([declared('clicks', { partitions: 2 })], view([1, 2]));
    expect(addPartitions[0].assignments).toEqual([[3, 2]]);
    expect(drift.map(({ message }) => message)).toEqual([
      'it has 2 replicas per partition, its declaration has 3',
    ]);
    expect(moves).toEqual([{ topic: 'clicks', partition: 0, from: [1, 2], to: [1, 2, 3] }]);
  });

  test('are not removed', () => {
    expect(plan([declared('clicks')], view([1, 2, 3], [2, 3, 1]))).toEqual({
      ...NOTHING,
      refused: [
        {
          topic: 'clicks',
          message:
            'it has 2 partitions, its declaration has 1, and Kafka cannot remove partitions; declare 2, or move its ' +
            'records to another topic',
        },
      ],
    });
  });

  test('wait for brokers', () => {
    const { addPartitions, waiting } = plan([declared('clicks', { partitions: 2 })], {
      ...view([1, 2, 3]),
      brokers: [1, 2],
    });
    expect(addPartitions).toEqual([]);
    expect(waiting.map(({ topic }) => topic)).toEqual(['clicks']);
  });

  test.each([
    ['reported', 'report', [{ topic: 'clicks', message: 'it has 1 partitions, its declaration has 2' }]],
    ['ignored', 'ignore', []],
  ] as const)('can be %s only', (_, partitions, drift) => {
    const parts = { drift: driftOf('correct', { partitions }) };
    expect(plan([declared('clicks', { partitions: 2 })], view([1, 2, 3]), parts)).toEqual({
      ...NOTHING,
      drift,
    });
  });
});

describe('settings', () => {
  const view = { ...ALL_ALIVE, partitions: [partition('clicks', 0, [1, 2, 3])] };
  const topic = declared('clicks', { config: { a: '1', b: '2' } });
  const settings = { clicks: { b: '3', c: '4' } };

  test('are set and removed', () => {
    expect(plan([topic], view, { settings })).toEqual({
      ...NOTHING,
      changeSettings: [
        { name: 'clicks', set: { a: '1', b: '2' }, remove: ['c'], from: { a: undefined, b: '3', c: '4' } },
      ],
    });
  });

  test('are reported', () => {
    const drift = [
      'it has a=(not set), its declaration has 1',
      'it has b=3, its declaration has 2',
      'it has c=4, which its declaration does not name',
    ];
    expect(plan([topic], view, { settings, drift: driftOf('report') })).toEqual({
      ...NOTHING,
      drift: drift.map((message) => ({ topic: 'clicks', message })),
    });
  });

  test('are ignored', () => {
    expect(plan([topic], view, { settings, drift: driftOf('ignore') })).toEqual(NOTHING);
  });

  test('have a policy for each kind', () => {
    const drift = driftOf('ignore', { settings: 'correct', undeclaredSettings: 'report' });
    const { changeSettings, drift: found } = plan([topic], view, { settings, drift });
    expect(changeSettings).toMatchObject([{ set: { a: '1', b: '2' }, remove: [] }]);
    expect(found.map(({ message }) => message)).toEqual(['it has c=4, which its declaration does not name']);
  });

  test('that could not be read are not compared', () => {
    const input = planInput({ topics: [topic], view: clusterOf(view), maps: [STREAMS] });
    expect(planTopics({ ...input, state: { ...input.state, settings: new Map() } })).toEqual(NOTHING);
  });
});

describe('drift of replicas', () => {
  const drift = (topic: DeclaredTopicConfig, ...replicas: number[][]) => {
    const partitions = replicas.map((list, index) => partition('clicks', index, list));
    return plan([topic], { ...ALL_ALIVE, partitions }, { drift: driftOf('report') }).drift;
  };

  test('of the number of partitions', () => {
    expect(drift(declared('clicks', { partitions: 3 }), [1, 2, 3])).toEqual([
      { topic: 'clicks', message: 'it has 1 partitions, its declaration has 3' },
    ]);
  });

  test('of the number of replicas', () => {
    expect(drift(declared('clicks'), [1, 2])).toEqual([
      { topic: 'clicks', message: 'it has 2 replicas per partition, its declaration has 3' },
    ]);
  });

  test('of the number of replicas of some partitions', () => {
    expect(drift(declared('clicks', { partitions: 3 }), [1, 2, 3], [2], [1, 2, 3])).toEqual([
      { topic: 'clicks', message: 'it has 1 and 3 replicas per partition, its declaration has 3' },
    ]);
  });

  test('of the map', () => {
    expect(drift(declared('clicks', { partitions: 2 }), [1, 6, 3], [4, 2, 6])).toEqual([
      { topic: 'clicks', message: 'it has replicas on brokers 4, 6, outside of map streams' },
    ]);
  });

  test('of everything at once', () => {
    expect(drift(declared('clicks', { partitions: 2 }), [9]).map(({ message }) => message)).toEqual([
      'it has 1 partitions, its declaration has 2',
      'it has 1 replicas per partition, its declaration has 3',
      'it has replicas on brokers 9, outside of map streams',
    ]);
  });

  test('of zones', () => {
    const brokers = ['a', 'a', 'b'].map((rack, index) => ({ id: index + 1, rack }));
    const partitions = Array.from({ length: 12 }, (_, index) =>
      partition('clicks', index, [1, index === 1 ? 3 : 2]),
    );
    const topic = declared('clicks', { partitions: 12, replicationFactor: 2 });
    expect(plan([topic], { brokers, partitions }).drift).toEqual([
      {
        topic: 'clicks',
        message:
          'replicas of 11 partitions share a zone, although brokers of other zones are free: ' +
          '0, 2, 3, 4, 5, 6, 7, 8, 9, 10 …',
      },
    ]);
  });

  test('is reported even while brokers are missing', () => {
    const view = { brokers: [1], partitions: [partition('clicks', 0, [1, 2])] };
    expect(plan([declared('clicks')], view).drift).toHaveLength(1);
  });
});

describe('missing brokers', () => {
  const missing = (topics: DeclaredTopicConfig[], view: ViewParts, parts: Partial<InputParts> = {}) =>
    missingBrokers(planInput({ topics, maps: [STREAMS, ARCHIVE], view: clusterOf(view), ...parts }));
  const notRegistered = (...ids: number[]) => ids.map((id) => `${id} (it is not registered)`);

  test('of the map of a new topic are returned', () => {
    expect(missing([declared('clicks')], { brokers: [2] })).toEqual(notRegistered(1, 3));
  });

  test('of maps without new topics are ignored', () => {
    expect(missing([declared('clicks')], { brokers: [1, 2, 3] })).toEqual([]);
  });

  test('of maps with existing topics are ignored', () => {
    const view = { brokers: [1], partitions: [partition('clicks', 0, [1])] };
    expect(missing([declared('clicks')], view)).toEqual([]);
  });

  test('of several maps are returned', () => {
    expect(missing([declared('clicks'), declared('archive.a')], { brokers: [1, 2, 4] })).toEqual(
      notRegistered(3, 5, 6),
    );
  });

  test('are those without a pod as well', () => {
    expect(
      missing([declared('clicks')], { brokers: [1, 2] }, { pods: new Map([['streams', new Set([1, 3])]]) }),
    ).toEqual(['2 (it has no pod)', '3 (it is not registered)']);
  });

  test('are all of a map without pods', () => {
    expect(missing([declared('clicks')], { brokers: [1, 2, 3] }, { pods: new Map() })).toEqual(
      [1, 2, 3].map((id) => `${id} (it has no pod)`),
    );
  });

  test('are not waited for if the topic is refused', () => {
    const maps = [STREAMS, { ...ARCHIVE, patterns: ['clicks'] }];
    expect(missing([declared('clicks')], { brokers: [1, 4] }, { maps })).toEqual([]);
  });
});

const matches = (patterns: readonly string[], topic: string) =>
  new TopicOwners([{ ...STREAMS, patterns }]).mapsOf(topic).length > 0;

test('matches a long name in linear time where RegExp would take exponential time', () => {
  expect(matches(['(a*)*b', '([a-z]+)+-x', '(.*)*z'], 'a'.repeat(249))).toBe(false);
});

test('matches the same topics as the checks at synth', () => {
  const patterns = [
    'orders',
    'events-.*',
    '(?i)Clicks',
    '(?!events-|(?:orders|clicks)$).*',
    '(^a$)|(^b$)',
    'a\\x2d[^b]+',
  ];
  const name = fc.stringMatching(/^(orders|events-|CLICKS|clicks|a|b|a-[ab]|[a-c-]{1,4}){1,2}$/);
  fc.assert(
    fc.property(fc.constantFrom(...patterns), name, (pattern, topic) => {
      expect(matches([pattern], topic)).toBe(TopicPattern.parse(pattern).matches(topic));
    }),
    { numRuns: 1000 },
  );
});
