/* Problems that parts of the agent report while they have them. */
import { LedgerWriter } from '../../agent/identity/ledger-writer';
import { getObject } from '../../agent/kubernetes/client';
import { BrokerMonitor } from '../../agent/readiness/observe-broker';
import { LeaseRenewer } from '../../agent/restart/lease-renewer';
import { log } from '../../agent/runtime/log';
import { problems } from '../../agent/runtime/problems';
import { caughtUpQuorum, startBrokers } from '../../bench/simulator/broker';
import { healthyCluster, logDirOf } from '../../bench/simulator/cluster';
import { MetadataResponses } from '../../bench/simulator/responses';
import { brokerConfig } from './configs';
import { ApiServer } from './kubernetes/api-server';
import { FakeLease, createHook, recordOutput } from './restart/pre-stop-world';

const UNAVAILABLE = 'the API server does not answer';
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  (['info', 'warn', 'error'] as const).forEach((level) =>
    jest.spyOn(log, level).mockImplementation(() => undefined),
  );
});
afterEach(() => {
  jest.restoreAllMocks();
  expect(problems.current).toEqual({});
});

test('the API server, while it is unreachable or returns temporary errors', async () => {
  const api = await ApiServer.start();
  const get = () => getObject('/api/v1/nodes/a', 'get on nodes').catch(() => undefined);
  api.answers(503, { message: 'etcd has no leader' });
  await get();
  expect(problems.current).toEqual({
    'api-server-unreachable': 'the API server returned 503: etcd has no leader',
  });
  api.answers(404, {});
  await get();
  expect(problems.current).toEqual({});
  await api.close();
  await get();
  expect(problems.current).toMatchObject({
    'api-server-unreachable': expect.stringContaining('no response from the API server'),
  });
  await api.dispose();
  problems.clear('api-server-unreachable');
});

test('the ledger, until it is written', async () => {
  let isAvailable = false;
  let now = 0;
  const read = async () => {
    if (!isAvailable) throw new Error(UNAVAILABLE);
    return undefined;
  };
  const writer = new LedgerWriter(
    { read, write: async () => undefined },
    { id: 1001, location: { node: 'node-1', disks: ['a'] } },
    { now: () => now, monotonicMs: () => now },
  );
  writer.recordMember();
  await settled();
  expect(problems.current).toEqual({ 'ledger-not-written': UNAVAILABLE });
  isAvailable = true;
  now = 60_000;
  writer.recordMember();
  await settled();
});

test('the stop lease, while the preStop hook cannot read it', async () => {
  recordOutput();
  const lease = new FakeLease();
  lease.isUnavailable = true;
  let during: unknown;
  const { hook } = createHook(lease, { eachSecond: () => (during = problems.current) });
  await hook.waitUntilAllowed();
  expect(during).toEqual({ 'stop-lease-unknown': UNAVAILABLE });
});

test('the stop lease, while it cannot be renewed', async () => {
  const lease = new FakeLease();
  const client = {
    readOrCreate: () => lease.readOrCreate(),
    renew: async () => undefined,
    release: async () => undefined,
    setWaiting: async () => undefined,
  };
  const renewer = new LeaseRenewer(client, { name: 'b-3', uid: '3' });
  lease.isUnavailable = true;
  renewer.reconcile(true);
  await settled();
  expect(problems.current).toEqual({ 'stop-lease-unknown': UNAVAILABLE });
  lease.isUnavailable = false;
  renewer.reconcile(true);
  await settled();
});

test('the second view, while other brokers are alive and none answers', async () => {
  const size = { partitions: 12, partitionsPerTopic: 12, replicationFactor: 2 };
  const metadata = new MetadataResponses(healthyCluster({ ports: [0, 0], ...size }));
  let cluster = healthyCluster({ ports: [0, 0], ...size });
  const servers = await startBrokers([0, 0], metadata, {
    quorum: () => caughtUpQuorum(cluster),
    logDirs: () => [logDirOf(cluster, 1001)],
  });
  cluster = healthyCluster({ ports: servers.map(({ port }) => port), ...size });
  metadata.setCluster(healthyCluster({ ports: [servers[0].port, 1], ...size }));
  const monitor = new BrokerMonitor(
    brokerConfig({ internalListener: { name: 'INTERNAL', port: servers[0].port } }),
    1001,
  );
  await monitor.observeAll(0);
  expect(problems.current).toEqual({ 'second-view-missing': expect.stringContaining('ECONNREFUSED') });
  metadata.setCluster(cluster);
  await monitor.observeAll(0);
  await Promise.all(servers.map((server) => server.stop()));
});
