/* The gate over a Lease in memory, with a clock that only sleeping moves. */
import fc from 'fast-check';
import { Conflict } from '../../../agent/kubernetes/client';
import { LogFields, log } from '../../../agent/log';
import { Force } from '../../../agent/readiness/force-ready';
import { NeighbourTurn } from '../../../agent/restart/neighbours';
import { StopGate } from '../../../agent/restart/stop-gate';
import { ReadLease } from '../../../agent/restart/stop-lease';
import { StopVerdict, free, hold } from '../../../agent/restart/stop-verdict';
import { LeaseRecord, Pod, turnOf } from '../../../agent/restart/turn';

const MAY: StopVerdict = { may: true, isWhole: true, reason: 'enough are in sync' };
const LIMITS = { holdSeconds: 1200, graceSeconds: 600, atRiskTopics: 'allow' } as const;
const NONE: Force = { kind: 'none' };

/** A Lease that fails every change of a state that is not the newest. */
class FakeLease {
  record: LeaseRecord = {};
  version = 0;
  isAway = false;
  readonly changes: string[] = [];

  async read(): Promise<ReadLease> {
    if (this.isAway) throw new Error('the API server does not answer');
    return {
      record: this.record,
      object: { metadata: { name: 'l', resourceVersion: String(this.version) } },
    };
  }
  async take(read: ReadLease, me: Pod): Promise<void> {
    this.change(read, `${me.name} takes`, { ...this.record, holder: me, renewedAt: Date.now() });
  }
  async release(read: ReadLease): Promise<void> {
    this.change(read, 'released', { ...this.record, holder: undefined });
  }
  async queue(read: ReadLease, me: Pod): Promise<void> {
    const waiting = new Map([...(this.record.waiting ?? []), [me.name, Date.now()]] as [string, number][]);
    this.change(read, `${me.name} queues`, { ...this.record, waiting });
  }
  private change(read: ReadLease, what: string, record: LeaseRecord): void {
    if (read.object.metadata.resourceVersion !== String(this.version)) throw new Conflict('changed');
    this.version++;
    this.record = record;
    this.changes.push(what);
  }
}

interface Scene {
  readonly judge?: (second: number) => StopVerdict;
  readonly neighbour?: (second: number) => NeighbourTurn | undefined;
  readonly retired?: string;
  readonly force?: Force;
  readonly rank?: number;
  /** How long a look takes at least, and what comes of it when that is too long. */
  readonly isStuck?: boolean;
  readonly eachSecond?: (second: number) => void;
}

function gateOf(lease: FakeLease, scene: Scene = {}) {
  const { judge = () => MAY, neighbour, retired, force = NONE, eachSecond, rank = 3 } = scene;
  let now = 0;
  const gate = new StopGate({ name: 'b-3', uid: '3' }, { rank, of: 6 }, LIMITS, {
    judge: async () => judge(now / 1000),
    lease,
    neighbour: async () => neighbour?.(now / 1000),
    retired: async () => retired,
    forceOf: () => force,
    announce: async (reason, message) => void events.push(`${reason} ${message}`),
    within: async (ms, action) => {
      if (scene.isStuck) {
        now += ms;
        return undefined;
      }
      return action;
    },
    clock: () => now,
    sleep: async (ms) => {
      now += ms;
      eachSecond?.(now / 1000);
    },
  });
  return { gate, seconds: () => now / 1000 };
}

let lines: string[];
let events: string[];
beforeEach(() => {
  lines = [];
  events = [];
  for (const level of ['info', 'warn', 'error'] as const) {
    jest.spyOn(log, level).mockImplementation((message: string, fields?: LogFields) => {
      lines.push(`${level} ${message}${fields?.reason === undefined ? '' : `: ${String(fields.reason)}`}`);
    });
  }
});
afterEach(() => jest.restoreAllMocks());

test('takes the turn and lets go at once when all is well', async () => {
  const lease = new FakeLease();
  const { gate, seconds } = gateOf(lease);
  await gate.hold();
  expect([seconds(), lease.changes, gate.isHolding]).toEqual([0, ['b-3 takes'], false]);
  expect(lines.at(-1)).toBe('info the server may stop: enough are in sync');
});

