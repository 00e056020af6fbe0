import { PreStopLease } from '../../../agent/restart/pre-stop-lease';
import { PreStopObserver } from '../../../agent/restart/pre-stop-observer';
import { ConflictingLease } from '../../../agent/restart/other-stop-leases';
import { FakeLease, MAY, NO_REQUEST, heldBy } from './pre-stop-world';

const OUTSIDE_MS = 20_000;
/** Servers of a zone can stop at this moment of a slot. */
const OWNER_MS = 8_000;
const VERDICT = {
  ...MAY,
  zone: { position: 0, count: 3, staysOnline: true },
  replicaPeers: { ids: [7], liveHosts: new Map([[7, 'c-7.all']]) },
};
const CONFLICT = { kind: 'held by another', holder: 'c-7', unchangedMs: 0, hasPriority: false } as const;

/** Observes once, while another server of the StatefulSet holds the Lease. */
async function observe(wallMs: number, conflict?: ConflictingLease) {
  const asked: boolean[] = [];
  const lease = new FakeLease();
  lease.record = heldBy('b-1');
  const observer = new PreStopObserver(new PreStopLease(lease, { name: 'b-3', uid: '3' }), {
    judge: async (canFollow) => {
      asked.push(canFollow);
      return VERDICT;
    },
    lease,
    findConflict: async () => conflict,
    readOwner: async () => ({ force: NO_REQUEST }),
    recordEvent: async () => undefined,
    withTimeout: (_, action) => action,
    monotonicMs: () => 0,
    wallMs: () => wallMs,
    sleep: async () => undefined,
  });
  return { asked, ...(await observer.observe()) };
}

test('a server that waits for the Lease probes no other server', async () => {
  expect(await observe(OUTSIDE_MS, CONFLICT)).toMatchObject({ asked: [false], conflict: undefined });
});

test('at the moment of a slot, it probes them, and reads the Leases of other maps', async () => {
  expect(await observe(OWNER_MS, CONFLICT)).toMatchObject({
    asked: [true],
    conflict: CONFLICT,
    leaseState: { kind: 'held by another' },
  });
});

test('an unknown Lease of another map leaves the holder of its own Lease known, and no slot', async () => {
  const { leaseState, verdict } = await observe(OWNER_MS, {
    kind: 'unknown',
    reason: 'its Lease is deleted',
  });
  expect([leaseState.kind, verdict.zone]).toEqual(['held by another', undefined]);
});
