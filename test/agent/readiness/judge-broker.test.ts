/*
 * The ways in which one view of a cluster can look like "in sync" and is not, each seen on live brokers, and what the
 * verdict says about them.
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

/** The healthy cluster, with broker 3 out of the ISR of orders-0. */
const OUT_OF_SYNC: ViewParts = {
  ...HEALTHY,
  partitions: [partition('orders', 0, [1, 2, 3], [1, 2]), partition('orders', 1, [2, 3, 1])],
};

/** The quorum as controller 101 sees it; broker 3 observes and is as far behind as told. */
function quorum(behindMs: number | undefined, observer = SELF): QuorumView {
  return {
    leaderId: 101,
    voters: [{ id: 101, lagMs: 0, logEndOffset: 900 }],
    observers: [{ id: observer, lagMs: behindMs, logEndOffset: 900 }],
  };
}

const other = (parts: ViewParts) => ({ id: 1, view: clusterOf(parts) });

/** Broker 3 of a KRaft cluster of three in which all is well, but for the change. */
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
const inDoubt = (reason: string) => ({ ...notReady(reason), isDoubt: true });

test('ready when all views agree that it is in sync', () => {
  expect(verdict()).toEqual({
    ready: true,
    reason: 'in sync for all 2 partitions',
    notInSync: [],
    witness: 'broker 1 agrees',
  });
});

test('who was asked shows in the witness only: the reason stays the same from round to round', () => {
  const { reason } = verdict();
  expect(verdict({ other: { id: 2, view: clusterOf(HEALTHY) } })).toEqual({
    ready: true,
    reason,
    notInSync: [],
    witness: 'broker 2 agrees',
  });
});

test('ready in ZooKeeper mode, where there is no quorum to ask', () => {
  expect(verdict({ quorum: undefined }).ready).toBe(true);
});

test('ready without a partition, when its disks hold none either', () => {
  const empty: ViewParts = { brokers: [1, 2, 3] };
  expect(verdict({ own: clusterOf(empty), other: other(empty), hostedReplicas: 0 })).toEqual({
    ready: true,
    reason: 'in sync for all 0 partitions',
    notInSync: [],
    witness: 'broker 1 agrees',
  });
});

describe('a view that is empty right after the start', () => {
  test('without brokers', () => {
    expect(verdict({ own: clusterOf({}), hostedReplicas: 31 })).toEqual(
      notReady('broker 3 does not list itself among the live brokers yet'),
    );
  });

  test('with brokers, but without the topics that are on its disks', () => {
    expect(verdict({ own: clusterOf({ brokers: [1, 2, 3] }), hostedReplicas: 31 })).toEqual(
      notReady('broker 3 shows no topics, but has 31 replicas on disk'),
    );
  });

  test.each([
    ['with a second view', other(HEALTHY)],
    ['without one', undefined],
  ])('with brokers and without topics, while nobody knows what is on its disks, %s', (_, second) => {
    expect(verdict({ own: clusterOf({ brokers: [1, 2, SELF] }), other: second })).toEqual(
      notReady('broker 3 shows no topics, but has an unknown number of replicas on disk'),
    );
  });
});

test('a view that leaves the broker itself out', () => {
  expect(verdict({ own: clusterOf(without(SELF)) })).toEqual(
    notReady('broker 3 does not list itself among the live brokers yet'),
  );
});

test('a blank disk: the disks hold nothing yet, and Metadata lists replicas that are out of sync', () => {
  const own = clusterOf({ ...HEALTHY, partitions: [partition('orders', 0, [1, 2, 3], [1, 2])] });
  expect(verdict({ own, hostedReplicas: 0 })).toEqual({
    ready: false,
    reason: 'not in sync for orders-0',
    notInSync: ['orders-0'],
  });
});

test('directories that are made later do not matter', () => {
  expect(verdict({ hostedReplicas: 1 }).ready).toBe(true);
});

describe('a view that is out of date because the broker is cut off', () => {
  test.each<[string, BrokerFacts['quorum'], string]>([
    [
      'no controller answers through it',
      'unreachable',
      'the controllers cannot be reached through this broker, so what it shows may be out of date',
    ],
    [
      'the controllers do not know it',
      quorum(0, 2),
      'the controllers do not know broker 3 as an observer yet',
    ],
    ['it is behind', quorum(10_001), 'broker 3 is behind with the metadata by 10001 ms'],
    [
      'nobody knows how far it is behind',
      quorum(undefined),
      'broker 3 is behind with the metadata by an unknown number of ms',
    ],
  ])('%s', (_, found, reason) => {
    expect(verdict({ quorum: found })).toEqual(inDoubt(reason));
  });

  test('a small lag is none', () => {
    expect(verdict({ quorum: quorum(10_000) }).ready).toBe(true);
  });

  test('also when it is the only broker alive', () => {
    const own = clusterOf({ brokers: [SELF], partitions: HEALTHY.partitions });
    expect(verdict({ own, other: undefined, quorum: 'unreachable' }).ready).toBe(false);
  });
});

