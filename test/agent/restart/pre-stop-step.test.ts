import fc from 'fast-check';
import { PreStopFacts, nextPreStopStep } from '../../../agent/restart/pre-stop-step';
import { isLeaseTime, ownSlot } from '../../../agent/restart/stop-slots';

const MAY = { mayStop: true, reason: 'enough replicas are in sync' };
const SHORT = { mayStop: false, reason: 'too few replicas are in sync' };
const HELD = { kind: 'held by another', holder: 'events-1002', unchangedMs: 120_000 } as const;
/** Holders of the Lease may stop. */
const LEASE_TIME = { from: 20_000, to: 21_000 };
const UNKNOWN = { kind: 'unknown', reason: 'the API server does not answer' } as const;

function facts(change: Partial<PreStopFacts> = {}): PreStopFacts {
  return {
    verdict: MAY,
    leaseState: { kind: 'held by us' },
    hasAcquired: true,
    waiting: [],
    waitedMs: 0,
    timeoutMs: 1_200_000,
    stopOrder: { position: 2, count: 3 },
    leaseUnknownMs: 0,
    negativeMs: 120_000,
    judged: LEASE_TIME,
    ...change,
  };
}

test.each<[string, Partial<PreStopFacts>, object]>([
  [
    'stops while it holds the Lease',
    {},
    { do: 'stop', reason: 'enough replicas are in sync', requiresLease: true },
  ],
  ['acquires the Lease if it is free', { leaseState: { kind: 'free' } }, { do: 'acquire Lease' }],
  [
    'waits while another server holds the Lease',
    { leaseState: HELD },
    {
      do: 'wait',
      waitingFor:
        'events-1002 holds the stop lease and is not in sync yet (the lease was not renewed for 2 minutes; it expires after 15 minutes)',
    },
  ],
  [
    'waits for a positive verdict',
    { verdict: SHORT, leaseState: { kind: 'free' } },
    { do: 'wait', waitingFor: 'too few replicas are in sync' },
  ],
  [
    'releases the Lease while it waits for a positive verdict',
    { verdict: SHORT },
    { do: 'wait', waitingFor: 'too few replicas are in sync', releaseLease: true },
  ],
  [
    'keeps a Lease from an earlier stop',
    { verdict: SHORT, hasAcquired: false },
    { do: 'wait', waitingFor: 'too few replicas are in sync' },
  ],
  [
    'waits for a server of another map with replicas of the same partitions, before it acquires its own Lease',
    { leaseState: { kind: 'free' }, conflict: { ...HELD, hasPriority: true } },
    {
      do: 'wait',
      waitingFor:
        'events-1002 of another map has replicas of the same partitions, holds its stop lease and is not in sync yet ' +
        '(the lease was not renewed for 2 minutes; it expires after 15 minutes)',
    },
  ],
  [
    'releases the Lease in favor of another map with priority',
    { conflict: { ...HELD, hasPriority: true } },
    { do: 'wait', waitingFor: expect.stringContaining('events-1002 of another map'), releaseLease: true },
  ],
  [
    'keeps the Lease in a conflict with another map without priority',
    { conflict: { ...HELD, hasPriority: false } },
    { do: 'wait', waitingFor: expect.stringContaining('events-1002 of another map') },
  ],
  [
    'waits for the whole timeout if no other server waits',
    { verdict: SHORT, leaseState: { kind: 'free' }, waitedMs: 1_199_000 },
    { do: 'wait', waitingFor: 'too few replicas are in sync' },
  ],
  [
    'acquires the Lease before the timeout if others wait too',
    { verdict: SHORT, leaseState: { kind: 'free' }, waitedMs: 900_000, waiting: ['b-2'] },
    { do: 'acquire Lease' },
  ],
  [
    'stops before the timeout if others wait too, with a warning',
    { verdict: SHORT, waitedMs: 900_000, waiting: ['b-2'] },
    {
      do: 'stop',
      isWarning: true,
      reason:
        'b-2 and this server have waited for 15 minutes, and this server stops first: too few replicas are in sync',
    },
  ],
  [
    'continues to wait before the timeout if another server stopped first',
    { verdict: SHORT, leaseState: HELD, waitedMs: 1_100_000, waiting: ['b-2'] },
    { do: 'wait', waitingFor: 'too few replicas are in sync' },
  ],
  [
    'needs no Lease for a stop without effect',
    { verdict: { ...MAY, needsNoLease: true }, leaseState: HELD },
    { do: 'stop', reason: 'enough replicas are in sync' },
  ],
  [
    'stops if no pod replaces it',
    { verdict: SHORT, noReplacementReason: 'StatefulSet is deleted' },
    { do: 'stop', reason: 'StatefulSet is deleted' },
  ],
  [
    'stops with a force-stop request, with a warning',
    { verdict: SHORT, forcedReason: 'forced by jane' },
    {
      do: 'stop',
      isWarning: true,
      reason: 'forced by jane; without the request: too few replicas are in sync',
    },
  ],
  [
    'stops after the timeout, with a warning',
    { verdict: SHORT, waitedMs: 1_200_000 },
    {
      do: 'stop',
      isWarning: true,
      reason: 'preStop timed out after 20 minutes: too few replicas are in sync',
    },
  ],
])('%s', (_, change, step) => {
  expect(nextPreStopStep(facts(change))).toEqual(step);
});

