import { Verdict } from '../../../agent/readiness/verdict';
import { ReadinessState } from '../../../agent/serve/readiness-state';

const READY: Verdict = { ready: true, reason: 'in sync', notInSync: [] };
const BEHIND: Verdict = { ready: false, reason: 'not in sync for a-0', notInSync: ['a-0'] };

const DOUBT: Verdict = { ready: false, reason: 'nobody answers', notInSync: [], isDoubt: true };
const OTHER_DOUBT: Verdict = { ...DOUBT, reason: 'the controllers are away' };

/** Any moment will do. */
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

test('gives the last verdict', () => {
  expect(published([READY, 1], [BEHIND, 2]).current(at(2))).toBe(BEHIND);
});

test('a verdict holds for 30 s', () => {
  expect(published([READY, 1]).current(at(31))).toBe(READY);
});

test('a verdict that is older is worth nothing', () => {
  expect(published([READY, 1]).current(at(31.001))).toEqual({
    ready: false,
    reason: 'the last verdict is 30 s old',
  });
});

test.each([
  ['the first', [], READY, true],
  ['the same again', [READY], { ...READY }, false],
  ['the other', [READY], BEHIND, true],
  ['the same for another reason', [BEHIND], { ...BEHIND, reason: 'not in sync for b-0' }, true],
  ['ready for another reason', [READY], { ...READY, reason: 'in sync for all 8 partitions' }, false],
  ['ready with another witness', [READY], { ...READY, witness: 'broker 2 agrees' }, false],
  ['a doubt right after ready', [READY], DOUBT, false],
  ['a doubt after what is certain', [BEHIND], DOUBT, true],
  ['a certain one after a doubt', [DOUBT], BEHIND, true],
  ['ready after a doubt that counted', [DOUBT], READY, true],
  ['ready after a doubt that did not count', [READY, DOUBT], READY, false],
] as [string, Verdict[], Verdict, boolean][])('%s verdict: is it news?', (_, before, verdict, isNews) => {
  const state = published(...before.map((one): [Verdict, number] => [one, 1]));
  expect(state.publish(verdict, at(2))).toBe(isNews);
});

test('ready for another reason is told to those who ask, though it is not news', () => {
  const now: Verdict = { ...READY, reason: 'in sync for all 8 partitions', witness: 'broker 2 agrees' };
  expect(published([READY, 1], [now, 2]).current(at(2))).toBe(now);
});

describe('the time since the server was in sync', () => {
  const FORCED: Verdict = { ...BEHIND, ready: true, isForced: true };

  test.each<[string, [Verdict, number][], number]>([
    ['counts from the start where it never was', [[BEHIND, 3]], 60],
    [
      'counts from the last verdict that found it so',
      [
        [READY, 10],
        [READY, 20],
        [BEHIND, 30],
      ],
      40,
    ],
    [
      'goes on while readiness is forced',
      [
        [READY, 10],
        [FORCED, 20],
      ],
      50,
    ],
    [
      'goes on while a doubt does not count yet',
      [
        [READY, 50],
        [DOUBT, 55],
      ],
      10,
    ],
  ])('%s', (_, before, seconds) => {
    expect(published(...before).secondsSinceInSync(at(60))).toBe(seconds);
  });

  test('a doubt right after readiness that was forced counts at once', () => {
    const state = published([READY, 1], [FORCED, 30]);
    state.publish(DOUBT, at(31));
    expect(state.current(at(31))).toBe(DOUBT);
  });
});

