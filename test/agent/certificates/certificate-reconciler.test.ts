import { X509Certificate } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HOST, ReconcilerWorld, NAMES, only } from './reconciler-world';
import { Issued } from './test-authority';

let world: ReconcilerWorld;

beforeEach(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  world = await ReconcilerWorld.create();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await world.end();
});

test('verifies the certificates in use after its start', async () => {
  await world.reconciler.reconcile();
  expect(world.kafka.reloads).toBe(1);
  expect(await world.metric('last_reload_timestamp_seconds')).toBeCloseTo(world.clock / 1000, 0);
  expect(await world.metric('reload_failures_total')).toBe(0);
});

test('does not reload Kafka while nothing changes', async () => {
  await world.reconciler.reconcile();
  await world.reconciler.reconcile();
  expect(world.kafka.reloads).toBe(1);
});

test('renews a certificate in one step', async () => {
  await world.reconciler.reconcile();
  await world.source(world.issued.renewed, world.issued.oldCa);
  await world.reconciler.reconcile();
  expect(await world.files()).toEqual(only(world.issued.renewed, world.issued.oldCa));
  expect(world.kafka.history).toEqual(['old | old', 'old | old', 'old | old']);
  expect(world.events).toEqual(['Normal CertificateRenewed']);
});

test('changes the CA and the certificate in three steps that Kafka accepts', async () => {
  await world.reconciler.reconcile();
  await world.source(world.issued.rotated, world.issued.newCa);
  await world.reconciler.reconcile();
  expect(await world.files()).toEqual(only(world.issued.rotated, world.issued.newCa));
  expect(world.kafka.history.slice(2)).toEqual(['old | new old', 'new | new old', 'new | new']);
  expect(await world.metric('reload_failures_total')).toBe(0);
});

test('metrics show the certificate in use', async () => {
  await world.reconciler.reconcile();
  await world.source(world.issued.rotated, world.issued.newCa);
  await world.reconciler.reconcile();
  const page = await world.metrics.metrics();
  expect(page.match(/^cdk8s_kafka_certificate_info.*/gm)).toEqual([
    `cdk8s_kafka_certificate_info{certificates="cluster",serial="${world.kafka.serial}",issuer="CN=new"} 1`,
  ]);
  const inSeconds = Date.now() / 1000 + 30 * 86_400;
  expect(Math.abs((await world.metric('expiry_timestamp_seconds'))! - inSeconds)).toBeLessThan(3_600);
});

describe.each(['ignores', 'fails'] as const)('if Kafka %s the reload', (reaction) => {
  beforeEach(async () => {
    await world.reconciler.reconcile();
    world.kafka.reaction = reaction;
    await world.source(world.issued.rotated, world.issued.newCa);
    await world.reconciler.reconcile();
  });

  test('restores the previous files', async () => {
    expect(await world.files()).toEqual(only(world.issued.first, world.issued.oldCa));
    expect(await world.metric('reload_failures_total')).toBe(1);
    expect(world.events).toEqual(['Warning CertificateReloadFailed']);
  });

  test('waits before the next attempt', async () => {
    const { reloads } = world.kafka;
    await world.reconciler.reconcile();
    expect(world.kafka.reloads).toBe(reloads);
  });

  test('retries after a minute, regardless of the wall clock', async () => {
    world.kafka.reaction = 'reloads';
    world.clock -= 3_600_000;
    world.ticks += 60_000;
    await world.reconciler.reconcile();
    expect(await world.files()).toEqual(only(world.issued.rotated, world.issued.newCa));
  });

  test('tries other certificates at once', async () => {
    world.kafka.reaction = 'reloads';
    await world.source(world.issued.renewed, world.issued.oldCa);
    await world.reconciler.reconcile();
    expect(await world.files()).toEqual(only(world.issued.renewed, world.issued.oldCa));
  });
});

test.each<[string, () => Promise<void>]>([
  ['without a key', async () => writeFile(join(world.sourceFolder, 'tls.key'), '')],
  ['that are missing', async () => rm(world.sourceFolder, { recursive: true })],
  ['of an untrusted CA', () => world.source(world.issued.rotated, world.issued.oldCa)],
  [
    'for another host',
    async () => world.source(await world.issued.oldCa.issue({ dnsNames: ['elsewhere'] }), world.issued.oldCa),
  ],
  [
    'that have expired',
    async () =>
      world.source(await world.issued.oldCa.issue({ ...NAMES, from: -3, to: -1 }), world.issued.oldCa),
  ],
])('does not use certificates %s', async (_, change) => {
  await world.reconciler.reconcile();
  await change();
  await world.reconciler.reconcile();
  await world.reconciler.reconcile();
  expect(await world.files()).toEqual(only(world.issued.first, world.issued.oldCa));
  expect(world.kafka.reloads).toBe(1);
  expect(world.events).toEqual(['Warning CertificateInvalid']);
  expect(await world.metric('invalid')).toBe(1);
});

