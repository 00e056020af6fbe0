import { PreStopHook } from '../../../agent/restart/pre-stop-hook';
import { mayStopAtOnce, mustWait } from '../../../agent/restart/stop-verdict';
import { FakeLease, LIMITS, MAY, NONE, Scene, gateOf, lines, listen } from './gate-world';

beforeEach(listen);
afterEach(() => jest.restoreAllMocks());

test('takes the turn and lets go at once when all is well', async () => {
  const lease = new FakeLease();
  const { gate, seconds } = gateOf(lease);
  await gate.waitUntilAllowed();
  expect([seconds(), lease.changes, gate.isHolding]).toEqual([0, ['b-3 takes'], false]);
  expect(lines.at(-1)).toBe('info the server may stop: enough are in sync');
});

test('asks Kafka again after it has taken the turn', async () => {
  const lease = new FakeLease();
  let asked = 0;
  const { gate } = gateOf(lease, { judge: () => (asked++ === 1 ? mustWait('b-2 has just gone') : MAY) });
  await gate.waitUntilAllowed();
  expect(lease.changes).toEqual(['b-3 takes', 'released', 'b-3 takes']);
});

test('waits until others are in sync, and says for what', async () => {
  const { gate, seconds } = gateOf(new FakeLease(), {
    judge: (second) => (second < 45 ? mustWait('too few for a-0') : MAY),
  });
  await gate.waitUntilAllowed();
  expect(seconds()).toBe(45);
  expect(lines.filter((line) => line.includes('waits'))).toEqual([
    'info the stop waits: too few for a-0',
    'info the stop waits: too few for a-0',
  ]);
});

test('waits for its turn, and is seen to wait', async () => {
  const lease = new FakeLease();
  lease.record = { holder: { name: 'b-2', uid: '2' }, renewTime: Date.now(), leaseDurationSeconds: 900 };
  const { gate, seconds } = gateOf(lease, {
    eachSecond: (second) => {
      if (second > 5 && lease.record.holder) {
        lease.record = { ...lease.record, holder: undefined };
        lease.version++;
      }
    },
  });
  await gate.waitUntilAllowed();
  expect(seconds()).toBeGreaterThan(5);
  expect(seconds()).toBeLessThan(8);
  expect(lease.changes).toEqual(['b-3 queues', 'b-3 takes']);
});

