import fc from 'fast-check';
import { ForceRequestEvaluator, formatForceRequest, evaluateForceRequest } from '../../../agent/annotations/force-request';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3600;
const CLOCKS_DIFFER_MS = 10_000;

function force(value: string | undefined) {
  return evaluateForceRequest(value, NOW, 4 * HOUR);
}

test('nobody demands anything', () => {
  expect(force(undefined)).toEqual({ kind: 'none' });
});

test.each([
  ['pairs', 'until=2026-03-01T13:00:00Z; by=jane; reason=1003 is lost; the rest must go on'],
  ['pairs in another order', 'by = jane;until=2026-03-01T13:00Z;reason=1003 is lost; the rest must go on'],
  ['another zone', 'until=2026-03-01T15:00:00+02:00; by=jane; reason=1003 is lost; the rest must go on'],
  ['JSON', '{"until":"2026-03-01T13:00:00Z","by":"jane","reason":"1003 is lost; the rest must go on"}'],
])('%s', (_, value) => {
  expect(force(value)).toEqual({
    kind: 'open',
    demand: {
      until: Date.parse('2026-03-01T13:00:00Z'),
      by: 'jane',
      reason: '1003 is lost; the rest must go on',
    },
  });
});

test.each([
  ['nothing', '', 'it has no until, no by, no reason'],
  ['true', 'true', 'it is not until=<time'],
  ['JSON that is none', '{until: 5}', 'it is not until=<time'],
  [
    'a field twice',
    'until=2026-03-01T13:00:00Z; until=2026-03-01T14:00:00Z; by=jane; reason=x',
    'it is not until',
  ],
  ['no name', 'until=2026-03-01T13:00:00Z; reason=x', 'it has no by'],
  ['an empty name', 'until=2026-03-01T13:00:00Z; by= ; reason=x', 'it has no by'],
  ['no reason', 'until=2026-03-01T13:00:00Z; by=jane', 'it has no reason'],
  ['JSON with a number', '{"until":1772373600,"by":"jane","reason":"x"}', 'it has no until'],
  [
    'a time without a zone',
    'until=2026-03-01T13:00:00; by=jane; reason=x',
    "until is '2026-03-01T13:00:00', which is no time",
  ],
  [
    'a day that does not exist',
    'until=2026-13-41T13:00:00Z; by=jane; reason=x',
    'which is no time in ISO 8601',
  ],
  ['the 30th of February', 'until=2026-02-30T13:00:00Z; by=jane; reason=x', 'which is no time in ISO 8601'],
  ['hour 24', 'until=2026-03-01T24:00:00Z; by=jane; reason=x', 'which is no time in ISO 8601'],
  ['the past', 'until=2026-03-01T12:00:00Z; by=jane; reason=x', 'it ended at 2026-03-01T12:00:00Z'],
  [
    'too far ahead',
    'until=2026-03-01T16:00:11Z; by=jane; reason=x',
    'more than 14400 s from when it was read',
  ],
])('%s is ignored, and said why', (_, value, why) => {
  expect(force(value)).toMatchObject({ kind: 'ignored', why: expect.stringContaining(why) });
});

test('all that may be demanded is, by somebody with another clock', () => {
  expect(force('until=2026-03-01T16:00:10Z; by=jane; reason=x').kind).toBe('open');
});

test('what was too long when it was read is not obeyed when its end draws near', () => {
  // GIVEN
  const demands = new ForceRequestEvaluator(4 * HOUR);
  const value = 'until=2026-03-02T12:00:00Z; by=jane; reason=x';
  const late = Date.parse('2026-03-02T11:00:00Z');

  // WHEN
  const first = demands.evaluate(value, NOW);
  const later = demands.evaluate(value, late);

  // THEN
  expect(first).toMatchObject({ kind: 'ignored', isTooLong: true });
  expect(later).toBe(first);
  expect(demands.evaluate(`${value}, really`, late)).toMatchObject({ kind: 'open' });
  expect(demands.evaluate(undefined, late)).toEqual({ kind: 'none' });
});

test('people can read who demands what', () => {
  expect(formatForceRequest({ until: NOW, by: 'jane', reason: 'x' })).toBe(
    'forced by jane until 2026-03-01T12:00:00.000Z: x',
  );
});

test('nothing opens for longer than the limit, whatever is written', () => {
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
      if (found.kind === 'open') {
        const { until, by, reason } = found.request;
        expect(until).toBeGreaterThan(NOW);
        expect(until).toBeLessThanOrEqual(NOW + limit * 1000 + CLOCKS_DIFFER_MS);
        expect([by.trim(), reason.trim()]).not.toContain('');
      }
    }),
    { numRuns: 1000 },
  );
});

test('a limit that is no number allows nothing', () => {
  const demand = 'until=2026-03-01T13:00:00Z; by=jane; reason=x';
  expect(evaluateForceRequest(demand, NOW, undefined as unknown as number).kind).toBe('ignored');
});
