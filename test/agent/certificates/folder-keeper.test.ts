import { X509Certificate } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HOST, KeeperWorld, NAMES, only } from './keeper-world';
import { Issued } from './test-authority';

let world: KeeperWorld;

beforeEach(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  world = await KeeperWorld.create();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await world.end();
});

test('proves what is in use when it starts', async () => {
  await world.keeper.reconcile();
  expect(world.kafka.reloads).toBe(1);
  expect(await world.metric('last_reload_timestamp_seconds')).toBeCloseTo(world.clock / 1000, 0);
  expect(await world.metric('reload_failures_total')).toBe(0);
});

test('leaves Kafka alone while nothing changes', async () => {
  await world.keeper.reconcile();
  await world.keeper.reconcile();
  expect(world.kafka.reloads).toBe(1);
});

test('renews a certificate in one step', async () => {
  await world.keeper.reconcile();
  await world.source(world.issued.renewed, world.issued.oldCa);
  await world.keeper.reconcile();
  expect(await world.files()).toEqual(only(world.issued.renewed, world.issued.oldCa));
  expect(world.kafka.history).toEqual(['old | old', 'old | old', 'old | old']);
  expect(world.events).toEqual(['Normal CertificateRenewed']);
});

test('changes the CA and the certificate in three steps, none of which Kafka refuses', async () => {
  await world.keeper.reconcile();
  await world.source(world.issued.rotated, world.issued.newCa);
  await world.keeper.reconcile();
  expect(await world.files()).toEqual(only(world.issued.rotated, world.issued.newCa));
  expect(world.kafka.history.slice(2)).toEqual(['old | new old', 'new | new old', 'new | new']);
  expect(await world.metric('reload_failures_total')).toBe(0);
});

test('says in metrics which certificate is in use', async () => {
  await world.keeper.reconcile();
  await world.source(world.issued.rotated, world.issued.newCa);
  await world.keeper.reconcile();
  const page = await world.metrics.metrics();
  expect(page.match(/^cdk8s_kafka_certificate_info.*/gm)).toEqual([
    `cdk8s_kafka_certificate_info{folder="cluster",serial="${world.kafka.serial}",issuer="CN=new"} 1`,
  ]);
  expect(await world.metric('days_left')).toBeCloseTo(30, 1);
});

describe.each(['lies', 'refuses'] as const)('when Kafka %s', (manner) => {
  beforeEach(async () => {
    await world.keeper.reconcile();
    world.kafka.manner = manner;
    await world.source(world.issued.rotated, world.issued.newCa);
    await world.keeper.reconcile();
  });

  test('the old files are back', async () => {
    expect(await world.files()).toEqual(only(world.issued.first, world.issued.oldCa));
    expect(await world.metric('reload_failures_total')).toBe(1);
    expect(world.events).toEqual(['Warning CertificateReloadFailed']);
  });

  test('it is left alone for a while', async () => {
    const { reloads } = world.kafka;
    await world.keeper.reconcile();
    expect(world.kafka.reloads).toBe(reloads);
  });

  test('it is tried again later, and a failure in between does no harm', async () => {
    world.kafka.manner = 'obeys';
    world.clock -= 3_600_000;
    world.ticks += 60_000;
    await world.keeper.reconcile();
    expect(await world.files()).toEqual(only(world.issued.rotated, world.issued.newCa));
  });

  test('other certificates are tried at once', async () => {
    world.kafka.manner = 'obeys';
    await world.source(world.issued.renewed, world.issued.oldCa);
    await world.keeper.reconcile();
    expect(await world.files()).toEqual(only(world.issued.renewed, world.issued.oldCa));
  });
});

test.each<[string, () => Promise<void>]>([
  ['without a key', async () => writeFile(join(world.sourceFolder, 'tls.key'), '')],
  ['that are gone', async () => rm(world.sourceFolder, { recursive: true })],
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
])('does not give Kafka certificates %s', async (_, change) => {
  await world.keeper.reconcile();
  await change();
  await world.keeper.reconcile();
  await world.keeper.reconcile();
  expect(await world.files()).toEqual(only(world.issued.first, world.issued.oldCa));
  expect(world.kafka.reloads).toBe(1);
  expect(world.events).toEqual(['Warning CertificateRefused']);
  expect(await world.metric('refused')).toBe(1);
});

test('says nothing of a source that somebody is still writing', async () => {
  await world.keeper.reconcile();
  await writeFile(join(world.sourceFolder, 'tls.key'), world.issued.renewed.key);
  await world.keeper.reconcile();
  expect(world.events).toEqual([]);
  expect(await world.metric('refused')).toBe(0);
  await world.source(world.issued.renewed, world.issued.oldCa);
  await world.keeper.reconcile();
  expect(world.events).toEqual(['Normal CertificateRenewed']);
  expect(await world.files()).toEqual(only(world.issued.renewed, world.issued.oldCa));
});

