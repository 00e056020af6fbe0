import fc from 'fast-check';
import { Verdict } from '../../../agent/readiness/verdict';
import { ReadinessState } from '../../../agent/serve/readiness-state';

const RUNS = { numRuns: 500 };

const verdicts: fc.Arbitrary<Verdict> = fc.oneof(
  fc.record({
    ready: fc.constant(true),
    reason: fc.constantFrom('all 7', 'all 8'),
    notInSync: fc.constant([]),
  }),
  fc.record({
    ready: fc.constant(false),
    reason: fc.constantFrom('no answer', 'cut off'),
    notInSync: fc.constant([]),
    isDoubt: fc.boolean(),
  }),
);

/** Rounds: how long each took, with its pause, and what came of it. */
const rounds = fc.array(fc.tuple(fc.integer({ min: 1, max: 15_000 }), verdicts), { maxLength: 20 });

/** What a state said after each round. */
function play(all: readonly (readonly [number, Verdict])[]) {
  const state = new ReadinessState(0);
  let now = 0;
  return all.map(([took, verdict]) => {
    now += took;
    const isNews = state.publish(verdict, now);
    return { now, verdict, isNews, current: state.current(now) };
  });
}

test('ready means: the last ready verdict is at most 10 s old, and nothing certain came since', () => {
  fc.assert(
    fc.property(rounds, (all) => {
      const played = play(all);
      played.forEach(({ now, current }, index) => {
        const past = played.slice(0, index + 1);
        const lastReady = past.findLast(({ verdict }) => verdict.ready)?.now ?? -Infinity;
        const lastCertain =
          past.findLast(({ verdict }) => !verdict.ready && !verdict.isDoubt)?.now ?? -Infinity;
        const isOver = past.some((one) => one.now > lastReady && one.now - lastReady > 20_000);
        expect(current.ready).toBe(lastReady > lastCertain && now - lastReady <= 20_000 && !isOver);
      });
    }),
    RUNS,
  );
});

test('the log tells each turn, and each new reason for not being ready, and nothing else', () => {
  fc.assert(
    fc.property(rounds, (all) => {
      let before: Verdict = { ready: false, reason: 'no verdict yet', notInSync: [] };
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
