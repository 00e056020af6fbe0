/* The keeper, real files, and a real TLS server that behaves well or badly. The clock is the keeper's own. */
import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { Folder, Roots } from '../../../agent/certificates/folder';
import { FolderKeeper } from '../../../agent/certificates/folder-keeper';
import { shakeHands } from '../../../agent/certificates/handshake';
import { isListening } from '../../../agent/port';
import { CertificateMetrics } from '../../../agent/serve/certificate-metrics';
import { ReloadingServer } from './reloading-server';
import { Issued, TestAuthority } from './test-authority';

const HOST = 'events-streams-1001.brokers';
const NAMES = { dnsNames: ['*.brokers'] };

let oldCa: TestAuthority;
let newCa: TestAuthority;
let first: Issued;
let renewed: Issued;
let rotated: Issued;
let base: string;
let roots: Roots;
let kafka: ReloadingServer;
let port: number;
let keeper: FolderKeeper;
let metrics: Registry;
let clock: number;
let ticks: number;
let events: string[];
let said: string[];

beforeAll(async () => {
  [oldCa, newCa] = [await TestAuthority.create('old'), await TestAuthority.create('new')];
  [first, renewed, rotated] = [await oldCa.issue(NAMES), await oldCa.issue(NAMES), await newCa.issue(NAMES)];
});
beforeEach(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  base = await mkdtemp(join(tmpdir(), 'agent-keeper-'));
  roots = { source: join(base, 'source'), stores: join(base, 'stores') };
  await mkdir(join(roots.stores, 'cluster'), { recursive: true });
  await writeFile(join(roots.stores, 'cluster/keystore.pem'), `${first.key}${first.certificate}`);
  await writeFile(join(roots.stores, 'cluster/truststore.pem'), oldCa.certificate);
  await source(first, oldCa);
  kafka = new ReloadingServer(join(roots.stores, 'cluster'));
  kafka.load();
  port = await kafka.listen();
  clock = Date.now();
  ticks = 0;
  keeper = keeperOf(true);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await kafka.close();
  await rm(base, { recursive: true });
});

function keeperOf(isHot: boolean, server: 'Kafka' | 'ZooKeeper' = 'Kafka'): FolderKeeper {
  events = [];
  said = [];
  metrics = new Registry();
  const listeners = [{ name: 'INTERNAL', port, certificates: 'cluster', clientCertificates: 'cluster' }];
  return new FolderKeeper(
    {
      folder: new Folder('cluster', true, roots),
      demands: { hasLeaf: true, names: [HOST], uses: ['server', 'client'] },
      isHot,
      server,
      listeners,
    },
    {
      now: () => clock,
      ticks: () => ticks,
      sleep: async (ms) => {
        clock += ms;
        ticks += ms;
        await new Promise((resolve) => setTimeout(resolve, 1));
      },
      isListening,
      shake: (to, client) => shakeHands(to, HOST, client),
      reload: () => kafka.reload(),
      announce: async (type, reason, message) => {
        events.push(`${type} ${reason}`);
        said.push(message);
      },
    },
    new CertificateMetrics(metrics),
  );
}

async function source({ certificate, key }: Issued, ...trusted: TestAuthority[]): Promise<void> {
  const folder = join(roots.source, 'cluster');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'tls.crt'), certificate);
  await writeFile(join(folder, 'tls.key'), key);
  await writeFile(join(folder, 'ca.crt'), trusted.map((ca) => ca.certificate).join(''));
}

async function files() {
  const read = (name: string) => readFile(join(roots.stores, 'cluster', name), 'utf8');
  return { key: await read('keystore.pem'), trust: await read('truststore.pem') };
}

function only({ certificate, key }: Issued, ca: TestAuthority) {
  return { key: `${key}${certificate}`, trust: ca.certificate };
}

async function metric(name: string): Promise<number | undefined> {
  const found = (await metrics.getMetricsAsJSON()).find(
    (one) => one.name === `cdk8s_kafka_certificate_${name}`,
  );
  return (found?.values as { value: number }[])[0]?.value;
}

test('proves what is in use when it starts', async () => {
  await keeper.look();
  expect(kafka.reloads).toBe(1);
  expect(await metric('last_reload_timestamp_seconds')).toBeCloseTo(clock / 1000, 0);
  expect(await metric('reload_failures_total')).toBe(0);
});

test('leaves Kafka alone while nothing changes', async () => {
  await keeper.look();
  await keeper.look();
  expect(kafka.reloads).toBe(1);
});

