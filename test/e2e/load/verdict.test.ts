import { failureOf } from './program/failure';
import { Ledger } from './program/ledger';
import { Reading } from './program/reading';
import { valueOf } from './program/records';
import { reportOf } from './program/verdict';
import { problemsOf } from './verdict';

const RUN = 'a1b2';

/** Report of a load: records 0 to 99 of producer `idempotent-1` are acknowledged, and `read` is read back. */
function load(read: readonly number[], producer = 'idempotent-1') {
  const ledger = new Ledger();
  ledger.acknowledge(producer, 0, 49, 1000, 1020);
  ledger.acknowledge(producer, 50, 99, 1100, 1130);
  const reading = new Reading(RUN);
  read.forEach((sequence) => reading.see(valueOf({ run: RUN, producer, sequence })));
  const report = () =>
    reportOf({ ledger, reading, consumedProducers: [], idempotent: ['idempotent-1'], connections: 3 });
  return { ledger, reading, report };
}

const all = Array.from({ length: 100 }, (_, index) => index);

test('a load without losses has no problems', () => {
  const report = load(all).report();
  expect(report).toMatchObject({ acknowledged: 100, missing: 0, duplicates: { idempotent: 0, others: 0 } });
  expect(report.latencyMs).toEqual({ p50: 20, p99: 30, max: 30 });
  expect(report.longestPauseMs).toBe(110);
  expect(problemsOf(report)).toEqual([]);
});

test('a loss is reported with its numbers', () => {
  const report = load(all.filter((sequence) => sequence !== 7 && sequence < 98)).report();
  expect(report).toMatchObject({ missing: 3, missingExamples: ['idempotent-1 7-7', 'idempotent-1 98-99'] });
  expect(problemsOf(report)).toEqual([
    '3 acknowledged records are missing: idempotent-1 7-7, idempotent-1 98-99',
  ]);
});

test('a loss and a duplicate do not cancel each other', () => {
  expect(load([...all.slice(1), 42]).report()).toMatchObject({ missing: 1, duplicates: { idempotent: 1 } });
});

test('only duplicates of idempotent producers are problems', () => {
  expect(problemsOf(load([...all, 5]).report())).toEqual([
    '1 records of idempotent producers were read twice',
  ]);
  const plain = load([...all, 5], 'plain-1').report();
  expect(plain.duplicates).toEqual({ idempotent: 0, others: 1 });
  expect(problemsOf(plain)).toEqual([]);
});

test('other records are ignored', () => {
  const { reading, report } = load(all.slice(1));
  reading.see(valueOf({ run: 'other', producer: 'idempotent-1', sequence: 0 }));
  reading.see(Buffer.from('load me'));
  reading.see(null);
  expect(report().missing).toBe(1);
});

test('records without an acknowledgement can exist', () => {
  expect(load([...all, 100, 101]).report()).toMatchObject({ missing: 0, acknowledged: 100 });
});

test('a rejected handshake is a problem although the client retried', () => {
  const { ledger, report } = load(all);
  ledger.retry(failureOf(Object.assign(new Error('alert'), { code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' })));
  expect(report().rejectedHandshakes).toBe(1);
  expect(problemsOf(report())).toEqual([
    '1 handshakes were rejected: ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: alert (1)',
  ]);
});

test('connections that end before the first response are problems unless servers restart', () => {
  const { ledger, report } = load(all);
  ledger.retry({
    kind: 'unanswered',
    reason: 'before the first response: Connection closed',
    isRetriable: true,
  });
  expect(problemsOf(report(), { hasRestarts: true })).toEqual([]);
  expect(problemsOf(report())).toEqual([
    '1 connections ended without a response: before the first response: Connection closed (1)',
  ]);
});

test('retriable failures are not errors', () => {
  const { ledger, report } = load(all);
  ledger.retry({ kind: 'answer', reason: 'NOT_LEADER_OR_FOLLOWER', isRetriable: true });
  expect(problemsOf(report())).toEqual([]);
  expect(report().retriesByReason).toEqual({ NOT_LEADER_OR_FOLLOWER: 1 });
});

test('a record that failed is an error', () => {
  const { ledger, report } = load(all);
  ledger.fail('plain-1', 'not acknowledged within 5000 ms: no response', 10, 6000);
  expect(report().errors).toEqual([
    {
      at: '1970-01-01T00:00:06.000Z',
      who: 'plain-1',
      reason: 'not acknowledged within 5000 ms: no response',
      records: 10,
    },
  ]);
  expect(problemsOf(report())).toEqual([
    'clients had errors: not acknowledged within 5000 ms: no response (1)',
  ]);
  expect(problemsOf(report(), { allowsErrors: true })).toEqual([]);
});

test('records that a group did not consume are reported', () => {
  const { ledger, reading } = load(all);
  const consumed = new Reading(RUN);
  all
    .slice(0, 90)
    .forEach((sequence) => consumed.see(valueOf({ run: RUN, producer: 'idempotent-1', sequence })));
  const report = reportOf({
    ledger,
    reading,
    consumed,
    consumedProducers: ['idempotent-1'],
    idempotent: [],
    connections: 0,
  });
  expect(problemsOf(report)).toEqual(['10 records did not reach the consumer group: idempotent-1 90-99']);
});

test('a current pause counts too', () => {
  const { ledger } = load(all);
  expect(ledger.turn(4130).longestPauseMs).toBe(3000);
  ledger.end('idempotent-1', 5130);
  ledger.turn(60_000);
  expect(ledger.longestPauseMs).toBe(4000);
});

test('a second contains its events', () => {
  const { ledger } = load(all);
  expect(ledger.turn(2000)).toMatchObject({ acknowledged: 100, total: 100 });
  ledger.acknowledge('idempotent-1', 100, 109, 2000, 2005);
  expect(ledger.turn(3000)).toMatchObject({ acknowledged: 10, total: 110, latencyMs: { p50: 5, max: 5 } });
});
