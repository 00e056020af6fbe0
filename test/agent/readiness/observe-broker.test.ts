/* Requests to a broker and its peers, recorded by a simulated cluster. */
import { judgeBroker } from '../../../agent/readiness/judge-broker';
import { BrokerMonitor } from '../../../agent/readiness/observe-broker';
import { MetadataResponses } from '../../../bench/simulator/responses';
import { caughtUpQuorum, startBrokers } from '../../../bench/simulator/broker';
import {
  SimulatedCluster,
  logDirOf,
  healthyCluster,
  withLaggingBroker,
} from '../../../bench/simulator/cluster';
import { KafkaServer } from '../../support/kafka-server';
import { MetadataMode } from '../../../lib/seam/agent-config';
import { brokerConfig } from '../configs';

const SELF = 1001;
/** Broker 1001 has replicas of 120 topics, more than one request of a check has. */
const SIZE = { partitions: 120, partitionsPerTopic: 1, replicationFactor: 2 };

/** Topics without replicas on broker 1001. */
const ELSEWHERE = {
  topics: healthyCluster({ ports: [0], ...SIZE, partitions: 5, replicationFactor: 1 }).topics.map(
    (topic) => ({
      ...topic,
      name: `elsewhere.${topic.name}`,
      partitions: topic.partitions.map((one) => ({ ...one, leader: 1002, replicas: [1002], isr: [1002] })),
    }),
  ),
};

let servers: KafkaServer[];
let metadata: MetadataResponses;
let healthy: SimulatedCluster;
let now: number;
let isReady: boolean;
/** Number of topics of each Metadata request. */
let requested: (number | 'all')[];
let diskChecks: number;
let quorumRequests: number;

beforeEach(async () => {
  now = 0;
  isReady = false;
  requested = [];
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  metadata = new MetadataResponses(healthyCluster({ ports: [0, 0], ...SIZE }));
  const response = metadata.response.bind(metadata);
  jest.spyOn(metadata, 'response').mockImplementation((names) => {
    requested.push(names?.length ?? 'all');
    return response(names);
  });
  diskChecks = 0;
  quorumRequests = 0;
  servers = await startBrokers([0, 0], metadata, {
    quorum: () => {
      quorumRequests++;
      return caughtUpQuorum(healthy);
    },
    logDirs: () => {
      diskChecks++;
      return [logDirOf(healthy, SELF)];
    },
  });
  healthy = healthyCluster({ ports: servers.map(({ port }) => port), ...SIZE });
  metadata.setCluster(healthy);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(servers.map((server) => server.stop()));
});

function createMonitor(metadataMode: MetadataMode = 'kraft'): BrokerMonitor {
  return new BrokerMonitor(
    brokerConfig({ metadataMode, internalListener: { name: 'INTERNAL', port: servers[0].port } }),
    SELF,
  );
}

/** Observes the broker some seconds after the start. Returns the verdict and the Metadata requests. */
async function round(monitor: BrokerMonitor, seconds: number) {
  now = seconds * 1_000;
  requested = [];
  const { ready, outOfSync } = judgeBroker(await monitor.observe(0, isReady));
  isReady = ready;
  return { ready, outOfSync: outOfSync?.length, requested };
}

const OWN = ['all'];
const FULL = ['all', 'all'];

test('a broker becomes ready by a second view, and repeats it every minute', async () => {
  const monitor = createMonitor();
  for (const [seconds, requests] of [
    [0, FULL],
    [2, OWN],
    [59, OWN],
    [60, FULL],
    [62, OWN],
  ] as const) {
    expect(await round(monitor, seconds)).toEqual({ ready: true, outOfSync: 0, requested: requests });
  }
  expect(quorumRequests).toBe(5);
});

test('in ZooKeeper mode, each round has a second view', async () => {
  const monitor = createMonitor('zookeeper');
  for (const seconds of [0, 2]) {
    expect(await round(monitor, seconds)).toEqual({ ready: true, outOfSync: 0, requested: FULL });
  }
});

