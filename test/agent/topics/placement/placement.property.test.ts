import fc from 'fast-check';
import { Candidate } from '../../../../agent/topics/placement/counts';
import { Placement } from '../../../../agent/topics/placement/placement';

const RUNS = { numRuns: 300 };

/** One to five zones of one to six brokers each. */
const anyMap: fc.Arbitrary<Candidate[]> = fc
  .array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 })
  .map((sizes) => candidates(sizes));

const evenMap: fc.Arbitrary<Candidate[]> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }))
  .map(([zones, size]) => candidates(Array.from({ length: zones }, () => size)));

/** Brokers whose ids alternate between the zones, as Kubernetes spreads pods. */
function candidates(sizes: readonly number[]): Candidate[] {
  const most = Math.max(...sizes);
  const zones = Array.from({ length: most }, (_, row) =>
    sizes.flatMap((size, zone) => (row < size ? [`z${zone}`] : [])),
  );
  return zones.flat().map((zone, index) => ({ id: 1001 + index, zone }));
}

/** A map, and a replication factor that its brokers allow. */
const withFactor = (map: fc.Arbitrary<Candidate[]>) =>
  map.chain((brokers) =>
    fc.record({ brokers: fc.constant(brokers), factor: fc.integer({ min: 1, max: brokers.length }) }),
  );

const partitions = fc.integer({ min: 1, max: 80 });

/** Existing partitions, on brokers of the map and on others. */
const existing = fc.array(
  fc.uniqueArray(fc.integer({ min: 998, max: 1012 }), { minLength: 1, maxLength: 4 }),
  { maxLength: 30 },
);

/** Places one topic. */
function place(
  brokers: readonly Candidate[],
  factor: number,
  count: number,
  there: readonly number[][] = [],
): number[][] {
  return new Placement(brokers, there).placeTopic(count, factor);
}

function countBy<K>(items: readonly K[]): Map<K, number> {
  const counts = new Map<K, number>();
  items.forEach((item) => counts.set(item, (counts.get(item) ?? 0) + 1));
  return counts;
}

/** The largest difference between two brokers, including brokers without replicas. */
function spread(brokers: readonly Candidate[], ids: readonly number[]): number {
  const counts = countBy(ids);
  const all = brokers.map(({ id }) => counts.get(id) ?? 0);
  return Math.max(...all) - Math.min(...all);
}

test('each replica of a partition is on a different broker of the map', () => {
  fc.assert(
    fc.property(withFactor(anyMap), partitions, existing, ({ brokers, factor }, count, there) => {
      const ids = new Set(brokers.map(({ id }) => id));
      for (const replicas of place(brokers, factor, count, there)) {
        expect(new Set(replicas).size).toBe(factor);
        expect(replicas.filter((id) => !ids.has(id))).toEqual([]);
      }
    }),
    RUNS,
  );
});

test('each partition spans as many zones as possible, regardless of existing partitions', () => {
  fc.assert(
    fc.property(withFactor(anyMap), partitions, existing, ({ brokers, factor }, count, there) => {
      const zoneOf = new Map(brokers.map(({ id, zone }) => [id, zone]));
      const zones = new Set(zoneOf.values()).size;
      for (const replicas of place(brokers, factor, count, there)) {
        expect(new Set(replicas.map((id) => zoneOf.get(id))).size).toBe(Math.min(factor, zones));
      }
    }),
    RUNS,
  );
});

test('a zone has two more replicas of a partition than another zone only if the other zone has no broker left', () => {
  fc.assert(
    fc.property(withFactor(anyMap), partitions, existing, ({ brokers, factor }, count, there) => {
      const zoneOf = new Map(brokers.map(({ id, zone }) => [id, zone]));
      const sizes = countBy([...zoneOf.values()]);
      for (const replicas of place(brokers, factor, count, there)) {
        const held = countBy(replicas.map((id) => zoneOf.get(id)!));
        const room = [...sizes].filter(([zone, size]) => (held.get(zone) ?? 0) < size);
        const least = Math.min(...room.map(([zone]) => held.get(zone) ?? 0));
        expect(Math.max(...held.values())).toBeLessThanOrEqual(least + 1);
      }
    }),
    RUNS,
  );
});

