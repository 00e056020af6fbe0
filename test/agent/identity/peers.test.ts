/* Views of the peers of a broker before its start, from a simulated cluster. */
import { fetchPeerViews } from '../../../agent/identity/peers';
import { log } from '../../../agent/runtime/log';
import { caughtUpQuorum, startBrokers } from '../../../bench/simulator/broker';
import { SimulatedCluster, SimulatedQuorum, healthyCluster } from '../../../bench/simulator/cluster';
import { MetadataResponses } from '../../../bench/simulator/responses';
import { KafkaServer } from '../../support/kafka-server';
import { brokerConfig } from '../configs';

const SELF = 1001;
const SIZE = { partitions: 12, partitionsPerTopic: 1, replicationFactor: 2 };

let servers: KafkaServer[];
let metadata: MetadataResponses;
let cluster: SimulatedCluster;
let quorum: SimulatedQuorum;
let bootstrapPort: number;

beforeEach(async () => {
  jest.spyOn(log, 'info').mockImplementation(() => undefined);
  metadata = new MetadataResponses(healthyCluster({ ports: [0, 0, 0], ...SIZE }));
  servers = await startBrokers([0, 0, 0], metadata, { quorum: () => quorum, logDirs: () => [] });
  cluster = healthyCluster({ ports: servers.map(({ port }) => port), ...SIZE });
  metadata.setCluster(cluster);
  bootstrapPort = servers[0].port;
  quorum = caughtUpQuorum(cluster);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(servers.map((server) => server.stop()));
});

function fetchViews(metadataMode: 'kraft' | 'zookeeper' = 'kraft') {
  const internalListener = { name: 'INTERNAL', port: bootstrapPort };
  return fetchPeerViews(
    brokerConfig({ metadataMode, internalListener, headlessServiceHost: '127.0.0.1' }),
    SELF,
  );
}

const summary = async (...mode: Parameters<typeof fetchViews>) => {
  const views = await fetchViews(...mode);
  return typeof views === 'string' ? views : views.map(({ source, isCurrent }) => [source, isCurrent]);
};

test('in KRaft mode, the views of all peers that have caught up are current', async () => {
  expect(await summary()).toEqual([
    ['broker 1002', true],
    ['broker 1003', true],
  ]);
});

test('in KRaft mode, where the metadata names any broker as the controller, peers are asked by id behind this one', async () => {
  metadata.setCluster({ ...cluster, controllerId: 1003 });
  expect(await summary()).toEqual([
    ['broker 1002', true],
    ['broker 1003', true],
  ]);
});

test('a peer that is not an observer has no current view', async () => {
  quorum = { ...quorum, observers: quorum.observers.filter(({ id }) => id !== 1003) };
  expect(await summary()).toEqual([
    ['broker 1002', true],
    ['broker 1003', false],
  ]);
});

test('in ZooKeeper mode, the controller is asked first, and only its view is current', async () => {
  metadata.setCluster({ ...cluster, controllerId: 1003 });
  expect(await summary('zookeeper')).toEqual([
    ['broker 1003', true],
    ['broker 1002', false],
  ]);
});

test('a view has the partitions with a replica on this broker', async () => {
  const [view] = await fetchViews();
  expect(view).toMatchObject({ partitions: expect.any(Array) });
  const expected = cluster.topics.flatMap(({ name, partitions }) =>
    partitions.filter(({ replicas }) => replicas.includes(SELF)).map(({ index }) => `${name}-${index}`),
  );
  const names = typeof view === 'string' ? [] : view.partitions.map(({ name }) => name);
  expect(names.sort()).toEqual(expected.sort());
  expect(expected).not.toHaveLength(0);
});

test('a peer that does not answer is logged and left out', async () => {
  await servers[1].stop();
  expect(await summary()).toEqual([['broker 1003', true]]);
  expect(log.info).toHaveBeenCalledWith('other brokers do not answer', {
    brokers: [1002],
    reason: expect.stringMatching(/^broker 1002: .*ECONNREFUSED/),
  });
});

test('without a broker behind the bootstrap address there are no views', async () => {
  await servers[0].stop();
  expect(await summary()).toEqual([]);
  expect(log.info).toHaveBeenCalledWith(
    'no other broker answers',
    expect.objectContaining({ host: '127.0.0.1' }),
  );
});