describe('if too many servers wait to restart one after another', () => {
  const waiting = Array.from({ length: 21 }, (_, id) => `b-${id}`);
  // The first slot of all belongs to the first zone.
  const judged = { from: 8_000, to: 9_000 };
  const zone = { position: 0, count: 3, staysOnline: true };
  const crowd: Partial<PreStopFacts> = { waiting, judged, leaseState: HELD, verdict: { ...MAY, zone } };

  test('the servers of a zone stop together in their slot, without the Lease', () => {
    expect(nextPreStopStep(facts(crowd))).toEqual({
      do: 'stop',
      reason: 'enough replicas are in sync; 21 other servers wait, so the servers of one zone stop together',
    });
  });

  test.each<[string, Partial<PreStopFacts>]>([
    ['the slot belongs to another zone', { verdict: { ...MAY, zone: { ...zone, position: 1 } } }],
    ['a partition has two replicas in the zone', { verdict: MAY }],
    ['too few replicas are in sync', { verdict: { ...SHORT, zone } }],
    ['fewer servers wait', { waiting: waiting.slice(0, 20) }],
    [
      'a server of another map has replicas of the same partitions',
      { conflict: { ...HELD, hasPriority: false } },
    ],
  ])('they wait if %s', (_, change) => {
    expect(nextPreStopStep(facts({ ...crowd, ...change })).do).toBe('wait');
  });

  const stuck: Partial<PreStopFacts> = { ...crowd, verdict: { ...SHORT, zone }, waitedMs: 900_000 };

  test('they stop together before the timeout if the verdict stays negative, with a warning', () => {
    expect(nextPreStopStep(facts(stuck))).toMatchObject({ do: 'stop', isWarning: true });
  });

  test.each<[string, Partial<PreStopFacts>]>([
    ['another server restarts', { negativeMs: 119_000 }],
    ['a partition would be offline', { verdict: { ...SHORT, zone: { ...zone, staysOnline: false } } }],
  ])('they wait before the timeout if %s', (_, change) => {
    expect(nextPreStopStep(facts({ ...stuck, ...change })).do).toBe('wait');
  });
});

describe('a server that no pod replaces', () => {
  const leaving: Partial<PreStopFacts> = {
    verdict: { ...SHORT, isLeaving: true },
    leaseState: { kind: 'free' },
    waiting: ['b-1'],
    judged: { from: 8_000, to: 9_000 },
    stopOrder: { position: 0, count: 3 },
  };

  test('waits until the end of the timeout, although others wait', () => {
    expect(nextPreStopStep(facts({ ...leaving, waitedMs: 1_199_000 })).do).toBe('wait');
    expect(nextPreStopStep(facts({ ...leaving, waitedMs: 1_200_000 })).do).toBe('stop');
  });

  test('but a server that only lags stops before', () => {
    const verdict = SHORT;
    expect(nextPreStopStep(facts({ ...leaving, verdict, waitedMs: 1_199_000 })).do).not.toBe('wait');
  });
});

test('a holder of the Lease does not stop while servers without it may stop', () => {
  expect(nextPreStopStep(facts({ judged: { from: 8_000, to: 9_000 } })).do).toBe('wait');
});

describe('the leader of the quorum', () => {
  const verdict = { ...MAY, stopsLast: 'this server is the leader of the quorum' };

  test('lets the others stop first', () => {
    expect(
      nextPreStopStep(facts({ verdict, leaseState: { kind: 'free' }, waiting: ['c-1', 'c-2'] })),
    ).toEqual({
      do: 'wait',
      waitingFor: 'this server is the leader of the quorum, so c-1, c-2 stop first',
    });
  });

  test('acquires the Lease if the others wait for the previous pod of its name', () => {
    const leaseState = { kind: 'free', isHeldByPredecessor: true } as const;
    expect(nextPreStopStep(facts({ verdict, leaseState, waiting: ['c-1'] }))).toEqual({
      do: 'acquire Lease',
    });
  });

  test('lets the others stop first for a quarter of the timeout', () => {
    expect(
      nextPreStopStep(facts({ verdict, leaseState: { kind: 'free' }, waiting: ['c-1'], waitedMs: 300_000 }))
        .do,
    ).toBe('acquire Lease');
  });

  test('acquires the Lease if no other server waits', () => {
    expect(nextPreStopStep(facts({ verdict, leaseState: { kind: 'free' } }))).toEqual({
      do: 'acquire Lease',
    });
  });
});

