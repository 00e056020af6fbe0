import { Verdict } from '../../../agent/readiness/verdict';
import { ReadinessState } from '../../../agent/serve/readiness-state';

const READY: Verdict = { ready: true, reason: 'in sync', outOfSync: [] };
const BEHIND: Verdict = { ready: false, reason: 'not in sync for a-0', outOfSync: ['a-0'] };

const UNKNOWN: Verdict = { ready: false, reason: 'no broker answers', outOfSync: [], isUnknown: true };
const OTHER_UNKNOWN: Verdict = { ...UNKNOWN, reason: 'no controller answers' };

/** Arbitrary time. */
const START = 1_000_000;

function published(...verdicts: [Verdict, secondsAfterStart: number][]): ReadinessState {
  const state = new ReadinessState(START);
  verdicts.forEach(([verdict, seconds]) => state.publish(verdict, at(seconds)));
  return state;
}

function at(seconds: number): number {
  return START + seconds * 1000;
}

test('is not ready before the first verdict', () => {
  expect(new ReadinessState(START).current(START)).toEqual({ ready: false, reason: 'no verdict yet' });
});

test('returns the last verdict', () => {
  expect(published([READY, 1], [BEHIND, 2]).current(at(2))).toBe(BEHIND);
});

test('a verdict is valid for 30 seconds', () => {
  expect(published([READY, 1]).current(at(31))).toBe(READY);
});

test('a stale verdict is replaced by not ready', () => {
  expect(published([READY, 1]).current(at(31.001))).toEqual({
    ready: false,
    reason: 'the last verdict is 30 seconds old',
  });
});

test.each([
  ['the first verdict', [], READY, true],
  ['an equal verdict', [READY], { ...READY }, false],
  ['the opposite verdict', [READY], BEHIND, true],
  ['not ready for another reason', [BEHIND], { ...BEHIND, reason: 'not in sync for b-0' }, true],
  ['ready for another reason', [READY], { ...READY, reason: 'in sync for all 8 partitions' }, false],
  ['ready with another second view', [READY], { ...READY, secondView: 'broker 2 agrees' }, false],
  ['unknown shortly after ready', [READY], UNKNOWN, false],
  ['unknown after not ready', [BEHIND], UNKNOWN, true],
  ['not ready after unknown', [UNKNOWN], BEHIND, true],
  ['ready after an unknown verdict that ended readiness', [UNKNOWN], READY, true],
  ['ready after an unknown verdict that did not end readiness', [READY, UNKNOWN], READY, false],
] as [string, Verdict[], Verdict, boolean][])(
  'logs a change of the verdict only if it is news: %s',
  (_, before, verdict, isNews) => {
    const state = published(...before.map((one): [Verdict, number] => [one, 1]));
    expect(state.publish(verdict, at(2))).toBe(isNews);
  },
);

test('a new reason for ready is returned, although it is not logged', () => {
  const now: Verdict = { ...READY, reason: 'in sync for all 8 partitions', secondView: 'broker 2 agrees' };
  expect(published([READY, 1], [now, 2]).current(at(2))).toBe(now);
});

describe('the time since the server was in sync', () => {
  const FORCED: Verdict = { ...BEHIND, ready: true, isForced: true };
  const PAUSED: Verdict = { ...READY, ready: false, isPaused: true };

  test.each<[string, [Verdict, number][], number]>([
    ['counts from the start if the server was never in sync', [[BEHIND, 3]], 60],
    [
      'counts from the last ready verdict',
      [
        [READY, 10],
        [READY, 20],
        [BEHIND, 30],
      ],
      40,
    ],
    [
      'increases while readiness is forced',
      [
        [READY, 10],
        [FORCED, 20],
      ],
      50,
    ],
    [
      'counts from the last check of a paused rollout',
      [
        [BEHIND, 10],
        [PAUSED, 50],
      ],
      10,
    ],
    [
      'counts from the last check of a paused rollout, although readiness is forced',
      [
        [READY, 10],
        [{ ...PAUSED, ready: true, isForced: true }, 50],
      ],
      10,
    ],
    [
      'increases during the grace period of an unknown verdict',
      [
        [READY, 50],
        [UNKNOWN, 55],
      ],
      10,
    ],
  ])('%s', (_, before, seconds) => {
    expect(published(...before).secondsSinceInSync(at(60))).toBe(seconds);
  });

  test('an unknown verdict after forced readiness has no grace period', () => {
    const state = published([READY, 1], [FORCED, 30]);
    state.publish(UNKNOWN, at(31));
    expect(state.current(at(31))).toBe(UNKNOWN);
  });
});

