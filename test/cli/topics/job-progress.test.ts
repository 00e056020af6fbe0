import { Job, Pod, Progress, finishedIn, progressOf } from '../../../cli/topics/job-progress';
import { endedPod, podOf } from './topics-scene';

const JOB: Job = {};
const FAILED: Job = {
  status: {
    conditions: [
      { type: 'Complete', status: 'False' },
      { type: 'Failed', status: 'True', reason: 'DeadlineExceeded', message: 'Job was active too long' },
    ],
  },
};
const RUNNING = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const finished = (pod: object) => finishedIn([pod as Pod], 'topics');

test('a program ends although a sidecar before it runs on', () => {
  const pod = podOf({ 'istio-proxy': RUNNING, topics: { terminated: { exitCode: 0, reason: 'Completed' } } });
  expect(finished(pod)).toEqual({
    kind: 'finished',
    pod: 'events-topics-pod',
    exitCode: 0,
    endedBy: undefined,
  });
});

test('a program runs although a sidecar before it has ended', () => {
  const pod = podOf({ 'istio-init': { terminated: { exitCode: 1 } }, topics: RUNNING }) as Pod;
  expect(finishedIn([pod], 'topics')).toBeUndefined();
  expect(progressOf([pod], JOB, 'topics')).toEqual({ kind: 'running' });
});

test.each<[string, object, string | undefined]>([
  ['by itself', endedPod(65, { reason: 'Error', message: 'x' }), undefined],
  ['by the kernel', endedPod(137, { reason: 'OOMKilled' }), 'OOMKilled'],
  [
    'by an eviction',
    endedPod(137, { reason: 'Error' }, { reason: 'Evicted', message: 'low on memory' }),
    'Evicted: low on memory',
  ],
  ['before the deadline of the pod', endedPod(0, {}, { reason: 'DeadlineExceeded' }), undefined],
])('a program that has ended %s', (_, pod, endedBy) => {
  expect(finished(pod)).toMatchObject({ kind: 'finished', endedBy });
});

test.each<[string, readonly object[], Job | undefined, Progress]>([
  ['no pod yet', [], JOB, { kind: 'waiting', reason: '' }],
  [
    'a pod that cannot be scheduled',
    [podOf({}, { conditions: [{ message: '0/3 nodes are available' }] })],
    JOB,
    { kind: 'waiting', pod: 'events-topics-pod', reason: '0/3 nodes are available' },
  ],
  [
    'an image that cannot be pulled',
    [podOf({ topics: { waiting: { reason: 'ErrImagePull', message: 'not found\n' } } })],
    JOB,
    { kind: 'waiting', pod: 'events-topics-pod', reason: 'ErrImagePull: not found' },
  ],
  [
    'a container that starts',
    [
      podOf(
        { topics: { waiting: { reason: 'ContainerCreating' } } },
        { conditions: [{ message: 'not ready' }] },
      ),
    ],
    JOB,
    { kind: 'waiting', pod: 'events-topics-pod', reason: '' },
  ],
  [
    'an eviction before the start',
    [podOf({}, { phase: 'Failed', reason: 'Evicted', message: 'low on memory' })],
    FAILED,
    { kind: 'failed', reason: 'Evicted: low on memory' },
  ],
  [
    'an init container that fails',
    [
      podOf(
        { topics: { waiting: { reason: 'PodInitializing' } } },
        {
          phase: 'Failed',
          initContainerStatuses: [{ name: 'istio-init', state: { terminated: { exitCode: 3 } } }],
        },
      ),
    ],
    JOB,
    { kind: 'failed', reason: "its init container 'istio-init' has exit code 3" },
  ],
  [
    'a deadline, whose pod still ends',
    [podOf({ topics: RUNNING })],
    FAILED,
    { kind: 'failed', reason: 'DeadlineExceeded: Job was active too long' },
  ],
  [
    'a failure without a reason',
    [podOf({}, { phase: 'Failed' })],
    JOB,
    { kind: 'failed', reason: 'Kubernetes gives no reason' },
  ],
  ['a deleted Job', [], undefined, { kind: 'failed', reason: 'somebody has deleted it' }],
])('%s', (_, pods, job, expected) => {
  expect(progressOf(pods as readonly Pod[], job, 'topics')).toEqual(expected);
});
