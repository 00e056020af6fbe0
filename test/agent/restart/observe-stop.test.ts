/* What is found out about a broker that shall stop, from a simulated cluster. */
import { mayStopBroker } from '../../../agent/restart/may-stop-broker';
import { mayStopController } from '../../../agent/restart/may-stop-controller';
import { BrokerStopMonitor, observeControllerStop } from '../../../agent/restart/observe-stop';
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
let well: SimulatedCluster;
let logDirs: readonly SimulatedLogDir[] | number;
let quorum: SimulatedQuorum;

beforeEach(async () => {
  metadata = new MetadataResponses(healthyCluster({ ports: [0, 0], ...SIZE }));
  servers = await startBrokers([0, 0], metadata, { quorum: () => quorum, logDirs: () => logDirs });
  well = healthyCluster({ ports: servers.map(({ port }) => port), ...SIZE });
  metadata.setCluster(well);
  logDirs = [logDirOf(well, SELF)];
  quorum = caughtUpQuorum(well);
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

/** The name of all brokers leads to this one, as it may. */
function observerOf() {
  const internal = { name: 'INTERNAL', port: servers[0].port };
  return new BrokerStopMonitor(brokerConfig({ internalListener: internal, headlessServiceHost: '127.0.0.1' }), SELF);
}

const observe = () => observerOf().observe();

test('a broker in order says how it is, and another one agrees', async () => {
  const facts = await observe();
  expect(facts.own).toMatchObject({ topics: { size: 12 } });
  expect(facts.other?.id).toBe(1002);
  expect(mayStopBroker(facts)).toMatchObject({ may: true, isWhole: true });
});

test('one that has died, and that Kafka counts as in sync yet, is not counted', async () => {
  // GIVEN
  const three = { ...SIZE, replicationFactor: 3 };
  const third = await startBrokers([0], metadata, { quorum: () => quorum, logDirs: () => logDirs });
  servers.push(...third);
  well = healthyCluster({ ports: servers.map(({ port }) => port), ...three });
  metadata.setCluster(well);
  quorum = caughtUpQuorum(well);
  const observer = observerOf();
  expect(await observer.judge(true)).toMatchObject({ may: true, isWhole: true });

  // WHEN
  await third[0].stop();

  // THEN
  expect(await observer.judge(false)).toMatchObject({ may: true, isWhole: true });
  expect(await observer.judge(true)).toMatchObject({
    may: false,
    reason: expect.stringContaining('Kafka counts broker 1003, which takes no connection'),
  });
});

test('a disk that has failed does not make a broker silent', async () => {
  logDirs = [logDirOf(well, SELF), { ...logDirOf(well, SELF), errorCode: KAFKA_STORAGE_ERROR, topics: [] }];
  expect((await observe()).own).toMatchObject({ topics: { size: 12 } });
});

describe('a broker that says nothing to its agent', () => {
  beforeEach(() => {
    logDirs = CLUSTER_AUTHORIZATION_FAILED;
  });

  test('is judged by another one, and not by itself through the name of all', async () => {
    const facts = await observe();
    expect([facts.own, facts.other?.id]).toEqual(['silent', 1002]);
    expect(mayStopBroker(facts)).toMatchObject({ may: true });
    expect(mayStopBroker(facts).needsNoLease).toBeUndefined();
  });

  test('is held while nobody shows topics, as they may be kept from the agent', async () => {
    metadata.setCluster(
      well,
      well.topics.map(({ name }) => name),
    );
    const facts = await observe();
    expect([facts.own, facts.other]).toEqual(['silent', undefined]);
    expect(mayStopBroker(facts)).toMatchObject({
      may: false,
      reason: expect.stringContaining('neither this'),
    });
  });

  test('is held while the other is cut off from the controllers', async () => {
    quorum = { ...quorum, observers: [] };
    expect((await observe()).other).toBeUndefined();
  });
});

test('a controller that hangs is judged by what the others say', async () => {
  // GIVEN
  let asked = 0;
  const server: KafkaServer = await KafkaServer.start([
    {
      key: 55,
      versions: [2, 2],
      answer: () => {
        if (++asked === 1) {
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
  const facts = await observeControllerStop(config, 3001);

  // THEN
  expect(asked).toBe(2);
  expect(mayStopController(facts)).toMatchObject({ may: true, reason: 'controllers 3002, 3003 keep up' });
});
