import { pageOf } from './report/page';
import { textOf } from './report/text';
import { Result, changesOf, timelineOf } from './result';
import { recording, sample } from './samples';

const BROKERS = [{ id: 13, pod: 'rolls-left-13' }];
const TIMELINE = timelineOf(
  recording({
    samples: [sample(0, { isReady: true, startedAt: 0 }), sample(50_000)],
    seconds: [0, 0, 4, 4, 4, 0].map((behind, index) => ({
      time: index * 1000,
      short: 0,
      leaderless: 0,
      diskMs: 0,
      cpuWait: 0,
      brokers: { 13: { behind, missed: 0 } },
    })),
    marks: [{ time: 20_000, text: 'delete <b>' }],
  }),
  BROKERS,
  [
    {
      name: 'patient',
      deliveryTimeoutMs: 120_000,
      seconds: [
        { time: 1000, acknowledged: 5, errors: 0, p99: 40, max: 50, brokers: { 13: 45, 12: 9 } },
        { time: 200_000, acknowledged: 5, errors: 0, p99: 40, max: 50, brokers: { 13: 45 } },
      ],
    },
  ],
);

test('a timeline contains the states of each broker and the latency of clients', () => {
  expect(TIMELINE).toEqual({
    seconds: 100,
    lanes: [
      {
        pod: 'rolls-left-13',
        periods: [
          { from: 0, to: 50, state: 'ready' },
          { from: 50, to: 100, state: 'down' },
        ],
        behind: [
          [0, 0],
          [1, 0],
          [2, 4],
          [4, 4],
          [5, 0],
        ],
        latencyMs: [[1, 45]],
      },
    ],
    short: [
      [0, 0],
      [5, 0],
    ],
    clients: [{ name: 'patient', p99: [[1, 40]] }],
    marks: [{ second: 20, text: 'delete <b>' }],
  });
});

test('constant values need no points in between', () => {
  expect(changesOf([])).toEqual([]);
  expect(changesOf([[0, 1]])).toEqual([[0, 1]]);
  expect(
    changesOf([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 2],
    ]),
  ).toEqual([
    [0, 1],
    [2, 1],
    [3, 2],
  ]);
});

const RESULT: Result = {
  group: 'restarts',
  name: 'rollout | all',
  about: 'Everything is restarted.',
  at: '2026-01-01T00:00:00.000Z',
  seconds: 100,
  findings: [
    { expected: 'no error', seen: '0 errors', isMet: true },
    { expected: 'no partition is below min ISR', seen: 'up to 3', isMet: false },
  ],
  restarts: [{ pod: 'rolls-left-13', total: 30, delayed: 1, shutdown: 5.25, start: 12, rest: 12.75 }],
  loads: [{ name: 'patient', deliveryTimeoutMs: 120_000, failure: 'it does not exist' }],
  timeline: TIMELINE,
};

test('the report as text', () => {
  const text = textOf([RESULT]);
  expect(text).toContain(
    '| restarts: rollout \\| all | no, 1 of 2 not | patient unknown | patient unknown | patient unknown | 30.0 s to 30.0 s |',
  );
  expect(text).toContain('| **not met** | no partition is below min ISR | up to 3 |');
  expect(text).toContain('| rolls-left-13 | 30.0 s | 1.0 s | 5.3 s | 12.0 s | 12.8 s |');
});

test('the page is self-contained and escapes text', () => {
  const page = pageOf([RESULT]);
  expect(page).not.toMatch(/(src|href)=|url\(|<script/);
  expect(page).toContain('delete &lt;b&gt;');
  expect(page).not.toContain('NaN');
  expect(page).toContain('<title>rolls-left-13 down, 50 to 100 s</title>');
});

test('the page of a scenario without data', () => {
  const empty = timelineOf(recording({ end: 0 }), BROKERS, []);
  const page = pageOf([{ ...RESULT, timeline: empty, restarts: [], loads: [] }]);
  expect(page).not.toContain('NaN');
  expect(page).toContain('no clients');
});
