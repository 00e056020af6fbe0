/* Stops without a positive verdict or the Lease: after the timeout, by request, without an API server. */
import { mustWait } from '../../../agent/restart/stop-verdict';
import { FakeLease, MAY, events, createHook, heldBy, lines, recordOutput } from './pre-stop-world';

beforeEach(recordOutput);
afterEach(() => jest.restoreAllMocks());

test('two waiting servers do not stop together', async () => {
  // GIVEN
  const lease = new FakeLease();
  lease.record = { waiting: new Map([['b-2', '']]) };
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
    lease.record = { ...heldBy('b-1'), waiting: new Map([['b-2', '']]) };
    const { hook, seconds } = createHook(lease, {
      judge: () => mustWait('too few replicas for a-0'),
      hasRunningClock: true,
      position,
    });
    await hook.waitUntilAllowed();
    return seconds();
  };

  // WHEN
  const times = [await stopTime(0), await stopTime(3), await stopTime(5)];

  // THEN
  expect(times[1] - times[0]).toBeGreaterThan(100);
  expect(times[2] - times[1]).toBeGreaterThan(60);
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
  const { hook, seconds } = createHook(lease, { hasRunningClock: true });
  await hook.waitUntilAllowed();
  // The slot of the fourth of six servers begins after 210 s; the clock begins at 20 s.
  expect(seconds()).toBe(210 + 8 - 20);
  expect(lines.at(-1)).toContain(
    'warn the server may stop: enough replicas are in sync, and no replica lags; the holder of the stop lease is unknown',
  );
});

test('waits for the whole time again after another server stopped without a known holder', async () => {
  const lease = new FakeLease();
  lease.isUnavailable = true;
  const { hook, seconds } = createHook(lease, {
    hasRunningClock: true,
    judge: (second) => (second >= 140 && second < 150 ? { ...MAY, allInSync: false } : MAY),
  });
  await hook.waitUntilAllowed();
  // The next slot of this server begins six minutes later.
  expect(seconds()).toBe(210 + 8 - 20 + 360);
});

test('takes the Lease as soon as it can be read again', async () => {
  const lease = new FakeLease();
  lease.isUnavailable = true;
  const { hook, seconds } = createHook(lease, {
    hasRunningClock: true,
    eachSecond: (second) => (lease.isUnavailable = second < 70),
  });
  await hook.waitUntilAllowed();
  expect([seconds(), lease.changes]).toEqual([70, ['b-3 acquires']]);
});

test('an error of the agent delays the stop, up to the timeout', async () => {
  const fail = () => {
    throw new Error('a bug');
  };
  const { hook, seconds } = createHook(new FakeLease(), { judge: (second) => (second < 5 ? fail() : MAY) });
  await hook.waitUntilAllowed();
  expect(seconds()).toBe(5);
  const broken = createHook(new FakeLease(), { judge: fail });
  await broken.hook.waitUntilAllowed();
  expect(broken.seconds()).toBe(1200);
  expect(lines.at(-1)).toBe('warn the server may stop: preStop timed out: the agent failed: a bug');
});

test('reports a delay that does not end within a minute, once', async () => {
  const { hook } = createHook(new FakeLease(), {
    judge: (second) => (second < 300 ? mustWait('too few replicas for a-0') : MAY),
  });
  await hook.waitUntilAllowed();
  expect(events).toEqual([
    'StopDelayed the stop is delayed for up to 20 minutes: too few replicas for a-0. To stop now, set a force-stop override ' +
      'with cdk8s-kafka force-stop',
  ]);
});

test('reports a Lease that its holder does not renew', async () => {
  const lease = new FakeLease();
  lease.record = heldBy('b-1');
  const { hook } = createHook(lease, {
    eachSecond: (second) => {
      lease.unchangedMs = second * 1000;
      if (second > 190) lease.record = {};
    },
  });
  await hook.waitUntilAllowed();
  expect(events).toEqual([
    expect.stringMatching(/^StopDelayed .* b-1 holds the stop lease and is not in sync yet/),
  ]);
});

test('a Lease that its holder renews is no long delay', async () => {
  const lease = new FakeLease();
  lease.record = heldBy('b-1');
  const { hook } = createHook(lease, {
    eachSecond: (second) => {
      if (second > 600) lease.record = {};
    },
  });
  await hook.waitUntilAllowed();
  expect(events).toEqual([]);
});

test('reports an expired request too', async () => {
  const { hook } = createHook(new FakeLease(), {
    judge: (second) => (second < 3 ? mustWait('too few replicas for a-0') : MAY),
    force: { kind: 'ignored', reason: 'it expired at noon', isExpired: true },
  });
  await hook.waitUntilAllowed();
  expect(events).toEqual([
    'ForceStopIgnored annotation cdk8s-kafka.io/force-stop of the StatefulSet is ignored: it expired at noon',
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
  const message = 'annotation cdk8s-kafka.io/force-stop of the StatefulSet is ignored: the value has no by';
  expect(events).toEqual([`ForceStopIgnored ${message}`]);
  expect(lines.filter((line) => line === `warn ${message}`)).toHaveLength(1);
  expect(statuses).toEqual([
    { state: 'waiting', reason: `too few replicas for a-0; ${message}`, seconds: 2 },
  ]);
});
