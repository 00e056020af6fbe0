/* Rounds of the recovery, with Kubernetes and Kafka in memory. */
import { KafkaView } from '../../../agent/recovery/observe-kafka';
import { Recovery } from '../../../agent/recovery/recovery-loop';
import { log } from '../../../agent/runtime/log';
import { RecoveryConfig } from '../../../lib/seam/agent-config';
import { partition } from '../views';
import { FakeKubernetes } from './fake-kubernetes';

const CONFIG: RecoveryConfig = {
  role: 'recovery',
  clusterName: 'events',
  namespace: 'kafka',
  metadataMode: 'kraft',
  bootstrapHost: 'events-brokers.kafka',
  internalListener: { name: 'INTERNAL', port: 9091 },
  statusConfigMap: 'events-recovery-status',
  lease: 'events-recovery',
  groups: [
    {
      kind: 'broker',
      owner: 'events',
      statefulSet: 'events-streams',
      ledgerConfigMap: 'events-streams-ledger',
      ids: { first: 1001, last: 1003 },
      claims: ['data-0'],
    },
  ],
  nodeGoneSeconds: 60,
  maxNodes: 2,
  maxConsentSeconds: 86_400,
  isDryRun: false,
};
const START = Date.parse('2026-03-01T12:00:00Z');

let kubernetes: FakeKubernetes;
let live: number[];
let lastCopies: number[];
let seconds: number;
let isLeader: boolean;
let recovery: Recovery;

function create(change: Partial<RecoveryConfig> = {}): Recovery {
  const view = async (): Promise<KafkaView> => ({
    live: new Set(live),
    partitions: [partition('pay', 0, [1001, 1002, 1003], live)],
    adding: new Map(),
    minInSyncReplicas: new Map([['pay', 1]]),
  });
  return new Recovery(
    { ...CONFIG, ...change },
    {
      kubernetes,
      kafka: {
        view,
        answerForBroker: async ({ id }) => ({
          mayStart: !lastCopies.includes(id),
          reason: `the last copy is on ${id}`,
        }),
      },
      isLeader: async () => isLeader,
      now: () => START + seconds * 1_000,
      monotonicMs: () => seconds * 1_000,
    },
  );
}

beforeEach(() => {
  kubernetes = new FakeKubernetes();
  live = [1001, 1002, 1003];
  lastCopies = [];
  seconds = 0;
  isLeader = true;
  (['info', 'warn'] as const).forEach((level) => jest.spyOn(log, level).mockImplementation(() => undefined));
  recovery = create();
});
afterEach(() => jest.restoreAllMocks());

function lose(id: number): void {
  kubernetes.lose(id);
  live = live.filter((one) => one !== id);
}

async function roundAt(time: number) {
  seconds = time;
  kubernetes.looks = 0;
  return recovery.round();
}

test('a cluster without losses', async () => {
  await roundAt(0);
  expect(kubernetes.data).toEqual({
    status: 'no server is lost\n',
    nodeZones: '{"node-1001":"zone-1","node-1002":"zone-2","node-1003":"zone-3"}',
  });
  expect(kubernetes.events).toEqual([]);
});

test('a server is freed once its node has been gone for long enough', async () => {
  lose(1002);
  for (const time of [0, 30, 59]) await roundAt(time);
  expect(kubernetes.freed).toEqual([]);
  expect(kubernetes.data.status).toBe(
    [
      '1 server lost with its node',
      'events-streams-1002: node node-1002 (zone a) does not exist',
      '  the recovery deletes claim data-0-events-streams-1002 (volume volume-1002) and pod events-streams-1002',
      '  waits: node node-1002 has been gone for less than 1 minute',
      '  waits: broker 1002 has been fenced for less than 1 minute',
      '',
    ].join('\n'),
  );
  const { freed } = await roundAt(60);
  expect(freed?.id).toBe(1002);
  expect(kubernetes.freed).toEqual(['data-0-events-streams-1002', 'events-streams-1002']);
  expect(kubernetes.data.history).toBe(
    '2026-03-01T12:01:00.000Z events-streams-1002: node node-1002 (zone a) does not exist; deletes claim ' +
      'data-0-events-streams-1002 (volume volume-1002) and pod events-streams-1002\n',
  );
  expect(kubernetes.events.at(-1)?.[0]).toBe('ServerFreed');
});

test('the next server waits until the first one is in sync', async () => {
  lose(1001);
  lose(1002);
  for (const time of [0, 60, 70, 80]) await roundAt(time);
  expect(kubernetes.freed).toEqual(['data-0-events-streams-1001', 'events-streams-1001']);
  live = [1001, 1003];
  await roundAt(90);
  expect(kubernetes.freed.at(-1)).toBe('events-streams-1002');
});

test('the wait begins again after a restart, and after the node was back', async () => {
  lose(1002);
  await roundAt(0);
  recovery = create();
  await roundAt(60);
  expect(kubernetes.freed).toEqual([]);
  kubernetes.nodeNames.add('node-1002');
  await roundAt(70);
  kubernetes.nodeNames.delete('node-1002');
  await roundAt(80);
  await roundAt(139);
  expect(kubernetes.freed).toEqual([]);
});

