import { syncOf } from './program/sync';

const partition = (leaderId: number, replicaNodes: number[], isrNodes: number[]) => ({
  leaderId,
  replicaNodes,
  isrNodes,
});

test('all replicas in sync', () => {
  expect(syncOf([partition(11, [11, 12, 13], [11, 12, 13])])).toEqual({
    short: 0,
    leaderless: 0,
    brokers: { 11: { behind: 0, missed: 0 }, 12: { behind: 0, missed: 0 }, 13: { behind: 0, missed: 0 } },
  });
});

test('a broker out of sync that does not lead its preferred partitions', () => {
  const { short, brokers } = syncOf([partition(12, [11, 12, 13], [12, 13])]);
  expect(short).toBe(0);
  expect(brokers[11]).toEqual({ behind: 1, missed: 1 });
});

test('one of three replicas in sync is too few', () => {
  expect(syncOf([partition(12, [11, 12, 13], [12])])).toMatchObject({ short: 1, leaderless: 0 });
});

test('a partition with one replica does not count as too few', () => {
  expect(syncOf([partition(-1, [12], [12])])).toMatchObject({ short: 0, leaderless: 1 });
});
