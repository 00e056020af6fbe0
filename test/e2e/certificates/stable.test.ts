import { ConfigMap } from '../kubernetes/objects';
import { unrestOf } from './stable';

const CALM = { phase: 'stable', waitsFor: [], authorities: [], handled: { rotate: 'jane: test' } };

function status(data: object | undefined, annotations: Record<string, string>): ConfigMap {
  const metadata = { name: 'certs-certificates', annotations };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: data && { cluster: JSON.stringify({ ...CALM, ...data }) },
  };
}

const ASKED = { 'cdk8s-kafka.io/rotate-ca': 'jane: test' };

test('an authority is at rest when it has done all that was asked', () => {
  expect(unrestOf(status({}, ASKED), 'cluster')).toEqual([]);
});

test.each([
  ['nothing is said', undefined, ASKED, 'cluster says nothing yet'],
  ['a rotation is under way', { phase: 'trusting' }, ASKED, 'cluster is trusting'],
  ['restarts are to come', { restarts: { done: [] } }, ASKED, 'cluster has restarts before it'],
  ['something is waited for', { waitsFor: ['a broker'] }, ASKED, 'cluster waits for a broker'],
  [
    'a wish is new',
    {},
    { ...ASKED, 'cdk8s-kafka.io/renew-certificates': 'joe: test' },
    'cluster has not begun to renew',
  ],
])('not while %s', (_, data, annotations, unrest) => {
  expect(unrestOf(status(data, annotations), 'cluster')).toEqual([unrest]);
});
