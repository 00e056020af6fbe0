import { ConfigMap } from '../kubernetes/objects';
import { pendingWork } from './stable';

const STABLE = { phase: 'stable', waitingFor: [], cas: [], handledRequests: { rotate: 'jane: test' } };

function status(data: object | undefined, annotations: Record<string, string>): ConfigMap {
  const metadata = { name: 'certs-certificates', annotations };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: data && { cluster: JSON.stringify({ ...STABLE, ...data }) },
  };
}

const REQUESTED = { 'cdk8s-kafka.io/rotate-ca': 'jane: test' };

test('no work is pending when all requests are handled', () => {
  expect(pendingWork(status({}, REQUESTED), 'cluster')).toEqual([]);
});

test.each([
  ['there is no status', undefined, REQUESTED, 'cluster has no status yet'],
  ['a rotation is in progress', { phase: 'reissuing' }, REQUESTED, 'cluster is in phase reissuing'],
  ['a rollout is pending', { rollout: { restarted: [] } }, REQUESTED, 'cluster has a pending rollout'],
  ['a condition is not met', { waitingFor: ['a broker'] }, REQUESTED, 'cluster waits for a broker'],
  [
    'a request is new',
    {},
    { ...REQUESTED, 'cdk8s-kafka.io/renew-certificates': 'joe: test' },
    'cluster has not started to renew',
  ],
])('work is pending when %s', (_, data, annotations, pending) => {
  expect(pendingWork(status(data, annotations), 'cluster')).toEqual([pending]);
});
