/* Which questions a broker is asked, by a simulated cluster that remembers them. */
import { judgeBroker } from '../../../agent/readiness/judge-broker';
import { BrokerMonitor } from '../../../agent/readiness/observe-broker';
import { MetadataResponses } from '../../../bench/simulator/responses';
import { caughtUpQuorum, startBrokers } from '../../../bench/simulator/broker';
import { SimulatedCluster, logDirOf, healthyCluster, withLaggingBroker } from '../../../bench/simulator/cluster';
import { KafkaServer } from '../../support/kafka-server';
import { brokerConfig } from '../configs';

const SELF = 1001;
/** Broker 1001 has replicas of 120 topics: more than it asks about at once. */
const SIZE = { partitions: 120, partitionsPerTopic: 1, replicationFactor: 2 };

let servers: KafkaServer[];
let metadata: MetadataResponses;
let well: SimulatedCluster;
let now: number;
/** For each Metadata how many topics were asked for, or that it was all. */
let asked: (number | 'all')[];
let lookedAtDisks: number;

beforeEach(async () => {
  now = 0;
  asked = [];
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  metadata = new MetadataResponses(healthyCluster({ ports: [0, 0], ...SIZE }));
  const answer = metadata.response.bind(metadata);
  jest.spyOn(metadata, 'answer').mockImplementation((names) => {
    asked.push(names?.length ?? 'all');
    return answer(names);
  });
  lookedAtDisks = 0;
  servers = await startBrokers([0, 0], metadata, {
    quorum: () => caughtUpQuorum(well),
    logDirs: () => {
      lookedAtDisks++;
      return [logDirOf(well, SELF)];
    },
  });
  well = healthyCluster({ ports: servers.map(({ port }) => port), ...SIZE });
  metadata.setCluster(well);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(servers.map((server) => server.stop()));
});

function observer(): BrokerMonitor {
  return new BrokerMonitor(brokerConfig({ internalListener: { name: 'INTERNAL', port: servers[0].port } }), SELF);
}

/** A round some seconds after the start: whether the broker is ready, and which Metadata was asked for. */
async function round(one: BrokerMonitor, seconds: number) {
  now = seconds * 1_000;
  asked = [];
  const { ready, notInSync } = judgeBroker(await one.observe(0));
  return { ready, behind: notInSync?.length, asked };
}

const WHOLE = ['all', 'all'];

test('while all is well each round asks two brokers for all', async () => {
  const one = observer();
  for (const seconds of [0, 1, 2]) {
    expect(await round(one, seconds)).toEqual({ ready: true, behind: 0, asked: WHOLE });
  }
});

test('a broker that falls behind is found out by the next round', async () => {
  const one = observer();
  await round(one, 0);
  metadata.setCluster(withLaggingBroker(well, SELF, 1));
  expect(await round(one, 2)).toEqual({ ready: false, behind: 1, asked: WHOLE });
});

test('while it is behind only the lagging topics are asked for, and what was found out stands', async () => {
  const one = observer();
  metadata.setCluster(withLaggingBroker(well, SELF, 3));
  await round(one, 0);
  metadata.setCluster(withLaggingBroker(well, SELF, 2));
  expect(await round(one, 1)).toEqual({ ready: false, behind: 3, asked: [3] });
});

test('of many lagging topics some are enough, as long as they are behind', async () => {
  const one = observer();
  metadata.setCluster(withLaggingBroker(well, SELF, 120));
  await round(one, 0);
  expect(await round(one, 1)).toEqual({ ready: false, behind: 120, asked: [50] });
});

test('topics that have been seen in sync are not asked for again', async () => {
  const one = observer();
  metadata.setCluster(withLaggingBroker(well, SELF, 120));
  await round(one, 0);
  // The first topics of the list catch up.
  const late = withLaggingBroker(well, SELF, 120).topics.slice(100);
  metadata.setCluster({ ...well, topics: [...well.topics.slice(0, 100), ...late] });
  expect((await round(one, 1)).asked).toEqual([50, 50, 20]);
  expect((await round(one, 2)).asked).toEqual([20]);
});

