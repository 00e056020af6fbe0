/* Rollouts of StatefulSets for certificates that running servers cannot reload. */
import { ROTATION_ANNOTATIONS } from '../../../lib/seam/agent-config';
import { Recorded, collectEvents, running, stable } from './running';
import { DAY, SECRETS, World, pkiConfig } from './world';

let recorded: Recorded[];

beforeEach(() => {
  recorded = collectEvents();
});
afterEach(() => jest.restoreAllMocks());

const config = () =>
  pkiConfig({
    name: 'metadata',
    restartedStatefulSets: ['events-1001', 'events-1002', 'events-1003'],
    restartNoticeSeconds: 3 * DAY,
  });
const restarts = (world: World) => world.store.writes.filter((line) => line.startsWith('PATCH /apis/'));

test('the first certificates cause no rollout', async () => {
  const world = await running(config());
  for (let round = 0; round < 20; round++) await world.round();
  expect(restarts(world)).toEqual([]);
});

test('a renewal causes one rollout, in order, after the restart notice', async () => {
  const world = await running(config());
  world.now += 21 * DAY * 1000;
  await world.until(() => world.state().rollout !== undefined);
  expect(JSON.parse(world.status()).rollout).toMatchObject({ restarted: [] });
  world.now += 2.9 * DAY * 1000;
  for (let round = 0; round < 20; round++) await world.round();
  expect(restarts(world)).toEqual([]);
  world.now += 0.1 * DAY * 1000;
  await world.until(() => restarts(world).length === 3);
  expect(restarts(world).map((line) => line.split('/').at(-1))).toEqual(world.config.restartedStatefulSets);
});

test('a requested rotation causes three rollouts without a notice', async () => {
  const world = await running(config());
  const start = world.now;
  world.annotate({ [ROTATION_ANNOTATIONS.rotateMetadata]: 'jane: a test' });
  await world.until(stable(world, 2));
  expect(restarts(world)).toHaveLength(9);
  expect(world.now - start).toBeLessThan(3_600_000);
});

test('no pod restarts within 90 seconds of a change of its Secret', async () => {
  const world = await running({ ...config(), overlapSeconds: 0 });
  world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: a test' });
  await world.until(
    () => world.state().rollout !== undefined && world.state().secretsWrittenAt !== undefined,
  );
  const writtenAt = Date.parse(world.state().secretsWrittenAt!);
  let before = world.now;
  await world.until(() => {
    if (restarts(world).length > 0) return true;
    before = world.now;
    return false;
  });
  expect(before - writtenAt).toBeGreaterThanOrEqual(90_000);
});

test('a server that restarts with its old certificate blocks a renewal and is listed in the status', async () => {
  const world = await running(config());
  world.outdated.add('events-1002');
  world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: a test' });
  await world.until(() => world.status().includes('events-1002:9092 to serve its new certificate'));
  for (let round = 0; round < 20; round++) await world.round();
  expect(world.state().rollout).toMatchObject({ restarted: world.config.restartedStatefulSets });
  world.startServers();
  await world.until(() => world.state().rollout === undefined);
});

test('an unreachable server is listed in the Event at the end of a renewal', async () => {
  const world = await running(config());
  world.unreachable.add('events-1002');
  world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: a test' });
  await world.until(() => world.state().rollout !== undefined);
  await world.until(() => world.state().rollout === undefined);
  expect(recorded).toContainEqual(
    expect.objectContaining({
      type: 'Warning',
      reason: 'RolloutNotVerified',
      message: expect.stringContaining('unreachable: events-1002:9092'),
    }),
  );
});

test('a rollout starts again if a Secret was damaged during it', async () => {
  const world = await running(config());
  world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: a test' });
  await world.until(() => restarts(world).length === 1);
  const secret = world.secret('events-tls')!;
  world.store.put(`${SECRETS}/events-tls`, { ...secret, data: { ...secret.data, 'ca.crt': '' } });
  await world.until(() => world.state().rollout === undefined);
  expect(restarts(world).map((line) => line.split('/').at(-1))).toEqual([
    'events-1001',
    ...world.config.restartedStatefulSets,
  ]);
});

test('a rollout is announced at the start of its notice, and not if it starts at once', async () => {
  const world = await running(config());
  world.now += 21 * DAY * 1000;
  await world.until(() => world.state().rollout !== undefined);
  for (let round = 0; round < 20; round++) await world.round();
  const announced = () => recorded.filter(({ reason }) => reason === 'RolloutAnnounced');
  const { notBefore } = world.state().rollout!;
  expect(announced()).toEqual([
    {
      object: 'ConfigMap events-certificates',
      type: 'Normal',
      reason: 'RolloutAnnounced',
      message: `metadata: rolling restart for new certificates from ${notBefore}, in this order: events-1001, events-1002, events-1003`,
    },
  ]);
  world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: at once' });
  await world.until(() => restarts(world).length > 0);
  expect(announced()).toHaveLength(1);
});

test('an unhealthy StatefulSet blocks a rollout', async () => {
  const world = await running(config());
  const path = '/apis/apps/v1/namespaces/prod/statefulsets/events-1002';
  const healthy = world.store.objects.get(path)!;
  world.store.put(path, { ...healthy, status: { ...healthy.status, readyReplicas: 2 } });
  world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: a test' });
  await world.until(() =>
    world.status().includes('StatefulSet events-1002 to be healthy: 2 of 3 pods are ready'),
  );
  for (let round = 0; round < 20; round++) await world.round();
  expect(restarts(world)).toHaveLength(1);
});
