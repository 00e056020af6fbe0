/*
 * Situations in which a single view of a cluster looks like "in sync" and is not. Each of them was observed on real
 * brokers.
 */
import {
  BrokerFacts,
  judgeBroker,
  outOfSyncPartitions,
  outOfSyncTopics,
} from '../../../agent/readiness/judge-broker';
import { QuorumView } from '../../../agent/kafka/quorum-view';
import { ViewParts, clusterOf, partition } from '../views';

const SELF = 3;
const HEALTHY: ViewParts = {
  brokers: [1, 2, SELF],
  partitions: [
    partition('orders', 0, [1, 2, 3]),
    partition('orders', 1, [2, 3, 1]),
    partition('audit', 0, [1, 2]),
  ],
};

const without = (id: number): ViewParts => ({
  ...HEALTHY,
  brokers: [1, 2, 3].filter((broker) => broker !== id),
});

/** The healthy cluster with broker 3 out of the ISR of orders-0. */
const OUT_OF_SYNC: ViewParts = {
  ...HEALTHY,
  partitions: [partition('orders', 0, [1, 2, 3], [1, 2]), partition('orders', 1, [2, 3, 1])],
};

/** The quorum as controller 101 describes it, with broker 3 as an observer with a lag. */
function quorum(lagMs: number | undefined, observer = SELF): QuorumView {
  return {
    leaderId: 101,
    voters: [{ id: 101, lagMs: 0, logEndOffset: 900 }],
    observers: [{ id: observer, lagMs, logEndOffset: 900 }],
  };
}

const other = (parts: ViewParts) => ({ id: 1, view: clusterOf(parts) });

/** Verdict about broker 3 of a healthy KRaft cluster of three, with a change. */
function verdict(change: Partial<BrokerFacts> = {}) {
  return judgeBroker({
    self: SELF,
    own: clusterOf(HEALTHY),
    other: other(HEALTHY),
    quorum: quorum(0),
    ...change,
  });
}

const notReady = (reason: string) => ({ ready: false, reason });
const unknown = (reason: string) => ({ ...notReady(reason), isUnknown: true });

test('ready if all views agree that it is in sync', () => {
  expect(verdict()).toEqual({
    ready: true,
    reason: 'in the ISR of all 2 partitions',
    outOfSync: [],
    secondView: 'broker 1 agrees',
  });
});

test('the peer is in secondView only, so that the reason does not change from round to round', () => {
  const { reason } = verdict();
  expect(verdict({ other: { id: 2, view: clusterOf(HEALTHY) } })).toEqual({
    ready: true,
    reason,
    outOfSync: [],
    secondView: 'broker 2 agrees',
  });
});

test('ready in ZooKeeper mode, which has no quorum', () => {
  expect(verdict({ quorum: undefined }).ready).toBe(true);
});

test('ready without partitions if its disks have none', () => {
  const empty: ViewParts = { brokers: [1, 2, 3] };
  expect(verdict({ own: clusterOf(empty), other: other(empty), hostedReplicas: 0 })).toEqual({
    ready: true,
    reason: 'in the ISR of all 0 partitions',
    outOfSync: [],
    secondView: 'broker 1 agrees',
  });
});

describe('an empty view after the start', () => {
  test('has no brokers', () => {
    expect(verdict({ own: clusterOf({}), hostedReplicas: 31 })).toEqual(
      notReady('broker 3 does not list itself among the live brokers yet'),
    );
  });

  test('has brokers, but not the topics on the disks', () => {
    expect(verdict({ own: clusterOf({ brokers: [1, 2, 3] }), hostedReplicas: 31 })).toEqual(
      notReady('the metadata of broker 3 has no topics, but its disks have 31 replicas'),
    );
  });

  test.each([
    ['with a second view', other(HEALTHY)],
    ['without a second view', undefined],
  ])('has brokers and no topics, while the contents of the disks are unknown, %s', (_, second) => {
    expect(verdict({ own: clusterOf({ brokers: [1, 2, SELF] }), other: second })).toEqual(
      notReady('the metadata of broker 3 has no topics, but its disks have an unknown number of replicas'),
    );
  });
});

test('not ready if the broker does not list itself', () => {
  expect(verdict({ own: clusterOf(without(SELF)) })).toEqual(
    notReady('broker 3 does not list itself among the live brokers yet'),
  );
});

