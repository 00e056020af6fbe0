/* Questions of the recovery to a simulated cluster. Real brokers are asked in test/e2e. */
import { KafkaObserver, answerForController } from '../../../agent/recovery/observe-kafka';
import { log } from '../../../agent/runtime/log';
import { caughtUpQuorum, startBrokers } from '../../../bench/simulator/broker';
import { SimulatedCluster, healthyCluster } from '../../../bench/simulator/cluster';
import { MetadataResponses } from '../../../bench/simulator/responses';
import { KafkaServer } from '../../support/kafka-server';
import { lostBroker, lostController } from './lost-servers';

const SIZE = { partitions: 12, partitionsPerTopic: 1, replicationFactor: 2 };
const LOST = lostBroker(1001);

let servers: KafkaServer[];
let metadata: MetadataResponses;
let cluster: SimulatedCluster;
let observer: KafkaObserver;

beforeEach(async () => {
  jest.spyOn(log, 'info').mockImplementation(() => undefined);
  metadata = new MetadataResponses(healthyCluster({ ports: [0, 0, 0], ...SIZE }));
  servers = await startBrokers([0, 0, 0], metadata, {
    quorum: () => caughtUpQuorum(cluster),
    logDirs: () => [],
  });
  cluster = healthyCluster({ ports: servers.map(({ port }) => port), ...SIZE });
  observer = new KafkaObserver({ host: '127.0.0.1', port: servers[1].port }, 'kraft');
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(servers.map((server) => server.stop()));
});

/** The ISRs of a cluster whose broker 1001 is gone. */
function withIsr(isrOf: (replicas: readonly number[]) => readonly number[]): void {
  const topics = cluster.topics.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((partition) => {
      const isr = isrOf(partition.replicas);
      return { ...partition, isr, leader: isr[0] };
    }),
  }));
  metadata.setCluster({ ...cluster, topics, brokers: cluster.brokers.filter(({ id }) => id !== 1001) });
}

test('a broker whose partitions have other replicas in sync may start on empty disks', async () => {
  withIsr((replicas) => replicas.filter((id) => id !== 1001));
  expect(await observer.answerForBroker(LOST)).toMatchObject({ mayStart: true });
});

test('a broker that is the last member of an ISR may not', async () => {
  withIsr((replicas) => (replicas.includes(1001) ? [1001] : replicas));
  const { mayStart, reason } = await observer.answerForBroker(LOST);
  expect(mayStart).toBe(false);
  expect(reason).toMatch(
    /^node node-1001 is gone with the data of broker 1001, and the broker has been in sync before; according to broker 100\d it may have the last copy of /,
  );
});

test('without an answer of any broker, nobody knows', async () => {
  await Promise.all(servers.map((server) => server.stop()));
  expect(await observer.answerForBroker(LOST)).toMatchObject({ mayStart: false });
  expect(await observer.view()).toEqual({ unavailable: expect.stringContaining('ECONNREFUSED') });
});

describe('a controller', () => {
  const group = {
    kind: 'controller',
    owner: 'events',
    statefulSet: 'events-controllers',
    ledgerConfigMap: 'events-controllers-ledger',
    ids: { first: 1, last: 3 },
    claims: ['data-0'],
  } as const;
  const voter = (id: number, lagMs?: number) => ({ id, lagMs, logEndOffset: 9 });

  test.each([
    ['a majority of the others has all metadata', [voter(1, 0), voter(2, 0), voter(3)], true],
    ['only one of the others has', [voter(1, 0), voter(2, 60_000), voter(3)], false],
  ])('%s', (_, voters, mayStart) => {
    const quorum = { leaderId: 1, voters, observers: [] };
    expect(answerForController(lostController(3), group, quorum).mayStart).toBe(mayStart);
  });

  test('without a quorum, nobody knows', () => {
    expect(answerForController(lostController(3), group).mayStart).toBe(false);
  });
});