test('ready is said only after all was asked for, in the same round', async () => {
  const one = observer();
  metadata.setCluster(withLaggingBroker(well, SELF, 3));
  await round(one, 0);
  metadata.setCluster(well);
  expect(await round(one, 1)).toEqual({ ready: true, behind: 0, asked: [3, ...WHOLE] });
});

test('not ready is what it stays when others fell behind meanwhile', async () => {
  const one = observer();
  metadata.setCluster(withLaggingBroker(well, SELF, 1));
  await round(one, 0);
  const [first, ...others] = withLaggingBroker(well, SELF, 2).topics;
  metadata.setCluster({ ...well, topics: [{ ...first, partitions: well.topics[0].partitions }, ...others] });
  expect(await round(one, 1)).toEqual({ ready: false, behind: 1, asked: [1, ...WHOLE] });
});

test('after five seconds all is asked for again', async () => {
  const one = observer();
  metadata.setCluster(withLaggingBroker(well, SELF, 3));
  await round(one, 0);
  metadata.setCluster(withLaggingBroker(well, SELF, 2));
  expect(await round(one, 4.9)).toMatchObject({ behind: 3 });
  expect(await round(one, 5)).toEqual({ ready: false, behind: 2, asked: WHOLE });
});

test('a lagging topic that is deleted holds nothing back', async () => {
  const one = observer();
  metadata.setCluster(withLaggingBroker(well, SELF, 1));
  await round(one, 0);
  metadata.setCluster({ ...well, topics: well.topics.slice(1) });
  expect(await round(one, 1)).toMatchObject({ ready: true });
});

test('a stop is judged by all there is to know', async () => {
  const one = observer();
  metadata.setCluster(withLaggingBroker(well, SELF, 3));
  await one.observeAll(0);
  asked = [];
  await one.observeAll(0);
  expect(asked).toEqual(WHOLE);
});

test('what brokers say again is not read again', async () => {
  const one = observer();
  const [first, second] = [await one.observeAll(0), await one.observeAll(0)];
  expect(second.own.partitions).toBe(first.own.partitions);
  expect(second.other!.view.partitions).toBe(first.own.partitions);
});

test('what changes is read again', async () => {
  const one = observer();
  const first = await one.observeAll(0);
  metadata.setCluster(withLaggingBroker(well, 1002, 1));
  const second = await one.observeAll(0);
  expect(second.own.partitions).not.toEqual(first.own.partitions);
});

describe('topics that a broker does not show to its agent', () => {
  const HIDDEN = ['events.team-0.stream-0', 'events.team-1.stream-1'];

  test('make it not ready, and hold its stop', async () => {
    const one = observer();
    metadata.setCluster(well, HIDDEN);
    const facts = await one.observe(0);
    expect(judgeBroker(facts)).toMatchObject({
      ready: false,
      reason: `broker 1001 has replicas of ${HIDDEN.join(', ')}, which it does not show to its agent: let the agent's principal describe every topic`,
    });
  });

  test('are found when rights are taken away, and forgotten once they are given again', async () => {
    const one = observer();
    expect(await round(one, 0)).toMatchObject({ ready: true });
    metadata.setCluster(well, HIDDEN);
    expect(await round(one, 2)).toMatchObject({ ready: false });
    expect(await round(one, 4)).toMatchObject({ ready: false });
    metadata.setCluster(well);
    expect(await round(one, 6)).toMatchObject({ ready: true });
  });

  test('are not those that have been deleted, whose files are still there', async () => {
    const one = observer();
    metadata.setCluster({ ...well, topics: well.topics.slice(2) });
    expect(await round(one, 0)).toMatchObject({ ready: true, asked: [...WHOLE, 2] });
  });

  test('cost a look at the disks every five minutes, and when there are fewer topics', async () => {
    const one = observer();
    for (const seconds of [0, 2, 299, 300, 302]) {
      await round(one, seconds);
    }
    expect(lookedAtDisks).toBe(2);
    metadata.setCluster({ ...well, topics: well.topics.slice(1) });
    await round(one, 304);
    await round(one, 306);
    expect(lookedAtDisks).toBe(3);
  });
});
