import fc from 'fast-check';
import { PreStopFacts, nextPreStopStep } from '../../../agent/restart/pre-stop-step';

const MAY = { may: true, reason: 'enough are in sync' };
const SHORT = { may: false, reason: 'too few are in sync' };
const TAKEN = { kind: 'taken', by: 'events-1002', until: Date.UTC(2026, 0, 1) } as const;
const UNKNOWN = { kind: 'unknown', reason: 'the API server does not answer' } as const;

function facts(change: Partial<PreStopFacts> = {}): PreStopFacts {
  return {
    verdict: MAY,
    leaseState: { kind: 'mine' },
    hasAcquired: true,
    waiting: [],
    heldMs: 0,
    holdLimitMs: 1_200_000,
    stopOrder: { position: 2, count: 3 },
    leaseUnknownMs: 0,
    leaseUnknownLimitMs: 60_000,
    ...change,
  };
}

test.each<[string, Partial<PreStopFacts>, object]>([
  ['stops in its turn', {}, { do: 'stop', reason: 'enough are in sync', needsTurn: true }],
  ['takes the turn when it is free', { leaseState: { kind: 'free' } }, { do: 'take turn' }],
  [
    'waits for the turn of another',
    { leaseState: TAKEN },
    { do: 'wait', waitsFor: expect.stringContaining('it is the turn of events-1002') },
  ],
  [
    'waits for Kafka',
    { verdict: SHORT, leaseState: { kind: 'free' } },
    { do: 'wait', waitsFor: 'too few are in sync' },
  ],
  [
    'gives its turn back while it waits for Kafka',
    { verdict: SHORT },
    { do: 'wait', waitsFor: 'too few are in sync', giveBack: true },
  ],
  [
    'keeps a turn that comes from an earlier stop',
    { verdict: SHORT, hasAcquired: false },
    { do: 'wait', waitsFor: 'too few are in sync' },
  ],
  [
    'waits for the turn of another map that has the same partitions, before it takes its own',
    { leaseState: { kind: 'free' }, conflict: { ...TAKEN, hasPriority: true } },
    {
      do: 'wait',
      waitsFor:
        'events-1002 of another map has replicas of the same partitions and is not in sync again yet (until 2026-01-01T00:00:00.000Z at the latest)',
    },
  ],
  [
    'gives way to another map that asked at the same time and goes first',
    { conflict: { ...TAKEN, hasPriority: true } },
    { do: 'wait', waitsFor: expect.stringContaining('events-1002 of another map'), giveBack: true },
  ],
  [
    'keeps its turn while another map goes that comes after it',
    { conflict: { ...TAKEN, hasPriority: false } },
    { do: 'wait', waitsFor: expect.stringContaining('events-1002 of another map') },
  ],
  [
    'waits to the end when it waits alone',
    { verdict: SHORT, leaseState: { kind: 'free' }, heldMs: 1_199_000 },
    { do: 'wait', waitsFor: 'too few are in sync' },
  ],
  [
    'takes the turn near the end when others wait too',
    { verdict: SHORT, leaseState: { kind: 'free' }, heldMs: 900_000, waiting: ['b-2'] },
    { do: 'take turn' },
  ],
  [
    'stops before the others that wait too, aloud',
    { verdict: SHORT, heldMs: 900_000, waiting: ['b-2'] },
    {
      do: 'stop',
      isWarning: true,
      reason: 'waited 900 s as b-2 did, and stops first although too few are in sync',
    },
  ],
  [
    'goes on waiting near the end when another has gone first',
    { verdict: SHORT, leaseState: TAKEN, heldMs: 1_100_000, waiting: ['b-2'] },
    { do: 'wait', waitsFor: 'too few are in sync' },
  ],
  [
    'needs no turn when nobody misses it',
    { verdict: { ...MAY, needsNoLease: true }, leaseState: TAKEN },
    { do: 'stop', reason: 'enough are in sync' },
  ],
  [
    'stops when nobody comes after it',
    { verdict: SHORT, noReplacementReason: 'StatefulSet is gone' },
    { do: 'stop', reason: 'StatefulSet is gone' },
  ],
  [
    'stops when somebody says so, aloud',
    { verdict: SHORT, forcedReason: 'forced by jane' },
    { do: 'stop', isWarning: true, reason: 'forced by jane; otherwise: too few are in sync' },
  ],
  [
    'stops when the time is over, aloud',
    { verdict: SHORT, heldMs: 1_200_000 },
    { do: 'stop', isWarning: true, reason: 'waited 1200 s, and stops although too few are in sync' },
  ],
])('%s', (_, change, step) => {
  expect(nextPreStopStep(facts(change))).toEqual(step);
});