describe('a doubt', () => {
  /** At this second comes this verdict; then this is what counts, and whether the log says so. */
  type Step = [second: number, comes: Verdict, counts: Verdict, isNews: boolean];

  test.each<[string, Step[]]>([
    [
      'does not end readiness within 20 s of the last ready verdict',
      [
        [1, READY, READY, true],
        [2, DOUBT, READY, false],
        [6, OTHER_DOUBT, READY, false],
        [21, DOUBT, READY, false],
      ],
    ],
    [
      'ends it then, and is news once',
      [
        [1, READY, READY, true],
        [21, DOUBT, READY, false],
        [21.001, DOUBT, DOUBT, true],
        [22, { ...DOUBT }, DOUBT, false],
        [23, OTHER_DOUBT, OTHER_DOUBT, true],
      ],
    ],
    [
      'ends it at once when the round before it took longer',
      [
        [1, READY, READY, true],
        [21.001, DOUBT, DOUBT, true],
      ],
    ],
    [
      'has 20 s again after each ready verdict',
      [
        [1, READY, READY, true],
        [20, DOUBT, READY, false],
        [21, READY, READY, false],
        [40, DOUBT, READY, false],
        [41, DOUBT, READY, false],
        [41.001, DOUBT, DOUBT, true],
      ],
    ],
    [
      'that ended readiness is over with the next ready verdict',
      [
        [1, READY, READY, true],
        [22, DOUBT, DOUBT, true],
        [23, READY, READY, true],
        [24, DOUBT, READY, false],
      ],
    ],
    [
      'does not delay what is certain',
      [
        [1, READY, READY, true],
        [2, DOUBT, READY, false],
        [3, BEHIND, BEHIND, true],
      ],
    ],
    [
      'does not bring readiness back, however recent it was',
      [
        [1, READY, READY, true],
        [2, BEHIND, BEHIND, true],
        [3, DOUBT, DOUBT, true],
        [4, BEHIND, BEHIND, true],
      ],
    ],
    [
      'makes nothing ready that never was',
      [
        [0, DOUBT, DOUBT, true],
        [1, DOUBT, DOUBT, false],
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

  test('shows that rounds come to an end: what it leaves standing does not grow old', () => {
    const state = published([READY, 1], [DOUBT, 11]);
    expect(state.current(at(41))).toBe(READY);
    expect(state.current(at(41.001)).ready).toBe(false);
    expect(state.isAlive(at(131))).toBe(true);
  });

  test('that is passed over does not stop the count of seconds', () => {
    expect(published([READY, 2], [DOUBT, 6]).secondsUnchanged(at(12))).toBe(10);
  });

  test('that ends readiness starts the count when it does', () => {
    expect(published([READY, 2], [DOUBT, 6], [DOUBT, 23]).secondsUnchanged(at(25))).toBe(2);
  });
});

test('a certain verdict ends readiness at once, also in the moment of a ready one', () => {
  expect(published([READY, 2], [BEHIND, 2]).current(at(2))).toBe(BEHIND);
});

test('counts the time since readiness changed', () => {
  expect(published([READY, 2]).secondsUnchanged(at(12))).toBe(10);
});

test('counts on while verdicts are the same', () => {
  expect(published([READY, 2], [READY, 6], [READY, 10]).secondsUnchanged(at(12))).toBe(10);
});

test('counts on when only the reason changes', () => {
  expect(published([BEHIND, 2], [{ ...BEHIND, reason: 'else' }, 6]).secondsUnchanged(at(12))).toBe(12);
});

test('is alive for two minutes after a round', () => {
  expect(published([READY, 5]).isAlive(at(125))).toBe(true);
});

test('is not alive after two minutes without a round', () => {
  expect(published([READY, 5]).isAlive(at(125.001))).toBe(false);
});

test('has two minutes for the first round', () => {
  expect(new ReadinessState(START).isAlive(at(120))).toBe(true);
});

test('a reason that differs in its numbers only is no news', () => {
  const state = published([{ ready: false, reason: 'behind by 3 ms', notInSync: [] }, 1]);
  expect(state.publish({ ready: false, reason: 'behind by 4711 ms', notInSync: [] }, at(2))).toBe(false);
  expect(state.publish({ ready: false, reason: 'behind by 4711 s', notInSync: [] }, at(3))).toBe(true);
});
