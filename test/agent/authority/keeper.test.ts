/* What an authority does, told by the Secrets that come of it. */
import { X509Certificate } from 'node:crypto';
import { ROTATION_ANNOTATIONS } from '../../../lib/seam/agent-config';
import { certificateIn, decodeEntry, trustedIn } from '../../../agent/authority/leaf-secret';
import { Recorded, busyUntil, collectEvents, fit, issuer, running, serial, stable } from './running';
import { DAY, SECRETS, World, pkiConfig } from './world';

let recorded: Recorded[];

beforeEach(() => {
  recorded = collectEvents();
});
afterEach(() => jest.restoreAllMocks());

describe('at first', () => {
  test('issues every certificate at once', async () => {
    const world = new World(pkiConfig());
    await world.round();
    expect([...world.store.objects.keys()]).toEqual(
      expect.arrayContaining([
        `${SECRETS}/events-ca`,
        `${SECRETS}/events-tls`,
        `${SECRETS}/events-client-jane`,
      ]),
    );
  });

  test('a Secret has what Kafka and others read', async () => {
    const world = await running();
    const secret = world.secret('events-tls')!;
    const { key, certificate } = certificateIn(secret)!;
    expect(secret.type).toBe('kubernetes.io/tls');
    expect(secret.metadata.labels).toEqual({ app: 'events' });
    expect(decodeEntry(secret.data!, 'keystore.pem')).toBe(key + certificate);
    expect(trustedIn(secret).map((ca) => new X509Certificate(ca).subject)).toEqual(['CN=events CA 1']);
  });

  test('no key of a certificate is in the state, and no key of a CA elsewhere', async () => {
    const world = await running();
    expect(Object.keys(world.secret('events-ca')!.data!)).toEqual(['state.json', 'ca-1.crt', 'ca-1.key']);
    expect(Object.keys(world.secret('events-tls')!.data!)).toEqual([
      'tls.crt',
      'tls.key',
      'ca.crt',
      'keystore.pem',
    ]);
  });

  test('the state is written before the Secrets that it knows', async () => {
    const world = await running();
    const order = world.store.writes.map((line) => line.split('/').at(-1));
    expect(order.lastIndexOf('secrets')).toBeGreaterThan(order.indexOf('events-ca'));
  });

  test('requests that stand there already are met by it', async () => {
    const world = new World(pkiConfig());
    world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: an old one' });
    await world.until(fit(world));
    await world.round();
    expect(world.state()).toMatchObject({
      phase: 'stable',
      issuing: 1,
      handled: { rotate: 'jane: an old one' },
    });
  });
});

test('nothing is written while nothing is to be done', async () => {
  const world = await running();
  const before = world.store.writes.length;
  for (let round = 0; round < 20; round++) await world.round();
  expect(world.store.writes.slice(before)).toEqual([]);
});

test('a rotation leaves one CA, and new certificates of it everywhere', async () => {
  const world = await running();
  world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: the key was on a laptop' });
  await busyUntil(world, stable(world, 2));
  expect(['events-tls', 'events-client-jane'].map((name) => issuer(world, name))).toEqual(
    Array(2).fill('CN=events CA 2'),
  );
  expect(trustedIn(world.secret('events-tls')!)).toHaveLength(1);
  expect(recorded.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
    'Normal RotationStarted',
    'Normal CertificatesReplaced',
    'Normal CertificatesRenewed',
    'Normal OldCaDropped',
    'Normal RotationFinished',
  ]);
});

test('a request is met once', async () => {
  const world = await running();
  world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: once' });
  await busyUntil(world, stable(world, 2));
  for (let round = 0; round < 20; round++) await world.round();
  expect(world.state().issuing).toBe(2);
});

test('a request that does not say who and why is ignored, and the status says so', async () => {
  const world = await running();
  world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'now' });
  for (let round = 0; round < 5; round++) await world.round();
  expect(world.state().phase).toBe('stable');
  expect(JSON.parse(world.status()).ignored).toEqual([
    `${ROTATION_ANNOTATIONS.rotate} does not say who asks and why: '<name>: <reason>'`,
  ]);
});

