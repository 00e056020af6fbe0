/* The Lease as the API server keeps it. */
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

test('a Lease that nobody has ever had is nobody’s, and tells what somebody demands', async () => {
  expect(await lease.read()).toMatchObject({ record: { holder: undefined }, force: 'x' });
});

test('whoever takes it has it, in the times of Kubernetes', async () => {
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

test('to take it again is no other turn, and to renew it leaves it whose it is', async () => {
  await lease.acquire(await lease.read(), ME);
  const { acquireTime } = spec();
  await lease.acquire(await lease.read(), ME);
  await lease.renew(await lease.read());
  expect(spec()).toMatchObject({ holderIdentity: 'events-m-3/mine', acquireTime, leaseTransitions: 1 });
});

test('whoever waits says so beside the turn of another, and no more once it is its own', async () => {
  await lease.acquire(await lease.read(), OTHER);
  await lease.markWaiting(await lease.read(), ME);
  const { record } = await lease.read();
  expect([record.holder, [...record.waiting!.keys()]]).toEqual([OTHER, ['events-m-3']]);
  await lease.acquire(await lease.read(), ME);
  expect(annotations()).toEqual({ 'cdk8s-kafka.io/force-stop': 'x' });
});

test('given back it is nobody’s, and the count of turns goes on', async () => {
  await lease.acquire(await lease.read(), OTHER);
  await lease.release(await lease.read());
  expect(spec()).toEqual({ leaseTransitions: 1 });
  await lease.acquire(await lease.read(), ME);
  expect(spec()).toMatchObject({ leaseTransitions: 2 });
});

test('labels and annotations of others stay', async () => {
  await lease.markWaiting(await lease.read(), ME);
  expect(store.objects.get(PATH)?.metadata).toMatchObject({
    labels: { a: 'b' },
    annotations: { 'cdk8s-kafka.io/force-stop': 'x' },
  });
});

test.each(['take', 'renew', 'release', 'queue'] as const)(
  'to %s what has changed since it was read fails',
  async (change) => {
    const read = await lease.read();
    await lease.markWaiting(await lease.read(), OTHER);
    await expect(lease[change](read, ME)).rejects.toThrow(ConflictError);
  },
);
