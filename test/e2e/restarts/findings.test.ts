import { Report } from '../load/load';
import { LoadResult } from './result';
import { clientFindings, clusterFindings, isDiskStall, restartFindings } from './findings';
import { recording, sample } from './samples';

const REPORT: Report = {
  acknowledged: 1000,
  missing: 0,
  missingExamples: [],
  unconsumed: 0,
  unconsumedExamples: [],
  duplicates: { idempotent: 0, others: 3 },
  errors: [],
  errorsByReason: {},
  retriesByReason: {},
  rejectedHandshakes: 0,
  rejectedByReason: {},
  brokenHandshakes: 2,
  brokenByReason: {},
  connections: 10,
  longestPauseMs: 1234,
  latencyMs: { p50: 5, p99: 900, max: 1300 },
};

const load = (report: Partial<Report>, deliveryTimeoutMs = 120_000): LoadResult => ({
  name: 'any',
  deliveryTimeoutMs,
  report: { ...REPORT, ...report },
  seconds: [],
});
const unmet = (findings: readonly { expected: string; isMet: boolean }[]) =>
  findings.filter(({ isMet }) => !isMet).map(({ expected }) => expected.replace(/^.*: /, ''));

test('no problems of clients', () => {
  const findings = clientFindings({ errors: 'none' }, [load({})]);
  expect(unmet(findings)).toEqual([]);
  expect(findings.map(({ seen }) => seen)).toContain('0 errors, longest pause 1234 ms');
});

test.each([
  ['a lost record', { missing: 1, missingExamples: ['plain-1 7-7'] }, 'no acknowledged record is lost'],
  ['a record that was not consumed', { unconsumed: 1 }, 'no acknowledged record is lost'],
  ['a load without any record', { acknowledged: 0 }, 'no acknowledged record is lost'],
  ['an error', { errorsByReason: { late: 2 } }, 'no error'],
  ['a duplicate record', { duplicates: { idempotent: 1, others: 0 } }, 'idempotent records exist once'],
  ['a rejected handshake', { rejectedHandshakes: 1 }, 'no handshake is rejected'],
])('%s is a finding', (_, report, expected) => {
  expect(unmet(clientFindings({ errors: 'none' }, [load(report)]))).toEqual([expected]);
});

test('only impatient clients may have errors, and only if the scenario allows it', () => {
  const report = { errorsByReason: { late: 2 } };
  expect(unmet(clientFindings({ errors: 'impatient' }, [load(report, 5000)]))).toEqual([]);
  expect(unmet(clientFindings({ errors: 'impatient' }, [load(report)]))).toEqual(['no error']);
  expect(unmet(clientFindings({ errors: 'all' }, [load(report)]))).toEqual([]);
});

test.each<[clients: string, deliveryTimeoutMs: number, cpuWait: number, problems: string[]]>([
  ['impatient', 5_000, 0.8, []],
  ['impatient', 5_000, 0.79, ['no error']],
  ['patient', 120_000, 1, ['no error']],
])(
  'errors of %s clients (%d ms) while processes wait for a CPU in a share of %d of the time',
  (_, timeout, wait, problems) => {
    const findings = clientFindings(
      { errors: 'none' },
      [load({ errorsByReason: { late: 2 } }, timeout)],
      wait,
    );
    expect(unmet(findings)).toEqual(problems);
  },
);

test('a load without a report always fails', () => {
  const broken = { name: 'any', deliveryTimeoutMs: 5000, failure: 'it does not exist', seconds: [] };
  expect(clientFindings({ errors: 'all' }, [broken])).toMatchObject([
    { seen: 'it does not exist', isMet: false },
  ]);
});

const MAPS = [{ name: 'left', pods: ['rolls-left-12', 'rolls-left-13'] }];
const FINE = { time: 1000, short: 0, leaderless: 0, diskMs: 0, cpuWait: 0, brokers: {} };

test('a cluster with enough replicas in sync', () => {
  expect(unmet(clusterFindings({ errors: 'none' }, recording({ seconds: [FINE] }), MAPS))).toEqual([]);
});

test('no observations', () => {
  expect(unmet(clusterFindings({ errors: 'none' }, recording(), MAPS))).toEqual(['replicas were observed']);
});

test('too few replicas in sync, and two brokers of a map down', () => {
  const seconds = [FINE, { ...FINE, time: 2000, short: 3 }];
  const samples = [sample(1000), sample(2000, { pod: 'rolls-left-12' })];
  const price = { errors: 'none' } as const;
  expect(unmet(clusterFindings(price, recording({ seconds, samples }), MAPS))).toEqual([
    'no partition falls below min.insync.replicas',
    'at most 1 brokers of a map down at the same time',
  ]);
  const free = { ...price, mayFallBelowMinIsr: true, maxUnavailable: 2 };
  expect(unmet(clusterFindings(free, recording({ seconds, samples }), MAPS))).toEqual([]);
});

const MEASURED = { errors: 'none', isMeasured: true } as const;
const RESTART = { pod: 'rolls-left-13', total: 30, delayed: 1, shutdown: 5, start: 12, rest: 13 };

test.each([
  ['none', [], [], 'no broker was restarted'],
  [
    'one without parts',
    [{ ...RESTART, rest: undefined }],
    [],
    "rolls-left-13: Kafka's own time is not known",
  ],
  [
    'one that is not over',
    [],
    [{ pod: 'rolls-left-12', what: 'no successor' }],
    'rolls-left-12: no successor',
  ],
])('restarts: %s', (_, restarts, unfinished, seen) => {
  expect(restartFindings(MEASURED, restarts, unfinished)).toMatchObject([{ seen, isMet: false }]);
});

test('durations of restarts are reported and do not fail', () => {
  expect(restartFindings(MEASURED, [RESTART, { ...RESTART, rest: 20.1 }], [])).toMatchObject([
    {
      seen: "2 restarts, at most 20.1 s beyond Kafka's own shutdown and start (goal: 20 s)",
      isMet: true,
    },
  ]);
  expect(restartFindings({ errors: 'none' }, [], [])).toEqual([]);
});

describe('a scenario is repeated', () => {
  const late = clientFindings({ errors: 'none' }, [load({ errorsByReason: { late: 2 } })]);
  const lost = clientFindings({ errors: 'none' }, [load({ missing: 1, errorsByReason: { late: 2 } })]);

  test.each([
    ['if clients had errors while the disk stalled', late, 2_500, true],
    ['not if the disk did not stall', late, 2_499, false],
    ['not if a record was lost, even with a stalled disk', lost, 60_000, false],
    ['not if there are no problems', clientFindings({ errors: 'none' }, [load({})]), 60_000, false],
  ])('%s', (_, findings, stallMs, again) => {
    expect(isDiskStall(findings, stallMs)).toBe(again);
  });
});
