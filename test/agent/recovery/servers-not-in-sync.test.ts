import { RoundView, serversNotInSync } from '../../../agent/recovery/servers-not-in-sync';
import { RecoveryGroupConfig } from '../../../lib/seam/agent-config';
import { lostBroker } from './lost-servers';

const group = (
  kind: RecoveryGroupConfig['kind'],
  statefulSet: string,
  first: number,
): RecoveryGroupConfig => ({
  kind,
  owner: 'events',
  statefulSet,
  ledgerConfigMap: `${statefulSet}-ledger`,
  ids: { first, last: first + 2 },
  claims: ['data-0'],
});
const BROKERS = group('broker', 'events-streams', 1001);
const voter = (id: number, lagMs?: number) => ({ id, lagMs, logEndOffset: 1 });
const view = (live: number[], voters = [voter(1, 0), voter(2, 0), voter(3, 0)]): RoundView['view'] => ({
  live: new Set(live),
  partitions: [],
  adding: new Map(),
  minInSyncReplicas: new Map(),
  quorum: { leaderId: 1, voters, observers: [] },
});

test('brokers that are not alive, except the lost ones', () => {
  const round = { lost: [lostBroker(1001)], pods: [], view: view([1003]) };
  expect(serversNotInSync([BROKERS], round)).toEqual(['events-streams-1002']);
});

test('controllers that lag, have never caught up, or are no voters', () => {
  const voters = [voter(1, 0), voter(2, 5_001)];
  const round = { lost: [], pods: [], view: view([], voters) };
  expect(serversNotInSync([group('controller', 'events-controllers', 1)], round)).toEqual([
    'events-controllers-2',
    'events-controllers-3',
  ]);
});

test('ZooKeeper servers whose pods are not ready', () => {
  const pod = (name: string, status: string) => ({
    metadata: { name, uid: name },
    status: { conditions: [{ type: 'Ready', status }] },
  });
  const pods = [pod('zookeeper-1', 'True'), pod('zookeeper-2', 'False')];
  const round = { lost: [], pods, view: view([]) };
  expect(serversNotInSync([group('zookeeper', 'zookeeper', 1)], round)).toEqual([
    'zookeeper-2',
    'zookeeper-3',
  ]);
});

test('brokers that cannot be asked have a reason of their own', () => {
  expect(serversNotInSync([BROKERS], { lost: [], pods: [], view: { unavailable: 'x' } })).toEqual([]);
});
