import fc from 'fast-check';
import {
  LeaseRecord,
  LeaseActionFacts,
  waitingPods,
  leaseStateOf,
  nextLeaseAction,
} from '../../../agent/restart/lease-state';

const NOW = 1_800_000_000_000;
const ME = { name: 'events-streams-1003', uid: 'new' };
const PREDECESSOR = { name: 'events-streams-1003', uid: 'old' };
const OTHER = { name: 'events-streams-1002', uid: 'x' };
const MINUTE = 60_000;

function held(holder: LeaseRecord['holder'], age = 0): LeaseRecord {
  return { holder, renewTime: NOW - age, leaseDurationSeconds: 900 };
}

test.each<[string, LeaseRecord, string]>([
  ['it has no holder', {}, 'free'],
  ['this pod is the holder', held(ME), 'held by us'],
  ['this pod is the holder, without a recent renewal', held(ME, 60 * MINUTE), 'held by us'],
  ['the previous pod of this name is the holder', held(PREDECESSOR), 'free'],
  ['another server is the holder', held(OTHER, 14 * MINUTE), 'held by another'],
  ['another server is the holder, and the Lease has expired', held(OTHER, 15 * MINUTE), 'free'],
  ['another server is the holder, without a renewal time', { holder: OTHER }, 'free'],
])('state of the Lease if %s', (_, lease, kind) => {
  expect(leaseStateOf(lease, ME, NOW).kind).toBe(kind);
});

test('a Lease of another server has its holder and expiry', () => {
  expect(leaseStateOf(held(OTHER, MINUTE), ME, NOW)).toEqual({
    kind: 'held by another',
    holder: 'events-streams-1002',
    expiresAt: NOW + 14 * MINUTE,
  });
});

test('pods with a recent request are waiting', () => {
  const waiting = new Map([
    [ME.name, NOW],
    ['b', NOW - 29_000],
    ['a', NOW],
    ['expired', NOW - 31_000],
  ]);
  expect(waitingPods({ waiting }, ME, NOW)).toEqual(['a', 'b']);
});

describe('after a stop', () => {
  const facts: LeaseActionFacts = { me: ME, now: NOW, ready: false, wasDown: false, graceSeconds: 600 };

  test.each<[string, LeaseRecord, Partial<LeaseActionFacts>, string]>([
    ['does not change the Lease of another server', held(OTHER), { ready: true }, 'held by another'],
    [
      'renews the Lease of the previous pod while the server is not ready',
      held(PREDECESSOR, MINUTE),
      {},
      'renew',
    ],
    ['renews its own Lease while the server is not ready', held(ME, MINUTE), {}, 'renew'],
    ['does not renew it more often than needed', held(PREDECESSOR, MINUTE - 1), {}, 'none'],
    ['releases the Lease of the previous pod once in sync', held(PREDECESSOR), { ready: true }, 'release'],
    [
      'releases its own Lease once in sync if the server was down',
      held(ME),
      { ready: true, wasDown: true },
      'release',
    ],
    ['keeps its own Lease while the server may be about to stop', held(ME), { ready: true }, 'none'],
    ['releases its own Lease after the grace period', held(ME, 11 * MINUTE), { ready: true }, 'release'],
  ])('%s', (_, lease, change, action) => {
    expect(nextLeaseAction(lease, { ...facts, ...change })).toBe(action);
  });
});

test('never changes the Lease of another server, and does not acquire it before it has expired', () => {
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
        const action = nextLeaseAction(lease, { me, now: NOW, ready, wasDown, graceSeconds: 600 });
        if (holder.name !== me.name) {
          expect(action).toBe('held by another');
          expect(leaseStateOf(lease, me, NOW).kind).toBe(age < 900_000 ? 'held by another' : 'free');
        }
      },
    ),
  );
});
