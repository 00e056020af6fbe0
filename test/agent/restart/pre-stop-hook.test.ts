import { PreStopHook } from '../../../agent/restart/pre-stop-hook';
import { mayStopAtOnce, mustWait } from '../../../agent/restart/stop-verdict';
import {
  FakeLease,
  LIMITS,
  MAY,
  NO_REQUEST,
  Scene,
  createHook,
  heldBy,
  lines,
  recordOutput,
} from './pre-stop-world';

beforeEach(recordOutput);
afterEach(() => jest.restoreAllMocks());

test('acquires the Lease and allows the stop immediately after a positive verdict', async () => {
  const lease = new FakeLease();
  const { hook, seconds } = createHook(lease);
  await hook.waitUntilAllowed();
  expect([seconds(), lease.changes, hook.isWaiting]).toEqual([0, ['b-3 acquires'], false]);
  expect(lines.at(-1)).toBe('info the server may stop: enough replicas are in sync');
});

test('judges again after it has acquired the Lease', async () => {
  const lease = new FakeLease();
  let rounds = 0;
  const { hook } = createHook(lease, {
    judge: () => (rounds++ === 1 ? mustWait('b-2 has just stopped') : MAY),
  });
  await hook.waitUntilAllowed();
  expect(lease.changes).toEqual(['b-3 acquires', 'released', 'b-3 acquires']);
});

test('waits until replicas are in sync, and logs the reason', async () => {
  const { hook, seconds } = createHook(new FakeLease(), {
    judge: (second) => (second < 45 ? mustWait('too few replicas for a-0') : MAY),
  });
  await hook.waitUntilAllowed();
  expect(seconds()).toBe(45);
  expect(lines.filter((line) => line.includes('preStop waits'))).toEqual([
    'info preStop waits: too few replicas for a-0',
    'info preStop waits: too few replicas for a-0',
  ]);
});

test('waits for the Lease, and is recorded as waiting', async () => {
  const lease = new FakeLease();
  lease.record = heldBy('b-2');
  const { hook, seconds } = createHook(lease, {
    eachSecond: (second) => {
      if (second > 5 && lease.record.holder) {
        lease.record = { ...lease.record, holder: undefined };
        lease.version++;
      }
    },
  });
  await hook.waitUntilAllowed();
  expect(seconds()).toBeGreaterThan(5);
  expect(seconds()).toBeLessThan(8);
  expect(lease.changes).toEqual(['b-3 waits', 'b-3 acquires']);
});

test('two concurrent stops run one after another', async () => {
  // GIVEN
  const lease = new FakeLease();
  const hooks = ['b-2', 'b-3'].map(
    (name, index) =>
      new PreStopHook({ name, uid: name }, { position: index, count: 2 }, LIMITS, {
        judge: async () => MAY,
        lease,
        findConflict: async () => undefined,
        readOwner: async () => ({ force: NO_REQUEST }),
        recordEvent: async () => undefined,
        withTimeout: (_, action) => action,
        monotonicMs: () => 0,
        wallMs: () => 20_000,
        sleep: () => new Promise((resolve) => setImmediate(resolve)),
      }),
  );

  // WHEN
  const stops = hooks.map((hook) => hook.waitUntilAllowed());
  await Promise.race(stops);
  await new Promise((resolve) => setTimeout(resolve, 20));

  // THEN
  expect(hooks.filter(({ isWaiting }) => isWaiting)).toHaveLength(1);

  // WHEN
  lease.record = {};
  lease.version++;

  // THEN
  await Promise.all(stops);
  expect(lease.changes.filter((change) => change.endsWith('acquires')).sort()).toEqual([
    'b-2 acquires',
    'b-3 acquires',
  ]);
});

