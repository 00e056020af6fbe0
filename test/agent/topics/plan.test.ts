import { MapConfig, TopicDefinitionConfig } from '../../../lib/seam/agent-config';
import { missingBrokers, planTopics } from '../../../agent/topics/plan';
import { ViewParts, clusterOf, partition } from '../views';

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

test('nothing is done without definitions', () => {
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

test('deals the partitions of several topics in turn', () => {
  const { create } = plan([
    defined('events.a', { replicationFactor: 1 }),
    defined('events.b', { replicationFactor: 1 }),
  ]);
  expect(create.map(({ assignments }) => assignments)).toEqual([[[1]], [[2]]]);
});

test('keeps the maps apart when it deals', () => {
  const { create } = plan([
    defined('events.a', { replicationFactor: 1 }),
    defined('archive.a', { replicationFactor: 1 }),
    defined('events.b', { replicationFactor: 1 }),
  ]);
  expect(create.map(({ assignments }) => assignments)).toEqual([[[1]], [[4]], [[2]]]);
});

test('counts what brokers have already', () => {
  const view = {
    ...ALL_ALIVE,
    partitions: [partition('events.old', 0, [1]), partition('events.old', 1, [2])],
  };
  expect(plan([defined('events.new', { replicationFactor: 1 })], view).create[0].assignments).toEqual([[3]]);
});

test('leaves a topic alone that is there as it should be', () => {
  const view = { ...ALL_ALIVE, partitions: [partition('clicks', 0, [1, 2, 3])] };
  expect(plan([defined('clicks')], view)).toEqual(NOTHING);
});

test('leaves a topic alone that is listed without partitions, and says so', () => {
  expect(plan([defined('clicks')], { ...ALL_ALIVE, bareTopics: ['clicks'] })).toEqual({
    ...NOTHING,
    drift: [{ topic: 'clicks', message: 'shows no partitions at the moment' }],
  });
});

test('leaves topics alone that nobody defined', () => {
  const view = { ...ALL_ALIVE, partitions: [partition('events.mine', 0, [4])] };
  expect(plan([], view)).toEqual(NOTHING);
});

test.each([
  ['matches no map', 'orders', 'matches no map'],
  ['has only a part that matches', 'my-clicks', 'matches no map'],
  ['begins with what matches', 'clicks-eu', 'matches no map'],
])('a topic that %s is impossible', (_, topic, message) => {
  expect(plan([defined(topic)])).toEqual({ ...NOTHING, impossible: [{ topic, message }] });
});

test('a topic that matches two maps is impossible', () => {
  const maps = [STREAMS, { ...ARCHIVE, patterns: ['.*'] }];
  expect(plan([defined('clicks')], ALL_ALIVE, maps)).toEqual({
    ...NOTHING,
    impossible: [{ topic: 'clicks', message: 'matches maps streams and archive' }],
  });
});

test('a topic that matches a map twice is fine', () => {
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

test('more replicas than the map will ever have brokers are impossible', () => {
  expect(plan([defined('clicks', { replicationFactor: 4 })])).toEqual({
    ...NOTHING,
    impossible: [
      {
        topic: 'clicks',
        message: 'asks for 4 replicas, map streams has 3 brokers',
      },
    ],
  });
});

test('they are impossible also while brokers are missing: waiting would not help', () => {
  expect(plan([defined('clicks', { replicationFactor: 4 })], { brokers: [] }).impossible).toEqual([
    { topic: 'clicks', message: 'asks for 4 replicas, map streams has 3 brokers' },
  ]);
});

test('more replicas than brokers are alive have to wait', () => {
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
          'map streams: 3 replicas need as many brokers and, as far as there are, zones; ' +
          'alive are 1 (a), 3 (c), missing 2',
      },
    ],
  });
});

test('one map without brokers does not hold up another', () => {
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
      { topic: 'clicks', message: 'has 1 partitions, defined are 3' },
    ]);
  });

  test('of the number of replicas', () => {
    expect(drift(defined('clicks'), [1, 2])).toEqual([
      { topic: 'clicks', message: 'has 2 replicas a partition, defined are 3' },
    ]);
  });

  test('of the number of replicas of some partitions', () => {
    expect(drift(defined('clicks', { partitions: 3 }), [1, 2, 3], [2], [1, 2, 3])).toEqual([
      { topic: 'clicks', message: 'has 1 and 3 replicas a partition, defined are 3' },
    ]);
  });

  test('of the map', () => {
    expect(drift(defined('clicks', { partitions: 2 }), [1, 6, 3], [4, 2, 6])).toEqual([
      { topic: 'clicks', message: 'has replicas on brokers 4, 6, outside of map streams' },
    ]);
  });

  test('of everything at once', () => {
    expect(drift(defined('clicks', { partitions: 2 }), [9]).map(({ message }) => message)).toEqual([
      'has 1 partitions, defined are 2',
      'has 1 replicas a partition, defined are 3',
      'has replicas on brokers 9, outside of map streams',
    ]);
  });

  test('is reported also while brokers are missing', () => {
    const view = { brokers: [1], partitions: [partition('clicks', 0, [1, 2])] };
    expect(plan([defined('clicks')], view).drift).toHaveLength(1);
  });
});

describe('missing brokers', () => {
  const missing = (definitions: TopicDefinitionConfig[], view: ViewParts) =>
    missingBrokers({ definitions, maps: [STREAMS, ARCHIVE], view: clusterOf(view) });

  test('of the map that a new topic goes to', () => {
    expect(missing([defined('clicks')], { brokers: [2] })).toEqual([1, 3]);
  });

  test('do not matter on maps that no new topic goes to', () => {
    expect(missing([defined('clicks')], { brokers: [1, 2, 3] })).toEqual([]);
  });

  test('do not matter for topics that are there', () => {
    expect(missing([defined('clicks')], { brokers: [1], partitions: [partition('clicks', 0, [1])] })).toEqual(
      [],
    );
  });

  test('of several maps', () => {
    expect(missing([defined('clicks'), defined('archive.a')], { brokers: [1, 2, 4] })).toEqual([3, 5, 6]);
  });
});
