/* Stops without a positive verdict or the Lease: after the timeout, by request, without an API server. */
import { mustWait } from '../../../agent/restart/stop-verdict';
import { FakeLease, MAY, events, createHook, lines, recordOutput } from './pre-stop-world';

beforeEach(recordOutput);
afterEach(() => jest.restoreAllMocks());

test('two waiting servers do not stop together', async () => {
  // GIVEN
  const lease = new FakeLease();
  lease.record = { waiting: new Map([['b-2', Date.now() + 3_600_000]]) };
  const { hook, seconds } = createHook(lease, { judge: () => mustWait('too few replicas for a-0') });

  // WHEN
  await hook.waitUntilAllowed();

  // THEN
  expect(seconds()).toBe(900);
  expect(lease.record.holder?.name).toBe('b-3');
});

test('two servers that wait for the holder of the Lease do not stop together', async () => {
  // GIVEN a holder that never releases the Lease, and another server that waits
  const stopTime = async (position: number) => {
    const lease = new FakeLease();
    const future = Date.now() + 3_600_000;
    lease.record = {
      holder: { name: 'b-1', uid: '1' },
      renewTime: future,
      waiting: new Map([['b-2', future]]),
    };
    const { hook, seconds } = createHook(lease, {
      judge: () => mustWait('too few replicas for a-0'),
      position,
    });
    await hook.waitUntilAllowed();
    return seconds();
  };

  // WHEN
  const times = [await stopTime(0), await stopTime(3), await stopTime(5)];

  // THEN
  expect(times[1] - times[0]).toBeGreaterThan(100);
  expect(times[2] - times[1]).toBeGreaterThan(80);
  expect(times[2]).toBeLessThan(1210);
});

test('an observation that never ends does not shorten the shutdown grace period', async () => {
  const { hook, seconds } = createHook(new FakeLease(), { isStuck: true });
  await hook.waitUntilAllowed();
  expect(seconds()).toBe(1200);
  expect(lines.at(-1)).toBe(
    'warn the server may stop: preStop timed out after 20 minutes: no observation yet',
  );
});

test('stops after the timeout, with a warning', async () => {
  const { hook, seconds } = createHook(new FakeLease(), {
    judge: () => mustWait('too few replicas for a-0'),
  });
  await hook.waitUntilAllowed();
  expect(seconds()).toBe(1200);
  expect(lines.at(-1)).toBe(
    'warn the server may stop: preStop timed out after 20 minutes: too few replicas for a-0',
  );
});

test('stops with the verdict alone if the API server does not answer, with a warning', async () => {
  const lease = new FakeLease();
  lease.isUnavailable = true;
  const { hook, seconds } = createHook(lease);
  await hook.waitUntilAllowed();
  expect(seconds()).toBe(105);
  expect(lines.at(-1)).toContain(
    'warn the server may stop: enough replicas are in sync, and no replica lags; the holder of the stop lease is unknown',
  );
});

test('waits for the whole time again after another server stopped without a known holder', async () => {
  const lease = new FakeLease();
  lease.isUnavailable = true;
  const { hook, seconds } = createHook(lease, {
    judge: (second) => (second >= 60 && second < 90 ? { ...MAY, allInSync: false } : MAY),
  });
  await hook.waitUntilAllowed();
  expect(seconds()).toBe(90 + 105);
});

test('reports an expired request too', async () => {
  const { hook } = createHook(new FakeLease(), {
    judge: (second) => (second < 3 ? mustWait('too few replicas for a-0') : MAY),
    force: { kind: 'ignored', reason: 'it expired at noon', isExpired: true },
  });
  await hook.waitUntilAllowed();
  expect(events).toEqual([
    'ForceStopIgnored annotation cdk8s-kafka.io/force-stop of the Lease is ignored: it expired at noon',
  ]);
});

test('reports an ignored request once, and in the status', async () => {
  const { hook } = createHook(new FakeLease(), {
    judge: (second) => (second < 3 ? mustWait('too few replicas for a-0') : MAY),
    force: { kind: 'ignored', reason: 'the value has no by' },
    eachSecond: (second) => second === 2 && statuses.push(hook.status),
  });
  const statuses: unknown[] = [];
  await hook.waitUntilAllowed();
  const message = 'annotation cdk8s-kafka.io/force-stop of the Lease is ignored: the value has no by';
  expect(events).toEqual([`ForceStopIgnored ${message}`]);
  expect(lines.filter((line) => line === `warn ${message}`)).toHaveLength(1);
  expect(statuses).toEqual([
    { state: 'waiting', reason: `too few replicas for a-0; ${message}`, seconds: 2 },
  ]);
});