describe('the controller that leads', () => {
  const kafka = { ...MAY, yields: true };

  test('lets others go first', () => {
    expect(nextPreStopStep(facts({ verdict: kafka, leaseState: { kind: 'free' }, waiting: ['c-1', 'c-2'] }))).toEqual({
      do: 'wait',
      waitsFor: 'this server leads, so c-1, c-2 stop first',
    });
  });

  test('goes when the others wait for the pod before it', () => {
    const turn = { kind: 'free', isLeft: true } as const;
    expect(nextPreStopStep(facts({ verdict: kafka, leaseState: turn, waiting: ['c-1'] }))).toEqual({ do: 'take turn' });
  });

  test('goes when nobody else wants to', () => {
    expect(nextPreStopStep(facts({ verdict: kafka, leaseState: { kind: 'free' } }))).toEqual({ do: 'take turn' });
  });
});

describe('when nobody can say whose turn it is', () => {
  const late = { turn: UNKNOWN, turnUnknownMs: 60_000 };

  test('waits for a while', () => {
    expect(nextPreStopStep(facts({ leaseState: UNKNOWN, verdict: { ...MAY, allInSync: true } }))).toMatchObject({
      do: 'wait',
    });
  });

  test('then stops if all replicas are in sync, aloud', () => {
    expect(nextPreStopStep(facts({ ...late, verdict: { ...MAY, allInSync: true } }))).toMatchObject({
      do: 'stop',
      isWarning: true,
      reason: expect.stringContaining('whose turn it is nobody can say (the API server does not answer)'),
    });
  });

  test('and else goes on waiting', () => {
    expect(nextPreStopStep(facts({ ...late, verdict: { ...MAY, allInSync: false } }))).toMatchObject({ do: 'wait' });
  });
});

test('nothing stops against Kafka or out of turn but for a reason that is said aloud, and nothing waits for ever', () => {
  const anyFacts: fc.Arbitrary<PreStopFacts> = fc.record({
    kafka: fc.record({
      may: fc.boolean(),
      reason: fc.constant('why'),
      isWhole: fc.boolean(),
      yields: fc.boolean(),
    }),
    turn: fc.constantFrom<PreStopFacts['leaseState']>({ kind: 'mine' }, { kind: 'free' }, TAKEN, UNKNOWN),
    neighbour: fc.option(
      fc.boolean().map((isBefore) => ({ ...TAKEN, isBefore })),
      { nil: undefined },
    ),
    tookTurn: fc.boolean(),
    waiting: fc.subarray(['a', 'b']),
    forced: fc.option(fc.constant('forced'), { nil: undefined }),
    heldMs: fc.nat(2_400_000),
    place: fc.constant({ rank: 1, of: 3 }),
    holdLimitMs: fc.constant(1_200_000),
    turnUnknownMs: fc.nat(120_000),
    turnPatienceMs: fc.constant(60_000),
  });
  fc.assert(
    fc.property(anyFacts, (found) => {
      const step = nextPreStopStep(found);
      if (step.do === 'stop' && !step.isWarning) {
        expect(found.verdict.mayStop && found.leaseState.kind === 'mine' && !found.conflict).toBe(true);
      }
      if (found.heldMs >= found.holdLimitMs) {
        expect(step.do).toBe('stop');
      }
      if (step.do === 'wait') {
        expect(step.waitsFor).not.toBe('');
      }
    }),
    { numRuns: 1000 },
  );
});
