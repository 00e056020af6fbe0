/* Ways past a stop that is held: its time, the word of somebody, an API server that is away. */
import { mustWait } from '../../../agent/restart/stop-verdict';
import { FakeLease, MAY, events, gateOf, lines, listen } from './gate-world';

beforeEach(listen);
afterEach(() => jest.restoreAllMocks());

test('two that wait in vain do not end together', async () => {
  // GIVEN
  const lease = new FakeLease();
  lease.record = { waiting: new Map([['b-2', Date.now() + 3_600_000]]) };
  const { gate, seconds } = gateOf(lease, { judge: () => mustWait('too few for a-0') });

  // WHEN
  await gate.waitUntilAllowed();

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
      renewTime: future,
      waiting: new Map([['b-2', future]]),
    };
    const { gate, seconds } = gateOf(lease, { judge: () => mustWait('too few for a-0'), rank });
    await gate.waitUntilAllowed();
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
  await gate.waitUntilAllowed();
  expect(seconds()).toBe(1200);
  expect(lines.at(-1)).toBe(
    'warn the server may stop: waited 1200 s, and stops although nobody has answered yet',
  );
});

test('stops when the time is over, with a warning', async () => {
  const { gate, seconds } = gateOf(new FakeLease(), { judge: () => mustWait('too few for a-0') });
  await gate.waitUntilAllowed();
  expect(seconds()).toBe(1200);
  expect(lines.at(-1)).toBe('warn the server may stop: waited 1200 s, and stops although too few for a-0');
});

test('goes on by Kafka alone when the API server stays away, with a warning', async () => {
  const lease = new FakeLease();
  lease.isAway = true;
  const { gate, seconds } = gateOf(lease);
  await gate.waitUntilAllowed();
  expect(seconds()).toBe(105);
  expect(lines.at(-1)).toContain(
    'warn the server may stop: enough are in sync, all replicas are; whose turn it is nobody',
  );
});

test('is patient anew after another one has gone while nobody could say whose turn it is', async () => {
  const lease = new FakeLease();
  lease.isAway = true;
  const { gate, seconds } = gateOf(lease, {
    judge: (second) => (second >= 60 && second < 90 ? { ...MAY, allInSync: false } : MAY),
  });
  await gate.waitUntilAllowed();
  expect(seconds()).toBe(90 + 105);
});

test('a demand that is over is said as well', async () => {
  const { gate } = gateOf(new FakeLease(), {
    judge: (second) => (second < 3 ? mustWait('too few for a-0') : MAY),
    force: { kind: 'ignored', reason: 'it ended at noon', isExpired: true },
  });
  await gate.waitUntilAllowed();
  expect(events).toEqual([
    'ForceStopIgnored annotation cdk8s-kafka.io/force-stop of the Lease is ignored: it ended at noon',
  ]);
});

test('a demand that is not obeyed is said once, and is seen', async () => {
  const { gate } = gateOf(new FakeLease(), {
    judge: (second) => (second < 3 ? mustWait('too few for a-0') : MAY),
    force: { kind: 'ignored', reason: 'it has no by' },
    eachSecond: (second) => second === 2 && seen.push(gate.status),
  });
  const seen: unknown[] = [];
  await gate.waitUntilAllowed();
  const message = 'annotation cdk8s-kafka.io/force-stop of the Lease is ignored: it has no by';
  expect(events).toEqual([`ForceStopIgnored ${message}`]);
  expect(lines.filter((line) => line === `warn ${message}`)).toHaveLength(1);
  expect(seen).toEqual([{ state: 'waiting', reason: `too few for a-0; ${message}`, seconds: 2 }]);
});
