/* Changes that delete data or weaken its safety, and cluster-wide values of people. */
import { Environment, MINUTE, clock, events, logged, startRecording } from './environment';

beforeEach(startRecording);
afterEach(() => jest.restoreAllMocks());

describe('cluster-wide settings', () => {
  const CLUSTER = { 'min.insync.replicas': '2' };

  test('a value that someone sets in an incident survives the start of an agent', async () => {
    // GIVEN
    const env = new Environment({ 'min.insync.replicas': '2' });
    env.apply({}, CLUSTER);
    await env.reconcile(2);

    // WHEN
    env.broker.cluster.set('min.insync.replicas', '1');
    env.reconciler = env.newReconciler();
    await env.reconcile(30);

    // THEN
    expect(env.broker.effective('min.insync.replicas')).toBe('1');
    expect(env.reconciler.status.pending).toEqual(['min.insync.replicas']);
  });

  test('another broker of the map does not repeat the change', async () => {
    const env = new Environment({ 'min.insync.replicas': '1' });
    env.apply({}, CLUSTER);
    env.applied = JSON.stringify(CLUSTER);
    await env.reconcile(2);
    expect(env.requests.filter((request) => request.startsWith('cluster'))).toEqual([]);
  });

  test('a new value in the ConfigMap is applied, also after a value of someone', async () => {
    const env = new Environment({ 'min.insync.replicas': '2' });
    env.apply({}, CLUSTER);
    await env.reconcile(2);
    env.broker.cluster.set('min.insync.replicas', '1');
    env.apply({}, { 'min.insync.replicas': '3' });
    await env.reconcile(2);
    expect(env.broker.effective('min.insync.replicas')).toBe('3');
  });

  describe('of a map whose ledger has no record of them', () => {
    test('leave a value that someone has set, and report it once', async () => {
      // GIVEN
      const env = new Environment({ 'min.insync.replicas': '2' });
      env.broker.cluster.set('min.insync.replicas', '1');
      env.apply({}, CLUSTER);

      // WHEN
      await env.reconcile(1);
      env.reconciler = env.newReconciler();
      await env.reconcile(30);

      // THEN
      expect(env.broker.effective('min.insync.replicas')).toBe('1');
      expect(env.applied).toBe(JSON.stringify(CLUSTER));
      expect(env.reconciler.status.pending).toEqual(['min.insync.replicas']);
      expect(logged).toEqual([
        'warn cluster-wide values that agents of this map have not set stay: min.insync.replicas=1 (config: 2); ' +
          'to use those of config, set them with kafka-configs.sh --entity-type brokers --entity-default',
      ]);

      // A new value in the ConfigMap is applied.
      env.apply({}, { 'min.insync.replicas': '3' });
      await env.reconcile(2);
      expect(env.broker.effective('min.insync.replicas')).toBe('3');
    });

    test('apply the others', async () => {
      const env = new Environment({ 'min.insync.replicas': '1' });
      env.broker.cluster.set('background.threads', '12');
      env.apply({}, { ...CLUSTER, 'background.threads': '10' });
      await env.reconcile(2);
      expect([...env.broker.cluster]).toEqual([
        ['background.threads', '12'],
        ['min.insync.replicas', '2'],
      ]);
    });
  });

  test('that weaken safety are announced with the command that stops the brokers of all maps', async () => {
    const env = new Environment({ 'min.insync.replicas': '3' });
    env.apply({}, CLUSTER);
    await env.reconcile(1);
    expect(events).toEqual([
      'Warning RiskySettings: Settings will change in 30 s: min.insync.replicas=2 (was 3) acknowledges records with fewer copies. The whole ' +
        'cluster changes, from the first map that is not stopped. To stop all maps: kubectl annotate ' +
        '--field-manager=flux-client-side-apply statefulset -l cdk8s-kafka.io/cluster=events,cdk8s-kafka.io/map ' +
        "cdk8s-kafka.io/hold-settings='<your name>: <reason>'",
    ]);
  });

  test('wait for the API server, and settings of the broker do not', async () => {
    const env = new Environment();
    env.apply({ 'message.max.bytes': '200' }, CLUSTER);
    env.isApiServerAway = true;
    await env.reconcile(2);
    expect(env.broker.effective('message.max.bytes')).toBe('200');
    expect(env.requests.filter((request) => request.startsWith('cluster'))).toEqual([]);

    env.isApiServerAway = false;
    clock.now += MINUTE;
    await env.reconcile(1);
    expect(env.broker.effective('min.insync.replicas')).toBe('2');
  });
});

describe('changes that delete data or weaken its safety', () => {
  const shorter = { 'log.retention.ms': '1000', 'message.max.bytes': '200' };
  const started = async () => {
    const env = new Environment({ 'log.retention.ms': '9000', 'message.max.bytes': '100' });
    env.apply(shorter);
    return env;
  };

  test('are announced, and applied after half a minute with the stop lease', async () => {
    const env = await started();
    await env.reconcile(6);
    // The other change is applied at once.
    expect(env.broker.effective('message.max.bytes')).toBe('200');
    expect(env.broker.effective('log.retention.ms')).toBe('9000');
    expect(events.filter((event) => event.startsWith('Warning'))).toEqual([
      'Warning RiskySettings: Settings will change in 30 s: log.retention.ms=1000 (was 9000) deletes older records. The brokers of ' +
        "the map follow one after another. To stop this: kubectl annotate --field-manager=flux-client-side-apply statefulset events-streams cdk8s-kafka.io/hold-settings='" +
        "<your name>: <reason>'",
    ]);

    await env.reconcile(1);
    expect(env.broker.effective('log.retention.ms')).toBe('1000');
    expect(env.turns.slice(-2)).toEqual(['acquired', 'released']);
    expect(env.turns.filter((turn) => turn === 'released')).toHaveLength(1);
  });

  test('wait while another server holds the stop lease', async () => {
    const env = await started();
    env.noTurn = 'events-streams-1002 holds the stop lease';
    await env.reconcile(20);
    expect(env.broker.effective('log.retention.ms')).toBe('9000');
    expect(events.filter((event) => event.startsWith('Warning'))).toEqual([]);
    expect(env.turns).not.toContain('released');
  });

  test('stop with an annotation, also during the notice, and release the lease', async () => {
    const env = await started();
    await env.reconcile(3);
    env.hold = 'jane: wrong value';
    await env.reconcile(20);
    expect(env.broker.effective('log.retention.ms')).toBe('9000');
    expect(env.turns.at(-1)).toBe('released');
    expect(env.reconciler.status.pending).toContain('log.retention.ms');

    env.hold = undefined;
    await env.reconcile(7);
    expect(env.broker.effective('log.retention.ms')).toBe('1000');
  });

  test('that are taken back during the notice release the lease', async () => {
    const env = await started();
    await env.reconcile(3);
    env.apply({ 'log.retention.ms': '9000' });
    await env.reconcile(2);
    expect(env.turns.at(-1)).toBe('released');
    expect(env.broker.effective('log.retention.ms')).toBe('9000');
  });

  test('a longer retention is applied at once', async () => {
    const env = new Environment({ 'log.retention.ms': '1000' });
    env.apply({ 'log.retention.ms': '9000' });
    await env.reconcile(1);
    expect(env.broker.effective('log.retention.ms')).toBe('9000');
    expect(env.turns).toEqual([]);
  });
});
