import { ClusterView } from '../../../agent/kafka/cluster-view';
import { BrokerStopFacts, mayStopBroker } from '../../../agent/restart/may-stop-broker';
import { clusterOf, partition } from '../views';

const OBSERVER = { leaderId: 101, voters: [], observers: [{ id: 3, logEndOffset: 7, lagMs: 0 }] };

function view(...partitions: ClusterView['partitions']): ClusterView {
  return clusterOf({ brokers: [1, 2, 3], partitions });
}

/** Broker 3 of three is about to stop. min.insync.replicas of topic `a` is 2, of `b` 1, of `c` 3. */
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

const IN_SYNC = view(partition('a', 0, [1, 2, 3]));
const SHORT = view(partition('a', 0, [1, 2, 3], [2, 3]));
const OUT_OF_SYNC = view(partition('a', 0, [1, 2, 3], [1, 2]));
const WITHOUT_SELF = clusterOf({ brokers: [1, 2], partitions: OUT_OF_SYNC.partitions });

test('may stop if enough other replicas are in sync', () => {
  expect(mayStopBroker(facts(IN_SYNC))).toEqual({
    mayStop: true,
    aliveIds: new Set([1, 2, 3]),
    allInSync: true,
    reason: 'all 1 partitions have enough other replicas in sync',
    replicaPeers: {
      ids: [1, 2],
      liveHosts: new Map([
        [1, 'broker-1'],
        [2, 'broker-2'],
        [3, 'broker-3'],
      ]),
    },
    atRisk: [],
  });
});

test('does not count a broker in the ISR that does not answer', () => {
  expect(mayStopBroker(facts(IN_SYNC, { unreachable: new Set([2, 9]) }))).toMatchObject({
    mayStop: false,
    reason:
      'without broker 3 too few replicas would be in the ISR of a-0 (1 of 2); ' +
      'the ISR lists broker 2, which does not answer',
  });
  const spare = view(partition('b', 0, [1, 2, 3]));
  expect(mayStopBroker(facts(spare, { unreachable: new Set([2]) }))).toMatchObject({
    mayStop: true,
    allInSync: false,
  });
});

test('returns all replicas of the same partitions, alive or not, in sync or not', () => {
  const seen = clusterOf({
    brokers: [1, 2, 3, 4],
    partitions: [partition('b', 0, [3, 4, 5], [3, 5]), partition('b', 1, [1, 2])],
  });
  expect(mayStopBroker(facts(seen)).replicaPeers?.ids).toEqual([4, 5]);
});

test('waits while a partition has too few other in-sync replicas', () => {
  expect(mayStopBroker(facts(SHORT))).toMatchObject({
    mayStop: false,
    reason: 'without broker 3 too few replicas would be in the ISR of a-0 (1 of 2)',
  });
});

test('uses min.insync.replicas of the topic', () => {
  const seen = view(partition('b', 0, [1, 2, 3], [2, 3]));
  expect(mayStopBroker(facts(seen))).toMatchObject({ mayStop: true, allInSync: false });
});

test('requires all other replicas of a topic with an unknown min.insync.replicas', () => {
  const seen = view(partition('new', 0, [1, 2, 3], [2, 3]));
  expect(mayStopBroker(facts(seen))).toMatchObject({
    mayStop: false,
    reason: expect.stringContaining('new-0 (1 of 2)'),
  });
});

test('ignores partitions without this broker in the ISR', () => {
  const seen = view(partition('a', 0, [1, 2, 3], [1]), partition('a', 1, [1, 2, 3]));
  expect(mayStopBroker(facts(seen)).mayStop).toBe(true);
});

test('waits while the agent is not authorized to describe topics', () => {
  expect(mayStopBroker(facts(OUT_OF_SYNC, { unauthorizedTopics: ['x'] }))).toMatchObject({
    mayStop: false,
    reason:
      'broker 3 has replicas of x, but its agent is not authorized to describe these topics: ' +
      'allow the principal of the agent to describe all topics',
  });
});

test('waits if the view of a peer prevents the stop', () => {
  expect(mayStopBroker(facts(IN_SYNC, { other: { id: 1, view: SHORT } })).mayStop).toBe(false);
});

