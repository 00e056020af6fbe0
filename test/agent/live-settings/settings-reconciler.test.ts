import { Environment, MINUTE, clock, events, logged, startRecording } from './environment';

beforeEach(startRecording);
afterEach(() => jest.restoreAllMocks());

test('applies a change at once, and reports it', async () => {
  const env = new Environment({ 'message.max.bytes': '100' });
  env.apply({ 'message.max.bytes': '100' });
  await env.reconcile(1);
  env.apply({ 'message.max.bytes': '200' });
  await env.reconcile(1);

  expect(env.broker.effective('message.max.bytes')).toBe('200');
  expect(logged).toContain('info settings changed without a restart message.max.bytes=200 (was 100)');
  expect(events).toEqual([
    'Normal SettingsChanged: settings changed without a restart: message.max.bytes=200 (was 100)',
  ]);
});

test('a setting is pending until Kafka uses its value', async () => {
  const env = new Environment();
  env.apply({ 'message.max.bytes': '200' });
  await env.reconcile(1);
  expect(env.reconciler.status.pending).toEqual(['message.max.bytes']);

  await env.reconcile(1);
  expect(env.reconciler.status).toEqual({ pending: [], rejected: [] });
});

test('thread pools change in steps, one per reconciliation', async () => {
  const env = new Environment();
  env.apply({ 'num.io.threads': '40' });
  const seen: (string | undefined)[] = [];
  for (let time = 0; time < 4; time++) {
    await env.reconcile(1);
    seen.push(env.broker.effective('num.io.threads'));
  }

  expect(seen).toEqual(['16', '32', '40', '40']);
});

test('a rejected setting does not block others, and is reported once', async () => {
  const env = new Environment();
  env.apply({ 'message.max.bytes': 'much', 'background.threads': '12' });
  await env.reconcile(8);

  expect(env.broker.effective('background.threads')).toBe('12');
  expect(env.broker.effective('message.max.bytes')).toBe('1048588');
  expect(env.reconciler.status).toEqual({
    pending: ['message.max.bytes'],
    rejected: [
      {
        name: 'message.max.bytes',
        value: 'much',
        reason: 'Invalid value much for configuration message.max.bytes: Not a number of type INT',
      },
    ],
  });
  expect(events.filter((event) => event.startsWith('Warning'))).toEqual([
    'Warning SettingsRejected: Kafka rejects message.max.bytes=much: Invalid value much for configuration message.max.bytes: ' +
      'Not a number of type INT. Correct the settings: server.properties contains them too, and a broker reads it when it starts',
  ]);
});

test('a rejected setting is retried once a minute, and at once after a correction', async () => {
  const env = new Environment();
  env.apply({ 'message.max.bytes': 'much' });
  await env.reconcile(MINUTE / 5_000);
  expect(env.requests.filter((request) => request.startsWith('broker'))).toHaveLength(1);

  env.apply({ 'message.max.bytes': '5' });
  await env.reconcile(2);
  expect(env.broker.effective('message.max.bytes')).toBe('5');
  expect(env.reconciler.status).toEqual({ pending: [], rejected: [] });
});

test('a setting that Kafka accepts but does not use is reported, and retried once a minute', async () => {
  const env = new Environment();
  env.apply({ 'message.max.bytes': '200' });
  jest.spyOn(env.broker, 'alter').mockReturnValue(undefined);
  await env.reconcile(MINUTE / 5_000);
  expect(env.requests.filter((request) => request.startsWith('broker'))).toHaveLength(2);
  expect(events.filter((event) => event.startsWith('Warning'))).toEqual([]);

  await env.reconcile(MINUTE / 5_000);
  expect(env.requests.filter((request) => request.startsWith('broker'))).toHaveLength(3);
  expect(env.reconciler.status.pending).toEqual(['message.max.bytes']);
  expect(events.at(-1)).toBe(
    'Warning SettingsNotInUse: Kafka has accepted message.max.bytes but does not use it; see the log of the broker, a restart may be required',
  );
});

test('while Kafka does not respond, settings are pending and retried once a minute', async () => {
  const env = new Environment();
  env.apply({ 'message.max.bytes': '200' });
  env.isUnresponsive = true;
  for (let time = 0; time < 12; time++) {
    await env.reconcile(1).catch(() => (clock.now += 5_000));
  }

  expect(env.reconciler.status.pending).toEqual(['message.max.bytes']);
  expect(env.requests.filter((request) => request.startsWith('broker'))).toHaveLength(1);
});

test('settings are checked once a minute while nothing changes', async () => {
  const env = new Environment();
  await env.reconcile(25);

  expect(env.requests).toEqual(['describe', 'describe', 'describe']);
});

test('a manual change of a managed setting is reverted within a minute', async () => {
  const env = new Environment();
  env.apply({ 'message.max.bytes': '200' });
  await env.reconcile(2);
  env.broker.own.set('message.max.bytes', '300');
  await env.reconcile(14);

  expect(env.broker.effective('message.max.bytes')).toBe('200');
});

test('a new agent recognizes the values that its predecessor has set', async () => {
  const env = new Environment();
  env.apply({ 'message.max.bytes': '200' });
  await env.reconcile(2);
  env.apply({});
  const next = env.newReconciler();
  await next.reconcile();

  expect([...env.broker.own]).toEqual([]);
  expect(env.broker.effective('message.max.bytes')).toBe('1048588');
});

test('dynamic values are deleted after a start with the new file, without an Event', async () => {
  const env = new Environment();
  env.apply({ 'message.max.bytes': '200' });
  await env.reconcile(2);
  events.length = 0;
  env.broker.restart({ 'message.max.bytes': '200' });
  await env.newReconciler().reconcile();

  expect([...env.broker.own]).toEqual([]);
  expect(events).toEqual([]);
  expect(logged.at(-1)).toBe(
    'info dynamic values deleted: server.properties contains the same values since the last start message.max.bytes',
  );
});

test('settings are applied only after the broker listens', async () => {
  const env = new Environment();
  env.isListening = false;
  env.apply({ 'message.max.bytes': '200' });
  await env.reconcile(3);
  expect(env.requests).toEqual([]);

  env.isListening = true;
  await env.reconcile(1);
  expect(env.broker.effective('message.max.bytes')).toBe('200');
});

test('a ConfigMap without live settings changes nothing', async () => {
  const env = new Environment({ 'message.max.bytes': '100' });
  env.desired = undefined;
  await env.reconcile(2);

  expect(env.requests).toEqual([]);
});

describe('cluster-wide settings', () => {
  const MIN = 'min.insync.replicas';

  test('a change applies to all brokers, without a marker', async () => {
    const env = new Environment({ [MIN]: '2' });
    env.apply({}, { [MIN]: '1' });
    // A lower value is announced.
    await env.reconcile(8);

    expect([...env.broker.cluster]).toEqual([[MIN, '1']]);
    expect([...env.broker.own]).toEqual([]);
    expect(env.reconciler.status.pending).toEqual([]);
  });

  test('a later change by a broker with a newer ConfigMap stays until the ConfigMap of this broker changes', async () => {
    const env = new Environment({ [MIN]: '2' });
    env.apply({}, { [MIN]: '2' });
    await env.reconcile(1);
    env.broker.cluster.set(MIN, '1');
    await env.reconcile(20);
    expect([...env.broker.cluster]).toEqual([[MIN, '1']]);
    expect(env.reconciler.status.pending).toEqual([MIN]);

    env.apply({}, { [MIN]: '3' });
    await env.reconcile(2);
    expect([...env.broker.cluster]).toEqual([[MIN, '3']]);
  });
});