test('a change of an ISR of the broker needs a second view, a change of other partitions does not', async () => {
  const monitor = createMonitor();
  await round(monitor, 0);
  metadata.setCluster(withLaggingBroker(healthy, 1002, 1));
  expect(await round(monitor, 2)).toEqual({ ready: true, outOfSync: 0, requested: FULL });
  metadata.setCluster(
    withLaggingBroker({ ...healthy, topics: [...healthy.topics, ...ELSEWHERE.topics] }, 1002, 1),
  );
  expect(await round(monitor, 4)).toEqual({ ready: true, outOfSync: 0, requested: OWN });
});

test('a broker that is not ready describes the quorum and asks a peer in each full observation', async () => {
  const monitor = createMonitor();
  for (const requests of [1, 2]) {
    await monitor.observe(0, false);
    expect([requested.length, quorumRequests]).toEqual([2 * requests, requests]);
  }
});

test('a broker that follows the metadata log but does not apply it is not ready after a minute', async () => {
  // GIVEN a broker whose own metadata does not change any more
  const stale = await startBrokers([0], new MetadataResponses(healthy), {
    quorum: () => caughtUpQuorum(healthy),
    logDirs: () => [logDirOf(healthy, SELF)],
  });
  servers.push(...stale);
  const monitor = new BrokerMonitor(
    brokerConfig({ internalListener: { name: 'INTERNAL', port: stale[0].port } }),
    SELF,
  );
  expect(await round(monitor, 0)).toMatchObject({ ready: true });

  // WHEN
  metadata.setCluster(withLaggingBroker(healthy, SELF, 1));

  // THEN
  expect(await round(monitor, 59)).toMatchObject({ ready: true, requested: [] });
  expect(await round(monitor, 60)).toMatchObject({ ready: false, outOfSync: 1, requested: ['all'] });
});

test('the verdict states the age of the second view', async () => {
  const monitor = createMonitor();
  await round(monitor, 0);
  now = 30_000;
  expect(judgeBroker(await monitor.observe(0, true)).secondView).toBe('broker 1002 agreed 30 seconds ago');
});

test('the cost of a round is the metadata that it fetched', async () => {
  const monitor = createMonitor();
  await round(monitor, 0);
  const { bytes } = monitor.cost;
  await round(monitor, 2);
  expect(bytes).toBeGreaterThan(120 * 40);
  expect(monitor.cost).toEqual({ bytes: bytes / 2, ms: 0 });
});

test('the next round detects that the broker fell out of sync', async () => {
  const monitor = createMonitor();
  await round(monitor, 0);
  metadata.setCluster(withLaggingBroker(healthy, SELF, 1));
  expect(await round(monitor, 2)).toEqual({ ready: false, outOfSync: 1, requested: FULL });
});

test('while the broker is out of sync, only its out-of-sync topics are requested, and the other facts are reused', async () => {
  const monitor = createMonitor();
  metadata.setCluster(withLaggingBroker(healthy, SELF, 3));
  await round(monitor, 0);
  metadata.setCluster(withLaggingBroker(healthy, SELF, 2));
  expect(await round(monitor, 1)).toEqual({ ready: false, outOfSync: 3, requested: [3] });
});

test('some of many out-of-sync topics are enough, while they are out of sync', async () => {
  const monitor = createMonitor();
  metadata.setCluster(withLaggingBroker(healthy, SELF, 120));
  await round(monitor, 0);
  expect(await round(monitor, 1)).toEqual({ ready: false, outOfSync: 120, requested: [50] });
});

test('topics that have caught up are not requested again', async () => {
  const monitor = createMonitor();
  metadata.setCluster(withLaggingBroker(healthy, SELF, 120));
  await round(monitor, 0);
  // The first 100 topics catch up.
  const lagging = withLaggingBroker(healthy, SELF, 120).topics.slice(100);
  metadata.setCluster({ ...healthy, topics: [...healthy.topics.slice(0, 100), ...lagging] });
  expect((await round(monitor, 1)).requested).toEqual([50, 50, 20]);
  expect((await round(monitor, 2)).requested).toEqual([20]);
});

test('the broker is ready only after a full observation in the same round', async () => {
  const monitor = createMonitor();
  metadata.setCluster(withLaggingBroker(healthy, SELF, 3));
  await round(monitor, 0);
  metadata.setCluster(healthy);
  expect(await round(monitor, 1)).toEqual({ ready: true, outOfSync: 0, requested: [3, ...FULL] });
});

