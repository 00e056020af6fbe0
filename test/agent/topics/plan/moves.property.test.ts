import fc from 'fast-check';
import { Placement } from '../../../../agent/topics/placement/placement';
import { MoveTarget, planMoves, replicaDifferences } from '../../../../agent/topics/plan/moves';
import { partition } from '../../views';

const RUNS = { numRuns: 1_000 };
const SIZE = 6;
const OUTSIDE = [8, 9];
const IDS = Array.from({ length: SIZE }, (_, index) => index + 1);

interface Facts {
  readonly target: MoveTarget;
  /** Replica lists of the partitions. */
  readonly lists: readonly (readonly number[])[];
}

/** Brokers 1 to 6 are those of the map; some of them are not live. */
const facts: fc.Arbitrary<Facts> = fc
  .record({
    zones: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: SIZE, maxLength: SIZE }),
    live: fc.oneof(fc.constant(IDS), fc.subarray(IDS)),
    replicationFactor: fc.integer({ min: 1, max: 4 }),
    lists: fc.array(fc.uniqueArray(fc.constantFrom(...IDS, ...OUTSIDE), { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 5,
    }),
  })
  .map(({ zones, live, replicationFactor, lists }) => ({
    lists,
    target: {
      replicationFactor,
      brokerIds: { first: 1, last: SIZE },
      live: live.map((id) => ({ id, zone: zones[id - 1] })),
    },
  }));

function movesOf({ lists, target }: Facts) {
  const placement = new Placement(target.live, lists);
  return planMoves(
    lists.map((replicas, index) => partition('t', index, replicas)),
    target,
    () => placement,
  );
}

/** Checks each move of random topics. */
const check = (property: (move: ReturnType<typeof movesOf>[number], given: Facts) => void) =>
  fc.assert(
    fc.property(facts, (given) => movesOf(given).forEach((move) => property(move, given))),
    RUNS,
  );

/** Number of zones; a broker that is not live has one of its own, because its zone is unknown. */
function zonesOf(ids: readonly number[], { live }: MoveTarget): number {
  return new Set(ids.map((id) => live.find((broker) => broker.id === id)?.zone ?? id)).size;
}

function isRight(replicas: readonly number[], target: MoveTarget): boolean {
  const { live, replicationFactor } = target;
  const wanted = Math.min(
    replicationFactor,
    zonesOf(
      live.map(({ id }) => id),
      target,
    ),
  );
  return (
    replicas.length === replicationFactor &&
    replicas.every((id) => id <= SIZE) &&
    (zonesOf(replicas, target) >= wanted || replicas.some((id) => !isLive(id, target)))
  );
}

const isLive = (id: number, { live }: MoveTarget) => live.some((broker) => broker.id === id);
const copies = (from: readonly number[], to: readonly number[]) =>
  to.filter((id) => !from.includes(id)).length;

function subsets(ids: readonly number[], size: number): number[][] {
  return size === 0
    ? [[]]
    : ids.flatMap((id, index) => subsets(ids.slice(index + 1), size - 1).map((rest) => [id, ...rest]));
}

/** All sets of replicas that are as declared: on live brokers, or where they are. */
function rightSets(from: readonly number[], target: MoveTarget): number[][] {
  const { live, replicationFactor } = target;
  const zones = zonesOf(
    live.map(({ id }) => id),
    target,
  );
  const possible = IDS.filter((id) => isLive(id, target) || from.includes(id));
  return subsets(possible, replicationFactor).filter(
    (ids) => zonesOf(ids, target) >= Math.min(replicationFactor, zones),
  );
}

test('a partition has the declared number of distinct replicas on brokers of the map', () =>
  check(({ to }, { target }) => {
    expect(to).toHaveLength(target.replicationFactor);
    expect(new Set(to).size).toBe(to.length);
    expect(to.filter((id) => id > SIZE)).toEqual([]);
  }));

test('new replicas are on live brokers', () =>
  check(({ from, to }, { target }) => {
    expect(to.filter((id) => !from.includes(id) && !isLive(id, target))).toEqual([]);
  }));

