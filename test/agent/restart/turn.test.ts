import fc from 'fast-check';
import { LeaseRecord, LeaseActionFacts, waitingPods, leaseStateOf, nextLeaseAction } from '../../../agent/restart/lease-state';

const NOW = 1_800_000_000_000;
const ME = { name: 'events-streams-1003', uid: 'new' };
const BEFORE = { name: 'events-streams-1003', uid: 'old' };
const OTHER = { name: 'events-streams-1002', uid: 'x' };
const MINUTE = 60_000;

function held(holder: LeaseRecord['holder'], age = 0): LeaseRecord {
  return { holder, renewTime: NOW - age, leaseDurationSeconds: 900 };
}

test.each<[string, LeaseRecord, string]>([
  ['nobody has ever had it', {}, 'free'],
  ['this pod has it', held(ME), 'mine'],
  ['this pod has it, long ago', held(ME, 60 * MINUTE), 'mine'],
  ['the pod before this one has it', held(BEFORE), 'free'],
  ['another server has it', held(OTHER, 14 * MINUTE), 'taken'],
  ['another server had it, and has been silent for too long', held(OTHER, 15 * MINUTE), 'free'],
  ['another server has it, and nobody knows since when', { holder: OTHER }, 'free'],
])('the turn when %s', (_, lease, kind) => {
  expect(leaseStateOf(lease, ME, NOW).kind).toBe(kind);
});

test('a turn that is taken says by whom and for how long', () => {
  expect(leaseStateOf(held(OTHER, MINUTE), ME, NOW)).toEqual({
    kind: 'taken',
    by: 'events-streams-1002',
    until: NOW + 14 * MINUTE,
  });
});

test('whoever said lately that it waits is waiting', () => {
  const waiting = new Map([
    [ME.name, NOW],
    ['b', NOW - 29_000],
    ['a', NOW],
    ['gone', NOW - 31_000],
  ]);
  expect(waitingPods({ waiting }, ME, NOW)).toEqual(['a', 'b']);
});

describe('after a stop', () => {
  const facts: LeaseActionFacts = { me: ME, now: NOW, ready: false, wasDown: false, graceSeconds: 600 };

  test.each<[string, LeaseRecord, Partial<LeaseActionFacts>, string]>([
    ['the turn of another is left alone', held(OTHER), { ready: true }, 'not ours'],
    ['a server that is on its way back renews it', held(BEFORE, MINUTE), {}, 'renew'],
    ['and its own', held(ME, MINUTE), {}, 'renew'],
    ['not more often than needed', held(BEFORE, MINUTE - 1), {}, 'leave'],
    ['once in sync it ends the turn of the pod before', held(BEFORE), { ready: true }, 'release'],
    ['and its own, when the server was down since', held(ME), { ready: true, wasDown: true }, 'release'],
    ['but not while the server may be about to stop', held(ME), { ready: true }, 'leave'],
    ['unless that is long ago', held(ME, 11 * MINUTE), { ready: true }, 'release'],
  ])('%s', (_, lease, change, step) => {
    expect(nextLeaseAction(lease, { ...facts, ...change })).toBe(step);
  });
});

test('the turn of another server is never touched, and not taken before it has run out', () => {
  const pod = fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(2))
    .map(([name, number]) => ({ name, uid: `${name}-${number}` }));
  fc.assert(
    fc.property(
      pod,
      pod,
      fc.nat(2_000_000),
      fc.boolean(),
      fc.boolean(),
      (me, holder, age, ready, wasDown) => {
        const lease = held(holder, age);
        const step = nextLeaseAction(lease, { me, now: NOW, ready, wasDown, graceSeconds: 600 });
        if (holder.name !== me.name) {
          expect(step).toBe('not ours');
          expect(leaseStateOf(lease, me, NOW).kind).toBe(age < 900_000 ? 'taken' : 'free');
        }
      },
    ),
  );
});
