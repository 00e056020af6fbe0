/* Starts of a broker with simulated controllers and peers. */
import { BrokerGuard } from '../../../agent/identity/broker-guard';
import { log } from '../../../agent/runtime/log';
import { caughtUpQuorum, startBrokers } from '../../../bench/simulator/broker';
import { SimulatedCluster, SimulatedQuorum, healthyCluster } from '../../../bench/simulator/cluster';
import { MetadataResponses, describeQuorumResponse } from '../../../bench/simulator/responses';
import { INCREMENTAL_ALTER_CONFIGS, configValidations } from '../../support/config-validations';
import { KafkaRequestBody } from '../../support/kafka-bytes';
import { KafkaServer } from '../../support/kafka-server';
import { brokerConfig } from '../configs';

const ID = 1001;
const DESCRIBE_QUORUM = 55;
const NOT_REGISTERED = 102;
const SIZE = { partitions: 6, partitionsPerTopic: 1, replicationFactor: 2 };
const JANE = 'jane until 2026-03-01T13:00:00.000Z: the disk failed';

let controller: KafkaServer;
let brokers: KafkaServer[];
let cluster: SimulatedCluster;
let quorum: SimulatedQuorum;
let registered: readonly number[];
let bootstrapPort: number;

beforeEach(async () => {
  jest.spyOn(log, 'info').mockImplementation(() => undefined);
  registered = [];
  const metadata = new MetadataResponses(healthyCluster({ ports: [0, 0, 0], ...SIZE }));
  brokers = await startBrokers([0, 0, 0], metadata, { quorum: () => quorum, logDirs: () => [] });
  cluster = healthyCluster({ ports: brokers.map(({ port }) => port), ...SIZE });
  // Broker 1001 is down, so no ISR has it.
  const withoutSelf = cluster.topics.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((one) => {
      const isr = one.isr.filter((id) => id !== ID);
      return { ...one, isr, leader: isr[0] ?? -1 };
    }),
  }));
  metadata.setCluster({ ...cluster, topics: withoutSelf });
  quorum = caughtUpQuorum(cluster);
  bootstrapPort = brokers[1].port;
  controller = await KafkaServer.start([
    { key: DESCRIBE_QUORUM, versions: [2, 2], answer: () => describeQuorumResponse(quorum) },
    { key: INCREMENTAL_ALTER_CONFIGS, versions: [1, 1], answer: registrations },
  ]);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all([controller, ...brokers].map((server) => server.stop()));
});

function registrations(request: KafkaRequestBody): Buffer {
  return configValidations(request, (id) => (registered.includes(id) ? 0 : NOT_REGISTERED));
}

interface Broker {
  readonly hasBeenInSync?: boolean;
  readonly othersInSync?: readonly number[];
  readonly emptyDisks?: readonly string[];
  readonly own?: { readonly offset: number; readonly epoch: number };
}

function guard(
  { hasBeenInSync = false, othersInSync = [], emptyDisks = ['/d'], own }: Broker = {},
  metadataMode: 'kraft' | 'zookeeper' = 'kraft',
) {
  const config = brokerConfig({
    metadataMode,
    controllerAddresses:
      metadataMode === 'kraft' ? [{ host: '127.0.0.1', port: controller.port }] : undefined,
    internalListener: { name: 'INTERNAL', port: bootstrapPort },
    headlessServiceHost: '127.0.0.1',
  });
  const disks = {
    id: ID,
    hasBeenInSync,
    othersInSync,
    emptyDisks,
    description: '/d of broker 1001 is empty',
  };
  return new BrokerGuard(config, disks, { own, hasPartitions: own !== undefined });
}

const stopBrokers = () => Promise.all(brokers.map((server) => server.stop()));

test('the first broker of a new cluster starts at the second look', async () => {
  await stopBrokers();
  const first = guard();
  expect(await first.decide(undefined)).toEqual({
    waitingFor: 'no other broker answers, which is normal at the first start of a cluster; retrying once',
  });
  expect(await first.decide(undefined)).toMatchObject({ mayStart: true });
});

test('in ZooKeeper mode, in which only others can know the broker, it starts after a minute without answers', async () => {
  await stopBrokers();
  const first = guard({}, 'zookeeper');
  for (let look = 1; look < 20; look++) {
    expect(await first.decide(undefined)).toEqual({
      waitingFor:
        'no other broker answers, which is normal at the first start of a cluster; retrying for a minute',
    });
  }
  expect(await first.decide(undefined)).toMatchObject({ mayStart: true });
});

test.each<[name: string, known: Broker, registered: readonly number[], reason: RegExp]>([
  [
    'its ledger was deleted, and the quorum knows it',
    {},
    [ID],
    /the quorum knows the broker, so it may have had data/,
  ],
  ['the quorum knows others', {}, [1002], /the cluster is not new: it knows broker 1002/],
  ['the ledger knows others', { othersInSync: [1003] }, [], /the cluster is not new: it knows broker 1003/],
])('silence is no consent if %s', async (_, known, ids, reason) => {
  await stopBrokers();
  registered = ids;
  const waiting = guard(known);
  for (let look = 1; look <= 3; look++) {
    expect(await waiting.decide(undefined)).toMatchObject({
      mayStart: false,
      reason: expect.stringMatching(reason),
    });
  }
});

test('a known broker replicates from others that have all its data', async () => {
  registered = [ID, 1002, 1003];
  expect(await guard({ hasBeenInSync: true }).decide(undefined)).toEqual({
    mayStart: true,
    reason: '/d of broker 1001 is empty; other brokers have all data of broker 1001: it replicates from them',
  });
});

test('waits while no controller leads a majority', async () => {
  quorum = {
    ...quorum,
    voters: quorum.voters.map((voter, index) => ({
      ...voter,
      lastCaughtUp: index === 0 ? voter.lastCaughtUp : -1n,
    })),
  };
  expect(await guard().decide(JANE)).toEqual({ waitingFor: 'no controller leads a majority of the quorum' });
});

describe('a quorum that was formed again', () => {
  const own = { offset: 5_000_000, epoch: 12 };
  const disks = { hasBeenInSync: true, emptyDisks: [], own };

  test('does not start a broker with the data of the former one', async () => {
    expect(await guard(disks).decide(undefined)).toEqual({
      mayStart: false,
      needsAction: true,
      reason: expect.stringMatching(
        /^the metadata of controller 3001 has no registration of this broker: the quorum lacks metadata/,
      ),
    });
  });

  test('starts it if the loss is accepted, and names what is given up', async () => {
    expect(await guard(disks).decide(JANE)).toMatchObject({
      mayStart: true,
      givenUp: 'all partitions of topics that the quorum does not know',
    });
  });

  test('of the same epoch and more records starts a broker that it knows', async () => {
    registered = [ID];
    expect(await guard({ ...disks, own: { offset: 9, epoch: 1 } }).decide(undefined)).toEqual({
      mayStart: true,
      reason: 'all disks contain data of broker 1001',
    });
  });
});