test('renews a certificate in one step', async () => {
  await keeper.look();
  await source(renewed, oldCa);
  await keeper.look();
  expect(await files()).toEqual(only(renewed, oldCa));
  expect(kafka.history).toEqual(['old | old', 'old | old', 'old | old']);
  expect(events).toEqual(['Normal CertificateRenewed']);
});

test('changes the CA and the certificate in three steps, none of which Kafka refuses', async () => {
  await keeper.look();
  await source(rotated, newCa);
  await keeper.look();
  expect(await files()).toEqual(only(rotated, newCa));
  expect(kafka.history.slice(2)).toEqual(['old | new old', 'new | new old', 'new | new']);
  expect(await metric('reload_failures_total')).toBe(0);
});

test('says in metrics which certificate is in use', async () => {
  await keeper.look();
  await source(rotated, newCa);
  await keeper.look();
  const page = await metrics.metrics();
  expect(page.match(/^cdk8s_kafka_certificate_info.*/gm)).toEqual([
    `cdk8s_kafka_certificate_info{folder="cluster",serial="${kafka.serial}",issuer="CN=new"} 1`,
  ]);
  expect(await metric('days_left')).toBeCloseTo(30, 1);
});

describe.each(['lies', 'refuses'] as const)('when Kafka %s', (manner) => {
  beforeEach(async () => {
    await keeper.look();
    kafka.manner = manner;
    await source(rotated, newCa);
    await keeper.look();
  });

  test('the old files are back', async () => {
    expect(await files()).toEqual(only(first, oldCa));
    expect(await metric('reload_failures_total')).toBe(1);
    expect(events).toEqual(['Warning CertificateReloadFailed']);
  });

  test('it is left alone for a while', async () => {
    const { reloads } = kafka;
    await keeper.look();
    expect(kafka.reloads).toBe(reloads);
  });

  test('it is tried again later, and a failure in between does no harm', async () => {
    kafka.manner = 'obeys';
    clock -= 3_600_000;
    ticks += 60_000;
    await keeper.look();
    expect(await files()).toEqual(only(rotated, newCa));
  });

  test('other certificates are tried at once', async () => {
    kafka.manner = 'obeys';
    await source(renewed, oldCa);
    await keeper.look();
    expect(await files()).toEqual(only(renewed, oldCa));
  });
});

test.each<[string, () => Promise<void>]>([
  ['without a key', async () => writeFile(join(roots.source, 'cluster/tls.key'), '')],
  ['that are gone', async () => rm(join(roots.source, 'cluster'), { recursive: true })],
  ['of an untrusted CA', () => source(rotated, oldCa)],
  ['for another host', async () => source(await oldCa.issue({ dnsNames: ['elsewhere'] }), oldCa)],
  ['that have expired', async () => source(await oldCa.issue({ ...NAMES, from: -3, to: -1 }), oldCa)],
])('does not give Kafka certificates %s', async (_, change) => {
  await keeper.look();
  await change();
  await keeper.look();
  await keeper.look();
  expect(await files()).toEqual(only(first, oldCa));
  expect(kafka.reloads).toBe(1);
  expect(events).toEqual(['Warning CertificateRefused']);
  expect(await metric('refused')).toBe(1);
});

test('says nothing of a source that somebody is still writing', async () => {
  await keeper.look();
  await writeFile(join(roots.source, 'cluster/tls.key'), renewed.key);
  await keeper.look();
  expect(events).toEqual([]);
  expect(await metric('refused')).toBe(0);
  await source(renewed, oldCa);
  await keeper.look();
  expect(events).toEqual(['Normal CertificateRenewed']);
  expect(await files()).toEqual(only(renewed, oldCa));
});

test.each<[string, () => Promise<Issued>]>([
  ['another subject', () => oldCa.issue({ ...NAMES, commonName: 'others' })],
  ['fewer names', () => oldCa.issue({ dnsNames: [HOST] })],
])('a certificate with %s waits for a restart', async (_, issue) => {
  await keeper.look();
  await source(await issue(), oldCa);
  await keeper.look();
  expect(await files()).toEqual(only(first, oldCa));
  expect(await metric('restart_pending')).toBe(1);
});

test('a certificate with more names is taken over', async () => {
  await keeper.look();
  const wider = await oldCa.issue({ dnsNames: ['*.brokers', 'brokers'] });
  await source(wider, oldCa);
  await keeper.look();
  expect(await files()).toEqual(only(wider, oldCa));
});

