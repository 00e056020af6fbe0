/* The effects of the reconciler on Secrets, status and Events. */
import { X509Certificate } from 'node:crypto';
import { ROTATION_ANNOTATIONS } from '../../../lib/seam/agent-config';
import { certificateIn, decodeEntry, trustedIn } from '../../../agent/authority/leaf-secret';
import {
  Recorded,
  reloadingUntil,
  collectEvents,
  allIssued,
  issuer,
  running,
  serial,
  stable,
} from './running';
import { DAY, SECRETS, World, pkiConfig } from './world';

let recorded: Recorded[];

beforeEach(() => {
  recorded = collectEvents();
});
afterEach(() => jest.restoreAllMocks());

describe('the first reconciliation', () => {
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

  test('writes Secrets with PEM files and a keystore', async () => {
    const world = await running();
    const secret = world.secret('events-tls')!;
    const { key, certificate } = certificateIn(secret)!;
    expect(secret.type).toBe('kubernetes.io/tls');
    expect(secret.metadata.labels).toEqual({ app: 'events' });
    expect(decodeEntry(secret.data!, 'keystore.pem')).toBe(key + certificate);
    expect(trustedIn(secret).map((ca) => new X509Certificate(ca).subject)).toEqual(['CN=events CA 1']);
  });

  test('stores keys of certificates only in their Secrets, and keys of CAs only in the state', async () => {
    const world = await running();
    expect(Object.keys(world.secret('events-ca')!.data!)).toEqual(['state.json', 'ca-1.crt', 'ca-1.key']);
    expect(Object.keys(world.secret('events-tls')!.data!)).toEqual([
      'tls.crt',
      'tls.key',
      'ca.crt',
      'keystore.pem',
    ]);
  });

  test('writes the state before the Secrets', async () => {
    const world = await running();
    const order = world.store.writes.map((line) => line.split('/').at(-1));
    expect(order.lastIndexOf('secrets')).toBeGreaterThan(order.indexOf('events-ca'));
  });

  test('marks existing requests as handled', async () => {
    const world = new World(pkiConfig());
    world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: an old request' });
    await world.until(allIssued(world));
    await world.round();
    expect(world.state()).toMatchObject({
      phase: 'stable',
      issuingCa: 1,
      handledRequests: { rotate: 'jane: an old request' },
    });
  });
});

test('nothing is written without a change', async () => {
  const world = await running();
  const before = world.store.writes.length;
  for (let round = 0; round < 20; round++) await world.round();
  expect(world.store.writes.slice(before)).toEqual([]);
});

test('a rotation ends with one CA and reissued certificates', async () => {
  const world = await running();
  world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: the key was on a laptop' });
  await reloadingUntil(world, stable(world, 2));
  expect(['events-tls', 'events-client-jane'].map((name) => issuer(world, name))).toEqual(
    Array(2).fill('CN=events CA 2'),
  );
  expect(trustedIn(world.secret('events-tls')!)).toHaveLength(1);
  expect(recorded.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
    'Normal RotationStarted',
    'Normal ReissuingCertificates',
    'Normal CertificatesRenewed',
    'Normal RemovingOldCa',
    'Normal RotationFinished',
  ]);
});

test('a request is handled once', async () => {
  const world = await running();
  world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: once' });
  await reloadingUntil(world, stable(world, 2));
  for (let round = 0; round < 20; round++) await world.round();
  expect(world.state().issuingCa).toBe(2);
});

test('a request without name and reason is ignored and listed in the status', async () => {
  const world = await running();
  world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'now' });
  for (let round = 0; round < 5; round++) await world.round();
  expect(world.state().phase).toBe('stable');
  expect(JSON.parse(world.status()).ignoredAnnotations).toEqual([
    `${ROTATION_ANNOTATIONS.rotate}: the value must be '<name>: <reason>'`,
  ]);
});

test('a renewal request issues certificates of the same CA', async () => {
  const world = await running();
  const before = serial(world);
  world.annotate({ [ROTATION_ANNOTATIONS.renew]: 'jane: a test' });
  await reloadingUntil(world, () => serial(world) !== before);
  expect(issuer(world)).toBe('CN=events CA 1');
});

test('a certificate is renewed after about two thirds of its lifetime', async () => {
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

test('a CA is replaced after two thirds of its lifetime', async () => {
  const world = await running();
  world.now += 244 * DAY * 1000;
  await reloadingUntil(world, stable(world, 2));
});

test('a pause stops a rotation', async () => {
  const world = await running();
  world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: a test' });
  await world.until(
    () => world.state().phase === 'distributing-ca' && world.state().secretsWrittenAt !== undefined,
  );
  world.annotate({ [ROTATION_ANNOTATIONS.pause]: 'jane: not on a Friday' });
  const before = world.state();
  for (let round = 0; round < 30; round++) {
    await world.round();
    world.reloadAll();
  }
  expect(world.state()).toEqual(before);
  expect(JSON.parse(world.status()).waitingFor).toEqual(['the end of the pause (jane: not on a Friday)']);
});

test('no rotation starts while the status ConfigMap is missing', async () => {
  const world = await running();
  world.store.objects.delete('/api/v1/namespaces/prod/configmaps/events-certificates');
  world.now += 300 * DAY * 1000;
  for (let round = 0; round < 5; round++) await world.round();
  expect(world.state().phase).toBe('stable');
});

describe('a server', () => {
  test('that does not trust the new CA blocks the rotation and is listed in the status', async () => {
    const world = await running();
    world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: a test' });
    await world.until(() => {
      ['events-1001', 'events-1003'].forEach((host) => world.reload(host));
      return world.status().includes('events-1002:9092 to accept CA 2: unknown ca');
    });
    for (let round = 0; round < 20; round++) await world.round();
    expect(world.state().phase).toBe('distributing-ca');
  });

  test('that is unreachable blocks the rotation until the timeout', async () => {
    const world = await running();
    world.unreachable.add('events-1002');
    world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: a test' });
    await reloadingUntil(world, () =>
      world.status().includes('events-1002:9092 to be reachable: ECONNREFUSED'),
    );
    expect(world.state().phase).toBe('distributing-ca');
    const since = world.now;
    await reloadingUntil(world, () => world.state().phase === 'reissuing');
    expect(world.now - since).toBeGreaterThan(20_000);
    expect(recorded).toContainEqual(
      expect.objectContaining({
        type: 'Warning',
        message: expect.stringContaining('not verified, unreachable: events-1002:9092'),
      }),
    );
  });

  test('is not skipped if all servers are unreachable', async () => {
    const world = await running();
    world.servers.forEach((_, host) => world.unreachable.add(host));
    world.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: a test' });
    for (let round = 0; round < 30; round++) await world.round();
    expect(world.state().phase).toBe('distributing-ca');
    expect(JSON.parse(world.status()).waitingFor).toEqual(['a reachable endpoint: all are unreachable']);
  });
});
