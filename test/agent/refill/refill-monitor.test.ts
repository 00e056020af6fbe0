import { RefillFacts, RefillMonitor } from '../../../agent/refill/refill-monitor';
import { Replica } from '../../../agent/kafka/replica-sizes';
import { clusterOf, partition } from '../views';

const SELF = 3;
/** Sizes of replicas: `topic-partition@broker`. */
let sizes: Record<string, number>;
let asked: string[][];
let seconds: number;
let found: RefillFacts;
let monitor: RefillMonitor;

function facts(partitions: Parameters<typeof clusterOf>[0]['partitions'], adding?: Map<string, number[]>) {
  return { self: SELF, own: clusterOf({ partitions }), adding };
}

const behind = (name: string, index: number, leader: number) =>
  partition(name, index, [leader, SELF], [leader]);

beforeEach(() => {
  sizes = {};
  asked = [];
  seconds = 0;
  found = { facts: undefined, outOfSyncSeconds: 60 };
  const fetchSizes = async (_: unknown, replicas: readonly Replica[]) => {
    const names = replicas.map(({ topic, partition: index, broker }) => `${topic}-${index}@${broker}`);
    asked.push(names);
    return new Map(
      names.filter((name) => name in sizes).map((name) => [name.split('@')[0], sizes[name]] as const),
    );
  };
  monitor = new RefillMonitor(
    () => found,
    fetchSizes,
    () => seconds * 1_000,
  );
});

async function at(time: number) {
  seconds = time;
  await monitor.reconcile();
  return monitor.progress;
}

test('compares the replicas with those of their leaders', async () => {
  found = { ...found, facts: facts([behind('a', 0, 1), behind('a', 1, 2), partition('b', 0, [1, SELF])]) };
  sizes = { 'a-0@3': 100, 'a-0@1': 1_000, 'a-1@2': 500 };
  expect(await at(0)).toEqual({ partitions: 2, bytesLeft: 1_400 });
  expect(asked).toEqual([
    ['a-0@3', 'a-1@3'],
    ['a-0@1', 'a-1@2'],
  ]);
  sizes = { 'a-0@3': 400, 'a-0@1': 1_000, 'a-1@3': 400, 'a-1@2': 500 };
  expect(await at(20)).toEqual({ partitions: 2, bytesLeft: 700, bytesPerSecond: 35, secondsLeft: 20 });
});

test('asks leaders every 15 seconds', async () => {
  found = { ...found, facts: facts([behind('a', 0, 1)]) };
  sizes = { 'a-0@1': 1 };
  for (const time of [0, 5, 10, 15, 20, 30]) await at(time);
  expect(asked).toHaveLength(6);
});

test('asks nobody after a short absence, and forgets the last refill in sync', async () => {
  found = { facts: facts([behind('a', 0, 1)]), outOfSyncSeconds: 60 };
  sizes = { 'a-0@1': 100 };
  expect(await at(0)).toBeDefined();
  found = { ...found, outOfSyncSeconds: 19 };
  expect(await at(15)).toBeUndefined();
  expect(asked).toHaveLength(2);
});

test('a broker that does not answer has no progress', async () => {
  expect(await at(0)).toBeUndefined();
  expect(asked).toEqual([]);
});

test('replicas that are being added, and partitions without a leader, do not count', async () => {
  const adding = new Map([['a-0', [SELF]]]);
  found = { ...found, facts: facts([behind('a', 0, 1), { ...behind('b', 0, 1), leader: -1 }], adding) };
  expect(await at(0)).toBeUndefined();
});

test('a leader that does not answer has its last size', async () => {
  found = { ...found, facts: facts([behind('a', 0, 1)]) };
  sizes = { 'a-0@3': 0, 'a-0@1': 1_000 };
  await at(0);
  sizes = { 'a-0@3': 500 };
  expect(await at(20)).toEqual({ partitions: 1, bytesLeft: 500, bytesPerSecond: 25, secondsLeft: 20 });
});

test('the speed is that of the last minutes', async () => {
  found = { ...found, facts: facts([behind('a', 0, 1)]) };
  let own = 0;
  for (let time = 0; time <= 900; time += 15) {
    own += time <= 450 ? 1_500 : 15;
    sizes = { 'a-0@3': own, 'a-0@1': 1e6 };
    await at(time);
  }
  expect(monitor.progress?.bytesPerSecond).toBe(1);
});
