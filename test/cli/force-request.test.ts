/* Requests of the command, as agents parse them. */
import fc from 'fast-check';
import { evaluateForceRequest } from '../../agent/annotations/force-request';
import { forceRequestText, parseDuration, endTime } from '../../cli/force-request';
import { messageOf } from '../support/testing';

const NOW = Date.UTC(2026, 0, 1);

test('agents accept every request of the command', () => {
  const text = fc.string({ minLength: 1 }).map((value) => value.trim());
  fc.assert(
    fc.property(
      text.filter((by) => by !== '' && !by.includes(';')),
      text.filter((reason) => reason !== ''),
      fc.integer({ min: 1, max: 14_400 }),
      fc.nat(10_000),
      (by, reason, seconds, later) => {
        const now = NOW + later;
        const until = endTime(seconds, now);
        expect(evaluateForceRequest(forceRequestText(until, by, reason), now, 14_400)).toEqual({
          kind: 'active',
          request: { until, by, reason },
        });
      },
    ),
  );
});

test.each([
  ['90s', 90],
  ['30m', 1800],
  ['1h30m', 5400],
])('%s are %d seconds', (text, seconds) => expect(parseDuration('for', text)).toBe(seconds));

test.each(['', '5', 'm', '1h 30m', '-1h', '1.5h', '1h1h', '30m1h'])("'%s' is not a duration", (text) => {
  expect(messageOf(() => parseDuration('for', text))).toContain(`--for is '${text}'`);
});