describe('partitions without a spare replica', () => {
  const single = view(partition('a', 0, [3]));
  const strict = view(partition('c', 0, [1, 2, 3]));

  test.each([
    ['one replica', single, 'a-0'],
    ['min.insync.replicas equal to the replicas', strict, 'c-0'],
  ])('%s: allowed, and reported', (_, seen, name) => {
    expect(mayStopBroker(facts(seen))).toMatchObject({ mayStop: true, atRisk: [name] });
  });

  test.each([
    ['one replica', single, 'a-0 (0 of 1)'],
    ['min.insync.replicas equal to the replicas', strict, 'c-0 (2 of 3)'],
  ])('%s: delayed if they block', (_, seen, text) => {
    expect(mayStopBroker(facts(seen, { atRiskTopics: 'block' }))).toMatchObject({
      mayStop: false,
      reason: expect.stringContaining(text),
    });
  });

  test('even if they are allowed, the other replicas must be in sync', () => {
    const seen = view(partition('c', 0, [1, 2, 3], [2, 3]));
    expect(mayStopBroker(facts(seen))).toMatchObject({ mayStop: false, atRisk: ['c-0'] });
  });
});

describe('reassignments', () => {
  test('to this broker do not delay its stop, but others stop first', () => {
    const adding = new Map([['a-1', [3]]]);
    expect(mayStopBroker(facts(IN_SYNC, { adding }))).toMatchObject({
      mayStop: true,
      stopsLast: 'a reassignment is copying a-1 to broker 3',
    });
  });

  test('to other brokers change nothing', () => {
    const { stopsLast, mayStop } = mayStopBroker(facts(IN_SYNC, { adding: new Map([['a-1', [2]]]) }));
    expect([mayStop, stopsLast]).toEqual([true, undefined]);
  });
});

describe('may stop without the Lease if', () => {
  test.each<[string, BrokerStopFacts]>([
    ['its port is closed', facts(IN_SYNC, { own: 'closed', other: undefined })],
    ['no ISR contains it', facts(OUT_OF_SYNC)],
    ['it does not answer, and no ISR contains it', facts(WITHOUT_SELF, { own: 'no answer' })],
    [
      'it is disconnected, and no ISR contains it',
      facts(IN_SYNC, { quorum: 'unreachable', other: { id: 1, view: OUT_OF_SYNC } }),
    ],
    ['it is not registered', facts(WITHOUT_SELF)],
    [
      'it is fenced, and the only broker',
      facts(clusterOf({ brokers: [], partitions: [partition('a', 0, [3], [])] }), {
        other: undefined,
        isAnyOtherAlive: false,
      }),
    ],
  ])('%s', (_, seen) => {
    expect(mayStopBroker(seen)).toMatchObject({ mayStop: true, needsNoLease: true });
  });
});

describe('waits if', () => {
  test.each<[string, BrokerStopFacts, string]>([
    [
      'no broker answers',
      facts(IN_SYNC, { own: 'no answer', other: undefined, otherUnavailable: 'broker 1: timeout' }),
      'broker 3 does not answer its agent, and no other broker answers (broker 1: timeout)',
    ],
    [
      'its own view is empty',
      facts(clusterOf({}), { other: undefined, isAnyOtherAlive: false }),
      'does not list itself',
    ],
    [
      'it does not list itself, and a peer lists it in an ISR',
      facts(WITHOUT_SELF, { other: { id: 1, view: SHORT } }),
      'a-0 (1 of 2)',
    ],
    [
      'it is disconnected, and a peer lists it in an ISR',
      facts(IN_SYNC, { quorum: 'unreachable' }),
      'the controllers cannot be reached',
    ],
    [
      'it is disconnected, and no peer answers',
      facts(OUT_OF_SYNC, { quorum: 'unreachable', other: undefined }),
      'the controllers cannot be reached',
    ],
    ['peers are alive, and none answers', facts(IN_SYNC, { other: undefined }), 'no other broker answers'],
  ])('%s', (_, seen, reason) => {
    expect(mayStopBroker(seen)).toMatchObject({ mayStop: false, reason: expect.stringContaining(reason) });
  });
});

test('the only broker may stop', () => {
  const seen = clusterOf({ brokers: [3], partitions: [partition('a', 0, [3])] });
  expect(mayStopBroker(facts(seen, { other: undefined, isAnyOtherAlive: false })).mayStop).toBe(true);
});

test('waits for an unknown min.insync.replicas only if topics at risk block', () => {
  const unknown = { minInSync: new Map(), atRiskTopics: 'block' } as const;
  expect(mayStopBroker(facts(IN_SYNC, unknown))).toMatchObject({
    mayStop: false,
    reason: 'min.insync.replicas of a is unknown',
  });
  expect(mayStopBroker(facts(IN_SYNC, { ...unknown, atRiskTopics: 'allow' }))).toMatchObject({
    mayStop: true,
  });
});
