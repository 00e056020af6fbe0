/* Views of the peers of a broker before its start, from a simulated cluster. */
import { fetchPeerViews } from '../../../agent/identity/peers';
import { bootstrapBroker } from '../../../agent/kafka/addresses';
import { log } from '../../../agent/runtime/log';
import { caughtUpQuorum, startBrokers } from '../../../bench/simulator/broker';
import {
  SimulatedCluster,
  SimulatedLogDir,
  SimulatedQuorum,
  healthyCluster,
} from '../../../bench/simulator/cluster';
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
let logDirs: readonly SimulatedLogDir[] | number;

beforeEach(async () => {
  jest.spyOn(log, 'info').mockImplementation(() => undefined);
  logDirs = [];
  metadata = new MetadataResponses(healthyCluster({ ports: [0, 0, 0], ...SIZE }));
  servers = await startBrokers([0, 0, 0], metadata, { quorum: () => quorum, logDirs: () => logDirs });
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
    bootstrapBroker(brokerConfig({ internalListener, headlessServiceHost: '127.0.0.1' })),
    metadataMode,
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

describe('topics that the principal may not describe', () => {
  const logDirOf = (name: string): SimulatedLogDir[] => {
    const partitions = [{ index: 0, size: 1n, offsetLag: 0n, isFuture: false }];
    return [{ errorCode: 0, path: '/d', topics: [{ name, partitions }], total: 1n, usable: 1n }];
  };

  const hiddenBy = async () => {
    const views = await fetchViews();
    return typeof views === 'string' ? views : views.map(({ hidden }) => hidden);
  };
  const REMEDY =
    'make the principal of this pod a super user, or grant it Describe on the cluster and on all topics';

  test('no view hides topics with all rights', async () => {
    expect(await hiddenBy()).toEqual([undefined, undefined]);
  });

  test('a topic of the log directories that is not visible is hidden, not deleted', async () => {
    const [{ name }] = cluster.topics;
    logDirs = logDirOf(name);
    metadata.setCluster(cluster, [name]);
    expect(await hiddenBy()).toEqual([
      `it denies access to ${name}; ${REMEDY}`,
      `it denies access to ${name}; ${REMEDY}`,
    ]);
  });

  test('a topic of the log directories that does not exist any more is not hidden', async () => {
    logDirs = logDirOf('deleted');
    expect(await hiddenBy()).toEqual([undefined, undefined]);
  });

  test('without the right to describe any topic, all can be hidden', async () => {
    metadata.setCluster(cluster, ['cdk8s-kafka.no-such-topic']);
    expect(await hiddenBy()).toEqual([
      `it denies access to topics in general; ${REMEDY}`,
      `it denies access to topics in general; ${REMEDY}`,
    ]);
  });

  test('without the right to describe the log directories, topics can be hidden', async () => {
    logDirs = 31;
    expect((await hiddenBy())[0]).toMatch(
      /^the broker does not describe its log directories: error code 31; make/,
    );
  });
});