test('two that ask at the same time go one after another', async () => {
  // GIVEN
  const lease = new FakeLease();
  const gates = ['b-2', 'b-3'].map(
    (name, index) =>
      new PreStopHook({ name, uid: name }, { position: index, count: 2 }, LIMITS, {
        judge: async () => MAY,
        lease,
        findConflict: async () => undefined,
        noReplacementReason: async () => undefined,
        evaluateForce: () => NONE,
        recordEvent: async () => undefined,
        withTimeout: (_, action) => action,
        monotonicMs: () => 0,
        sleep: () => new Promise((resolve) => setImmediate(resolve)),
      }),
  );

  // WHEN
  const holds = gates.map((gate) => gate.waitUntilAllowed());
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

test('gives back a turn that it took without hearing so', async () => {
  const lease = new FakeLease();
  const take = lease.take.bind(lease);
  let asked = 0;
  lease.take = async (read, me) => {
    await take(read, me);
    if (asked < 2) throw new Error('no answer in time');
  };
  const { gate } = gateOf(lease, { judge: () => (++asked === 2 ? mustWait('b-2 has just gone') : MAY) });
  await gate.waitUntilAllowed();
  expect(lease.changes).toEqual(['b-3 takes', 'released', 'b-3 takes']);
});

test('knocks at the others before it goes, and not while it is the turn of another', async () => {
  const lease = new FakeLease();
  lease.record = { holder: { name: 'b-2', uid: '2' }, renewTime: Date.now(), leaseDurationSeconds: 900 };
  const asked: string[] = [];
  const { gate } = gateOf(lease, {
    judge: (_, isLast) => {
      asked.push(`${lease.record.holder?.name} ${isLast}`);
      return MAY;
    },
    eachSecond: () => {
      lease.record = { ...lease.record, holder: undefined };
      lease.version++;
    },
  });
  await gate.waitUntilAllowed();
  expect([asked[0], asked.at(-1)]).toEqual(['b-2 false', 'b-3 true']);
});

test('takes the turn although others write into the Lease all the time', async () => {
  const lease = new FakeLease();
  const { gate, seconds } = gateOf(lease, {
    judge: () => {
      lease.version++;
      return MAY;
    },
  });
  await gate.waitUntilAllowed();
  expect([seconds(), lease.changes]).toEqual([0, ['b-3 takes']]);
});

test('gives its turn back although others write into the Lease all the time', async () => {
  const lease = new FakeLease();
  let asked = 0;
  const { gate } = gateOf(lease, {
    judge: () => {
      lease.version++;
      return asked++ === 1 ? mustWait('b-2 has just gone') : MAY;
    },
  });
  await gate.waitUntilAllowed();
  expect(lease.changes.slice(0, 2)).toEqual(['b-3 takes', 'released']);
});

test('says again that it waits when that was not heard', async () => {
  const lease = new FakeLease();
  let asked = 0;
  const { gate } = gateOf(lease, {
    judge: (second) => {
      asked += 1;
      lease.version += asked === 1 ? 1 : 0;
      return second < 5 ? mustWait('too few for a-0') : MAY;
    },
  });
  await gate.waitUntilAllowed();
  expect(lease.changes[0]).toBe('b-3 queues');
  expect(asked).toBeGreaterThan(2);
});

test('does not go in a turn that ended while it looked', async () => {
  const lease = new FakeLease();
  lease.record = { holder: { name: 'b-3', uid: '3' }, renewTime: Date.now() - 890_000, leaseDurationSeconds: 900 };
  let asked = 0;
  const { gate, seconds } = gateOf(lease, {
    judge: () => {
      if (++asked === 1) {
        lease.record = { holder: { name: 'b-1', uid: '1' }, renewTime: Date.now(), leaseDurationSeconds: 900 };
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
  await gate.waitUntilAllowed();
  expect(seconds()).toBeGreaterThan(20);
});

test.each<[string, Scene, string]>([
  [
    'nobody misses it',
    { judge: () => mayStopAtOnce('its port is closed') },
    'info the server may stop: its port is closed',
  ],
  [
    'nobody comes after it',
    { retired: 'it is gone', judge: () => mustWait('x') },
    'info the server may stop: it is gone',
  ],
  [
    'somebody says so',
    { judge: () => mustWait('x'), force: { kind: 'open', request: { until: 0, by: 'jane', reason: 'y' } } },
    'warn the server may stop: forced by jane until 1970-01-01T00:00:00.000Z: y; otherwise: x',
  ],
])('stops at once when %s', async (_, scene, line) => {
  const { gate, seconds } = gateOf(new FakeLease(), scene);
  await gate.waitUntilAllowed();
  expect([seconds(), lines.at(-1)]).toEqual([0, line]);
});

test('names partitions without a replica to spare once', async () => {
  const { gate } = gateOf(new FakeLease(), {
    judge: (second) => ({ ...(second < 3 ? mustWait('x') : MAY), atRisk: ['a-0'] }),
  });
  await gate.waitUntilAllowed();
  expect(lines.filter((line) => line.includes('without a replica to spare'))).toHaveLength(1);
});

test('asked twice, it waits once', async () => {
  const lease = new FakeLease();
  const { gate } = gateOf(lease, { judge: (second) => (second < 5 ? mustWait('x') : MAY) });
  await Promise.all([gate.waitUntilAllowed(), gate.waitUntilAllowed()]);
  expect(lines.filter((line) => line.includes('asked whether'))).toHaveLength(1);
});

test('once the server is back, nothing goes on any more', async () => {
  const { gate } = gateOf(new FakeLease());
  await gate.waitUntilAllowed();
  gate.reset();
  expect(gate.status).toBeUndefined();
});

test('counts that change are not said each second', async () => {
  const { gate } = gateOf(new FakeLease(), {
    judge: (second) => (second < 12 ? mustWait(`behind by ${second} ms`) : MAY),
  });
  await gate.waitUntilAllowed();
  expect(lines.filter((line) => line.includes('waits'))).toEqual(
    [0, 5, 10].map((second) => `info the stop waits: behind by ${second} ms`),
  );
});

test('says what goes on', async () => {
  const seen: unknown[] = [];
  const { gate } = gateOf(new FakeLease(), {
    judge: (second) => (second < 2 ? mustWait('x') : MAY),
    eachSecond: () => seen.push(gate.status),
  });
  expect(gate.status).toBeUndefined();
  await gate.waitUntilAllowed();
  expect(seen[0]).toEqual({ state: 'waiting', reason: 'x', seconds: 1 });
  expect(gate.status).toEqual({ state: 'stopping', reason: 'enough are in sync', seconds: 2 });
});
