import { LeaderLease } from '../../../agent/recovery/leader-lease';
import { ApiServer } from '../kubernetes/api-server';
import { ObjectStore } from '../kubernetes/object-store';

const PATH = '/apis/coordination.k8s.io/v1/namespaces/kafka/leases/events-recovery';

let api: ApiServer;
let store: ObjectStore;
let seconds: number;

beforeEach(async () => {
  api = await ApiServer.start();
  store = new ObjectStore();
  api.serves(store);
  seconds = 0;
});
afterEach(() => api.dispose());

const leaseOf = (me: string) => new LeaderLease('kafka', 'events-recovery', me, () => seconds * 1_000);
const spec = () => store.objects.get(PATH)?.spec;

test('the first process creates the Lease, and renews it', async () => {
  const lease = leaseOf('a/1');
  expect(await lease.acquire()).toBe('a/1');
  const { acquireTime, renewTime } = spec();
  expect(await lease.acquire()).toBe('a/1');
  expect(spec()).toMatchObject({ holderIdentity: 'a/1', acquireTime, leaseTransitions: 1 });
  expect(spec().renewTime >= renewTime).toBe(true);
});

test('a second process waits while the first one renews it', async () => {
  const [first, second] = [leaseOf('a/1'), leaseOf('b/2')];
  for (seconds of [0, 30, 60, 90, 120]) {
    await first.acquire();
    expect(await second.acquire()).toBe('a/1');
  }
});

test('a second process has it a minute after the last renewal that it has seen', async () => {
  await leaseOf('a/1').acquire();
  const second = leaseOf('b/2');
  seconds = 1_000;
  expect(await second.acquire()).toBe('a/1');
  seconds = 1_060;
  expect(await second.acquire()).toBe('a/1');
  seconds = 1_061;
  expect(await second.acquire()).toBe('b/2');
  expect(spec()).toMatchObject({ holderIdentity: 'b/2', leaseTransitions: 2 });
});

test('a process that has lost it does not act', async () => {
  const [first, second] = [leaseOf('a/1'), leaseOf('b/2')];
  await first.acquire();
  await second.acquire();
  seconds = 61;
  expect(await second.acquire()).toBe('b/2');
  expect(await first.acquire()).toBe('b/2');
});
