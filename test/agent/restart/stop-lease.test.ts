/* The stop Lease in an API server. */
import { ConflictError } from '../../../agent/kubernetes/client';
import { StopLease } from '../../../agent/restart/stop-lease';
import { ApiServer } from '../kubernetes/api-server';
import { ObjectStore } from '../kubernetes/object-store';

const PATH = '/apis/coordination.k8s.io/v1/namespaces/ns/leases/events-m-stop';
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
  lease = new StopLease('ns', 'events-m-stop');
});
afterEach(() => api.dispose());

const spec = () => store.objects.get(PATH)?.spec as Record<string, unknown>;
const annotations = () => store.objects.get(PATH)?.metadata.annotations;

test('a new Lease has no holder, and may have a force-stop annotation', async () => {
  expect(await lease.read()).toMatchObject({ record: { holder: undefined }, forceAnnotation: 'x' });
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

test('a waiting pod is recorded until it acquires the Lease', async () => {
  await lease.acquire(await lease.read(), OTHER);
  await lease.markWaiting(await lease.read(), ME);
  const { record } = await lease.read();
  expect([record.holder, [...record.waiting!.keys()]]).toEqual([OTHER, ['events-m-3']]);
  await lease.acquire(await lease.read(), ME);
  expect(annotations()).toEqual({ 'cdk8s-kafka.io/force-stop': 'x' });
});

test('a released Lease has no holder, and keeps its count of transitions', async () => {
  await lease.acquire(await lease.read(), OTHER);
  await lease.release(await lease.read());
  expect(spec()).toEqual({ leaseTransitions: 1 });
  await lease.acquire(await lease.read(), ME);
  expect(spec()).toMatchObject({ leaseTransitions: 2 });
});

test('keeps labels and other annotations', async () => {
  await lease.markWaiting(await lease.read(), ME);
  expect(store.objects.get(PATH)?.metadata).toMatchObject({
    labels: { a: 'b' },
    annotations: { 'cdk8s-kafka.io/force-stop': 'x' },
  });
});

test.each(['acquire', 'renew', 'release', 'markWaiting'] as const)(
  '%s fails after a change since the read',
  async (change) => {
    const read = await lease.read();
    await lease.markWaiting(await lease.read(), OTHER);
    await expect(lease[change](read, ME)).rejects.toThrow(ConflictError);
  },
);