test('releases a Lease whose acquisition succeeded without a response', async () => {
  const lease = new FakeLease();
  const acquire = lease.acquire.bind(lease);
  let rounds = 0;
  lease.acquire = async (read, me) => {
    await acquire(read, me);
    if (rounds < 2) throw new Error('no answer in time');
  };
  const { hook } = createHook(lease, {
    judge: () => (++rounds === 2 ? mustWait('b-2 has just stopped') : MAY),
  });
  await hook.waitUntilAllowed();
  expect(lease.changes).toEqual(['b-3 acquires', 'released', 'b-3 acquires']);
});

test('probes in-sync peers before a stop, and not while another server holds the Lease', async () => {
  const lease = new FakeLease();
  lease.record = heldBy('b-2');
  const judged: string[] = [];
  const { hook } = createHook(lease, {
    judge: (_, isLast) => {
      judged.push(`${lease.record.holder?.name} ${isLast}`);
      return MAY;
    },
    eachSecond: () => {
      lease.record = { ...lease.record, holder: undefined };
      lease.version++;
    },
  });
  await hook.waitUntilAllowed();
  expect([judged[0], judged.at(-1)]).toEqual(['b-2 false', 'b-3 true']);
});

test('acquires the Lease in spite of conflicts', async () => {
  const lease = new FakeLease();
  const { hook, seconds } = createHook(lease, {
    judge: () => {
      lease.version++;
      return MAY;
    },
  });
  await hook.waitUntilAllowed();
  expect([seconds(), lease.changes]).toEqual([0, ['b-3 acquires']]);
});

test('releases the Lease in spite of conflicts', async () => {
  const lease = new FakeLease();
  let rounds = 0;
  const { hook } = createHook(lease, {
    judge: () => {
      lease.version++;
      return rounds++ === 1 ? mustWait('b-2 has just stopped') : MAY;
    },
  });
  await hook.waitUntilAllowed();
  expect(lease.changes.slice(0, 2)).toEqual(['b-3 acquires', 'released']);
});

test('records that it waits in spite of conflicts', async () => {
  const lease = new FakeLease();
  const { hook } = createHook(lease, {
    judge: (second) => {
      lease.version++;
      return second < 5 ? mustWait('too few replicas for a-0') : MAY;
    },
  });
  await hook.waitUntilAllowed();
  expect(lease.changes[0]).toBe('b-3 waits');
});

test('no longer waits after a stop without the Lease', async () => {
  const lease = new FakeLease();
  lease.record = heldBy('b-2');
  const { hook } = createHook(lease, {
    judge: (second) => (second < 5 ? MAY : mayStopAtOnce('its port is closed')),
  });
  await hook.waitUntilAllowed();
  expect(lease.changes).toEqual(['b-3 waits', 'b-3 no longer waits']);
});

describe('a holder without a renewal', () => {
  const stopOf = async (unchangedMs: number, alive: readonly number[]) => {
    const lease = new FakeLease();
    lease.record = heldBy('b-2');
    lease.unchangedMs = unchangedMs;
    const { hook, seconds } = createHook(lease, {
      judge: () => ({ ...MAY, aliveIds: new Set(alive) }),
      eachSecond: (second) => {
        if (second > 60 && lease.record.holder?.name === 'b-2') {
          lease.record = {};
          lease.version++;
        }
      },
    });
    await hook.waitUntilAllowed();
    return seconds();
  };

  test('gives way after three minutes if the cluster does not list its server', async () => {
    expect(await stopOf(180_000, [1, 3])).toBe(0);
  });

  test('keeps the Lease before that, because its server may restart', async () => {
    expect(await stopOf(179_000, [1, 3])).toBeGreaterThan(60);
  });

  test('keeps the Lease while the cluster lists its server', async () => {
    expect(await stopOf(180_000, [1, 2, 3])).toBeGreaterThan(60);
  });

  test('keeps the Lease if it renews it in the meantime', async () => {
    const lease = new FakeLease();
    lease.record = heldBy('b-2');
    lease.unchangedMs = 180_000;
    let rounds = 0;
    const { hook, seconds } = createHook(lease, {
      judge: () => {
        if (++rounds === 1) {
          lease.record = heldBy('b-2');
          lease.unchangedMs = 0;
          lease.version++;
        }
        return { ...MAY, aliveIds: new Set([1, 3]) };
      },
      eachSecond: (second) => {
        if (second > 60 && lease.record.holder?.name === 'b-2') {
          lease.record = {};
          lease.version++;
        }
      },
    });
    await hook.waitUntilAllowed();
    expect(seconds()).toBeGreaterThan(60);
  });
});

