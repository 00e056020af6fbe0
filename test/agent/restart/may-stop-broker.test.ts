import { ClusterView } from '../../../agent/kafka/cluster-view';
import { BrokerStopFacts, mayStopBroker } from '../../../agent/restart/may-stop-broker';
import { clusterOf, partition } from '../views';

const OBSERVER = { leaderId: 101, voters: [], observers: [{ id: 3, logEndOffset: 7, behindMs: 0 }] };

function view(...partitions: ClusterView['partitions']): ClusterView {
  return clusterOf({ brokers: [1, 2, 3], partitions });
}

/** Broker 3 of three shall stop; topic `a` needs two in sync, `b` one, `c` three. */
function facts(seen: ClusterView, change: Partial<BrokerStopFacts> = {}): BrokerStopFacts {
  return {
    self: 3,
    own: seen,
    other: { id: 1, view: seen },
    isAnyOtherAlive: true,
    quorum: OBSERVER,
    minInSync: new Map([
      ['a', 2],
      ['b', 1],
      ['c', 3],
    ]),
    adding: new Map(),
    atRiskTopics: 'allow',
    ...change,
  };
}

const WHOLE = view(partition('a', 0, [1, 2, 3]));
const SHORT = view(partition('a', 0, [1, 2, 3], [2, 3]));
const OUT = view(partition('a', 0, [1, 2, 3], [1, 2]));
const WITHOUT_ME = clusterOf({ brokers: [1, 2], partitions: OUT.partitions });

test('may stop when enough others are in sync', () => {
  expect(mayStopBroker(facts(WHOLE))).toEqual({
    may: true,
    isWhole: true,
    reason: 'all 1 partitions have enough others in sync',
    sharers: {
      ids: [1, 2],
      hosts: new Map([
        [1, 'broker-1'],
        [2, 'broker-2'],
        [3, 'broker-3'],
      ]),
    },
    atRisk: [],
  });
});

test('does not count a broker that takes no connection, whatever Kafka says of it', () => {
  expect(mayStopBroker(facts(WHOLE, { unreachable: new Set([2, 9]) }))).toMatchObject({
    may: false,
    reason:
      'without broker 3 too few are in sync for a-0 (1 of 2); Kafka counts broker 2, which takes no connection',
  });
  const spare = view(partition('b', 0, [1, 2, 3]));
  expect(mayStopBroker(facts(spare, { unreachable: new Set([2]) }))).toMatchObject({ may: true, isWhole: false });
});

test('names whoever has the same partitions, alive or not, in sync or not', () => {
  const seen = clusterOf({
    brokers: [1, 2, 3, 4],
    partitions: [partition('b', 0, [3, 4, 5], [3, 5]), partition('b', 1, [1, 2])],
  });
  expect(mayStopBroker(facts(seen)).replicaPeers?.ids).toEqual([4, 5]);
});

test('waits, and names the partitions, while one has too few others in sync', () => {
  expect(mayStopBroker(facts(SHORT))).toMatchObject({
    may: false,
    reason: 'without broker 3 too few are in sync for a-0 (1 of 2)',
  });
});

test('the setting of the topic decides', () => {
  const seen = view(partition('b', 0, [1, 2, 3], [2, 3]));
  expect(mayStopBroker(facts(seen))).toMatchObject({ may: true, isWhole: false });
});

test('of a topic whose setting nobody knows all others must be in sync', () => {
  const seen = view(partition('new', 0, [1, 2, 3], [2, 3]));
  expect(mayStopBroker(facts(seen))).toMatchObject({
    may: false,
    reason: expect.stringContaining('new-0 (1 of 2)'),
  });
});

test('partitions that this broker is not in sync for do not hold it', () => {
  const seen = view(partition('a', 0, [1, 2, 3], [1]), partition('a', 1, [1, 2, 3]));
  expect(mayStopBroker(facts(seen)).mayStop).toBe(true);
});

test('waits while the broker does not show all that it has', () => {
  expect(mayStopBroker(facts(OUT, { unauthorizedTopics: ['x'] }))).toMatchObject({
    may: false,
    reason:
      "broker 3 has replicas of x, which it does not show to its agent: let the agent's principal describe every topic",
  });
});

test('another broker can object', () => {
  expect(mayStopBroker(facts(WHOLE, { other: { id: 1, view: SHORT } })).mayStop).toBe(false);
});

