/* Who of those that Kafka counts as in sync takes a connection. */
import { InSyncPeers } from '../../../agent/restart/in-sync-peers';
import { clusterOf, partition } from '../views';

const SELF = 1;
const SESSION_MS = 9_000;
/** Broker 4 shares nothing that broker 1 is in sync for, and 3 is out of sync. */
const VIEW = clusterOf({
  brokers: [1, 2, 3, 4],
  partitions: [partition('a', 0, [1, 2, 3], [1, 2]), partition('b', 0, [1, 4], [4])],
});

let now: number;
let silent: Set<string>;
let knocked: string[];
let peers: InSyncPeers;

beforeEach(() => {
  now = 0;
  silent = new Set();
  knocked = [];
  peers = new InSyncPeers(SESSION_MS, {
    monotonicMs: () => now,
    probePort: async ({ host }) => {
      knocked.push(host);
      return silent.has(host) ? 'closed' : 'open';
    },
  });
});

test('only those that are in sync for the same partitions are knocked at', async () => {
  expect(await peers.unreachable(SELF, [VIEW])).toEqual(new Set());
  expect(knocked).toEqual(['broker-2']);
});

/** Knocks each second for a while, as a stop that waits does. */
async function goneAfter(seconds: number): Promise<ReadonlySet<number>> {
  for (const end = now + seconds * 1000; now < end; now += 1_000) {
    await peers.unreachable(SELF, [VIEW]);
  }
  return peers.unreachable(SELF, [VIEW]);
}

test('one that takes no connection is gone, until Kafka must have noticed', async () => {
  silent.add('broker-2');
  expect(await peers.unreachable(SELF, [VIEW])).toEqual(new Set([2]));
  expect(await goneAfter(20)).toEqual(new Set([2]));
  expect(await goneAfter(1)).toEqual(new Set());
});

test.each([
  ['was seen since', async () => (silent.clear(), await goneAfter(20), silent.add('broker-2'))],
  ['nobody knocked at for a while', async () => (now += 40_000)],
])('one that goes a second time is gone anew, when it %s', async (_, meanwhile) => {
  silent.add('broker-2');
  await goneAfter(5);
  await meanwhile();
  expect(await goneAfter(20)).toEqual(new Set([2]));
});

test('one that is not among the live brokers is gone', async () => {
  const view = clusterOf({ brokers: [1, 3], partitions: VIEW.partitions });
  expect(await peers.unreachable(SELF, [view])).toEqual(new Set([2]));
});

test('an address in one of two views is enough', async () => {
  const view = clusterOf({ brokers: [1, 3], partitions: VIEW.partitions });
  expect(await peers.unreachable(SELF, [view, VIEW])).toEqual(new Set());
});
