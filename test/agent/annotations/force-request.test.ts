import fc from 'fast-check';
import {
  ForceRequestEvaluator,
  formatForceRequest,
  evaluateForceRequest,
} from '../../../agent/annotations/force-request';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3600;
const CLOCK_SKEW_MS = 10_000;

function force(value: string | undefined) {
  return evaluateForceRequest(value, NOW, 4 * HOUR);
}

test('without an annotation there is no override', () => {
  expect(force(undefined)).toEqual({ kind: 'none' });
});

test.each([
  ['pairs', 'until=2026-03-01T13:00:00Z; by=jane; reason=1003 is lost; the rest must go on'],
  ['pairs in another order', 'by = jane;until=2026-03-01T13:00Z;reason=1003 is lost; the rest must go on'],
  ['another zone', 'until=2026-03-01T15:00:00+02:00; by=jane; reason=1003 is lost; the rest must go on'],
  ['JSON', '{"until":"2026-03-01T13:00:00Z","by":"jane","reason":"1003 is lost; the rest must go on"}'],
])('accepts %s', (_, value) => {
  expect(force(value)).toEqual({
    kind: 'active',
    request: {
      until: Date.parse('2026-03-01T13:00:00Z'),
      by: 'jane',
      reason: '1003 is lost; the rest must go on',
    },
  });
});

test.each([
  ['an empty value', '', 'the value has no until, no by, no reason'],
  ['true', 'true', 'the value is not valid; write until=<time'],
  ['malformed JSON', '{until: 5}', 'the value is not valid; write until=<time'],
  [
    'a repeated field',
    'until=2026-03-01T13:00:00Z; until=2026-03-01T14:00:00Z; by=jane; reason=x',
    'the value is not valid; write until=<time',
  ],
  ['no name', 'until=2026-03-01T13:00:00Z; reason=x', 'the value has no by;'],
  ['an empty name', 'until=2026-03-01T13:00:00Z; by= ; reason=x', 'the value has no by;'],
  ['no reason', 'until=2026-03-01T13:00:00Z; by=jane', 'the value has no reason;'],
  ['JSON with a number', '{"until":1772373600,"by":"jane","reason":"x"}', 'the value has no until'],
  [
    'a time without a zone',
    'until=2026-03-01T13:00:00; by=jane; reason=x',
    "until is '2026-03-01T13:00:00'; it must be an ISO 8601 time with a zone",
  ],
  [
    'a day that does not exist',
    'until=2026-13-41T13:00:00Z; by=jane; reason=x',
    'it must be an ISO 8601 time with a zone, for example 2026-03-01T13:00:00Z',
  ],
  [
    'the 30th of February',
    'until=2026-02-30T13:00:00Z; by=jane; reason=x',
    'it must be an ISO 8601 time with a zone, for example 2026-03-01T13:00:00Z',
  ],
  [
    'hour 24',
    'until=2026-03-01T24:00:00Z; by=jane; reason=x',
    'it must be an ISO 8601 time with a zone, for example 2026-03-01T13:00:00Z',
  ],
  ['the past', 'until=2026-03-01T12:00:00Z; by=jane; reason=x', 'it expired at 2026-03-01T12:00:00Z'],
  [
    'too far ahead',
    'until=2026-03-01T16:00:11Z; by=jane; reason=x',
    'until is 2026-03-01T16:00:11Z; it must be at most 4 hours ahead. Choose an earlier time',
  ],
])('ignores %s, with a reason', (_, value, reason) => {
  expect(force(value)).toMatchObject({ kind: 'ignored', reason: expect.stringContaining(reason) });
});

test('accepts the maximum duration from a machine with a different clock', () => {
  expect(force('until=2026-03-01T16:00:10Z; by=jane; reason=x').kind).toBe('active');
});

test('a request that was too long stays ignored when its end comes within the limit', () => {
  // GIVEN
  const evaluator = new ForceRequestEvaluator(4 * HOUR);
  const value = 'until=2026-03-02T12:00:00Z; by=jane; reason=x';
  const late = Date.parse('2026-03-02T11:00:00Z');

  // WHEN
  const first = evaluator.evaluate(value, NOW);
  const later = evaluator.evaluate(value, late);

  // THEN
  expect(first).toMatchObject({ kind: 'ignored', isTooLong: true });
  expect(later).toBe(first);
  expect(evaluator.evaluate(`${value}, really`, late)).toMatchObject({ kind: 'active' });
  expect(evaluator.evaluate(undefined, late)).toEqual({ kind: 'none' });
});

test('a formatted request has the name, the end and the reason', () => {
  expect(formatForceRequest({ until: NOW, by: 'jane', reason: 'x' })).toBe(
    'forced by jane until 2026-03-01T12:00:00.000Z: x',
  );
});

test('no value activates an override for longer than the limit', () => {
  const time = fc
    .integer({ min: -10 * HOUR, max: 10 * HOUR })
    .map((s) => new Date(NOW + s * 1000).toISOString());
  const value = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.oneof(time, fc.string()), fc.string(), fc.string())
      .map(([until, by, reason]) => `until=${until};by=${by};reason=${reason}`),
    fc
      .tuple(time, fc.string(), fc.string())
      .map(([until, by, reason]) => JSON.stringify({ until, by, reason })),
  );
  fc.assert(
    fc.property(value, fc.integer({ min: 1, max: 24 * HOUR }), (text, limit) => {
      const found = evaluateForceRequest(text, NOW, limit);
      if (found.kind === 'active') {
        const { until, by, reason } = found.request;
        expect(until).toBeGreaterThan(NOW);
        expect(until).toBeLessThanOrEqual(NOW + limit * 1000 + CLOCK_SKEW_MS);
        expect([by.trim(), reason.trim()]).not.toContain('');
      }
    }),
    { numRuns: 1000 },
  );
});

test('a limit that is not a number allows nothing', () => {
  const value = 'until=2026-03-01T13:00:00Z; by=jane; reason=x';
  expect(evaluateForceRequest(value, NOW, undefined as unknown as number).kind).toBe('ignored');
});