describe('the second view', () => {
  test('does not list the broker: its session has ended, or not begun', () => {
    expect(verdict({ other: other(without(SELF)) })).toEqual(
      inDoubt('broker 1 does not list broker 3 among the live brokers'),
    );
  });

  test('shows it out of sync where its own does not', () => {
    expect(verdict({ other: other(OUT_OF_SYNC) })).toEqual({
      ready: false,
      reason: 'not in sync for orders-0',
      notInSync: ['orders-0'],
    });
  });

  test('shows it in sync where its own does not', () => {
    expect(verdict({ own: clusterOf(OUT_OF_SYNC) }).notInSync).toEqual(['orders-0']);
  });

  test('and its own together name each partition once, sorted', () => {
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
      reason: 'not in sync for a-0, b-0, z-0',
      notInSync: ['a-0', 'b-0', 'z-0'],
    });
  });

  test.each<[string, Partial<BrokerFacts>]>([
    ['KRaft', {}],
    ['ZooKeeper', { quorum: undefined }],
  ])('is not to be had in a cluster of one broker (%s), and the verdict says so', (_, mode) => {
    const own = clusterOf({ brokers: [SELF], partitions: [partition('orders', 0, [SELF])] });
    const noOther = { isAnyAlive: false, reason: 'no other broker is alive' };
    expect(verdict({ own, other: undefined, otherUnavailable: noOther, ...mode })).toEqual({
      ready: true,
      reason: 'in sync for all 1 partitions',
      notInSync: [],
      witness: 'nobody else to ask: no other broker is alive',
    });
  });
});

describe('others are alive, and none answers', () => {
  const SILENCE: Partial<BrokerFacts> = {
    other: undefined,
    otherUnavailable: { isAnyAlive: true, reason: 'broker 1: it timed out; broker 2: it timed out' },
  };

  test('not ready in ZooKeeper mode, where nothing else tells that it is not cut off', () => {
    expect(verdict({ ...SILENCE, quorum: undefined })).toEqual(
      inDoubt(
        'no other broker answers, so this one may be cut off: broker 1: it timed out; broker 2: it timed out',
      ),
    );
  });

  test('ready in KRaft mode, where the controllers have just been reached', () => {
    expect(verdict(SILENCE)).toEqual({
      ready: true,
      reason: 'in sync for all 2 partitions',
      notInSync: [],
      witness: 'nobody else to ask: broker 1: it timed out; broker 2: it timed out',
    });
  });

  test('not ready in KRaft mode either, when the controllers are out of reach', () => {
    expect(verdict({ ...SILENCE, quorum: 'unreachable' }).ready).toBe(false);
  });

  test('not ready in KRaft mode when it is out of sync', () => {
    expect(verdict({ ...SILENCE, own: clusterOf(OUT_OF_SYNC) }).notInSync).toEqual(['orders-0']);
  });
});

describe('a running reassignment', () => {
  test('excuses a replica that is only being added', () => {
    expect(verdict({ own: clusterOf(OUT_OF_SYNC), adding: new Map([['orders-0', [SELF]]]) }).ready).toBe(
      true,
    );
  });

  test('excuses it in the second view as well', () => {
    expect(verdict({ other: other(OUT_OF_SYNC), adding: new Map([['orders-0', [SELF]]]) }).ready).toBe(true);
  });

  test.each<[string, [string, number[]]]>([
    ['of another broker to the same partition', ['orders-0', [4]]],
    ['of this broker to another partition', ['orders-1', [SELF]]],
    ['of this broker to another topic', ['my-orders-0', [SELF]]],
    ['that only takes replicas away', ['orders-0', []]],
  ])('does not excuse it %s', (_, adding) => {
    expect(verdict({ own: clusterOf(OUT_OF_SYNC), adding: new Map([adding]) }).notInSync).toEqual([
      'orders-0',
    ]);
  });
});

test('is not blamed for partitions that others are out of sync for', () => {
  const partitions = [partition('orders', 0, [1, 2, 3], [3]), partition('audit', 0, [1, 2], [1])];
  expect(verdict({ own: clusterOf({ ...HEALTHY, partitions }) }).ready).toBe(true);
});

test('not ready for a partition without any leader', () => {
  const own = clusterOf({ ...HEALTHY, partitions: [partition('orders', 0, [1, 2, 3], [])] });
  expect(verdict({ own }).notInSync).toEqual(['orders-0']);
});

test('names five partitions and counts the rest', () => {
  const partitions = [0, 1, 2, 3, 4, 5, 6].map((index) => partition('orders', index, [1, 2, 3], [1]));
  const { reason, notInSync } = verdict({ own: clusterOf({ ...HEALTHY, partitions }) });
  expect(reason).toBe('not in sync for orders-0, orders-1, orders-2, orders-3, orders-4 and 2 more');
  expect(notInSync).toHaveLength(7);
});

test('partitions that hold a broker back keep the order of the view', () => {
  const partitions = [partition('z', 0, [3], []), partition('a', 0, [3], []), partition('m', 0, [1], [])];
  expect(outOfSyncPartitions(SELF, clusterOf({ partitions }))).toEqual(partitions.slice(0, 2));
});

test('partitions that two brokers ask about are judged for each of them', () => {
  const view = clusterOf({ partitions: [partition('a', 0, [1, 3], [3]), partition('b', 0, [1, 3], [1])] });
  expect([1, 3].map((self) => outOfSyncPartitions(self, view))).toEqual([
    [view.partitions[0]],
    [view.partitions[1]],
  ]);
});

test('topics that hold a broker back are named once, those that a reassignment adds left out', () => {
  const partitions = ['a', 'b'].flatMap((topic) =>
    [0, 1].map((index) => partition(topic, index, [1, 3], [1])),
  );
  const adding = new Map(['b-0', 'b-1'].map((name) => [name, [SELF]]));
  expect(outOfSyncTopics({ self: SELF, own: clusterOf({ partitions }), adding })).toEqual(['a']);
});
