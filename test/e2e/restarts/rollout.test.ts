import { StatefulSet } from '../kubernetes/objects';
import { isRolledOut } from './rollout';

const ROLLED = {
  observedGeneration: 2,
  readyReplicas: 3,
  updatedReplicas: 3,
  currentRevision: 'b',
  updateRevision: 'b',
};

test.each([
  ['all pods are new and ready', ROLLED, true],
  ['the controller has not observed the change', { ...ROLLED, observedGeneration: 1 }, false],
  ['one pod is not ready', { ...ROLLED, readyReplicas: 2 }, false],
  ['one pod is old', { ...ROLLED, updatedReplicas: 2, currentRevision: 'a' }, false],
  // A change was reverted, and one pod still has the revision in between.
  ['one pod has another revision', { ...ROLLED, updatedReplicas: 2 }, false],
  ['the status is missing', undefined, false],
])('a StatefulSet: %s', (_, status, expected) => {
  const set = {
    metadata: { name: 'rolls-left', generation: 2 },
    spec: { replicas: 3 },
    status,
  } as unknown as StatefulSet;
  expect(isRolledOut(set)).toBe(expected);
});