describe('an unknown verdict', () => {
  /** Time, published verdict, current verdict afterwards, and true if the change is logged. */
  type Step = [second: number, comes: Verdict, counts: Verdict, isNews: boolean];

  test.each<[string, Step[]]>([
    [
      'does not end readiness within 20 seconds of the last ready verdict',
      [
        [1, READY, READY, true],
        [2, UNKNOWN, READY, false],
        [6, OTHER_UNKNOWN, READY, false],
        [21, UNKNOWN, READY, false],
      ],
    ],
    [
      'ends readiness after 20 seconds, and is logged once',
      [
        [1, READY, READY, true],
        [21, UNKNOWN, READY, false],
        [21.001, UNKNOWN, UNKNOWN, true],
        [22, { ...UNKNOWN }, UNKNOWN, false],
        [23, OTHER_UNKNOWN, OTHER_UNKNOWN, true],
      ],
    ],
    [
      'ends readiness at once if the check took longer than 20 seconds',
      [
        [1, READY, READY, true],
        [21.001, UNKNOWN, UNKNOWN, true],
      ],
    ],
    [
      'has a grace period of 20 seconds after each ready verdict',
      [
        [1, READY, READY, true],
        [20, UNKNOWN, READY, false],
        [21, READY, READY, false],
        [40, UNKNOWN, READY, false],
        [41, UNKNOWN, READY, false],
        [41.001, UNKNOWN, UNKNOWN, true],
      ],
    ],
    [
      'is replaced by the next ready verdict',
      [
        [1, READY, READY, true],
        [22, UNKNOWN, UNKNOWN, true],
        [23, READY, READY, true],
        [24, UNKNOWN, READY, false],
      ],
    ],
    [
      'does not delay a not-ready verdict',
      [
        [1, READY, READY, true],
        [2, UNKNOWN, READY, false],
        [3, BEHIND, BEHIND, true],
      ],
    ],
    [
      'does not restore readiness',
      [
        [1, READY, READY, true],
        [2, BEHIND, BEHIND, true],
        [3, UNKNOWN, UNKNOWN, true],
        [4, BEHIND, BEHIND, true],
      ],
    ],
    [
      'does not make a server ready that was never ready',
      [
        [0, UNKNOWN, UNKNOWN, true],
        [1, UNKNOWN, UNKNOWN, false],
      ],
    ],
  ])('%s', (_, steps) => {
    const state = new ReadinessState(START);
    const found = steps.map(([second, comes]): Step => {
      const isNews = state.publish(comes, at(second));
      return [second, comes, state.current(at(second)), isNews];
    });
    expect(found).toEqual(steps);
  });

  test('counts as a completed check: the ready verdict does not become stale', () => {
    const state = published([READY, 1], [UNKNOWN, 11]);
    expect(state.current(at(41))).toBe(READY);
    expect(state.current(at(41.001)).ready).toBe(false);
    expect(state.isAlive(at(131))).toBe(true);
  });

  test('within the grace period is not a transition', () => {
    expect(published([READY, 2], [UNKNOWN, 6]).secondsSinceTransition(at(12))).toBe(10);
  });

  test('that ends readiness is a transition', () => {
    expect(published([READY, 2], [UNKNOWN, 6], [UNKNOWN, 23]).secondsSinceTransition(at(25))).toBe(2);
  });
});

test('a not-ready verdict ends readiness at once, even at the time of a ready verdict', () => {
  expect(published([READY, 2], [BEHIND, 2]).current(at(2))).toBe(BEHIND);
});

test('counts the time since the last transition', () => {
  expect(published([READY, 2]).secondsSinceTransition(at(12))).toBe(10);
});

test('an equal verdict is not a transition', () => {
  expect(published([READY, 2], [READY, 6], [READY, 10]).secondsSinceTransition(at(12))).toBe(10);
});

test('a new reason is not a transition', () => {
  expect(published([BEHIND, 2], [{ ...BEHIND, reason: 'else' }, 6]).secondsSinceTransition(at(12))).toBe(12);
});

test('is alive for two minutes after a check', () => {
  expect(published([READY, 5]).isAlive(at(125))).toBe(true);
});

test('is not alive after two minutes without a check', () => {
  expect(published([READY, 5]).isAlive(at(125.001))).toBe(false);
});

test('is alive for two minutes before the first check', () => {
  expect(new ReadinessState(START).isAlive(at(120))).toBe(true);
});

test('a reason that differs only in numbers is not logged', () => {
  const state = published([{ ready: false, reason: 'behind by 3 ms', outOfSync: [] }, 1]);
  expect(state.publish({ ready: false, reason: 'behind by 4711 ms', outOfSync: [] }, at(2))).toBe(false);
  expect(state.publish({ ready: false, reason: 'behind by 4711 s', outOfSync: [] }, at(3))).toBe(true);
});
