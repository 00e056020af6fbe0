import fc from 'fast-check';
import { Verdict } from '../../../agent/readiness/verdict';
import { ReadinessState } from '../../../agent/serve/readiness-state';

const RUNS = { numRuns: 500 };

const verdicts: fc.Arbitrary<Verdict> = fc.oneof(
  fc.record({
    ready: fc.constant(true),
    reason: fc.constantFrom('all 7', 'all 8'),
    outOfSync: fc.constant([]),
  }),
  fc.record({
    ready: fc.constant(false),
    reason: fc.constantFrom('no answer', 'cut off'),
    outOfSync: fc.constant([]),
    isUnknown: fc.boolean(),
  }),
);

/** Checks: the duration of each with its pause, and its verdict. */
const rounds = fc.array(fc.tuple(fc.integer({ min: 1, max: 15_000 }), verdicts), { maxLength: 20 });

/** The state after each check. */
function play(all: readonly (readonly [number, Verdict])[]) {
  const state = new ReadinessState(0);
  let now = 0;
  return all.map(([duration, verdict]) => {
    now += duration;
    const isNews = state.publish(verdict, now);
    return { now, verdict, isNews, current: state.current(now) };
  });
}

test('ready means that the last ready verdict is at most 20 seconds old and no not-ready verdict followed', () => {
  fc.assert(
    fc.property(rounds, (all) => {
      const played = play(all);
      played.forEach(({ now, current }, index) => {
        const past = played.slice(0, index + 1);
        const lastReady = past.findLast(({ verdict }) => verdict.ready)?.now ?? -Infinity;
        const lastNotReady =
          past.findLast(({ verdict }) => !verdict.ready && !verdict.isUnknown)?.now ?? -Infinity;
        const isOver = past.some((one) => one.now > lastReady && one.now - lastReady > 20_000);
        expect(current.ready).toBe(lastReady > lastNotReady && now - lastReady <= 20_000 && !isOver);
      });
    }),
    RUNS,
  );
});

test('only transitions and new reasons for not ready are logged', () => {
  fc.assert(
    fc.property(rounds, (all) => {
      let before: Verdict = { ready: false, reason: 'no verdict yet', outOfSync: [] };
      for (const { current, isNews } of play(all)) {
        const isOther =
          current.ready !== before.ready || (!current.ready && current.reason !== before.reason);
        expect(isNews).toBe(isOther);
        before = current;
      }
    }),
    RUNS,
  );
});