test.each<[string, () => Promise<Issued>]>([
  ['another subject', () => world.issued.oldCa.issue({ ...NAMES, commonName: 'others' })],
  ['fewer names', () => world.issued.oldCa.issue({ dnsNames: [HOST] })],
])('a certificate with %s waits for a restart', async (_, issue) => {
  await world.keeper.reconcile();
  await world.source(await issue(), world.issued.oldCa);
  await world.keeper.reconcile();
  expect(await world.files()).toEqual(only(world.issued.first, world.issued.oldCa));
  expect(await world.metric('restart_pending')).toBe(1);
});

test('a certificate with more names is taken over', async () => {
  await world.keeper.reconcile();
  const wider = await world.issued.oldCa.issue({ dnsNames: ['*.brokers', 'brokers'] });
  await world.source(wider, world.issued.oldCa);
  await world.keeper.reconcile();
  expect(await world.files()).toEqual(only(wider, world.issued.oldCa));
});

describe('while Kafka does not listen yet', () => {
  beforeEach(async () => {
    await world.kafka.close();
    await world.source(world.issued.rotated, world.issued.newCa);
    await world.keeper.reconcile();
  });

  test('writes the files all the same', async () => {
    expect(await world.files()).toEqual(only(world.issued.rotated, world.issued.newCa));
    expect(world.kafka.reloads).toBe(0);
  });

  test('proves later what Kafka has read since', async () => {
    world.kafka.load();
    await world.kafka.listen(world.port);
    await world.keeper.reconcile();
    expect(world.kafka.reloads).toBe(1);
    expect(await world.metric('last_reload_timestamp_seconds')).toBeGreaterThan(0);
  });

  test('goes step by step if Kafka had read the old ones before', async () => {
    await world.kafka.listen(world.port);
    await world.keeper.reconcile();
    expect(await world.files()).toEqual(only(world.issued.rotated, world.issued.newCa));
    expect(world.kafka.history.slice(-3)).toEqual(['old | new old', 'new | new old', 'new | new']);
    expect(await world.metric('reload_failures_total')).toBe(0);
  });
});

describe('a certificate in use that has expired', () => {
  let expired: Issued;

  beforeEach(async () => {
    expired = await world.issued.oldCa.issue({ ...NAMES, from: -3, to: -1 });
    await writeFile(join(world.storesFolder, 'keystore.pem'), `${expired.key}${expired.certificate}`);
    world.kafka.isPicky = false;
    await world.kafka.reload();
    world.kafka.isPicky = true;
    await world.source(world.issued.renewed, world.issued.oldCa);
  });

  test('is replaced where Kafka can', async () => {
    world.kafka.isPicky = false;
    await world.keeper.reconcile();
    expect(await world.files()).toEqual(only(world.issued.renewed, world.issued.oldCa));
    expect(await world.metric('restart_pending')).toBe(0);
  });

  test('waits for a restart where Kafka cannot, and everybody hears of it', async () => {
    await world.keeper.reconcile();
    expect(await world.metric('restart_pending')).toBe(1);
    expect(world.said).toEqual([expect.stringMatching(/expired at .*Z, and .*: restart the pod$/)]);
    await world.keeper.reconcile();
    expect(await world.metric('restart_pending')).toBe(1);
  });
});

test('repairs what an agent left behind that died in the middle', async () => {
  // GIVEN a trust store that Kafka never read
  await writeFile(
    join(world.storesFolder, 'truststore.pem'),
    `${world.issued.oldCa.certificate}${world.issued.newCa.certificate}`,
  );
  await world.source(world.issued.rotated, world.issued.newCa);
  // WHEN
  await world.keeper.reconcile();
  // THEN
  expect(await world.files()).toEqual(only(world.issued.rotated, world.issued.newCa));
  expect(world.kafka.serial).toBe(kafkaSerialOf(world.issued.rotated));
});

function kafkaSerialOf({ certificate }: Issued): string {
  return new X509Certificate(certificate).serialNumber;
}

test('certificates that only a restart takes over are left alone, and said to be pending', async () => {
  world.keeperOf(false);
  await world.keeper.reconcile();
  expect(await world.metric('restart_pending')).toBe(0);
  await world.source(world.issued.rotated, world.issued.newCa);
  await world.keeper.reconcile();
  expect(await world.metric('restart_pending')).toBe(1);
  expect(await world.files()).toEqual(only(world.issued.first, world.issued.oldCa));
  expect(world.kafka.reloads).toBe(0);
});