describe('while Kafka does not listen yet', () => {
  beforeEach(async () => {
    await kafka.close();
    await source(rotated, newCa);
    await keeper.look();
  });

  test('writes the files all the same', async () => {
    expect(await files()).toEqual(only(rotated, newCa));
    expect(kafka.reloads).toBe(0);
  });

  test('proves later what Kafka has read since', async () => {
    kafka.load();
    await kafka.listen(port);
    await keeper.look();
    expect(kafka.reloads).toBe(1);
    expect(await metric('last_reload_timestamp_seconds')).toBeGreaterThan(0);
  });

  test('goes step by step if Kafka had read the old ones before', async () => {
    await kafka.listen(port);
    await keeper.look();
    expect(await files()).toEqual(only(rotated, newCa));
    expect(kafka.history.slice(-3)).toEqual(['old | new old', 'new | new old', 'new | new']);
    expect(await metric('reload_failures_total')).toBe(0);
  });
});

describe('a certificate in use that has expired', () => {
  let expired: Issued;

  beforeEach(async () => {
    expired = await oldCa.issue({ ...NAMES, from: -3, to: -1 });
    await writeFile(join(roots.stores, 'cluster/keystore.pem'), `${expired.key}${expired.certificate}`);
    kafka.isPicky = false;
    await kafka.reload();
    kafka.isPicky = true;
    await source(renewed, oldCa);
  });

  test('is replaced where Kafka can', async () => {
    kafka.isPicky = false;
    await keeper.look();
    expect(await files()).toEqual(only(renewed, oldCa));
    expect(await metric('restart_pending')).toBe(0);
  });

  test('waits for a restart where Kafka cannot, and everybody hears of it', async () => {
    await keeper.look();
    expect(await metric('restart_pending')).toBe(1);
    expect(said).toEqual([expect.stringMatching(/expired at .*Z, and .*: restart the pod$/)]);
    await keeper.look();
    expect(await metric('restart_pending')).toBe(1);
  });
});

test('repairs what an agent left behind that died in the middle', async () => {
  // GIVEN a trust store that Kafka never read
  await writeFile(join(roots.stores, 'cluster/truststore.pem'), `${oldCa.certificate}${newCa.certificate}`);
  await source(rotated, newCa);
  // WHEN
  await keeper.look();
  // THEN
  expect(await files()).toEqual(only(rotated, newCa));
  expect(kafka.serial).toBe(kafkaSerialOf(rotated));
});

test('who does not know what was read before says that a restart brings the new ones', async () => {
  // GIVEN files that were replaced while Kafka started, by an agent that is no more
  await writeFile(join(roots.stores, 'cluster/keystore.pem'), `${rotated.key}${rotated.certificate}`);
  await writeFile(join(roots.stores, 'cluster/truststore.pem'), newCa.certificate);
  await source(rotated, newCa);
  // WHEN
  await keeper.look();
  // THEN
  expect(await metric('restart_pending')).toBe(1);
  expect(said).toEqual([
    expect.stringMatching(
      /; Kafka may have older ones, and no way from there to these: if the next try fails, restart the pod$/,
    ),
  ]);
});

describe('ZooKeeper', () => {
  beforeEach(async () => {
    kafka.isPicky = false;
    keeper = keeperOf(true, 'ZooKeeper');
    await keeper.look();
  });

  test.each<[string, () => Promise<Issued>]>([
    ['another subject', () => oldCa.issue({ ...NAMES, commonName: 'others' })],
    ['fewer names', () => oldCa.issue({ dnsNames: [HOST] })],
  ])('takes a certificate with %s over', async (_, issue) => {
    const other = await issue();
    await source(other, oldCa);
    await keeper.look();
    expect(await files()).toEqual(only(other, oldCa));
    expect(await metric('restart_pending')).toBe(0);
  });

  test('that is too old for it keeps what it has, and a restart is said to be the way', async () => {
    kafka.manner = 'lies';
    await source(rotated, newCa);
    await keeper.look();
    expect(await files()).toEqual(only(first, oldCa));
    expect(await metric('restart_pending')).toBe(1);
    expect(said).toEqual([
      expect.stringMatching(/^ZooKeeper has not .* since 3\.9\.1; .*, restart the pod$/),
    ]);
  });
});

function kafkaSerialOf({ certificate }: Issued): string {
  return new X509Certificate(certificate).serialNumber;
}

test('certificates that only a restart takes over are left alone, and said to be pending', async () => {
  keeper = keeperOf(false);
  await keeper.look();
  expect(await metric('restart_pending')).toBe(0);
  await source(rotated, newCa);
  await keeper.look();
  expect(await metric('restart_pending')).toBe(1);
  expect(await files()).toEqual(only(first, oldCa));
  expect(kafka.reloads).toBe(0);
});
