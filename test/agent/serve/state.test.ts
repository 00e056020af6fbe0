import { Verdict } from '../../../agent/readiness/verdict';
import { State } from '../../../agent/serve/state';

const READY: Verdict = { ready: true, reason: 'in sync', notInSync: [] };
const BEHIND: Verdict = { ready: false, reason: 'not in sync for a-0', notInSync: ['a-0'] };

/** Any moment will do. */
const START = 1_000_000;

function published(...verdicts: [Verdict, secondsAfterStart: number][]): State {
  const state = new State(START);
  verdicts.forEach(([verdict, seconds]) => state.publish(verdict, at(seconds)));
  return state;
}

function at(seconds: number): number {
  return START + seconds * 1000;
}

test('is not ready before the first verdict', () => {
  expect(new State(START).current(START)).toEqual({ ready: false, reason: 'no verdict yet', notInSync: [] });
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
    notInSync: [],
  });
});

test.each([
  ['the first', [], READY, true],
  ['the same again', [READY], { ...READY }, false],
  ['the other', [READY], BEHIND, true],
  ['the same for another reason', [BEHIND], { ...BEHIND, reason: 'not in sync for b-0' }, true],
] as [string, Verdict[], Verdict, boolean][])('%s verdict is news: %#', (_, before, verdict, isNews) => {
  const state = published(...before.map((one): [Verdict, number] => [one, 1]));
  expect(state.publish(verdict, at(2))).toBe(isNews);
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
  expect(new State(START).isAlive(at(120))).toBe(true);
});