test('certificates are renewed by the same CA when that is asked for', async () => {
  const world = await running();
  const before = serial(world);
  world.annotate({ [ROTATION_ANNOTATIONS.renew]: 'jane: a test' });
  await busyUntil(world, () => serial(world) !== before);
  expect(issuer(world)).toBe('CN=events CA 1');
});

test('a certificate is renewed after about two thirds of its life', async () => {
  const world = await running();
  const [before, start] = [serial(world), world.now];
  await world.until(() => {
    world.now += DAY * 100;
    return serial(world) !== before;
  });
  const days = (world.now - start) / (DAY * 1000);
  expect(days).toBeGreaterThan(18);
  expect(days).toBeLessThan(21);
});

test('a CA is replaced after two thirds of its life', async () => {
  const world = await running();
  world.now += 244 * DAY * 1000;
  await busyUntil(world, stable(world, 2));
});

test('a pause holds a rotation where it is', async () => {
  const world = await running();
  world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: a test' });
  await world.until(() => world.state().phase === 'trusting' && world.state().settledAt !== undefined);
  world.annotate({ [ROTATION_ANNOTATIONS.pause]: 'jane: not on a Friday' });
  const before = world.state();
  for (let round = 0; round < 30; round++) {
    await world.round();
    world.reloadAll();
  }
  expect(world.state()).toEqual(before);
  expect(JSON.parse(world.status()).waitsFor).toEqual(['the end of the pause (jane: not on a Friday)']);
});

test('while the status ConfigMap is missing nothing is rotated', async () => {
  const world = await running();
  world.store.objects.delete('/api/v1/namespaces/prod/configmaps/events-certificates');
  world.now += 300 * DAY * 1000;
  for (let round = 0; round < 5; round++) await world.round();
  expect(world.state().phase).toBe('stable');
});

describe('a server', () => {
  test('that does not trust the new CA holds the rotation, and the status names it', async () => {
    const world = await running();
    world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: a test' });
    await world.until(() => {
      ['events-1001', 'events-1003'].forEach((host) => world.reload(host));
      return world.status().includes('events-1002:9092 to accept CA 2: unknown ca');
    });
    for (let round = 0; round < 20; round++) await world.round();
    expect(world.state().phase).toBe('trusting');
  });

  test('out of reach is waited for, and then left out', async () => {
    const world = await running();
    world.away.add('events-1002');
    world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: a test' });
    await busyUntil(world, () => world.status().includes('events-1002:9092 to be in reach: ECONNREFUSED'));
    expect(world.state().phase).toBe('trusting');
    const since = world.now;
    await busyUntil(world, () => world.state().phase === 'renewing');
    expect(world.now - since).toBeGreaterThan(20_000);
    expect(recorded).toContainEqual(
      expect.objectContaining({
        type: 'Warning',
        message: expect.stringContaining('not waited for, out of reach: events-1002:9092'),
      }),
    );
  });

  test('is not left out when all are out of reach: then it is rather this program', async () => {
    const world = await running();
    world.servers.forEach((_, host) => world.away.add(host));
    world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: a test' });
    for (let round = 0; round < 30; round++) await world.round();
    expect(world.state().phase).toBe('trusting');
    expect(JSON.parse(world.status()).waitsFor).toEqual(['any endpoint to be in reach: none is']);
  });
});