test('not ready with an empty disk, while the metadata lists replicas that are out of sync', () => {
  const own = clusterOf({ ...HEALTHY, partitions: [partition('orders', 0, [1, 2, 3], [1, 2])] });
  expect(verdict({ own, hostedReplicas: 0 })).toEqual({
    ready: false,
    reason: 'not in the ISR of orders-0 (leader 1)',
    outOfSync: ['orders-0'],
  });
});

test('ready if log directories are created later', () => {
  expect(verdict({ hostedReplicas: 1 }).ready).toBe(true);
});

describe('the view of a disconnected broker is out of date if', () => {
  test.each<[string, BrokerFacts['quorum'], string]>([
    [
      'no controller answers through it',
      'unreachable',
      'the controllers cannot be reached through broker 3, so its metadata may be out of date',
    ],
    [
      'the controllers do not list it',
      quorum(0, 2),
      'the controllers do not list broker 3 as an observer of the metadata yet',
    ],
    ['it lags', quorum(10_001), 'the metadata of broker 3 lags by 10001 ms; the limit is 10 s'],
    [
      'its lag is unknown',
      quorum(undefined),
      'the metadata of broker 3 lags by an unknown time; the limit is 10 s',
    ],
  ])('%s', (_, found, reason) => {
    expect(verdict({ quorum: found })).toEqual(unknown(reason));
  });

  test('not if its lag is at the limit', () => {
    expect(verdict({ quorum: quorum(10_000) }).ready).toBe(true);
  });

  test('it is the only live broker, and no controller answers', () => {
    const own = clusterOf({ brokers: [SELF], partitions: HEALTHY.partitions });
    expect(verdict({ own, other: undefined, quorum: 'unreachable' }).ready).toBe(false);
  });
});

describe('the second view', () => {
  test('does not list the broker, because its session has ended or not begun', () => {
    expect(verdict({ other: other(without(SELF)) })).toEqual(
      unknown('broker 1 does not list broker 3 among the live brokers'),
    );
  });

  test('has it out of sync, and its own view does not', () => {
    expect(verdict({ other: other(OUT_OF_SYNC) })).toEqual({
      ready: false,
      reason: 'not in the ISR of orders-0 (leader 1)',
      outOfSync: ['orders-0'],
    });
  });

  test('has it in sync, and its own view does not', () => {
    expect(verdict({ own: clusterOf(OUT_OF_SYNC) }).outOfSync).toEqual(['orders-0']);
  });

  test('and its own view together list each partition once, sorted', () => {
    const own = clusterOf({
      ...HEALTHY,
      partitions: [partition('z', 0, [1, 3], [1]), partition('b', 0, [1, 3], [1])],
    });
    const second = other({
      ...HEALTHY,
      partitions: [partition('b', 0, [1, 3], [1]), partition('a', 0, [1, 3], [1])],
    });
    expect(verdict({ own, other: second })).toEqual({
      ready: false,
      reason: 'not in the ISR of a-0 (leader 1), b-0 (leader 1), z-0 (leader 1)',
      outOfSync: ['a-0', 'b-0', 'z-0'],
    });
  });

  test.each<[string, Partial<BrokerFacts>]>([
    ['KRaft', {}],
    ['ZooKeeper', { quorum: undefined }],
  ])('is missing in a cluster of one broker (%s), and the verdict has the reason', (_, mode) => {
    const own = clusterOf({ brokers: [SELF], partitions: [partition('orders', 0, [SELF])] });
    const otherUnavailable = { isAnyAlive: false, reason: 'no other broker is alive' };
    expect(verdict({ own, other: undefined, otherUnavailable, ...mode })).toEqual({
      ready: true,
      reason: 'in the ISR of all 1 partitions',
      outOfSync: [],
      secondView: 'none: no other broker is alive',
    });
  });
});

