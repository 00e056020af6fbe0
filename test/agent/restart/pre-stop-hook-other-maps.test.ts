/* Two maps with replicas of the same partitions, each with a Lease of its own. */
import fc from 'fast-check';
import { PreStopHook } from '../../../agent/restart/pre-stop-hook';
import { StopVerdict } from '../../../agent/restart/stop-verdict';
import { leaseStateOf } from '../../../agent/restart/lease-state';
import {
  FakeLease,
  LIMITS,
  MAY,
  NO_REQUEST,
  events,
  createHook,
  heldBy,
  recordOutput,
} from './pre-stop-world';

beforeEach(recordOutput);
afterEach(() => jest.restoreAllMocks());

const SHARED: StopVerdict = { ...MAY, replicaPeers: { ids: [7], liveHosts: new Map([[7, 'c-7.all']]) } };
const CONFLICT = { kind: 'held by another', holder: 'c-7', unchangedMs: 0, hasPriority: true } as const;

test('waits for a broker of another map with replicas of the same partitions', async () => {
  const lease = new FakeLease();
  const { hook, seconds } = createHook(lease, {
    judge: () => SHARED,
    conflict: (second) => (second < 7 ? CONFLICT : undefined),
  });
  await hook.waitUntilAllowed();
  expect([seconds(), lease.changes]).toEqual([7, ['b-3 waits', 'b-3 acquires']]);
});

test('ignores other maps without replicas of the same partitions', async () => {
  const { hook, seconds } = createHook(new FakeLease(), { conflict: () => CONFLICT });
  await hook.waitUntilAllowed();
  expect(seconds()).toBe(0);
});

test('acquires its own Lease although the holder of the other Lease is unknown', async () => {
  const lease = new FakeLease();
  const { hook, seconds } = createHook(lease, {
    hasRunningClock: true,
    judge: () => SHARED,
    conflict: () => ({ kind: 'unknown', reason: 'its Lease is deleted' }),
  });
  await hook.waitUntilAllowed();
  expect([seconds(), lease.changes.at(-1)]).toEqual([199, 'b-3 acquires']);
  expect(events).toHaveLength(1);
});

test('does not stop while a server of its map holds the Lease, although the holder of the other Lease is unknown', async () => {
  const lease = new FakeLease();
  let isHeld = false;
  const { hook, seconds } = createHook(lease, {
    judge: (second) => {
      if (second >= 105 && !isHeld) {
        isHeld = true;
        lease.record = heldBy('b-1');
        lease.version++;
      }
      return SHARED;
    },
    conflict: () => ({ kind: 'unknown', reason: 'its Lease is deleted' }),
    eachSecond: (second) => {
      if (second > 300 && lease.record.holder?.name === 'b-1') {
        lease.record = {};
        lease.version++;
      }
    },
  });
  await hook.waitUntilAllowed();
  expect(seconds()).toBeGreaterThan(300);
});

test('two servers of different maps with replicas of the same partitions stop one after another, in any interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      // GIVEN
      const leases = [new FakeLease(), new FakeLease()];
      const pods = [
        { name: 'a-1', uid: 'a' },
        { name: 'b-1', uid: 'b' },
      ];
      const down: string[] = [];
      let steps = 0;
      const hooks = pods.map((me, index) => {
        const other = leases[1 - index];
        return new PreStopHook(me, { position: 0, count: 1 }, LIMITS, {
          judge: () => scheduler.schedule(Promise.resolve(SHARED)),
          lease: {
            readOrCreate: () =>
              scheduler.schedule(Promise.resolve()).then(() => leases[index].readOrCreate()),
            acquire: (read, pod) =>
              scheduler.schedule(Promise.resolve()).then(() => leases[index].acquire(read, pod)),
            release: (read) => scheduler.schedule(Promise.resolve()).then(() => leases[index].release(read)),
            setWaiting: async () => undefined,
          },
          findConflict: async () => {
            await scheduler.schedule(Promise.resolve());
            const state = leaseStateOf(other, me);
            return state.kind === 'held by another' ? { ...state, hasPriority: index === 1 } : undefined;
          },
          readOwner: async () => ({ force: NO_REQUEST }),
          recordEvent: async () => undefined,
          withTimeout: (_, action) => action,
          monotonicMs: () => 0,
          wallMs: () => 20_000,
          sleep: () => {
            if (++steps > 1000) throw new Error('neither server stops');
            return scheduler.schedule(Promise.resolve());
          },
        });
      });

      // WHEN
      const stops = hooks.map(async (hook, index) => {
        await hook.waitUntilAllowed();
        down.push(pods[index].name);
        expect(down).toHaveLength(1);
        await scheduler.schedule(Promise.resolve());
        down.pop();
        leases[index].record = {};
        leases[index].version++;
      });

      // THEN
      await scheduler.waitFor(Promise.all(stops));
    }),
    { numRuns: 300 },
  );
});
