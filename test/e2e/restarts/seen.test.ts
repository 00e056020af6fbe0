import { secondsIn } from '../load/load';
import { Ledger } from '../load/program/ledger';
import { StatefulSet } from '../kubernetes/objects';
import { syncSecondsIn } from './observer';
import { WatchEvent, sampleOf } from './pod-sample';
import { isRolled } from './rolling';
import { slugOf } from '../steps';

const TIME = '2026-01-01T00:00:01.000Z';

test('seconds of the observer: where nobody answered there is nothing, and a cut line is left out', () => {
  const seen = { time: TIME, short: 1, leaderless: 0, brokers: { 13: { behind: 2, missed: 1 } } };
  const log = `${JSON.stringify({ time: TIME, problem: 'connect ECONNREFUSED' })}\n${JSON.stringify(seen)}\n{"time":"20`;
  expect(syncSecondsIn(log)).toEqual([{ ...seen, time: Date.parse(TIME) }]);
});

test('seconds of a load are told apart from its report', () => {
  const second = { time: TIME, connections: 3, acknowledged: 80 };
  const output = `${JSON.stringify(second)}\n${JSON.stringify({ report: { acknowledged: 80 } })}\n`;
  expect(secondsIn(output)).toEqual([second]);
});

test('a load tells the longest time that each broker took', () => {
  const ledger = new Ledger();
  ledger.acknowledge('plain-1', 0, 9, 1000, 1040, 11);
  ledger.acknowledge('plain-1', 10, 19, 1000, 1700, 12);
  ledger.acknowledge('plain-1', 20, 29, 1100, 1110, 11);
  ledger.acknowledge('transactional-1', 0, 9, 1000, 5000);
  expect(ledger.turn(6000).brokersMs).toEqual({ 11: 40, 12: 700 });
  expect(ledger.turn(7000).brokersMs).toEqual({});
});

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
  ['is gone', event('DELETED', RUNNING), { ...BASE, isGone: true, isReady: false, isDeleting: false }],
])('a pod that %s', (_, seen, sample) => {
  expect(sampleOf(seen, 5)).toEqual(sample);
});

const ROLLED = {
  observedGeneration: 2,
  readyReplicas: 3,
  updatedReplicas: 3,
  currentRevision: 'b',
  updateRevision: 'b',
};

test.each([
  ['all are new and ready', ROLLED, true],
  ['the change was not noticed yet', { ...ROLLED, observedGeneration: 1 }, false],
  ['one is not ready', { ...ROLLED, readyReplicas: 2 }, false],
  ['one is old', { ...ROLLED, updatedReplicas: 2, currentRevision: 'a' }, false],
  // What was applied was taken back, and one pod is still of the revision between.
  ['one is of another revision', { ...ROLLED, updatedReplicas: 2 }, false],
  ['nothing is known', undefined, false],
])('a StatefulSet of which %s', (_, status, expected) => {
  const set = {
    metadata: { name: 'rolls-left', generation: 2 },
    spec: { replicas: 3 },
    status,
  } as unknown as StatefulSet;
  expect(isRolled(set)).toBe(expected);
});

test('a step has a name that one can type', () => {
  expect(slugOf("kill -9 of another broker's pod")).toBe('kill-9-of-another-broker-s-pod');
});
