import { noSuccessor } from '../../../agent/restart/successor';

test.each([
  ['it is gone', undefined],
  ['it is being deleted', { metadata: { deletionTimestamp: '2026-03-01T12:00:00Z' }, spec: { replicas: 3 } }],
  ['it is scaled to 0', { metadata: {}, spec: { replicas: 0 } }],
  ['it loses its highest ids', { metadata: {}, spec: { replicas: 2 } }],
  [
    'it loses its highest ids, counted from the first',
    { metadata: {}, spec: { replicas: 1, ordinals: { start: 1 } } },
  ],
])('nobody comes after a pod when %s', (_, found) => {
  expect(noSuccessor('events-streams', 2, found)).toContain('StatefulSet events-streams is');
});

test('somebody comes after a pod of a StatefulSet that lives', () => {
  expect(noSuccessor('events-streams', 2, { metadata: {}, spec: { replicas: 3 } })).toBeUndefined();
  expect(
    noSuccessor('events-streams', 2, { metadata: {}, spec: { replicas: 1, ordinals: { start: 2 } } }),
  ).toBeUndefined();
});