test('asks Kafka again after it has taken the turn', async () => {
  const lease = new FakeLease();
  let asked = 0;
  const { gate } = gateOf(lease, { judge: () => (asked++ === 1 ? hold('b-2 has just gone') : MAY) });
  await gate.hold();
  expect(lease.changes).toEqual(['b-3 takes', 'released', 'b-3 takes']);
});

test('waits until others are in sync, and says for what', async () => {
  const { gate, seconds } = gateOf(new FakeLease(), {
    judge: (second) => (second < 45 ? hold('too few for a-0') : MAY),
  });
  await gate.hold();
  expect(seconds()).toBe(45);
  expect(lines.filter((line) => line.includes('waits'))).toEqual([
    'info the stop waits: too few for a-0',
    'info the stop waits: too few for a-0',
  ]);
});

test('waits for its turn, and is seen to wait', async () => {
  const lease = new FakeLease();
  lease.record = { holder: { name: 'b-2', uid: '2' }, renewedAt: Date.now(), durationSeconds: 900 };
  const { gate, seconds } = gateOf(lease, {
    eachSecond: (second) => {
      if (second > 5 && lease.record.holder) {
        lease.record = { ...lease.record, holder: undefined };
        lease.version++;
      }
    },
  });
  await gate.hold();
  expect(seconds()).toBeGreaterThan(5);
  expect(seconds()).toBeLessThan(8);
  expect(lease.changes).toEqual(['b-3 queues', 'b-3 takes']);
});

test('two that ask at the same time go one after another', async () => {
  // GIVEN
  const lease = new FakeLease();
  const gates = ['b-2', 'b-3'].map(
    (name, index) =>
      new StopGate({ name, uid: name }, { rank: index, of: 2 }, LIMITS, {
        judge: async () => MAY,
        lease,
        neighbour: async () => undefined,
        retired: async () => undefined,
        forceOf: () => NONE,
        announce: async () => undefined,
        within: (_, action) => action,
        clock: () => 0,
        sleep: () => new Promise((resolve) => setImmediate(resolve)),
      }),
  );

  // WHEN
  const holds = gates.map((gate) => gate.hold());
  await Promise.race(holds);
  await new Promise((resolve) => setTimeout(resolve, 20));

  // THEN
  expect(gates.filter(({ isHolding }) => isHolding)).toHaveLength(1);

  // WHEN
  lease.record = {};
  lease.version++;

  // THEN
  await Promise.all(holds);
  expect(lease.changes.filter((change) => change.endsWith('takes')).sort()).toEqual([
    'b-2 takes',
    'b-3 takes',
  ]);
});

const SHARED: StopVerdict = { ...MAY, sharers: { ids: [7], hosts: ['c-7.all'] } };
const GOING = { kind: 'taken', by: 'c-7', until: 0, isBefore: true } as const;

test('waits for a broker of another map that has the same partitions', async () => {
  const lease = new FakeLease();
  const { gate, seconds } = gateOf(lease, {
    judge: () => SHARED,
    neighbour: (second) => (second < 7 ? GOING : undefined),
  });
  await gate.hold();
  expect([seconds(), lease.changes]).toEqual([7, ['b-3 queues', 'b-3 takes']]);
});

test('does not look at other maps when it shares nothing with them', async () => {
  const { gate, seconds } = gateOf(new FakeLease(), { neighbour: () => GOING });
  await gate.hold();
  expect(seconds()).toBe(0);
});