describe('if peers are alive and none answers', () => {
  const NO_ANSWER: Partial<BrokerFacts> = {
    other: undefined,
    otherUnavailable: { isAnyAlive: true, reason: 'broker 1: it timed out; broker 2: it timed out' },
  };

  test('not ready in ZooKeeper mode, because the broker may be disconnected', () => {
    expect(verdict({ ...NO_ANSWER, quorum: undefined })).toEqual(
      unknown(
        'no other broker answers, so broker 3 may be disconnected: broker 1: it timed out; broker 2: it timed out',
      ),
    );
  });

  test('ready in KRaft mode, because the controllers have just answered', () => {
    expect(verdict(NO_ANSWER)).toEqual({
      ready: true,
      reason: 'in the ISR of all 2 partitions',
      outOfSync: [],
      secondView: 'none: broker 1: it timed out; broker 2: it timed out',
    });
  });

  test('not ready in KRaft mode if the controllers cannot be reached', () => {
    expect(verdict({ ...NO_ANSWER, quorum: 'unreachable' }).ready).toBe(false);
  });

  test('not ready in KRaft mode if it is out of sync', () => {
    expect(verdict({ ...NO_ANSWER, own: clusterOf(OUT_OF_SYNC) }).outOfSync).toEqual(['orders-0']);
  });
});

describe('a running reassignment', () => {
  test('excludes a replica that is being added', () => {
    expect(verdict({ own: clusterOf(OUT_OF_SYNC), adding: new Map([['orders-0', [SELF]]]) }).ready).toBe(
      true,
    );
  });

  test('excludes it in the second view too', () => {
    expect(verdict({ other: other(OUT_OF_SYNC), adding: new Map([['orders-0', [SELF]]]) }).ready).toBe(true);
  });

  test.each<[string, [string, number[]]]>([
    ['a reassignment of another broker to the same partition', ['orders-0', [4]]],
    ['a reassignment of this broker to another partition', ['orders-1', [SELF]]],
    ['a reassignment of this broker to another topic', ['my-orders-0', [SELF]]],
    ['a reassignment that only removes replicas', ['orders-0', []]],
  ])('does not exclude a replica if it is %s', (_, adding) => {
    expect(verdict({ own: clusterOf(OUT_OF_SYNC), adding: new Map([adding]) }).outOfSync).toEqual([
      'orders-0',
    ]);
  });
});

test('ready if only other brokers are out of sync', () => {
  const partitions = [partition('orders', 0, [1, 2, 3], [3]), partition('audit', 0, [1, 2], [1])];
  expect(verdict({ own: clusterOf({ ...HEALTHY, partitions }) }).ready).toBe(true);
});

test('not ready with a partition without a leader', () => {
  const own = clusterOf({ ...HEALTHY, partitions: [partition('orders', 0, [1, 2, 3], [])] });
  expect(verdict({ own })).toEqual({
    ready: false,
    reason: 'not in the ISR of orders-0 (no leader)',
    outOfSync: ['orders-0'],
  });
});

test('the reason lists five partitions with their leaders, and the number of the others', () => {
  const partitions = [0, 1, 2, 3, 4, 5, 6].map((index) =>
    partition('orders', index, [1, 2, 3], [1 + (index % 2)]),
  );
  const { reason, outOfSync } = verdict({ own: clusterOf({ ...HEALTHY, partitions }) });
  expect(reason).toBe(
    'not in the ISR of orders-0 (leader 1), orders-1 (leader 2), orders-2 (leader 1), orders-3 (leader 2), ' +
      'orders-4 (leader 1) and 2 more',
  );
  expect(outOfSync).toHaveLength(7);
});

test('out-of-sync partitions keep the order of the view', () => {
  const partitions = [partition('z', 0, [3], []), partition('a', 0, [3], []), partition('m', 0, [1], [])];
  expect(outOfSyncPartitions(SELF, clusterOf({ partitions }))).toEqual(partitions.slice(0, 2));
});

test('out-of-sync partitions of one view differ between two brokers', () => {
  const view = clusterOf({ partitions: [partition('a', 0, [1, 3], [3]), partition('b', 0, [1, 3], [1])] });
  expect([1, 3].map((self) => outOfSyncPartitions(self, view))).toEqual([
    [view.partitions[0]],
    [view.partitions[1]],
  ]);
});

test('out-of-sync topics are listed once, without those that a reassignment adds', () => {
  const partitions = ['a', 'b'].flatMap((topic) =>
    [0, 1].map((index) => partition(topic, index, [1, 3], [1])),
  );
  const adding = new Map(['b-0', 'b-1'].map((name) => [name, [SELF]]));
  expect(outOfSyncTopics({ self: SELF, own: clusterOf({ partitions }), adding })).toEqual(['a']);
});
