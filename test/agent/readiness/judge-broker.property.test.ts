import fc from 'fast-check';
import {
  BrokerFacts,
  confirms,
  judgeBroker,
  outOfSyncPartitions,
} from '../../../agent/readiness/judge-broker';
import { PartitionView } from '../../../agent/kafka/cluster-view';
import { ViewParts, clusterOf, partition } from '../views';

const SELF = 3;
const RUNS = { numRuns: 500 };

const replicas = fc.shuffledSubarray([1, 2, SELF, 4], { minLength: 1 });
const anyPartition: fc.Arbitrary<PartitionView> = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(2), replicas)
  .chain(([topic, index, ids]) => fc.subarray(ids).map((isr) => partition(topic, index, ids, isr)));

/** Partitions without a replica on broker 3. */
const foreign = anyPartition.map(({ topic, index, replicas: ids, isr }) => {
  const others = (list: readonly number[]) => list.filter((id) => id !== SELF);
  return partition(`foreign-${topic}`, index, others(ids), others(isr));
});

const view: fc.Arbitrary<ViewParts> = fc.record({
  brokers: fc.subarray([1, 2, SELF, 4]),
  partitions: fc.uniqueArray(anyPartition, {
    maxLength: 5,
    selector: ({ topic, index }) => `${topic}-${index}`,
  }),
});

const quorum: fc.Arbitrary<BrokerFacts['quorum']> = fc.oneof(
  fc.constantFrom(undefined, 'unreachable' as const),
  fc
    .record({ id: fc.constantFrom(2, SELF), lagMs: fc.option(fc.nat(20_000), { nil: undefined }) })
    .map((observer) => ({ leaderId: 101, voters: [], observers: [{ ...observer, logEndOffset: 7 }] })),
);

const adding: fc.Arbitrary<BrokerFacts['adding']> = fc.option(
  fc
    .array(fc.tuple(fc.constantFrom('a-0', 'a-1', 'b-0', 'c-2'), fc.subarray([SELF, 4])))
    .map((entries) => new Map(entries)),
  { nil: undefined },
);

const facts: fc.Arbitrary<BrokerFacts> = fc
  .record({
    own: view,
    second: fc.oneof(
      view,
      fc.record({ isAnyAlive: fc.boolean(), reason: fc.constantFrom('none', 'broker 1: it timed out') }),
    ),
    hosted: fc.option(fc.nat(3), { nil: undefined }),
    quorum,
    adding,
  })
  .map(({ own, second, hosted, ...rest }) => ({
    ...rest,
    self: SELF,
    own: clusterOf(own),
    ...('reason' in second ? { otherUnavailable: second } : { other: { id: 1, view: clusterOf(second) } }),
    hostedReplicas: hosted,
  }));

/** The same facts with more partitions in each view. */
function withMore(found: BrokerFacts, more: readonly PartitionView[]): BrokerFacts {
  const enlarged = (seen: BrokerFacts['own']) => ({
    ...seen,
    topics: new Set([...seen.topics, ...more.map(({ topic }) => topic)]),
    partitions: [...seen.partitions, ...more],
  });
  return {
    ...found,
    own: enlarged(found.own),
    other: found.other && { ...found.other, view: enlarged(found.other.view) },
  };
}

test('partitions of other brokers never change the verdict', () => {
  fc.assert(
    fc.property(facts, fc.array(foreign, { maxLength: 6 }), (found, more) => {
      // A view without topics has a rule of its own.
      fc.pre(found.own.topics.size > 0);
      expect(judgeBroker(withMore(found, more))).toEqual(judgeBroker(found));
    }),
    RUNS,
  );
});

