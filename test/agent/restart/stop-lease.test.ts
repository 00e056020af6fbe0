/* The stop Lease in an API server. */
import { ConflictError } from '../../../agent/kubernetes/client';
import { StopLease } from '../../../agent/restart/stop-lease';
import { ApiServer } from '../kubernetes/api-server';
import { ObjectStore } from '../kubernetes/object-store';

const PATH = '/apis/coordination.k8s.io/v1/namespaces/ns/leases/events-m-stop';
const STATEFUL_SET = '/apis/apps/v1/namespaces/ns/statefulsets/events-m';
const ME = { name: 'events-m-3', uid: 'mine' };
const OTHER = { name: 'events-m-2', uid: 'theirs' };
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

let api: ApiServer;
let store: ObjectStore;
let lease: StopLease;

beforeEach(async () => {
  api = await ApiServer.start();
  store = new ObjectStore();
  api.serves(store);
  store.put(PATH, { metadata: { annotations: { 'cdk8s-kafka.io/force-stop': 'x' }, labels: { a: 'b' } } });
  lease = new StopLease('ns', 'events-m');
});
afterEach(() => {
  jest.restoreAllMocks();
  return api.dispose();
});

const spec = () => store.objects.get(PATH)?.spec as Record<string, unknown>;
const annotations = () => store.objects.get(PATH)?.metadata.annotations;
const waiting = async () => [...(await lease.read()).waiting].sort();

test('a new Lease has no holder, and may have annotations of others', async () => {
  expect(await lease.read()).toMatchObject({ record: { holder: undefined } });
});

describe('without a Lease', () => {
  const create = () => lease.readOrCreate();

  beforeEach(() => {
    store.objects.delete(PATH);
    store.put(STATEFUL_SET, {
      metadata: {
        uid: 'u',
        labels: { 'app.kubernetes.io/instance': 'events', 'cdk8s-kafka.io/cluster': 'events' },
      },
    });
  });

  test('an agent creates it under its name, owned by the StatefulSet, without a label that GitOps tools track', async () => {
    const created = await create();
    expect(created.record.holder).toBeUndefined();
    expect(store.writes).toEqual([`PUT ${PATH}`]);
    expect(store.objects.get(PATH)?.metadata).toMatchObject({
      labels: { 'cdk8s-kafka.io/cluster': 'events' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'events-m', uid: 'u' }],
    });
    expect(store.objects.get(PATH)?.metadata.labels).not.toHaveProperty(['app.kubernetes.io/instance']);
  });

  test('agents that create it at the same time use the same Lease', async () => {
    const snapshots = await Promise.all([create(), new StopLease('ns', 'events-m').readOrCreate()]);
    expect(store.writes).toHaveLength(1);
    expect(snapshots.map(({ object }) => object.metadata.resourceVersion)).toEqual(['3', '3']);
  });

  test('an agent can acquire the Lease that it has created', async () => {
    await lease.acquire(await create(), ME);
    expect((await lease.read()).record.holder).toEqual(ME);
  });

  test('a change of a Lease that was deleted in the meantime is a conflict', async () => {
    const read = await create();
    store.objects.delete(PATH);
    await expect(lease.acquire(read, ME)).rejects.toThrow(ConflictError);
  });

  test('no Lease is created for a StatefulSet that does not exist', async () => {
    store.objects.delete(STATEFUL_SET);
    await expect(create()).rejects.toThrow("Lease 'events-m-stop' and StatefulSet 'events-m' do not exist");
    expect(store.writes).toEqual([]);
  });

  test('agents of other StatefulSets do not create it', async () => {
    await expect(lease.read()).rejects.toThrow("Lease 'events-m-stop' does not exist");
    expect(store.writes).toEqual([]);
  });
});