describe('with restarts', () => {
  const config = () =>
    pkiConfig({
      name: 'metadata',
      restartedStatefulSets: ['events-1001', 'events-1002', 'events-1003'],
      restartNoticeSeconds: 3 * DAY,
    });
  const restarts = (world: World) => world.store.writes.filter((line) => line.startsWith('PATCH /apis/'));

  test('the first certificates cost none', async () => {
    const world = await running(config());
    for (let round = 0; round < 20; round++) await world.round();
    expect(restarts(world)).toEqual([]);
  });

  test('a renewal costs one pass, in order, after its notice', async () => {
    const world = await running(config());
    world.now += 21 * DAY * 1000;
    await world.until(() => world.state().pass !== undefined);
    expect(JSON.parse(world.status()).restarts).toMatchObject({ done: [] });
    world.now += 2.9 * DAY * 1000;
    for (let round = 0; round < 20; round++) await world.round();
    expect(restarts(world)).toEqual([]);
    world.now += 0.1 * DAY * 1000;
    await world.until(() => restarts(world).length === 3);
    expect(restarts(world).map((line) => line.split('/').at(-1))).toEqual(world.config.restartedStatefulSets);
  });

  test('a rotation that somebody asks for costs three passes, without notice', async () => {
    const world = await running(config());
    const start = world.now;
    world.annotate({ [ROTATION_ANNOTATIONS.rotateMetadata]: 'jane: a test' });
    await world.until(stable(world, 2));
    expect(restarts(world)).toHaveLength(9);
    expect(world.now - start).toBeLessThan(3_600_000);
  });

  test('no pod restarts before its kubelet has surely seen the new Secret', async () => {
    const world = await running({ ...config(), overlapSeconds: 0 });
    world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: a test' });
    await world.until(() => world.state().pass !== undefined && world.state().settledAt !== undefined);
    const settled = Date.parse(world.state().settledAt!);
    let before = world.now;
    await world.until(() => {
      if (restarts(world).length > 0) return true;
      before = world.now;
      return false;
    });
    expect(before - settled).toBeGreaterThanOrEqual(90_000);
  });

  test('a server that came back with its old certificate holds a renewal, and the status names it', async () => {
    const world = await running(config());
    world.lagging.add('events-1002');
    world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: a test' });
    await world.until(() => world.status().includes('events-1002:9092 to serve its new certificate'));
    for (let round = 0; round < 20; round++) await world.round();
    expect(world.state().pass).toMatchObject({ done: world.config.restartedStatefulSets });
    world.startServers();
    await world.until(() => world.state().pass === undefined);
  });

  test('a server that nobody could ask is named when a renewal is over', async () => {
    const world = await running(config());
    world.away.add('events-1002');
    world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: a test' });
    await world.until(() => world.state().pass !== undefined);
    await world.until(() => world.state().pass === undefined);
    expect(recorded).toContainEqual(
      expect.objectContaining({
        type: 'Warning',
        reason: 'RestartsNotProven',
        message: expect.stringContaining('out of reach: events-1002:9092'),
      }),
    );
  });

  test('they begin anew when a Secret was damaged among them', async () => {
    const world = await running(config());
    world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: a test' });
    await world.until(() => restarts(world).length === 1);
    const secret = world.secret('events-tls')!;
    world.store.put(`${SECRETS}/events-tls`, { ...secret, data: { ...secret.data, 'ca.crt': '' } });
    await world.until(() => world.state().pass === undefined);
    expect(restarts(world).map((line) => line.split('/').at(-1))).toEqual([
      'events-1001',
      ...world.config.restartedStatefulSets,
    ]);
  });

  test('they are announced when their notice begins, and not when they follow at once', async () => {
    const world = await running(config());
    world.now += 21 * DAY * 1000;
    await world.until(() => world.state().pass !== undefined);
    for (let round = 0; round < 20; round++) await world.round();
    const announced = () => recorded.filter(({ reason }) => reason === 'RestartsAnnounced');
    const { notBefore } = world.state().pass!;
    expect(announced()).toEqual([
      {
        about: 'ConfigMap events-certificates',
        type: 'Normal',
        reason: 'RestartsAnnounced',
        message: `metadata: from ${notBefore} on, one after another: events-1001, events-1002, events-1003 restart for new certificates`,
      },
    ]);
    world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: at once' });
    await world.until(() => restarts(world).length > 0);
    expect(announced()).toHaveLength(1);
  });

  test('a StatefulSet that is not healthy holds them', async () => {
    const world = await running(config());
    const path = '/apis/apps/v1/namespaces/prod/statefulsets/events-1002';
    const healthy = world.store.objects.get(path)!;
    world.store.put(path, { ...healthy, status: { ...healthy.status, readyReplicas: 2 } });
    world.annotate({ [ROTATION_ANNOTATIONS.renewMetadata]: 'jane: a test' });
    await world.until(() =>
      world.status().includes('StatefulSet events-1002 to be healthy: 2 of 3 pods are ready'),
    );
    for (let round = 0; round < 20; round++) await world.round();
    expect(restarts(world)).toHaveLength(1);
  });
});