test('does not stop with a Lease that expired during the observation', async () => {
  const lease = new FakeLease();
  lease.record = heldBy('b-3');
  lease.unchangedMs = 890_000;
  let rounds = 0;
  const { hook, seconds } = createHook(lease, {
    judge: () => {
      if (++rounds === 1) {
        lease.record = heldBy('b-1');
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
  await hook.waitUntilAllowed();
  expect(seconds()).toBeGreaterThan(20);
});

test.each<[string, Scene, string]>([
  [
    'the stop has no effect',
    { judge: () => mayStopAtOnce('its port is closed') },
    'info the server may stop: its port is closed',
  ],
  [
    'no pod replaces it',
    { noReplacement: 'it is deleted', judge: () => mustWait('x') },
    'info the server may stop: it is deleted',
  ],
  [
    'a request forces it',
    { judge: () => mustWait('x'), force: { kind: 'active', request: { until: 0, by: 'jane', reason: 'y' } } },
    'warn the server may stop: forced by jane until 1970-01-01T00:00:00.000Z: y; without the request: x',
  ],
])('stops immediately if %s', async (_, scene, line) => {
  const { hook, seconds } = createHook(new FakeLease(), scene);
  await hook.waitUntilAllowed();
  expect([seconds(), lines.at(-1)]).toEqual([0, line]);
});

test('warns once of partitions without a spare replica', async () => {
  const { hook } = createHook(new FakeLease(), {
    judge: (second) => ({ ...(second < 3 ? mustWait('x') : MAY), atRisk: ['a-0'] }),
  });
  await hook.waitUntilAllowed();
  expect(lines.filter((line) => line.includes('without a spare replica'))).toHaveLength(1);
});

test('concurrent calls share one run', async () => {
  const lease = new FakeLease();
  const { hook } = createHook(lease, { judge: (second) => (second < 5 ? mustWait('x') : MAY) });
  await Promise.all([hook.waitUntilAllowed(), hook.waitUntilAllowed()]);
  expect(lines.filter((line) => line.includes('preStop called'))).toHaveLength(1);
});

test('has no status after the server has restarted', async () => {
  const { hook } = createHook(new FakeLease());
  await hook.waitUntilAllowed();
  hook.reset();
  expect(hook.status).toBeUndefined();
});

test('does not log changed numbers each second', async () => {
  const { hook } = createHook(new FakeLease(), {
    judge: (second) => (second < 12 ? mustWait(`lag of ${second} ms`) : MAY),
  });
  await hook.waitUntilAllowed();
  expect(lines.filter((line) => line.includes('preStop waits'))).toEqual(
    [0, 5, 10].map((second) => `info preStop waits: lag of ${second} ms`),
  );
});

test('has a status while it waits and after it has allowed the stop', async () => {
  const statuses: unknown[] = [];
  const { hook } = createHook(new FakeLease(), {
    judge: (second) => (second < 2 ? mustWait('x') : MAY),
    eachSecond: () => statuses.push(hook.status),
  });
  expect(hook.status).toBeUndefined();
  await hook.waitUntilAllowed();
  expect(statuses[0]).toEqual({ state: 'waiting', reason: 'x', seconds: 1 });
  expect(hook.status).toEqual({ state: 'stopping', reason: 'enough replicas are in sync', seconds: 2 });
});