test('the wait begins again after a time without observations', async () => {
  lose(1002);
  await roundAt(0);
  recovery.forget();
  await roundAt(60);
  await roundAt(119);
  expect(kubernetes.freed).toEqual([]);
  await roundAt(120);
  expect(kubernetes.freed).not.toEqual([]);
});

test('a node that comes back at the last moment stops the recovery', async () => {
  lose(1002);
  await roundAt(0);
  kubernetes.onSecondLook = () => kubernetes.nodeNames.add('node-1002');
  const { freed } = await roundAt(60);
  expect(freed).toBeUndefined();
  expect(kubernetes.freed).toEqual([]);
});

test('a pause at the last moment stops the recovery', async () => {
  lose(1002);
  await roundAt(0);
  kubernetes.onSecondLook = () => {
    kubernetes.annotations['cdk8s-kafka.io/pause-recovery'] = 'jane: wait';
  };
  await roundAt(60);
  await roundAt(70);
  expect(kubernetes.freed).toEqual([]);
});

test('a process without the Lease deletes nothing', async () => {
  lose(1002);
  await roundAt(0);
  isLeader = false;
  await roundAt(60);
  expect(kubernetes.freed).toEqual([]);
});

test('a process that was suspended before the deletion decides again', async () => {
  lose(1002);
  await roundAt(0);
  kubernetes.onSecondLook = () => {
    seconds += 31;
    kubernetes.onSecondLook = () => undefined;
  };
  await roundAt(60);
  expect(kubernetes.freed).toEqual([]);
  await roundAt(100);
  expect(kubernetes.freed).not.toEqual([]);
});

test('the history names a server before its claims are deleted', async () => {
  lose(1002);
  kubernetes.free = async () => {
    throw new Error('killed');
  };
  await roundAt(0);
  await expect(roundAt(60)).rejects.toThrow('killed');
  expect(kubernetes.data.history).toContain('events-streams-1002: node node-1002');
});

test('zones of nodes are known after the nodes are gone, and after a restart', async () => {
  kubernetes.zoneOfVolumes = undefined;
  await roundAt(0);
  recovery = create();
  lose(1002);
  await roundAt(10);
  expect(kubernetes.data.status).toContain('node node-1002 (zone zone-2) does not exist');
});

test.each<[name: string, prepare: () => void]>([
  ['a pause', () => (kubernetes.annotations['cdk8s-kafka.io/pause-recovery'] = 'jane: a move')],
  ['an empty pause', () => (kubernetes.annotations['cdk8s-kafka.io/pause-recovery'] = '')],
  ['a status ConfigMap that is missing', () => (kubernetes.isStatusMissing = true)],
  ['a dry run', () => (recovery = create({ isDryRun: true }))],
  ['the last copy', () => (lastCopies = [1002])],
  ['another broker that is not alive', () => (live = [1001])],
])('%s deletes nothing', async (_, prepare) => {
  lose(1002);
  prepare();
  for (const time of [0, 60, 120]) await roundAt(time);
  expect(kubernetes.freed).toEqual([]);
});

test('a dry run shows what it would do', async () => {
  recovery = create({ isDryRun: true });
  lose(1002);
  for (const time of [0, 60]) await roundAt(time);
  expect(kubernetes.data.status).toMatch(/^dry run: nothing is deleted\n1 server lost/);
  expect(kubernetes.data.status).not.toContain('waits');
});

describe('too many nodes', () => {
  beforeEach(async () => {
    [1001, 1002, 1003].forEach(lose);
    live = [9];
    for (const time of [0, 60]) await roundAt(time);
  });

  test('call for a person', () => {
    expect(kubernetes.freed).toEqual([]);
    expect(kubernetes.events).toContainEqual([
      'RecoveryNeedsPerson',
      '3 nodes of events-streams are gone at once (node-1001, node-1002, node-1003), and the limit is 2. If they are lost, ' +
        "annotate ConfigMap events-recovery-status with cdk8s-kafka.io/accept-node-loss='nodes=<name>,<name>; until=<time>; by=<name>; reason=<text>'",
    ]);
  });

  test('are freed after a person has accepted their loss', async () => {
    kubernetes.annotations['cdk8s-kafka.io/accept-node-loss'] =
      'nodes=node-1001, node-1002,node-1003; until=2026-03-01T13:00:00Z; by=jane; reason=the rack burned';
    for (const time of [70, 80, 90]) await roundAt(time);
    expect(kubernetes.freed.filter((name) => name.startsWith('events'))).toEqual([
      'events-streams-1001',
      'events-streams-1002',
      'events-streams-1003',
    ]);
  });

  test.each([
    'jane: the rack burned',
    'until=2026-03-01T13:00:00Z; by=jane; reason=x',
    'nodes=; until=2026-03-01T13:00:00Z; by=jane; reason=x',
    'nodes=node-1001; until=2026-03-09T13:00:00Z; by=jane; reason=x',
  ])('are not freed by the value: %s', async (value) => {
    kubernetes.annotations['cdk8s-kafka.io/accept-node-loss'] = value;
    await roundAt(70);
    expect(kubernetes.freed).toEqual([]);
    expect(log.warn).toHaveBeenCalledWith(
      'annotation cdk8s-kafka.io/accept-node-loss is ignored',
      expect.anything(),
    );
  });
});
