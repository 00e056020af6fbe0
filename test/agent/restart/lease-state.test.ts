import fc from 'fast-check';
import {
  LeaseRecord,
  LeaseActionFacts,
  isAbandoned,
  leaseStateOf,
  nextLeaseAction,
} from '../../../agent/restart/lease-state';

const ME = { name: 'events-streams-1003', uid: 'new' };
const PREDECESSOR = { name: 'events-streams-1003', uid: 'old' };
const OTHER = { name: 'events-streams-1002', uid: 'x' };
const MINUTE = 60_000;

interface Seen {
  readonly record: LeaseRecord;
  readonly unchangedMs: number;
}

function held(holder: LeaseRecord['holder'], unchangedMs = 0): Seen {
  return { record: { holder, renewTime: '2001-01-01T00:00:00Z', leaseDurationSeconds: 900 }, unchangedMs };
}

test.each<[string, Seen, string]>([
  ['it has no holder', { record: {}, unchangedMs: 0 }, 'free'],
  ['this pod is the holder', held(ME), 'held by us'],
  ['this pod is the holder, without a recent renewal', held(ME, 60 * MINUTE), 'held by us'],
  ['the previous pod of this name is the holder', held(PREDECESSOR), 'free'],
  ['another server is the holder', held(OTHER, 14 * MINUTE), 'held by another'],
  ['another server is the holder, and the Lease has expired', held(OTHER, 15 * MINUTE), 'free'],
])('state of the Lease if %s', (_, lease, kind) => {
  expect(leaseStateOf(lease, ME).kind).toBe(kind);
});

test('a Lease of another server has its holder and age', () => {
  expect(leaseStateOf(held(OTHER, MINUTE), ME)).toEqual({
    kind: 'held by another',
    holder: 'events-streams-1002',
    unchangedMs: MINUTE,
  });
});

test.each<[string, number, number[] | undefined, boolean]>([
  ['is abandoned after three minutes if its server is not alive', 3, [1001, 1003], true],
  ['is kept while its server may restart', 2.9, [1001, 1003], false],
  ['is kept while its server is alive', 3, [1001, 1002], false],
  ['is kept if the live servers are unknown', 14, undefined, false],
])('a Lease of another server %s', (_, minutes, alive, abandoned) => {
  const state = { kind: 'held by another', holder: OTHER.name, unchangedMs: minutes * MINUTE } as const;
  expect(isAbandoned(state, alive && new Set(alive))).toBe(abandoned);
});

describe('after a stop', () => {
  const facts: LeaseActionFacts = { me: ME, ready: false, wasDown: false, isStopExpected: true };

  test.each<[string, Seen, Partial<LeaseActionFacts>, string]>([
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
    [
      'releases its own Lease if no stop follows',
      held(ME),
      { ready: true, isStopExpected: false },
      'release',
    ],
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
        const action = nextLeaseAction(lease, { me, ready, wasDown, isStopExpected: true });
        if (holder.name !== me.name) {
          expect(action).toBe('held by another');
          expect(leaseStateOf(lease, me).kind).toBe(age < 900_000 ? 'held by another' : 'free');
        }
      },
    ),
  );
});
