/* The stop of a server in its agent, with an API server. */
import { log } from '../../../agent/runtime/log';
import { StopCoordinator } from '../../../agent/restart/stop-coordinator';
import { brokerConfig } from '../configs';
import { ApiServer } from '../kubernetes/api-server';
import { ObjectStore } from '../kubernetes/object-store';

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/prod/leases/events-streams-stop';
const STATEFUL_SET = '/apis/apps/v1/namespaces/prod/statefulsets/events-streams';
const POD = { name: 'events-streams-1001', uid: 'mine' };

let api: ApiServer;
let store: ObjectStore;
let later: number;

beforeEach(async () => {
  (['info', 'warn'] as const).forEach((level) => jest.spyOn(log, level).mockImplementation(() => undefined));
  const now = performance.now.bind(performance);
  later = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now() + later);
  api = await ApiServer.start();
  store = new ObjectStore();
  api.serves(store);
  store.put(LEASE, { metadata: { annotations: {} } });
});
afterEach(() => api.dispose());

test('a broker whose stop does not follow is not about to stop, once its Lease is released', async () => {
  // GIVEN a request to stop that did not come from the kubelet
  const until = new Date(Date.now() + 60_000).toISOString();
  const annotations = { 'cdk8s-kafka.io/force-stop': `until=${until}; by=jane; reason=test` };
  store.put(STATEFUL_SET, { metadata: { uid: 'u', annotations }, spec: { replicas: 3 } });
  const stops = new StopCoordinator(brokerConfig(), 1001, POD);
  await stops.preStop();
  stops.reconcile(true);
  expect(stops.preStopHook.status?.state).toBe('stopping');

  // WHEN
  later = 60_000;
  for (const start = Date.now(); stops.preStopHook.status !== undefined && Date.now() < start + 4_000;) {
    stops.reconcile(true);
    await new Promise((resolve) => setImmediate(resolve));
  }

  // THEN
  expect(stops.preStopHook.status).toBeUndefined();
  expect(store.objects.get(LEASE)?.spec).toBeDefined();
  expect(store.objects.get(LEASE)?.spec).not.toHaveProperty('holderIdentity');
});