test('the broker stays not ready if other topics fell out of sync meanwhile', async () => {
  const monitor = createMonitor();
  metadata.setCluster(withLaggingBroker(healthy, SELF, 1));
  await round(monitor, 0);
  const [first, ...others] = withLaggingBroker(healthy, SELF, 2).topics;
  metadata.setCluster({
    ...healthy,
    topics: [{ ...first, partitions: healthy.topics[0].partitions }, ...others],
  });
  expect(await round(monitor, 1)).toEqual({ ready: false, outOfSync: 1, requested: [1, ...FULL] });
});

test('after five seconds all topics are requested again', async () => {
  const monitor = createMonitor();
  metadata.setCluster(withLaggingBroker(healthy, SELF, 3));
  await round(monitor, 0);
  metadata.setCluster(withLaggingBroker(healthy, SELF, 2));
  expect(await round(monitor, 4.9)).toMatchObject({ outOfSync: 3 });
  expect(await round(monitor, 5)).toEqual({ ready: false, outOfSync: 2, requested: FULL });
});

test('a deleted topic does not keep the broker not ready', async () => {
  const monitor = createMonitor();
  metadata.setCluster(withLaggingBroker(healthy, SELF, 1));
  await round(monitor, 0);
  metadata.setCluster({ ...healthy, topics: healthy.topics.slice(1) });
  expect(await round(monitor, 1)).toMatchObject({ ready: true });
});

test('a full observation requests all topics each time', async () => {
  const monitor = createMonitor();
  metadata.setCluster(withLaggingBroker(healthy, SELF, 3));
  await monitor.observeAll(0);
  requested = [];
  await monitor.observeAll(0);
  expect(requested).toEqual(FULL);
});

test('unchanged responses are not parsed again', async () => {
  const monitor = createMonitor();
  const [first, second] = [await monitor.observeAll(0), await monitor.observeAll(0)];
  expect(second.own.partitions).toBe(first.own.partitions);
  expect(second.other!.view.partitions).toBe(first.own.partitions);
});

test('changed responses are parsed again', async () => {
  const monitor = createMonitor();
  const first = await monitor.observeAll(0);
  metadata.setCluster(withLaggingBroker(healthy, 1002, 1));
  const second = await monitor.observeAll(0);
  expect(second.own.partitions).not.toEqual(first.own.partitions);
});

describe('topics that the agent is not authorized to describe', () => {
  const UNAUTHORIZED = ['events.team-0.stream-0', 'events.team-1.stream-1'];

  test('make the broker not ready', async () => {
    const monitor = createMonitor();
    metadata.setCluster(healthy, UNAUTHORIZED);
    const facts = await monitor.observe(0, false);
    expect(judgeBroker(facts)).toMatchObject({
      ready: false,
      reason:
        `broker 1001 has replicas of ${UNAUTHORIZED.join(', ')}, but its agent is not authorized to ` +
        'describe these topics: allow the principal of the agent to describe all topics',
    });
  });

  test('are detected when an ACL is removed, and not reported after it is added again', async () => {
    const monitor = createMonitor();
    expect(await round(monitor, 0)).toMatchObject({ ready: true });
    metadata.setCluster(healthy, UNAUTHORIZED);
    expect(await round(monitor, 2)).toMatchObject({ ready: false });
    expect(await round(monitor, 4)).toMatchObject({ ready: false });
    metadata.setCluster(healthy);
    expect(await round(monitor, 6)).toMatchObject({ ready: true });
  });

  test('do not include deleted topics whose files still exist', async () => {
    const monitor = createMonitor();
    metadata.setCluster({ ...healthy, topics: healthy.topics.slice(2) });
    expect(await round(monitor, 0)).toMatchObject({ ready: true, requested: [...FULL, 2] });
  });

  test('are checked every five minutes, and when there are fewer topics', async () => {
    const monitor = createMonitor();
    for (const seconds of [0, 2, 299, 300, 302]) {
      await round(monitor, seconds);
    }
    expect(diskChecks).toBe(2);
    metadata.setCluster({ ...healthy, topics: healthy.topics.slice(1) });
    await round(monitor, 304);
    await round(monitor, 306);
    expect(diskChecks).toBe(3);
  });
});
