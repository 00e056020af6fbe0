import fc from 'fast-check';
import { PartitionView } from '../../../agent/kafka/cluster-view';
import { BrokerStopFacts, mayStopBroker } from '../../../agent/restart/may-stop-broker';
import { clusterOf, partition } from '../views';

const SELF = 3;
const RUNS = { numRuns: 500 };
const OBSERVER = { leaderId: 101, voters: [], observers: [{ id: SELF, logEndOffset: 7, lagMs: 0 }] };

const anyPartition: fc.Arbitrary<PartitionView> = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(2), fc.shuffledSubarray([1, 2, SELF, 4], { minLength: 1 }))
  .chain(([topic, index, ids]) => fc.subarray(ids).map((isr) => partition(topic, index, ids, isr)));

const partitions = fc.uniqueArray(anyPartition, {
  maxLength: 6,
  selector: ({ topic, index }) => `${topic}-${index}`,
});

const facts: fc.Arbitrary<BrokerStopFacts> = fc
  .record({
    own: partitions,
    other: partitions,
    minInSync: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    atRiskTopics: fc.constantFrom('block' as const, 'allow' as const),
  })
  .map(({ own, other, minInSync, atRiskTopics }) => ({
    self: SELF,
    own: clusterOf({ brokers: [1, 2, SELF, 4], partitions: own }),
    other: { id: 1, view: clusterOf({ brokers: [1, 2, SELF, 4], partitions: other }) },
    isAnyOtherAlive: true,
    quorum: OBSERVER,
    minInSync: new Map([
      ['a', minInSync[0]],
      ['b', minInSync[1]],
    ]),
    adding: new Map(),
    atRiskTopics,
  }));

function inSyncPartitions(found: BrokerStopFacts): PartitionView[] {
  const own = typeof found.own === 'string' ? [] : found.own.partitions;
  return [...own, ...(found.other?.view.partitions ?? [])].filter(({ isr }) => isr.includes(SELF));
}

test('no stop takes a partition with a spare replica below min.insync.replicas', () => {
  fc.assert(
    fc.property(facts, (found) => {
      fc.pre(mayStopBroker(found).mayStop);
      for (const { topic, replicas, isr } of inSyncPartitions(found)) {
        const minimum = Math.min(found.minInSync.get(topic) ?? 1, replicas.length);
        if (replicas.length > minimum) {
          expect(isr.length - 1).toBeGreaterThanOrEqual(minimum);
        }
      }
    }),
    RUNS,
  );
});

test('a delayed stop is allowed once every replica is in sync, except for partitions at risk', () => {
  fc.assert(
    fc.property(facts, (found) => {
      const recovered = (seen: PartitionView[]) =>
        clusterOf({
          brokers: [1, 2, SELF, 4],
          partitions: seen.map(({ topic, index, replicas }) => partition(topic, index, replicas)),
        });
      const verdict = mayStopBroker({
        ...found,
        minInSync: new Map([...found.minInSync, ['c', 1]]),
        own: recovered(typeof found.own === 'string' ? [] : [...found.own.partitions]),
        other: { id: 1, view: recovered([...(found.other?.view.partitions ?? [])]) },
      });
      expect(verdict.mayStop || (found.atRiskTopics === 'block' && verdict.atRisk?.length !== 0)).toBe(true);
    }),
    RUNS,
  );
});

test('one more in-sync replica never turns a positive verdict into a wait', () => {
  fc.assert(
    fc.property(facts, fc.constantFrom(1, 2, 4), (found, id) => {
      fc.pre(mayStopBroker(found).mayStop && typeof found.own !== 'string' && found.other !== undefined);
      const grown = ({ partitions: seen }: { partitions: readonly PartitionView[] }) =>
        clusterOf({
          brokers: [1, 2, SELF, 4],
          partitions: seen.map((one) =>
            one.replicas.includes(id) ? { ...one, isr: [...new Set([...one.isr, id])] } : one,
          ),
        });
      const withReplica = {
        ...found,
        own: grown(found.own as never),
        other: { id: 1, view: grown(found.other!.view) },
      };
      expect(mayStopBroker(withReplica).mayStop).toBe(true);
    }),
    RUNS,
  );
});

test('blocking partitions at risk never allows more stops', () => {
  fc.assert(
    fc.property(facts, (found) => {
      fc.pre(mayStopBroker({ ...found, atRiskTopics: 'block' }).mayStop);
      expect(mayStopBroker({ ...found, atRiskTopics: 'allow' }).mayStop).toBe(true);
    }),
    RUNS,
  );
});
