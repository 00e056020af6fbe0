import fc from 'fast-check';
import { MapConfig, TopicDefinitionConfig } from '../../../../lib/seam/agent-config';
import { TopicPattern } from '../../../../lib/seam/topic-patterns';
import { missingBrokers, planTopics, topicMatcher } from '../../../../agent/topics/plan';
import { ViewParts, clusterOf, partition } from '../../views';

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

function defined(name: string, change: Partial<TopicDefinitionConfig> = {}): TopicDefinitionConfig {
  return { name, partitions: 1, replicationFactor: 3, ...change };
}

function plan(definitions: TopicDefinitionConfig[], view: ViewParts = ALL_ALIVE, maps = [STREAMS, ARCHIVE]) {
  return planTopics({ definitions, maps, view: clusterOf(view) });
}

const NOTHING = { create: [], deferred: [], impossible: [], drift: [] };

test('plans nothing without definitions', () => {
  expect(plan([])).toEqual(NOTHING);
});

test('creates a topic on the brokers of its map', () => {
  const archive = defined('archive.orders', { partitions: 2, config: { 'retention.ms': '1000' } });
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
  expect(plan([defined('clicks')]).create[0].config).toEqual({});
});

test('distributes the partitions of several topics', () => {
  const { create } = plan([
    defined('events.a', { replicationFactor: 1 }),
    defined('events.b', { replicationFactor: 1 }),
  ]);
  expect(create.map(({ assignments }) => assignments)).toEqual([[[1]], [[2]]]);
});

test('distributes partitions within each map', () => {
  const { create } = plan([
    defined('events.a', { replicationFactor: 1 }),
    defined('archive.a', { replicationFactor: 1 }),
    defined('events.b', { replicationFactor: 1 }),
  ]);
  expect(create.map(({ assignments }) => assignments)).toEqual([[[1]], [[4]], [[2]]]);
});

test('counts existing replicas', () => {
  const view = {
    ...ALL_ALIVE,
    partitions: [partition('events.old', 0, [1]), partition('events.old', 1, [2])],
  };
  expect(plan([defined('events.new', { replicationFactor: 1 })], view).create[0].assignments).toEqual([[3]]);
});

test('does not change a topic that matches its definition', () => {
  const view = { ...ALL_ALIVE, partitions: [partition('clicks', 0, [1, 2, 3])] };
  expect(plan([defined('clicks')], view)).toEqual(NOTHING);
});

test('reports a topic that is listed without partitions', () => {
  expect(plan([defined('clicks')], { ...ALL_ALIVE, bareTopics: ['clicks'] })).toEqual({
    ...NOTHING,
    drift: [{ topic: 'clicks', message: 'the cluster returns no partitions at the moment' }],
  });
});

test('ignores topics without a definition', () => {
  const view = { ...ALL_ALIVE, partitions: [partition('events.mine', 0, [4])] };
  expect(plan([], view)).toEqual(NOTHING);
});

test.each([
  ['matches no map', 'orders', 'it matches no map'],
  ['matches only at its end', 'my-clicks', 'it matches no map'],
  ['matches only at its start', 'clicks-eu', 'it matches no map'],
])('a topic that %s is impossible', (_, topic, message) => {
  expect(plan([defined(topic)])).toEqual({ ...NOTHING, impossible: [{ topic, message }] });
});

test('a topic that matches two maps is impossible', () => {
  const maps = [STREAMS, { ...ARCHIVE, patterns: ['.*'] }];
  expect(plan([defined('clicks')], ALL_ALIVE, maps)).toEqual({
    ...NOTHING,
    impossible: [{ topic: 'clicks', message: 'it matches maps streams and archive' }],
  });
});

test('a topic can match several patterns of one map', () => {
  const maps = [{ ...STREAMS, patterns: ['clicks', 'cl.*'] }];
  expect(plan([defined('clicks')], ALL_ALIVE, maps).create).toHaveLength(1);
});

test.each([
  ['orders|payments', 'payments', true],
  ['orders|payments', 'xpayments', false],
  ['^orders$|^payments$', 'orders', true],
  ['^orders$|^payments$', 'orders-x', false],
])('pattern %s, topic %s: %s', (pattern, topic, matches) => {
  const maps = [{ ...STREAMS, patterns: [pattern] }];
  expect(plan([defined(topic)], ALL_ALIVE, maps).create).toHaveLength(matches ? 1 : 0);
});

