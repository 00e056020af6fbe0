import fc from 'fast-check';
import {
  LossAcceptance,
  UsedAcceptance,
  acceptanceHint,
  formatAcceptance,
} from '../../../agent/annotations/loss-acceptance';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const UNTIL = '2026-03-01T13:00:00.000Z';
const VALUE = 'until=2026-03-01T13:00:00Z; by=jane; reason=the disk failed';
const REQUEST = { until: Date.parse(UNTIL), by: 'jane', reason: 'the disk failed' };
const LIMIT_SECONDS = 4 * 3600;

const used = (change: Partial<UsedAcceptance> = {}): UsedAcceptance => ({
  until: UNTIL,
  by: 'jane',
  reason: 'the disk failed',
  pod: 'pod-1',
  givenUp: 'orders-0',
  ...change,
});

function evaluate(value: string | undefined, last?: UsedAcceptance, now = NOW) {
  return new LossAcceptance('pod-1', last, LIMIT_SECONDS).evaluate(value, now);
}

test('an acceptance with an end time, a name and a reason is active', () => {
  expect(evaluate(VALUE)).toEqual({ kind: 'active', request: REQUEST });
});

test('an acceptance of the former format, without an end time, is ignored', () => {
  expect(evaluate('jane: the disk is dead (2026-01-03)')).toMatchObject({ kind: 'ignored' });
});

test('an acceptance answers no loss after its end', () => {
  expect(evaluate(VALUE, undefined, REQUEST.until)).toMatchObject({ kind: 'ignored', isExpired: true });
});

test('an interrupted start can use its acceptance again', () => {
  expect(evaluate(VALUE, used())).toEqual({ kind: 'active', request: REQUEST });
});

test.each([
  ['after the server has been in sync again', used({ isClosed: true })],
  ['in another pod', used({ pod: 'pod-0' })],
])('an acceptance is used up %s', (_, last) => {
  expect(evaluate(VALUE, last)).toEqual({
    kind: 'ignored',
    reason: 'it has been used for an earlier loss: orders-0. Accept this loss with a new one',
  });
});

test.each([
  ['end time', { until: '2026-03-01T12:30:00.000Z' }],
  ['name', { by: 'joe' }],
  ['reason', { reason: 'another disk failed' }],
])('an acceptance with another %s is a new one', (_, change) => {
  expect(evaluate(VALUE, used({ ...change, isClosed: true }))).toEqual({ kind: 'active', request: REQUEST });
});

test('no value is ever active twice after the server has been in sync', () => {
  const word = fc.stringMatching(/^[a-z ]{0,5}[a-z]$/);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 * 3600 }), word, word, (seconds, by, reason) => {
      const until = new Date(NOW + seconds * 1000).toISOString();
      const value = `until=${until}; by=${by}; reason=${reason}`;
      const first = evaluate(value);
      if (first.kind !== 'active') {
        throw new Error(`not active: ${JSON.stringify(first)}`);
      }
      const last = { ...first.request, until, pod: 'pod-1', givenUp: 'a-0', isClosed: true as const };
      expect(evaluate(value, last).kind).toBe('ignored');
    }),
  );
});

test('formats an acceptance', () => {
  expect(formatAcceptance(REQUEST)).toBe('jane until 2026-03-01T13:00:00.000Z: the disk failed');
});

test('the hint has a command that can be pasted, and the reason why the annotation is ignored', () => {
  const pod = { namespace: 'kafka', podName: 'events-streams-1003' };
  const command =
    'To start nevertheless, accept the loss of data: ' +
    "npx cdk8s-kafka accept-data-loss --namespace kafka --pod events-streams-1003 --for 1h --reason '<reason>'";
  expect(acceptanceHint(pod, { kind: 'none' })).toBe(command);
  expect(acceptanceHint(pod, { kind: 'ignored', reason: 'it expired' })).toBe(
    `${command}. The annotation cdk8s-kafka.io/accept-data-loss is ignored: it expired`,
  );
});