test('a pod that acquires the Lease becomes its holder, with times in the Kubernetes format', async () => {
  await lease.acquire(await lease.read(), ME);
  expect(spec()).toEqual({
    holderIdentity: 'events-m-3/mine',
    acquireTime: expect.stringMatching(MICRO_TIME),
    renewTime: expect.stringMatching(MICRO_TIME),
    leaseDurationSeconds: 900,
    leaseTransitions: 1,
  });
  expect((await lease.read()).record.holder).toEqual(ME);
});

test('a second acquisition is not a transition, and a renewal keeps the holder', async () => {
  await lease.acquire(await lease.read(), ME);
  const { acquireTime } = spec();
  await lease.acquire(await lease.read(), ME);
  await lease.renew(await lease.read());
  expect(spec()).toMatchObject({ holderIdentity: 'events-m-3/mine', acquireTime, leaseTransitions: 1 });
});

test('the age of the Lease is the time since this process has seen its last renewal', async () => {
  const now = jest.spyOn(performance, 'now').mockReturnValue(1_000);
  store.put(PATH, { spec: { holderIdentity: 'events-m-2/x', renewTime: '1999-01-01T00:00:00.000000Z' } });
  expect((await lease.read()).unchangedMs).toBe(0);
  now.mockReturnValue(4_000);
  expect((await lease.read()).unchangedMs).toBe(3_000);
  await lease.renew(await lease.read());
  expect((await lease.read()).unchangedMs).toBe(0);
});

test('a waiting pod is recorded until it acquires the Lease', async () => {
  await lease.acquire(await lease.read(), OTHER);
  await lease.setWaiting(ME, true);
  expect([(await lease.read()).record.holder, await waiting()]).toEqual([OTHER, ['events-m-3']]);
  await lease.acquire(await lease.read(), ME);
  expect(annotations()).toEqual({ 'cdk8s-kafka.io/force-stop': 'x' });
});

test('150 pods that wait at the same time are all recorded', async () => {
  const pods = Array.from({ length: 150 }, (_, id) => ({ name: `events-m-${id}`, uid: String(id) }));
  await lease.read();
  await Promise.all(pods.map((pod) => lease.setWaiting(pod, true)));
  expect(await waiting()).toHaveLength(150);
});

test('a pod can end its request', async () => {
  await lease.setWaiting(ME, true);
  await lease.setWaiting(ME, false);
  expect(annotations()).toEqual({ 'cdk8s-kafka.io/force-stop': 'x' });
});

test.each(['acquire', 'renew', 'release'] as const)(
  '%s removes the requests of pods that are gone',
  async (change) => {
    // GIVEN a pod that waits, and one that is gone
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    await lease.setWaiting(OTHER, true);
    await lease.setWaiting(ME, true);
    await lease.read();
    now.mockReturnValue(61_000);
    store.put(PATH, {
      metadata: { annotations: { ...annotations(), 'waiting.cdk8s-kafka.io/events-m-3': 'later' } },
    });

    // WHEN
    await lease[change](await lease.read(), { name: 'events-m-4', uid: '4' });

    // THEN
    expect(await waiting()).toEqual(['events-m-3']);
  },
);

test('a released Lease has no holder, and keeps its count of transitions', async () => {
  await lease.acquire(await lease.read(), OTHER);
  await lease.release(await lease.read());
  expect(spec()).toEqual({ leaseTransitions: 1 });
  await lease.acquire(await lease.read(), ME);
  expect(spec()).toMatchObject({ leaseTransitions: 2 });
});

test('keeps labels and other annotations', async () => {
  await lease.setWaiting(ME, true);
  await lease.renew(await lease.read());
  expect(store.objects.get(PATH)?.metadata).toMatchObject({
    labels: { a: 'b' },
    annotations: { 'cdk8s-kafka.io/force-stop': 'x' },
  });
});

test.each(['acquire', 'renew', 'release'] as const)(
  '%s fails after a change since the read',
  async (change) => {
    const read = await lease.read();
    await lease.setWaiting(OTHER, true);
    await expect(lease[change](read, ME)).rejects.toThrow(ConflictError);
  },
);
