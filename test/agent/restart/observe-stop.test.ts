/* Observations of a broker that is about to stop, from a simulated cluster. */
import { mayStopBroker } from '../../../agent/restart/may-stop-broker';
import { mayStopController } from '../../../agent/restart/may-stop-controller';
import { BrokerStopMonitor, observeControllerStop } from '../../../agent/restart/observe-stop';
import { QuorumMonitor } from '../../../agent/readiness/observe-controller';
import { MetadataResponses, describeQuorumResponse } from '../../../bench/simulator/responses';
import { caughtUpQuorum, startBrokers } from '../../../bench/simulator/broker';
import {
  SimulatedCluster,
  SimulatedLogDir,
  SimulatedQuorum,
  logDirOf,
  healthyCluster,
} from '../../../bench/simulator/cluster';
import { KafkaServer } from '../../support/kafka-server';
import { brokerConfig, controllerConfig } from '../configs';

const SELF = 1001;
const SIZE = { partitions: 12, partitionsPerTopic: 1, replicationFactor: 2 };
const CLUSTER_AUTHORIZATION_FAILED = 31;
const KAFKA_STORAGE_ERROR = 56;

let servers: KafkaServer[];
let metadata: MetadataResponses;
let healthy: SimulatedCluster;
let logDirs: readonly SimulatedLogDir[] | number;
let quorum: SimulatedQuorum;

beforeEach(async () => {
  metadata = new MetadataResponses(healthyCluster({ ports: [0, 0], ...SIZE }));
  servers = await startBrokers([0, 0], metadata, { quorum: () => quorum, logDirs: () => logDirs });
  healthy = healthyCluster({ ports: servers.map(({ port }) => port), ...SIZE });
  metadata.setCluster(healthy);
  logDirs = [logDirOf(healthy, SELF)];
  quorum = caughtUpQuorum(healthy);
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

/** The bootstrap address leads to this broker, which can happen. */
function createMonitor() {
  const internal = { name: 'INTERNAL', port: servers[0].port };
  return new BrokerStopMonitor(
    brokerConfig({ internalListener: internal, headlessServiceHost: '127.0.0.1' }),
    SELF,
  );
}

const observe = () => createMonitor().observe();

test('a healthy broker has its own view and that of a peer', async () => {
  const facts = await observe();
  expect(facts.own).toMatchObject({ topics: { size: 12 } });
  expect(facts.other?.id).toBe(1002);
  expect(mayStopBroker(facts)).toMatchObject({ mayStop: true, allInSync: true });
});

test('a failed broker that is still in the ISR does not count', async () => {
  // GIVEN
  const three = { ...SIZE, replicationFactor: 3 };
  const third = await startBrokers([0], metadata, { quorum: () => quorum, logDirs: () => logDirs });
  servers.push(...third);
  healthy = healthyCluster({ ports: servers.map(({ port }) => port), ...three });
  metadata.setCluster(healthy);
  quorum = caughtUpQuorum(healthy);
  const monitor = createMonitor();
  const verdict = await monitor.judge(true);
  expect(verdict).toMatchObject({ mayStop: true, allInSync: true });
  expect(verdict.replicas).toHaveLength(healthy.topics.flatMap(({ partitions }) => partitions).length);

  // WHEN
  await third[0].stop();

  // THEN
  expect(await monitor.judge(false)).toMatchObject({ mayStop: true, allInSync: true });
  expect(await monitor.judge(true)).toMatchObject({
    mayStop: false,
    reason: expect.stringContaining('the ISR lists broker 1003, which does not answer'),
  });
});

test('a broker with a failed disk still answers', async () => {
  logDirs = [
    logDirOf(healthy, SELF),
    { ...logDirOf(healthy, SELF), errorCode: KAFKA_STORAGE_ERROR, topics: [] },
  ];
  expect((await observe()).own).toMatchObject({ topics: { size: 12 } });
});

describe('a broker that does not answer its agent', () => {
  beforeEach(() => {
    logDirs = CLUSTER_AUTHORIZATION_FAILED;
  });

  test('is judged by the view of a peer, and not by its own view from the bootstrap address', async () => {
    const facts = await observe();
    expect([facts.own, facts.other?.id]).toEqual(['no answer', 1002]);
    expect(mayStopBroker(facts)).toMatchObject({ mayStop: true });
    expect(mayStopBroker(facts).needsNoLease).toBeUndefined();
  });

  test('waits while no peer has topics, because the agent may not be authorized to describe them', async () => {
    metadata.setCluster(
      healthy,
      healthy.topics.map(({ name }) => name),
    );
    const facts = await observe();
    expect([facts.own, facts.other]).toEqual(['no answer', undefined]);
    expect(mayStopBroker(facts)).toMatchObject({
      mayStop: false,
      reason:
        'broker 1001 does not answer its agent, and no other broker answers ' +
        '(broker 1002: its metadata is not current, or it shows no topics)',
    });
  });

  test('waits while the peer is disconnected from the controllers', async () => {
    quorum = { ...quorum, observers: [] };
    expect((await observe()).other).toBeUndefined();
  });
});

test('a controller that does not answer is judged by the view of the other controllers', async () => {
  // GIVEN
  let requests = 0;
  const server: KafkaServer = await KafkaServer.start([
    {
      key: 55,
      versions: [2, 2],
      answer: () => {
        if (++requests === 1) {
          server.dropConnections();
        }
        return describeQuorumResponse(quorum);
      },
    },
  ]);
  servers.push(server);
  const voters = [3001, 3002].map((id) => ({ id, host: '127.0.0.1' }));
  const config = controllerConfig({ listener: { name: 'CONTROLLER', port: server.port }, voters });

  // WHEN
  const facts = await observeControllerStop(config, 3001, new QuorumMonitor(config, 3001));

  // THEN
  expect(requests).toBe(2);
  expect(mayStopController(facts)).toMatchObject({
    mayStop: true,
    reason: 'controllers 3002, 3003 have caught up with the leader',
  });
});