describe('partitions without a replica to spare', () => {
  const single = view(partition('a', 0, [3]));
  const strict = view(partition('c', 0, [1, 2, 3]));

  test.each([
    ['one replica', single, 'a-0'],
    ['as many in sync as replicas', strict, 'c-0'],
  ])('%s: allowed, and named', (_, seen, name) => {
    expect(mayStopBroker(facts(seen))).toMatchObject({ may: true, atRisk: [name] });
  });

  test.each([
    ['one replica', single, 'a-0 (0 of 1)'],
    ['as many in sync as replicas', strict, 'c-0 (2 of 3)'],
  ])('%s: held when they block', (_, seen, text) => {
    expect(mayStopBroker(facts(seen, { atRiskTopics: 'block' }))).toMatchObject({
      may: false,
      reason: expect.stringContaining(text),
    });
  });

  test('even where they are allowed, the others must be in sync', () => {
    const seen = view(partition('c', 0, [1, 2, 3], [2, 3]));
    expect(mayStopBroker(facts(seen))).toMatchObject({ may: false, atRisk: ['c-0'] });
  });
});

describe('reassignments', () => {
  test('waits for a copy to this broker', () => {
    const adding = new Map([['a-1', [3]]]);
    expect(mayStopBroker(facts(WHOLE, { adding }))).toMatchObject({
      may: false,
      reason: 'a reassignment is copying a-1 to broker 3',
    });
  });

  test('copies to others do not matter', () => {
    expect(mayStopBroker(facts(WHOLE, { adding: new Map([['a-1', [2]]]) })).mayStop).toBe(true);
  });

  test('waits while nobody says which there are', () => {
    expect(mayStopBroker(facts(WHOLE, { adding: 'unknown' })).mayStop).toBe(false);
  });
});

describe('a broker that nobody misses may stop at once', () => {
  test.each<[string, BrokerStopFacts]>([
    ['its port is closed', facts(WHOLE, { own: 'closed', other: undefined })],
    ['it is in no ISR', facts(OUT)],
    ['it is silent, and others have no part of it', facts(WITHOUT_ME, { own: 'silent' })],
    [
      'it is cut off, and others have gone on without it',
      facts(WHOLE, { quorum: 'unreachable', other: { id: 1, view: OUT } }),
    ],
    ['it is not registered', facts(WITHOUT_ME)],
    [
      'it is fenced, and the only one',
      facts(clusterOf({ brokers: [], partitions: [partition('a', 0, [3], [])] }), {
        other: undefined,
        isAnyOtherAlive: false,
      }),
    ],
  ])('%s', (_, seen) => {
    expect(mayStopBroker(seen)).toMatchObject({ may: true, isFree: true });
  });
});

describe('not knowing is no permission', () => {
  test.each<[string, BrokerStopFacts, string]>([
    [
      'nobody answers',
      facts(WHOLE, { own: 'silent', other: undefined }),
      'neither this broker nor another one',
    ],
    [
      'its own view is still empty',
      facts(clusterOf({}), { other: undefined, isAnyOtherAlive: false }),
      'does not list itself',
    ],
    [
      'it does not list itself, and others still count on it',
      facts(WITHOUT_ME, { other: { id: 1, view: SHORT } }),
      'a-0 (1 of 2)',
    ],
    [
      'it is cut off, and others still count on it',
      facts(WHOLE, { quorum: 'unreachable' }),
      'the controllers cannot be reached',
    ],
    [
      'it is cut off, and alone',
      facts(OUT, { quorum: 'unreachable', other: undefined }),
      'the controllers cannot be reached',
    ],
    ['others should answer, and none does', facts(WHOLE, { other: undefined }), 'no other broker answers'],
  ])('%s', (_, seen, reason) => {
    expect(mayStopBroker(seen)).toMatchObject({ may: false, reason: expect.stringContaining(reason) });
  });
});

test('a single broker decides by itself', () => {
  const seen = clusterOf({ brokers: [3], partitions: [partition('a', 0, [3])] });
  expect(mayStopBroker(facts(seen, { other: undefined, isAnyOtherAlive: false })).mayStop).toBe(true);
});

test('held when nobody says what a topic needs, and topics at risk block', () => {
  const unknown = { minInSync: new Map(), atRiskTopics: 'block' } as const;
  expect(mayStopBroker(facts(WHOLE, unknown))).toMatchObject({
    may: false,
    reason: 'nobody says min.insync.replicas of a',
  });
  expect(mayStopBroker(facts(WHOLE, { ...unknown, atRiskTopics: 'allow' }))).toMatchObject({ may: true });
});
