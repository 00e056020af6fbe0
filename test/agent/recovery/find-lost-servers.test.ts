import { LedgerEntry } from '../../../agent/identity/ledger';
import { ObjectReader, lostServer, unschedulableServers } from '../../../agent/recovery/find-lost-servers';
import { LostServer, NodeObject, PodObject, VolumeObject } from '../../../agent/recovery/lost-server';
import { OperatorError } from '../../../agent/runtime/errors';
import { RecoveryGroupConfig } from '../../../lib/seam/agent-config';

const GROUP: RecoveryGroupConfig = {
  kind: 'broker',
  owner: 'events',
  statefulSet: 'events-streams',
  ledgerConfigMap: 'events-streams-ledger',
  ids: { first: 1001, last: 1003 },
  claims: ['data-0', 'data-1'],
};
const pod = (name: string, reason = 'Unschedulable', status = 'False'): PodObject => ({
  metadata: { name, uid: `uid-of-${name}` },
  status: { conditions: [{ type: 'PodScheduled', status, reason }] },
});
const POD = pod('events-streams-1001');
const affinity = (...hosts: string[]) => ({
  required: {
    nodeSelectorTerms: [
      { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: hosts }] },
    ],
  },
});
const volume = (disk: number, change: Partial<VolumeObject['spec']> = {}): VolumeObject => ({
  metadata: { name: `local-${disk}` },
  spec: {
    local: { path: `/mnt/disks/${disk}` },
    claimRef: { uid: `claim-${disk}` },
    nodeAffinity: affinity('node-7'),
    ...change,
  },
});
const node = (...taints: [key: string, effect: string][]): NodeObject => ({
  metadata: { name: 'node-7' },
  spec: { taints: taints.map(([key, effect]) => ({ key, effect })) },
});
const OUT_OF_SERVICE: [string, string] = ['node.kubernetes.io/out-of-service', 'NoExecute'];

let volumes: (VolumeObject | undefined)[];
let nodes: NodeObject[];
let asked: unknown[];
let entry: LedgerEntry | undefined;
let isTerminating: boolean;
let ledgerError: Error | undefined;

beforeEach(() => {
  volumes = [volume(0), volume(1)];
  nodes = [];
  asked = [];
  entry = { node: 'node-7', zone: 'b' };
  isTerminating = false;
  ledgerError = undefined;
});

const READER: ObjectReader = {
  claim: async (name) => {
    const disk = Number(/^data-(\d)/.exec(name)![1]);
    const deleted = isTerminating ? { deletionTimestamp: '2026-03-01T12:00:00Z' } : {};
    return { metadata: { name, uid: `claim-${disk}`, ...deleted }, spec: { volumeName: `local-${disk}` } };
  },
  volume: async (name) => volumes[Number(name.slice(-1))],
  nodes: async (...args) => {
    asked.push(args);
    return nodes;
  },
  ledgerEntry: async () => {
    if (ledgerError) throw ledgerError;
    return entry;
  },
};
const find = (zones: ReadonlyMap<string, string> = new Map()) =>
  lostServer({ group: GROUP, id: 1001, pod: POD }, READER, zones);
const found = async (zones?: ReadonlyMap<string, string>): Promise<LostServer> => {
  const server = await find(zones);
  if (typeof server !== 'object') {
    throw new Error(`no lost server: ${server}`);
  }
  return server;
};

test('pods that the scheduler cannot place, of the configured servers only', () => {
  const pods = [
    POD,
    pod('events-streams-1002', 'SchedulingGated'),
    pod('events-streams-1003', '', 'True'),
    pod('events-streams-1004'),
    pod('events-other-1001'),
    { metadata: { name: 'events-streams-1003', uid: 'x' } },
  ];
  expect(unschedulableServers([GROUP], pods)).toEqual([{ group: GROUP, id: 1001, pod: POD }]);
});

test('a server whose node does not exist', async () => {
  expect(await find()).toEqual({
    kind: 'broker',
    id: 1001,
    statefulSet: 'events-streams',
    pod: { name: 'events-streams-1001', uid: 'uid-of-events-streams-1001' },
    claims: [
      { name: 'data-0-events-streams-1001', uid: 'claim-0', volume: 'local-0' },
      { name: 'data-1-events-streams-1001', uid: 'claim-1', volume: 'local-1' },
    ],
    node: 'node-7',
    nodeState: 'deleted',
    zone: 'b',
  });
});

test('a server whose node has the taint out-of-service', async () => {
  nodes = [node(OUT_OF_SERVICE)];
  expect((await found()).nodeState).toBe('out-of-service');
});

test('the node is looked up by its host name, and by the name in the ledger', async () => {
  entry = { node: 'ip-10-0-0-7' };
  await find();
  expect(asked).toEqual([['node-7', ['node-7', 'ip-10-0-0-7']]]);
});

test.each<[name: string, prepare: () => void]>([
  ['a node that exists', () => (nodes = [node()])],
  ['a node that is not ready', () => (nodes = [node(['node.kubernetes.io/unreachable', 'NoExecute'])])],
  ['the taint with an effect that stops nothing', () => (nodes = [node([OUT_OF_SERVICE[0], 'NoSchedule'])])],
  ['one of two nodes with the taint', () => (nodes = [node(OUT_OF_SERVICE), node()])],
  ['network volumes', () => (volumes = [0, 1].map((disk) => volume(disk, { local: undefined })))],
  ['volumes that do not exist', () => (volumes = [])],
  ['claims that are being deleted', () => (isTerminating = true)],
  [
    'volumes of other claims of these names',
    () => (volumes = [0, 1].map((disk) => volume(disk, { claimRef: { uid: 'x' } }))),
  ],
  [
    'volumes that several nodes can use',
    () => (volumes = [0, 1].map((disk) => volume(disk, { nodeAffinity: affinity('node-7', 'node-8') }))),
  ],
])('%s: the server is not lost', async (_, prepare) => {
  prepare();
  expect(await find()).toBeUndefined();
});

test('the zone is that of the label of the volume, or that of the ledger for the same node', async () => {
  const labels = { 'topology.kubernetes.io/zone': 'c' };
  volumes = [0, 1].map((disk) => ({ ...volume(disk), metadata: { name: `local-${disk}`, labels } }));
  expect((await found()).zone).toBe('c');
  volumes = [volume(0), volume(1)];
  entry = { node: 'node-1', zone: 'b' };
  expect((await found()).zone).toBeUndefined();
  expect((await found(new Map([['node-7', 'd']]))).zone).toBe('d');
});

test('volumes of two nodes: a person has to look', async () => {
  volumes = [volume(0), volume(1, { nodeAffinity: affinity('node-8') })];
  expect(await find()).toBe(
    'the volumes of events-streams-1001 are on several nodes, node-7 and node-8, so it cannot start on any',
  );
});

test('an entry of the ledger that cannot be read concerns its server only', async () => {
  ledgerError = new OperatorError('entry 1001 is not JSON', 'correct the entry');
  expect(await find()).toBe('events-streams-1001 is not freed: entry 1001 is not JSON; correct the entry');
  ledgerError = new Error('no answer');
  await expect(find()).rejects.toThrow('no answer');
});

test('an entry about other volumes says nothing about the node of these', async () => {
  entry = { node: 'node-1', volumes: ['local-9'] };
  await find();
  expect(asked).toEqual([['node-7', ['node-7']]]);
});

test('a claim that is not bound to the lost node stays', async () => {
  volumes = [volume(0), undefined];
  expect((await found()).claims.map(({ name }) => name)).toEqual(['data-0-events-streams-1001']);
});
