/* Probes of the brokers that Kafka lists in the ISR. */
import { InSyncPeers } from '../../../agent/restart/in-sync-peers';
import { clusterOf, partition } from '../views';

const SELF = 1;
const SESSION_MS = 9_000;
/** Broker 3 is out of sync, and broker 4 has no partition that broker 1 is in sync for. */
const VIEW = clusterOf({
  brokers: [1, 2, 3, 4],
  partitions: [partition('a', 0, [1, 2, 3], [1, 2]), partition('b', 0, [1, 4], [4])],
});

let now: number;
let closed: Set<string>;
let probed: string[];
let peers: InSyncPeers;

beforeEach(() => {
  now = 0;
  closed = new Set();
  probed = [];
  peers = new InSyncPeers(SESSION_MS, {
    monotonicMs: () => now,
    isAnswering: async ({ host }) => {
      probed.push(host);
      return !closed.has(host);
    },
  });
});

test('probes only brokers in the ISR of the same partitions', async () => {
  expect(await peers.unreachable(SELF, [VIEW])).toEqual(new Set());
  expect(probed).toEqual(['broker-2']);
});

/** Probes each second for some time, as a waiting preStop hook does. */
async function unreachableAfter(seconds: number): Promise<ReadonlySet<number>> {
  for (const end = now + seconds * 1000; now < end; now += 1_000) {
    await peers.unreachable(SELF, [VIEW]);
  }
  return peers.unreachable(SELF, [VIEW]);
}

test('a broker that does not answer is unreachable, until Kafka must have detected it', async () => {
  closed.add('broker-2');
  expect(await peers.unreachable(SELF, [VIEW])).toEqual(new Set([2]));
  expect(await unreachableAfter(20)).toEqual(new Set([2]));
  expect(await unreachableAfter(1)).toEqual(new Set());
});

test.each([
  [
    'was reachable in the meantime',
    async () => (closed.clear(), await unreachableAfter(20), closed.add('broker-2')),
  ],
  ['was not probed for some time', async () => (now += 40_000)],
])('a broker that fails again is unreachable again if it %s', async (_, meanwhile) => {
  closed.add('broker-2');
  await unreachableAfter(5);
  await meanwhile();
  expect(await unreachableAfter(20)).toEqual(new Set([2]));
});

test('a broker that is not live is unreachable', async () => {
  const view = clusterOf({ brokers: [1, 3], partitions: VIEW.partitions });
  expect(await peers.unreachable(SELF, [view])).toEqual(new Set([2]));
});

test('an address in one of two views is enough', async () => {
  const view = clusterOf({ brokers: [1, 3], partitions: VIEW.partitions });
  expect(await peers.unreachable(SELF, [view, VIEW])).toEqual(new Set());
});

test('probes a broker once if two views have the same address, and 16 brokers at the same time', async () => {
  // GIVEN
  const ids = Array.from({ length: 40 }, (_, index) => 2 + index);
  const view = clusterOf({ brokers: ids, partitions: ids.map((id) => partition('a', id, [SELF, id])) });
  let [running, mostRunning, count] = [0, 0, 0];
  const probes = new InSyncPeers(SESSION_MS, {
    monotonicMs: () => now,
    isAnswering: async () => {
      count++;
      mostRunning = Math.max(mostRunning, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return true;
    },
  });

  // THEN
  expect(await probes.unreachable(SELF, [view, view])).toEqual(new Set());
  expect([count, mostRunning]).toEqual([40, 16]);
});
