import { MinInSyncReplicas } from '../../../agent/restart/min-in-sync-replicas';
import { RolloutBrake, nextStopObserver, rolloutBrakeOf } from '../../../agent/restart/rollout-brake';
import { problems } from '../../../agent/runtime/problems';
import { caughtUpQuorum, startBrokers } from '../../../bench/simulator/broker';
import { healthyCluster } from '../../../bench/simulator/cluster';
import { MetadataResponses } from '../../../bench/simulator/responses';
import { brokerConfig, controllerConfig, zookeeperConfig } from '../configs';

const READY = { ready: true, reason: 'in sync', outOfSync: [], secondView: 'broker 2 agrees' };
const BEHIND = { ready: false, reason: 'behind' };
const OBSTACLE = 'without broker 2 too few replicas would be in the ISR of a-0 (1 of 2)';

let now: number;
let obstacle: string | undefined;
let looks: number;
let events: string[];
let isListening: boolean;
let brake: RolloutBrake;

beforeEach(() => {
  [now, obstacle, looks, events, isListening] = [0, OBSTACLE, 0, [], false];
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  brake = new RolloutBrake({
    observe: async () => {
      looks++;
      return obstacle;
    },
    isListening: async () => isListening,
    recordEvent: async (_type, reason) => void events.push(reason),
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  problems.clear('rollout-paused');
});

test('a server that has restarted is not ready until the next one may stop', async () => {
  await brake.onNoAnswer();
  expect(await brake.apply(READY)).toMatchObject({ ready: false, reason: expect.stringContaining(OBSTACLE) });
  expect([events, Object.keys(problems.current)]).toEqual([['RolloutPaused'], ['rollout-paused']]);
  obstacle = undefined;
  now += 5_000;
  expect(await brake.apply(READY)).toBe(READY);
  expect(problems.current).toEqual({});
});

test('a paused server is still in sync', async () => {
  await brake.onNoAnswer();
  const { outOfSync, secondView } = READY;
  expect(await brake.apply(READY)).toMatchObject({ ready: false, isPaused: true, outOfSync, secondView });
});

test('a busy server that misses a deadline has not restarted', async () => {
  obstacle = undefined;
  await brake.apply(READY);
  obstacle = OBSTACLE;
  isListening = true;
  await brake.onNoAnswer();
  expect(await brake.apply(READY)).toBe(READY);
  expect(looks).toBe(1);
});

test('records one Event for each restart, although the partitions change', async () => {
  for (let restart = 0; restart < 2; restart++) {
    await brake.onNoAnswer();
    for (const partitions of ['a-0 (1 of 2)', 'a-0 (1 of 2), b-7 (1 of 2)', 'b-7 (1 of 2)']) {
      obstacle = `too few replicas would be in the ISR of ${partitions}`;
      now += 5_000;
      expect((await brake.apply(READY)).reason).toContain(obstacle);
    }
  }
  expect(events).toEqual(['RolloutPaused', 'RolloutPaused']);
});

test('a paused server that falls behind does not pause the rollout', async () => {
  await brake.onNoAnswer();
  await brake.apply(READY);
  await brake.apply(BEHIND);
  expect(problems.current).toEqual({});
});

test('a server that has been ready stays ready', async () => {
  await brake.onNoAnswer();
  obstacle = undefined;
  await brake.apply(READY);
  obstacle = OBSTACLE;
  now += 60_000;
  expect(await brake.apply(READY)).toBe(READY);
});

test('a new agent of a server that runs looks, because its predecessor may have paused the rollout', async () => {
  expect(await brake.apply(READY)).toMatchObject({ ready: false, isPaused: true });
});

test('a server that is not in sync is not ready for its own reason', async () => {
  await brake.onNoAnswer();
  expect(await brake.apply(BEHIND)).toBe(BEHIND);
  expect(looks).toBe(0);
});

test('looks every five seconds', async () => {
  await brake.onNoAnswer();
  for (; now < 20_000; now += 1_000) await brake.apply(READY);
  expect(looks).toBe(4);
});

test('a failed look is an obstacle', async () => {
  brake = new RolloutBrake({
    observe: async () => {
      throw new Error('no answer');
    },
    isListening: async () => false,
    recordEvent: async () => undefined,
  });
  await brake.onNoAnswer();
  expect(await brake.apply(READY)).toMatchObject({
    ready: false,
    reason: expect.stringContaining('no answer'),
  });
});

test('brokers and controllers have a brake, ZooKeeper servers have none', () => {
  const pod = { name: 'pod-1', uid: 'u' };
  const hasBrake = [brokerConfig(), controllerConfig(), zookeeperConfig()].map(
    (config) => rolloutBrakeOf(config, 1, pod) !== undefined,
  );
  expect(hasBrake).toEqual([true, true, false]);
});

test('a broker whose topic settings cannot be read judges without them', async () => {
  // GIVEN
  const size = { partitions: 12, partitionsPerTopic: 1, replicationFactor: 2 };
  const cluster = healthyCluster({ ports: [0, 0], ...size });
  const metadata = new MetadataResponses(cluster);
  const servers = await startBrokers([0, 0], metadata, {
    quorum: () => caughtUpQuorum(cluster),
    logDirs: () => [],
  });
  metadata.setCluster(healthyCluster({ ports: servers.map(({ port }) => port), ...size }));
  const read = jest.spyOn(MinInSyncReplicas.prototype, 'read').mockRejectedValue(new Error('no answer'));
  const internalListener = { name: 'INTERNAL', port: servers[1].port };
  const config = brokerConfig({ internalListener, headlessServiceHost: '127.0.0.1' });

  // WHEN
  const found = await nextStopObserver(config, 1002)().finally(() =>
    Promise.all(servers.map((server) => server.stop())),
  );

  // THEN
  expect([found, read.mock.calls.length]).toEqual([undefined, 1]);
});
