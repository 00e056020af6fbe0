import fc from 'fast-check';
import { isScaledDown, membersOf, noReplacementReason } from '../../../agent/restart/replacement-pod';

test.each([
  ['it is deleted', undefined],
  ['it is being deleted', { metadata: { deletionTimestamp: '2026-03-01T12:00:00Z' }, spec: { replicas: 3 } }],
  ['it is scaled to 0', { metadata: {}, spec: { replicas: 0 } }],
])('no pod replaces another of a StatefulSet if %s', (_, found) => {
  expect(noReplacementReason('events-streams', found)).toContain('StatefulSet events-streams is');
});

test('pods of a StatefulSet are replaced', () => {
  expect(noReplacementReason('events-streams', { metadata: {}, spec: { replicas: 3 } })).toBeUndefined();
});

test('a deletion that orphans the pods keeps the servers', () => {
  const metadata = { deletionTimestamp: '2026-03-01T12:00:00Z', finalizers: ['orphan'] };
  expect(noReplacementReason('events-streams', { metadata, spec: { replicas: 3 } })).toBeUndefined();
});

test('servers are scaled down at both ends', () => {
  fc.assert(
    fc.property(fc.nat(6), fc.nat(20), fc.nat(20), (replicas, start, id) => {
      const found = { metadata: {}, spec: { replicas, ordinals: { start } } };
      const isKept = Array.from({ length: replicas }, (_, index) => start + index).includes(id);
      expect(isScaledDown(id, found)).toBe(!isKept);
    }),
  );
});

test('without a StatefulSet no server is scaled down', () => {
  expect(isScaledDown(1001, undefined)).toBe(false);
});

test.each([
  [
    'the ids of its pods',
    { metadata: {}, spec: { replicas: 3, ordinals: { start: 1 } } },
    { first: 1, last: 3 },
  ],
  ['ids from 0 without ordinals', { metadata: {}, spec: { replicas: 2 } }, { first: 0, last: 1 }],
  ['none if it is scaled to 0', { metadata: {}, spec: { replicas: 0 } }, undefined],
  ['none if it is being deleted', { metadata: { deletionTimestamp: 'x' }, spec: { replicas: 3 } }, undefined],
  ['none if it does not exist', undefined, undefined],
])('a StatefulSet has %s', (_, found, members) => expect(membersOf(found)).toEqual(members));