test('a topic with more replicas than the map has brokers is impossible', () => {
  expect(plan([defined('clicks', { replicationFactor: 4 })])).toEqual({
    ...NOTHING,
    impossible: [
      {
        topic: 'clicks',
        message: 'it is defined with 4 replicas, but map streams has 3 brokers',
      },
    ],
  });
});

test('a topic with more replicas than the map has brokers is impossible even while brokers are missing', () => {
  expect(plan([defined('clicks', { replicationFactor: 4 })], { brokers: [] }).impossible).toEqual([
    { topic: 'clicks', message: 'it is defined with 4 replicas, but map streams has 3 brokers' },
  ]);
});

test('a topic with more replicas than live brokers is deferred', () => {
  const view = {
    brokers: [
      { id: 1, rack: 'a' },
      { id: 3, rack: 'c' },
    ],
  };
  expect(plan([defined('clicks')], view)).toEqual({
    ...NOTHING,
    deferred: [
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
  const { create, deferred } = plan([defined('archive.orders'), defined('clicks')], view);
  expect(create.map(({ name }) => name)).toEqual(['clicks']);
  expect(deferred.map(({ topic }) => topic)).toEqual(['archive.orders']);
});

describe('drift', () => {
  const drift = (definition: TopicDefinitionConfig, ...replicas: number[][]) => {
    const partitions = replicas.map((list, index) => partition('clicks', index, list));
    return plan([definition], { ...ALL_ALIVE, partitions }).drift;
  };

  test('of the number of partitions', () => {
    expect(drift(defined('clicks', { partitions: 3 }), [1, 2, 3])).toEqual([
      { topic: 'clicks', message: 'it has 1 partitions, its definition has 3' },
    ]);
  });

  test('of the number of replicas', () => {
    expect(drift(defined('clicks'), [1, 2])).toEqual([
      { topic: 'clicks', message: 'it has 2 replicas per partition, its definition has 3' },
    ]);
  });

  test('of the number of replicas of some partitions', () => {
    expect(drift(defined('clicks', { partitions: 3 }), [1, 2, 3], [2], [1, 2, 3])).toEqual([
      { topic: 'clicks', message: 'it has 1 and 3 replicas per partition, its definition has 3' },
    ]);
  });

  test('of the map', () => {
    expect(drift(defined('clicks', { partitions: 2 }), [1, 6, 3], [4, 2, 6])).toEqual([
      { topic: 'clicks', message: 'it has replicas on brokers 4, 6, outside of map streams' },
    ]);
  });

  test('of everything at once', () => {
    expect(drift(defined('clicks', { partitions: 2 }), [9]).map(({ message }) => message)).toEqual([
      'it has 1 partitions, its definition has 2',
      'it has 1 replicas per partition, its definition has 3',
      'it has replicas on brokers 9, outside of map streams',
    ]);
  });

  test('is reported even while brokers are missing', () => {
    const view = { brokers: [1], partitions: [partition('clicks', 0, [1, 2])] };
    expect(plan([defined('clicks')], view).drift).toHaveLength(1);
  });
});

describe('missing brokers', () => {
  const missing = (definitions: TopicDefinitionConfig[], view: ViewParts) =>
    missingBrokers({ definitions, maps: [STREAMS, ARCHIVE], view: clusterOf(view) });

  test('of the map of a new topic are returned', () => {
    expect(missing([defined('clicks')], { brokers: [2] })).toEqual([1, 3]);
  });

  test('of maps without new topics are ignored', () => {
    expect(missing([defined('clicks')], { brokers: [1, 2, 3] })).toEqual([]);
  });

  test('of maps with existing topics are ignored', () => {
    expect(missing([defined('clicks')], { brokers: [1], partitions: [partition('clicks', 0, [1])] })).toEqual(
      [],
    );
  });

  test('of several maps are returned', () => {
    expect(missing([defined('clicks'), defined('archive.a')], { brokers: [1, 2, 4] })).toEqual([3, 5, 6]);
  });
});

test('matches a long name in linear time where RegExp would take exponential time', () => {
  const map = { ...STREAMS, patterns: ['(a*)*b', '([a-z]+)+-x', '(.*)*z'] };
  expect(topicMatcher(map)('a'.repeat(249))).toBe(false);
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
      const isMatch = topicMatcher({ ...STREAMS, patterns: [pattern] })(topic);
      expect(isMatch).toBe(TopicPattern.parse(pattern).matches(topic));
    }),
    { numRuns: 1000 },
  );
});