test('a ready broker is listed in each view, and in each ISR except where a reassignment adds it', () => {
  fc.assert(
    fc.property(facts, (found) => {
      fc.pre(judgeBroker(found).ready);
      for (const seen of [found.own, ...(found.other ? [found.other.view] : [])]) {
        expect(seen.brokers.has(SELF)).toBe(true);
        const missing = seen.partitions
          .filter(({ replicas: ids, isr }) => ids.includes(SELF) && !isr.includes(SELF))
          .filter(({ topic, index }) => !found.adding?.get(`${topic}-${index}`)?.includes(SELF));
        expect(missing).toEqual([]);
      }
    }),
    RUNS,
  );
});

test('never ready in ZooKeeper mode while peers are alive and none answers', () => {
  fc.assert(
    fc.property(facts, fc.string(), (found, reason) => {
      const noAnswer = { other: undefined, otherUnavailable: { isAnyAlive: true, reason } };
      expect(judgeBroker({ ...found, ...noAnswer, quorum: undefined }).ready).toBe(false);
    }),
    RUNS,
  );
});

test('never ready without topics unless the disks are known to be empty', () => {
  fc.assert(
    fc.property(facts, (found) => {
      fc.pre(found.own.topics.size === 0);
      expect(judgeBroker(found).ready && found.hostedReplicas !== 0).toBe(false);
    }),
    RUNS,
  );
});

test('a second view never makes a broker ready that is not ready as the only live broker', () => {
  fc.assert(
    fc.property(facts, view, (found, second) => {
      // With live peers that do not answer, the missing view can be the reason.
      const otherUnavailable = { isAnyAlive: false, reason: 'no other broker is alive' };
      const alone = judgeBroker({ ...found, other: undefined, otherUnavailable });
      const together = judgeBroker({ ...found, other: { id: 2, view: clusterOf(second) } });
      expect(together.ready && !alone.ready).toBe(false);
    }),
    RUNS,
  );
});

test('unknown reassignments never make a broker ready', () => {
  fc.assert(
    fc.property(facts, (found) => {
      const unknown = judgeBroker({ ...found, adding: undefined });
      expect(unknown.ready && !judgeBroker(found).ready).toBe(false);
    }),
    RUNS,
  );
});

test('never ready while the controllers cannot be reached', () => {
  fc.assert(
    fc.property(facts, (found) => {
      expect(judgeBroker({ ...found, quorum: 'unreachable' }).ready).toBe(false);
    }),
    RUNS,
  );
});

test('a reassignment excludes only the replicas that it adds', () => {
  fc.assert(
    fc.property(view, adding, (seen, added) => {
      const all = outOfSyncPartitions(SELF, clusterOf(seen));
      const expected = all.filter(({ topic, index }) => !added?.get(`${topic}-${index}`)?.includes(SELF));
      expect(outOfSyncPartitions(SELF, clusterOf(seen), added)).toEqual(expected);
    }),
    RUNS,
  );
});

test('an unknown verdict is not ready and has no partitions', () => {
  fc.assert(
    fc.property(facts, (found) => {
      const { ready, isUnknown, outOfSync } = judgeBroker(found);
      expect(isUnknown === true && (ready || outOfSync !== undefined)).toBe(false);
    }),
    RUNS,
  );
});

test('the partitions of a verdict agree with its reason', () => {
  fc.assert(
    fc.property(facts, (found) => {
      const { ready, reason, outOfSync } = judgeBroker(found);
      expect((outOfSync ?? []).length > 0).toBe(reason.startsWith('not in the ISR of'));
      expect(ready).toBe(outOfSync?.length === 0);
    }),
    RUNS,
  );
});

test('a peer confirms exactly if it lists the broker and reports no more out-of-sync partitions', () => {
  fc.assert(
    fc.property(view, view, (own, peer) => {
      const count = (seen: ViewParts) => outOfSyncPartitions(SELF, clusterOf(seen)).length;
      const expected = clusterOf(peer).brokers.has(SELF) && count(peer) <= count(own);
      expect(confirms(SELF, clusterOf(own), clusterOf(peer))).toBe(expected);
    }),
    RUNS,
  );
});
