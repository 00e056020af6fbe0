import { PodSample } from './recording';
import { absencesTogether, periodsOf } from './states';
import { sample } from './samples';

const READY: Partial<PodSample> = { isReady: true, startedAt: 0 };
const span = { begin: 1000, end: 100_000 };

test('a restart has all states', () => {
  const samples = [
    sample(500, READY),
    sample(10_000, { ...READY, isDeleting: true }),
    sample(15_000, { isDeleting: true, endedAt: 15_000 }),
    sample(15_500, { isGone: true, isDeleting: true }),
    sample(16_000, { uid: 'b' }),
    sample(20_000, { uid: 'b', startedAt: 20_000 }),
    sample(30_000, { uid: 'b', startedAt: 20_000, isReady: true }),
    sample(40_000, { pod: 'rolls-left-12' }),
  ];
  expect(periodsOf(samples, 'rolls-left-13', span)).toEqual([
    { from: 1000, to: 10_000, state: 'ready' },
    { from: 10_000, to: 15_000, state: 'stopping' },
    { from: 15_000, to: 20_000, state: 'down' },
    { from: 20_000, to: 30_000, state: 'not ready' },
    { from: 30_000, to: 100_000, state: 'ready' },
  ]);
});

test('a pod without samples has no state', () => {
  expect(periodsOf([sample(0, READY)], 'rolls-left-12', span)).toEqual([]);
});

const ready = (from: number, to: number) => ({ from, to, state: 'ready' as const });

test('consecutive absences do not overlap', () => {
  const lanes = new Map([
    ['rolls-left-13', [{ from: 10, to: 20, state: 'down' as const }, ready(20, 100)]],
    [
      'rolls-left-12',
      [
        { from: 10, to: 20, state: 'stopping' as const },
        { from: 20, to: 40, state: 'down' as const },
      ],
    ],
  ]);
  expect(absencesTogether(lanes)).toEqual([]);
});

test('a pod goes down before another one is ready', () => {
  const lanes = new Map([
    [
      'rolls-left-13',
      [
        { from: 10, to: 20, state: 'down' as const },
        { from: 20, to: 40, state: 'not ready' as const },
      ],
    ],
    ['rolls-left-12', [ready(0, 30), { from: 30, to: 60, state: 'down' as const }]],
    ['rolls-left-11', [ready(0, 100)]],
  ]);
  expect(absencesTogether(lanes)).toEqual([{ from: 30, to: 40, pods: ['rolls-left-13', 'rolls-left-12'] }]);
});
