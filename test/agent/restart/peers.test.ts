/* Who of those that Kafka counts as in sync takes a connection. */
import { Peers } from '../../../agent/restart/peers';
import { clusterOf, partition } from '../views';

const SELF = 1;
/** Broker 4 shares nothing that broker 1 is in sync for, and 3 is out of sync. */
const VIEW = clusterOf({
  brokers: [1, 2, 3, 4],
  partitions: [partition('a', 0, [1, 2, 3], [1, 2]), partition('b', 0, [1, 4], [4])],
});

let now: number;
let silent: Set<string>;
let knocked: string[];
let peers: Peers;

beforeEach(() => {
  now = 0;
  silent = new Set();
  knocked = [];
  peers = new Peers({
    clock: () => now,
    portState: async ({ host }) => {
      knocked.push(host);
      return silent.has(host) ? 'closed' : 'open';
    },
  });
});

test('only those that are in sync for the same partitions are knocked at', async () => {
  expect(await peers.gone(SELF, [VIEW])).toEqual(new Set());
  expect(knocked).toEqual(['broker-2']);
});

test('one that takes no connection is gone, until Kafka must have noticed', async () => {
  silent.add('broker-2');
  expect(await peers.gone(SELF, [VIEW])).toEqual(new Set([2]));
  now = 29_999;
  expect(await peers.gone(SELF, [VIEW])).toEqual(new Set([2]));
  now = 30_000;
  expect(await peers.gone(SELF, [VIEW])).toEqual(new Set());
});

test('one that goes a second time is gone anew', async () => {
  silent.add('broker-2');
  await peers.gone(SELF, [VIEW]);
  silent.clear();
  now = 20_000;
  await peers.gone(SELF, [VIEW]);
  silent.add('broker-2');
  now = 40_000;
  expect(await peers.gone(SELF, [VIEW])).toEqual(new Set([2]));
});

test('one that is not among the live brokers is gone', async () => {
  const view = clusterOf({ brokers: [1, 3], partitions: VIEW.partitions });
  expect(await peers.gone(SELF, [view])).toEqual(new Set([2]));
});

test('an address in one of two views is enough', async () => {
  const view = clusterOf({ brokers: [1, 3], partitions: VIEW.partitions });
  expect(await peers.gone(SELF, [view, VIEW])).toEqual(new Set());
});
