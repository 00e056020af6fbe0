import { WatchEvent, sampleOf } from './pod-sample';

const TIME = '2026-01-01T00:00:01.000Z';

const STARTED = '2026-01-01T00:00:00Z';

function event(type: string, state: object, change: object = {}): WatchEvent {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'rolls-left-13', uid: 'a', ...change },
    spec: { containers: [] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        { name: 'agent', ready: true, restartCount: 2, state: { running: { startedAt: TIME } } },
        { name: 'kafka', ready: true, restartCount: 1, state },
      ],
    },
  };
  return { type, object };
}

const RUNNING = { running: { startedAt: STARTED } };
const BASE = { time: 5, pod: 'rolls-left-13', uid: 'a', restarts: { agent: 2, kafka: 1 } };

test.each([
  [
    'runs',
    event('MODIFIED', RUNNING),
    { ...BASE, isGone: false, isReady: true, isDeleting: false, startedAt: Date.parse(STARTED) },
  ],
  [
    'is being deleted',
    event('MODIFIED', RUNNING, { deletionTimestamp: TIME }),
    { ...BASE, isGone: false, isReady: true, isDeleting: true, startedAt: Date.parse(STARTED) },
  ],
  [
    'has ended',
    event('MODIFIED', { terminated: { exitCode: 143, finishedAt: TIME } }),
    { ...BASE, isGone: false, isReady: true, isDeleting: false, endedAt: Date.parse(TIME) },
  ],
  ['is deleted', event('DELETED', RUNNING), { ...BASE, isGone: true, isReady: false, isDeleting: false }],
])('sample of a pod that %s', (_, watched, sample) => {
  expect(sampleOf(watched, 5)).toEqual(sample);
});