test('keeps others of its map waiting although nobody can say whose turn it is in another', async () => {
  const lease = new FakeLease();
  const { gate, seconds } = gateOf(lease, {
    judge: () => SHARED,
    neighbour: () => ({ kind: 'unknown', reason: 'its Lease is gone' }),
  });
  await gate.hold();
  expect([seconds(), lease.changes.at(-1)]).toEqual([105, 'b-3 takes']);
  expect(events).toHaveLength(1);
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
        return new StopGate(me, { rank: 0, of: 1 }, LIMITS, {
          judge: () => scheduler.schedule(Promise.resolve(SHARED)),
          lease: {
            read: () => scheduler.schedule(Promise.resolve()).then(() => leases[index].read()),
            take: (read, by) =>
              scheduler.schedule(Promise.resolve()).then(() => leases[index].take(read, by)),
            release: (read) => scheduler.schedule(Promise.resolve()).then(() => leases[index].release(read)),
            queue: async () => undefined,
          },
          neighbour: async () => {
            await scheduler.schedule(Promise.resolve());
            const turn = turnOf(other.record, me, Date.now());
            return turn.kind === 'taken' ? { ...turn, isBefore: index === 1 } : undefined;
          },
          retired: async () => undefined,
          forceOf: () => NONE,
          announce: async () => undefined,
          within: (_, action) => action,
          clock: () => 0,
          sleep: () => {
            if (++steps > 1000) throw new Error('neither of them goes');
            return scheduler.schedule(Promise.resolve());
          },
        });
      });

      // WHEN
      const stops = gates.map(async (gate, index) => {
        await gate.hold();
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

test('two that wait in vain do not end together', async () => {
  // GIVEN
  const lease = new FakeLease();
  lease.record = { waiting: new Map([['b-2', Date.now() + 3_600_000]]) };
  const { gate, seconds } = gateOf(lease, { judge: () => hold('too few for a-0') });

  // WHEN
  await gate.hold();

  // THEN
  expect(seconds()).toBe(900);
  expect(lease.record.holder?.name).toBe('b-3');
});

test('two that wait for one that is slow to come back do not end together', async () => {
  // GIVEN somebody whose turn it is all the time, and another one that waits
  const end = async (rank: number) => {
    const lease = new FakeLease();
    const future = Date.now() + 3_600_000;
    lease.record = {
      holder: { name: 'b-1', uid: '1' },
      renewedAt: future,
      waiting: new Map([['b-2', future]]),
    };
    const { gate, seconds } = gateOf(lease, { judge: () => hold('too few for a-0'), rank });
    await gate.hold();
    return seconds();
  };

  // WHEN
  const ends = [await end(0), await end(3), await end(5)];

  // THEN
  expect(ends[1] - ends[0]).toBeGreaterThan(100);
  expect(ends[2] - ends[1]).toBeGreaterThan(80);
  expect(ends[2]).toBeLessThan(1210);
});

test('a look that takes too long does not cost Kafka its own time', async () => {
  const { gate, seconds } = gateOf(new FakeLease(), { isStuck: true });
  await gate.hold();
  expect(seconds()).toBe(1200);
  expect(lines.at(-1)).toBe(
    'warn the server may stop: waited 1200 s, and stops although nobody has answered yet',
  );
});

test('takes the turn although others write into the Lease all the time', async () => {
  const lease = new FakeLease();
  const { gate, seconds } = gateOf(lease, {
    judge: () => {
      lease.version++;
      return MAY;
    },
  });
  await gate.hold();
  expect([seconds(), lease.changes]).toEqual([0, ['b-3 takes']]);
});

test('says again that it waits when that was not heard', async () => {
  const lease = new FakeLease();
  let asked = 0;
  const { gate } = gateOf(lease, {
    judge: (second) => {
      asked += 1;
      lease.version += asked === 1 ? 1 : 0;
      return second < 5 ? hold('too few for a-0') : MAY;
    },
  });
  await gate.hold();
  expect(lease.changes[0]).toBe('b-3 queues');
  expect(asked).toBeGreaterThan(2);
});

test('does not go in a turn that ended while it looked', async () => {
  const lease = new FakeLease();
  lease.record = { holder: { name: 'b-3', uid: '3' }, renewedAt: Date.now() - 890_000, durationSeconds: 900 };
  let asked = 0;
  const { gate, seconds } = gateOf(lease, {
    judge: () => {
      if (++asked === 1) {
        lease.record = { holder: { name: 'b-1', uid: '1' }, renewedAt: Date.now(), durationSeconds: 900 };
        lease.version++;
      }
      return MAY;
    },
    eachSecond: (second) => {
      if (second > 20 && lease.record.holder?.name === 'b-1') {
        lease.record = {};
        lease.version++;
      }
    },
  });
  await gate.hold();
  expect(seconds()).toBeGreaterThan(20);
});

test('a demand that is not obeyed is said once, and is seen', async () => {
  const { gate } = gateOf(new FakeLease(), {
    judge: (second) => (second < 3 ? hold('too few for a-0') : MAY),
    force: { kind: 'ignored', why: 'it has no by' },
    eachSecond: (second) => second === 2 && seen.push(gate.status),
  });
  const seen: unknown[] = [];
  await gate.hold();
  const message = 'annotation cdk8s-kafka.io/force-stop of the Lease is ignored: it has no by';
  expect(events).toEqual([`ForceStopIgnored ${message}`]);
  expect(lines.filter((line) => line === `warn ${message}`)).toHaveLength(1);
  expect(seen).toEqual([{ state: 'waiting', reason: `too few for a-0; ${message}`, seconds: 2 }]);
});

test('stops when the time is over, with a warning', async () => {
  const { gate, seconds } = gateOf(new FakeLease(), { judge: () => hold('too few for a-0') });
  await gate.hold();
  expect(seconds()).toBe(1200);
  expect(lines.at(-1)).toBe('warn the server may stop: waited 1200 s, and stops although too few for a-0');
});

test.each<[string, Scene, string]>([
  [
    'nobody misses it',
    { judge: () => free('its port is closed') },
    'info the server may stop: its port is closed',
  ],
  [
    'nobody comes after it',
    { retired: 'it is gone', judge: () => hold('x') },
    'info the server may stop: it is gone',
  ],
  [
    'somebody says so',
    { judge: () => hold('x'), force: { kind: 'open', demand: { until: 0, by: 'jane', reason: 'y' } } },
    'warn the server may stop: forced by jane until 1970-01-01T00:00:00.000Z: y; otherwise: x',
  ],
])('stops at once when %s', async (_, scene, line) => {
  const { gate, seconds } = gateOf(new FakeLease(), scene);
  await gate.hold();
  expect([seconds(), lines.at(-1)]).toEqual([0, line]);
});

test('goes on by Kafka alone when the API server stays away, with a warning', async () => {
  const lease = new FakeLease();
  lease.isAway = true;
  const { gate, seconds } = gateOf(lease);
  await gate.hold();
  expect(seconds()).toBe(105);
  expect(lines.at(-1)).toContain(
    'warn the server may stop: enough are in sync, all replicas are; whose turn it is nobody',
  );
});

test('names partitions without a replica to spare once', async () => {
  const { gate } = gateOf(new FakeLease(), {
    judge: (second) => ({ ...(second < 3 ? hold('x') : MAY), atRisk: ['a-0'] }),
  });
  await gate.hold();
  expect(lines.filter((line) => line.includes('without a replica to spare'))).toHaveLength(1);
});

test('asked twice, it waits once', async () => {
  const lease = new FakeLease();
  const { gate } = gateOf(lease, { judge: (second) => (second < 5 ? hold('x') : MAY) });
  await Promise.all([gate.hold(), gate.hold()]);
  expect(lines.filter((line) => line.includes('asked whether'))).toHaveLength(1);
});

test('says what goes on', async () => {
  const seen: unknown[] = [];
  const { gate } = gateOf(new FakeLease(), {
    judge: (second) => (second < 2 ? hold('x') : MAY),
    eachSecond: () => seen.push(gate.status),
  });
  expect(gate.status).toBeUndefined();
  await gate.hold();
  expect(seen[0]).toEqual({ state: 'waiting', reason: 'x', seconds: 1 });
  expect(gate.status).toEqual({ state: 'stopping', reason: 'enough are in sync', seconds: 2 });
});