test('does not report a source that is invalid only during a change', async () => {
  await world.reconciler.reconcile();
  await writeFile(join(world.sourceFolder, 'tls.key'), world.issued.renewed.key);
  await world.reconciler.reconcile();
  expect(world.events).toEqual([]);
  expect(await world.metric('invalid')).toBe(0);
  await world.source(world.issued.renewed, world.issued.oldCa);
  await world.reconciler.reconcile();
  expect(world.events).toEqual(['Normal CertificateRenewed']);
  expect(await world.files()).toEqual(only(world.issued.renewed, world.issued.oldCa));
});

test.each<[string, () => Promise<Issued>]>([
  ['another subject', () => world.issued.oldCa.issue({ ...NAMES, commonName: 'others' })],
  ['fewer names', () => world.issued.oldCa.issue({ dnsNames: [HOST] })],
])('a certificate with %s requires a restart', async (_, issue) => {
  await world.reconciler.reconcile();
  await world.source(await issue(), world.issued.oldCa);
  await world.reconciler.reconcile();
  expect(await world.files()).toEqual(only(world.issued.first, world.issued.oldCa));
  expect(await world.metric('restart_pending')).toBe(1);
});

test('a certificate with additional names is reloaded', async () => {
  await world.reconciler.reconcile();
  const wider = await world.issued.oldCa.issue({ dnsNames: ['*.brokers', 'brokers'] });
  await world.source(wider, world.issued.oldCa);
  await world.reconciler.reconcile();
  expect(await world.files()).toEqual(only(wider, world.issued.oldCa));
});

describe('before Kafka listens', () => {
  beforeEach(async () => {
    await world.kafka.close();
    await world.source(world.issued.rotated, world.issued.newCa);
    await world.reconciler.reconcile();
  });

  test('writes the files', async () => {
    expect(await world.files()).toEqual(only(world.issued.rotated, world.issued.newCa));
    expect(world.kafka.reloads).toBe(0);
  });

  test('verifies the files that Kafka has read at its start', async () => {
    world.kafka.load();
    await world.kafka.listen(world.port);
    await world.reconciler.reconcile();
    expect(world.kafka.reloads).toBe(1);
    expect(await world.metric('last_reload_timestamp_seconds')).toBeGreaterThan(0);
  });

  test('reloads step by step if Kafka has read the previous files', async () => {
    await world.kafka.listen(world.port);
    await world.reconciler.reconcile();
    expect(await world.files()).toEqual(only(world.issued.rotated, world.issued.newCa));
    expect(world.kafka.history.slice(-3)).toEqual(['old | new old', 'new | new old', 'new | new']);
    expect(await world.metric('reload_failures_total')).toBe(0);
  });
});

describe('an expired certificate in use', () => {
  let expired: Issued;

  beforeEach(async () => {
    expired = await world.issued.oldCa.issue({ ...NAMES, from: -3, to: -1 });
    await writeFile(join(world.storesFolder, 'keystore.pem'), `${expired.key}${expired.certificate}`);
    world.kafka.validatesReloads = false;
    await world.kafka.reload();
    world.kafka.validatesReloads = true;
    await world.source(world.issued.renewed, world.issued.oldCa);
  });

  test('is replaced if Kafka accepts the reload', async () => {
    world.kafka.validatesReloads = false;
    await world.reconciler.reconcile();
    expect(await world.files()).toEqual(only(world.issued.renewed, world.issued.oldCa));
    expect(await world.metric('restart_pending')).toBe(0);
  });

  test('is reported as requiring a restart if Kafka fails the reload', async () => {
    await world.reconciler.reconcile();
    expect(await world.metric('restart_pending')).toBe(1);
    expect(world.messages).toEqual([expect.stringMatching(/expired at .*Z, and .*: restart the pod$/)]);
    await world.reconciler.reconcile();
    expect(await world.metric('restart_pending')).toBe(1);
  });
});

test('completes a change that a previous agent has not finished', async () => {
  // GIVEN a truststore that Kafka has not read
  await writeFile(
    join(world.storesFolder, 'truststore.pem'),
    `${world.issued.oldCa.certificate}${world.issued.newCa.certificate}`,
  );
  await world.source(world.issued.rotated, world.issued.newCa);
  // WHEN
  await world.reconciler.reconcile();
  // THEN
  expect(await world.files()).toEqual(only(world.issued.rotated, world.issued.newCa));
  expect(world.kafka.serial).toBe(kafkaSerialOf(world.issued.rotated));
});

function kafkaSerialOf({ certificate }: Issued): string {
  return new X509Certificate(certificate).serialNumber;
}

test('certificates that require a restart are reported as pending and not written', async () => {
  world.createReconciler(false);
  await world.reconciler.reconcile();
  expect(await world.metric('restart_pending')).toBe(0);
  await world.source(world.issued.rotated, world.issued.newCa);
  await world.reconciler.reconcile();
  expect(await world.metric('restart_pending')).toBe(1);
  expect(await world.files()).toEqual(only(world.issued.first, world.issued.oldCa));
  expect(world.kafka.reloads).toBe(0);
});