describe('while the holder of the Lease is unknown', () => {
  // The second slot of all belongs to the first server.
  const own = { from: 38_000, to: 39_000 };
  const late: Partial<PreStopFacts> = {
    leaseState: UNKNOWN,
    leaseUnknownMs: 60_000,
    stopOrder: { position: 0, count: 3 },
    judged: own,
  };

  test('waits at first', () => {
    expect(
      nextPreStopStep(facts({ ...late, leaseUnknownMs: 59_000, verdict: { ...MAY, allInSync: true } })),
    ).toMatchObject({
      do: 'wait',
    });
  });

  test('stops in its slot after some time if all replicas are in sync, with a warning', () => {
    expect(nextPreStopStep(facts({ ...late, verdict: { ...MAY, allInSync: true } }))).toMatchObject({
      do: 'stop',
      isWarning: true,
      reason:
        'enough replicas are in sync, and no replica lags; the holder of the stop lease is unknown: the API server does not answer',
    });
  });

  test('waits for its slot', () => {
    const judged = { from: 98_000, to: 99_000 };
    expect(nextPreStopStep(facts({ ...late, judged, verdict: { ...MAY, allInSync: true } })).do).toBe('wait');
  });

  test('waits for the slot of its zone if a server of another map has replicas of the same partitions', () => {
    const verdict = { ...MAY, allInSync: true, sharesPartitions: true };
    const zone = { position: 0, count: 3, staysOnline: true };
    expect(nextPreStopStep(facts({ ...late, verdict })).do).toBe('wait');
    const judged = { from: 8_000, to: 9_000 };
    expect(nextPreStopStep(facts({ ...late, judged, verdict: { ...verdict, zone } })).do).toBe('stop');
  });

  test('continues to wait if a replica lags', () => {
    expect(nextPreStopStep(facts({ ...late, verdict: { ...MAY, allInSync: false } }))).toMatchObject({
      do: 'wait',
    });
  });
});

test('a stop without a positive verdict and the Lease is a warning, and no wait exceeds the timeout', () => {
  const anyFacts: fc.Arbitrary<PreStopFacts> = fc.record({
    verdict: fc.record({
      mayStop: fc.boolean(),
      reason: fc.constant('verdict'),
      allInSync: fc.boolean(),
      stopsLast: fc.option(fc.constant('last'), { nil: undefined }),
      zone: fc.option(fc.constant({ position: 0, count: 3, staysOnline: true }), { nil: undefined }),
    }),
    leaseState: fc.constantFrom<PreStopFacts['leaseState']>(
      { kind: 'held by us' },
      { kind: 'free' },
      HELD,
      UNKNOWN,
    ),
    conflict: fc.option(
      fc.boolean().map((hasPriority) => ({ ...HELD, hasPriority })),
      { nil: undefined },
    ),
    hasAcquired: fc.boolean(),
    waiting: fc.subarray(Array.from({ length: 40 }, (_, id) => `b-${id}`)),
    forcedReason: fc.option(fc.constant('forced'), { nil: undefined }),
    waitedMs: fc.nat(2_400_000),
    stopOrder: fc.constant({ position: 1, count: 3 }),
    timeoutMs: fc.constant(1_200_000),
    leaseUnknownMs: fc.nat(120_000),
    negativeMs: fc.nat(240_000),
    judged: fc.nat(600_000).map((from) => ({ from, to: from + 1_000 })),
  });
  fc.assert(
    fc.property(anyFacts, (found) => {
      const step = nextPreStopStep(found);
      if (step.do === 'stop' && !step.isWarning) {
        const isTurn =
          (found.leaseState.kind === 'held by us' && isLeaseTime(found.judged)) ||
          ownSlot(found.judged, found.stopOrder, found.verdict.zone) === 'zone';
        expect(found.verdict.mayStop && isTurn && !found.conflict).toBe(true);
      }
      if (found.waitedMs >= found.timeoutMs) {
        expect(step.do).toBe('stop');
      }
      if (step.do === 'wait') {
        expect(step.waitingFor).not.toBe('');
      }
    }),
    { numRuns: 1000 },
  );
});