test('in a map with equal zones, no zone has more than its share of the replicas of a partition', () => {
  fc.assert(
    fc.property(withFactor(evenMap), partitions, ({ brokers, factor }, count) => {
      const zoneOf = new Map(brokers.map(({ id, zone }) => [id, zone]));
      const share = Math.ceil(factor / new Set(zoneOf.values()).size);
      for (const replicas of place(brokers, factor, count)) {
        expect(Math.max(...countBy(replicas.map((id) => zoneOf.get(id))).values())).toBeLessThanOrEqual(
          share,
        );
      }
    }),
    RUNS,
  );
});

test('the numbers of leaders of a topic differ by one at most, regardless of existing partitions', () => {
  fc.assert(
    fc.property(withFactor(anyMap), partitions, existing, ({ brokers, factor }, count, there) => {
      const leaders = place(brokers, factor, count, there).map(([leader]) => leader);
      expect(spread(brokers, leaders)).toBeLessThanOrEqual(1);
    }),
    RUNS,
  );
});

test('in a map with equal zones, the numbers of replicas of a topic differ by three at most', () => {
  // Three, not one: the leader is chosen by the number of leaders, and a follower has one replica more than others to share
  // partitions with other brokers than before.
  fc.assert(
    fc.property(withFactor(evenMap), partitions, existing, ({ brokers, factor }, count, there) => {
      expect(spread(brokers, place(brokers, factor, count, there).flat())).toBeLessThanOrEqual(3);
    }),
    RUNS,
  );
});

test('topics with one partition and equal replication factors fill a new map evenly', () => {
  fc.assert(
    fc.property(withFactor(evenMap), partitions, ({ brokers, factor }, count) => {
      const placement = new Placement(brokers);
      const all = Array.from({ length: count }, () => placement.placeTopic(1, factor)).flat();
      expect(
        spread(
          brokers,
          all.map(([leader]) => leader),
        ),
      ).toBeLessThanOrEqual(2);
      expect(spread(brokers, all.flat())).toBeLessThanOrEqual(3);
    }),
    RUNS,
  );
});

test('the leader of a topic with one partition is not dominated: no broker has fewer leaders and at most as many replicas, or the reverse', () => {
  fc.assert(
    fc.property(withFactor(anyMap), existing, ({ brokers, factor }, there) => {
      const leads = countBy(there.map(([leader]) => leader));
      const holds = countBy(there.flat());
      const load = (id: number) => [leads.get(id) ?? 0, holds.get(id) ?? 0];
      const [[leader]] = place(brokers, factor, 1, there);
      const [led, held] = load(leader);
      const better = brokers.filter(({ id }) => {
        const [otherLed, otherHeld] = load(id);
        return otherLed <= led && otherHeld <= held && otherLed + otherHeld < led + held;
      });
      expect(better).toEqual([]);
    }),
    RUNS,
  );
});

test('the placement does not depend on the order of the brokers', () => {
  const shuffled = withFactor(anyMap).chain((facts) =>
    fc
      .shuffledSubarray(facts.brokers, { minLength: facts.brokers.length })
      .map((other) => ({ ...facts, other })),
  );
  fc.assert(
    fc.property(shuffled, partitions, existing, ({ brokers, factor, other }, count, there) => {
      expect(place(other, factor, count, there)).toEqual(place(brokers, factor, count, there));
    }),
    RUNS,
  );
});

test('does not modify its arguments', () => {
  fc.assert(
    fc.property(withFactor(anyMap), existing, ({ brokers, factor }, there) => {
      const before = JSON.stringify([brokers, there]);
      place(brokers, factor, 3, there);
      expect(JSON.stringify([brokers, there])).toBe(before);
    }),
    RUNS,
  );
});
