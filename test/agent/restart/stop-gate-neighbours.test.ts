/* Two maps that share partitions: each has a Lease of its own. */
import fc from 'fast-check';
import { PreStopHook } from '../../../agent/restart/pre-stop-hook';
import { StopVerdict } from '../../../agent/restart/stop-verdict';
import { leaseStateOf } from '../../../agent/restart/lease-state';
import { FakeLease, LIMITS, MAY, NONE, events, gateOf, listen } from './gate-world';

beforeEach(listen);
afterEach(() => jest.restoreAllMocks());

const SHARED: StopVerdict = { ...MAY, replicaPeers: { ids: [7], liveHosts: new Map([[7, 'c-7.all']]) } };
const GOING = { kind: 'taken', by: 'c-7', until: 0, isBefore: true } as const;

test('waits for a broker of another map that has the same partitions', async () => {
  const lease = new FakeLease();
  const { gate, seconds } = gateOf(lease, {
    judge: () => SHARED,
    neighbour: (second) => (second < 7 ? GOING : undefined),
  });
  await gate.waitUntilAllowed();
  expect([seconds(), lease.changes]).toEqual([7, ['b-3 queues', 'b-3 takes']]);
});

test('does not look at other maps when it shares nothing with them', async () => {
  const { gate, seconds } = gateOf(new FakeLease(), { neighbour: () => GOING });
  await gate.waitUntilAllowed();
  expect(seconds()).toBe(0);
});

test('keeps others of its map waiting although nobody can say whose turn it is in another', async () => {
  const lease = new FakeLease();
  const { gate, seconds } = gateOf(lease, {
    judge: () => SHARED,
    neighbour: () => ({ kind: 'unknown', reason: 'its Lease is gone' }),
  });
  await gate.waitUntilAllowed();
  expect([seconds(), lease.changes.at(-1)]).toEqual([105, 'b-3 takes']);
  expect(events).toHaveLength(1);
});

test('does not stop beside one of its map that took the turn while nobody could say whose it is in another', async () => {
  const lease = new FakeLease();
  let isTaken = false;
  const { gate, seconds } = gateOf(lease, {
    judge: (second) => {
      if (second >= 105 && !isTaken) {
        isTaken = true;
        lease.record = { holder: { name: 'b-1', uid: '1' }, renewTime: Date.now(), leaseDurationSeconds: 900 };
        lease.version++;
      }
      return SHARED;
    },
    neighbour: () => ({ kind: 'unknown', reason: 'its Lease is gone' }),
    eachSecond: (second) => {
      if (second > 300 && lease.record.holder?.name === 'b-1') {
        lease.record = {};
        lease.version++;
      }
    },
  });
  await gate.waitUntilAllowed();
  expect(seconds()).toBeGreaterThan(300);
});

test('two of different maps that share partitions go one after another, whichever way their steps fall', async () => {
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
      const gates = pods.map((me, index) => {
        const other = leases[1 - index];
        return new PreStopHook(me, { position: 0, count: 1 }, LIMITS, {
          judge: () => scheduler.schedule(Promise.resolve(SHARED)),
          lease: {
            read: () => scheduler.schedule(Promise.resolve()).then(() => leases[index].read()),
            acquire: (read, by) =>
              scheduler.schedule(Promise.resolve()).then(() => leases[index].take(read, by)),
            release: (read) => scheduler.schedule(Promise.resolve()).then(() => leases[index].release(read)),
            markWaiting: async () => undefined,
          },
          findConflict: async () => {
            await scheduler.schedule(Promise.resolve());
            const turn = leaseStateOf(other.record, me, Date.now());
            return turn.kind === 'taken' ? { ...turn, hasPriority: index === 1 } : undefined;
          },
          noReplacementReason: async () => undefined,
          evaluateForce: () => NONE,
          recordEvent: async () => undefined,
          withTimeout: (_, action) => action,
          monotonicMs: () => 0,
          sleep: () => {
            if (++steps > 1000) throw new Error('neither of them goes');
            return scheduler.schedule(Promise.resolve());
          },
        });
      });

      // WHEN
      const stops = gates.map(async (gate, index) => {
        await gate.waitUntilAllowed();
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