test('replicas are in as many zones as the live brokers allow', () =>
  check(({ to }, { target }) => {
    const possible = zonesOf(
      target.live.map(({ id }) => id),
      target,
    );
    expect(zonesOf(to, target)).toBeGreaterThanOrEqual(Math.min(to.length, possible));
  }));

test('replicas that stay keep their order, before new ones', () =>
  check(({ from, to }) => {
    const kept = from.filter((id) => to.includes(id));
    expect(to.slice(0, kept.length)).toEqual(kept);
  }));

test('no more replicas are copied than necessary, and as many as possible stay that are live', () =>
  check(({ from, to }, { target }) => {
    const sets = rightSets(from, target);
    const least = Math.min(...sets.map((ids) => copies(from, ids)));
    expect(copies(from, to)).toBe(least);
    const liveOf = (ids: readonly number[]) => ids.filter((id) => isLive(id, target)).length;
    const best = Math.max(...sets.filter((ids) => copies(from, ids) === least).map(liveOf));
    expect(liveOf(to)).toBe(best);
  }));

test('a partition is moved exactly if it is not right and there are enough live brokers', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { lists, target } = given;
      const moved = new Set(movesOf(given).map(({ partition: index }) => index));
      lists.forEach((replicas, index) => {
        const isPossible = target.live.length >= target.replicationFactor;
        expect(moved.has(index)).toBe(isPossible && !isRight(replicas, target));
      });
    }),
    RUNS,
  );
});

test('after the moves nothing is left to move', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const moved = new Map(movesOf(given).map(({ partition: index, to }) => [index, to]));
      const lists = given.lists.map((replicas, index) => moved.get(index) ?? replicas);
      expect(movesOf({ ...given, lists })).toEqual([]);
    }),
    RUNS,
  );
});

test('differences are found exactly if a partition is not right', () => {
  fc.assert(
    fc.property(facts, ({ lists, target }) => {
      const partitions = lists.map((replicas, index) => partition('t', index, replicas));
      expect(replicaDifferences(partitions, target, 'm').length > 0).toBe(
        lists.some((replicas) => !isRight(replicas, target)),
      );
    }),
    RUNS,
  );
});

test('a topic that leaves another map is spread over its map, although one broker is empty', () => {
  const live = IDS.map((id) => ({ id, zone: 'abc'[id % 3] }));
  // Broker 6 is new.
  const others = new Placement(live.slice(0, 5)).placeTopic(300, 3);
  const lists = Array.from({ length: 12 }, () => [8]);
  const placement = new Placement(live, [...others, ...lists]);
  const moves = planMoves(
    lists.map((replicas, index) => partition('t', index, replicas)),
    { replicationFactor: 1, brokerIds: { first: 1, last: 6 }, live },
    () => placement,
  );
  const leaders = IDS.map((id) => moves.filter(({ to }) => to[0] === id).length);
  expect(leaders).toEqual([2, 2, 2, 2, 2, 2]);
});

test.each<[string, number, number[], number[], number[]]>([
  ['a right partition stays', 3, IDS, [1, 2, 3], []],
  ['a replica is added in the zone that has none', 3, IDS, [1, 2], [1, 2, 3]],
  ['the last replica is removed', 2, IDS, [3, 1, 2], [3, 1]],
  ['a replica on a broker that is not live is removed first', 2, [1, 2, 3], [6, 1, 2], [1, 2]],
  ['a replica on a broker that is not live stays if its number is right', 2, [1, 2, 3], [6, 1], []],
  ['a replica outside of the map is replaced', 3, IDS, [9, 2, 3], [2, 3, 1]],
  ['a second replica in a zone is replaced', 2, IDS, [4, 1], [4, 2]],
  ['too few live brokers: nothing is moved', 3, [1, 2], [1], []],
])('%s', (_, replicationFactor, live, replicas, to) => {
  const zoneOf = (id: number) => 'abc'[(id - 1) % 3];
  const target = {
    replicationFactor,
    brokerIds: { first: 1, last: 6 },
    live: live.map((id) => ({ id, zone: zoneOf(id) })),
  };
  expect(movesOf({ lists: [replicas], target }).map((move) => move.to)).toEqual(to.length === 0 ? [] : [to]);
});
