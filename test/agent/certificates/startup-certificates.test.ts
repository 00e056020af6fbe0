import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderRoots } from '../../../agent/certificates/folder';
import { StartupCertificates } from '../../../agent/certificates/startup-certificates';
import { brokerConfig } from '../configs';
import { Issued, TestAuthority } from './test-authority';

const TLS = { certificateFolder: 'cluster', clientCaFolder: 'cluster' };
const SERVICE = 'events-brokers.prod.svc.cluster.local';
const CONFIG = brokerConfig({
  internalListener: { name: 'INTERNAL', port: 9091, ...TLS },
  advertisedListeners: [
    { name: 'INTERNAL', port: 9091, ...TLS },
    { name: 'CLIENT', port: 9092, certificateFolder: 'cluster', clientCaFolder: 'partners' },
  ],
  controllerCertificateFolder: 'metadata',
  certificates: [
    { folder: 'cluster', hasCertificate: true, dnsNames: [SERVICE], reload: 'dynamic' },
    { folder: 'metadata', hasCertificate: true, dnsNames: [], reload: 'restart' },
    { folder: 'partners', hasCertificate: false, dnsNames: [], reload: 'dynamic' },
  ],
});

let ca: TestAuthority;
let leaf: Issued;
let client: Issued;
let base: string;
let roots: FolderRoots;
let messages: string[];

beforeAll(async () => {
  ca = await TestAuthority.create('ca');
  leaf = await ca.issue({ dnsNames: [SERVICE, `*.${SERVICE}`] });
  client = await ca.issue({ commonName: 'controllers', dnsNames: ['controllers'], uses: ['client'] });
});
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'agent-prepare-'));
  roots = { source: join(base, 'source'), stores: join(base, 'stores') };
  messages = [];
  jest
    .spyOn(process.stdout, 'write')
    .mockImplementation((line) => messages.push(JSON.parse(String(line)).message) > 0);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(base, { recursive: true });
});

async function source(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(join(roots.source, folder), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(roots.source, folder, name), content);
  }
}

function issued({ certificate, key }: Issued): Record<string, string> {
  return { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': ca.certificate };
}

async function writeAll(): Promise<void> {
  await source('cluster', issued(leaf));
  await source('metadata', issued(client));
  await source('partners', { 'ca.crt': ca.certificate });
}

function written(path: string): Promise<string> {
  return readFile(join(roots.stores, path), 'utf8');
}

/** Log messages of a preparation that waits. */
async function messagesWhileWaiting(): Promise<string[]> {
  await expect(
    new StartupCertificates(CONFIG, 1001, roots).prepare(AbortSignal.timeout(300)),
  ).rejects.toThrow();
  return messages;
}

test('writes the stores, readable by the group of Kafka', async () => {
  await writeAll();
  await new StartupCertificates(CONFIG, 1001, roots).prepare(AbortSignal.timeout(5_000));
  expect(await written('cluster/keystore.pem')).toBe(`${leaf.key}${leaf.certificate}`);
  expect(await written('cluster/truststore.pem')).toBe(ca.certificate);
  expect(await written('metadata/keystore.pem')).toBe(`${client.key}${client.certificate}`);
  expect((await stat(join(roots.stores, 'cluster/keystore.pem'))).mode & 0o777).toBe(0o640);
});

test('writes only a truststore for a folder with only CAs', async () => {
  await writeAll();
  await new StartupCertificates(CONFIG, 1001, roots).prepare(AbortSignal.timeout(5_000));
  expect(await written('partners/truststore.pem')).toBe(ca.certificate);
  await expect(written('partners/keystore.pem')).rejects.toThrow('ENOENT');
});

test('does nothing without certificates', async () => {
  await new StartupCertificates(brokerConfig(), 1001, roots).prepare(AbortSignal.timeout(5_000));
  expect(messages).toEqual([]);
});

test('logs the file that it waits for', async () => {
  await writeAll();
  await rm(join(roots.source, 'metadata/tls.key'));
  expect(await messagesWhileWaiting()).toEqual([
    `waiting: certificates 'metadata': ${roots.source}/metadata/tls.key cannot be read: ` +
      `ENOENT: no such file or directory, open '${roots.source}/metadata/tls.key'`,
  ]);
});

test('logs that the issuer writes no CA', async () => {
  await writeAll();
  await rm(join(roots.source, 'metadata/ca.crt'));
  expect(await messagesWhileWaiting()).toEqual([
    `waiting: certificates 'metadata': ${roots.source}/metadata/ca.crt does not exist: the issuer writes no CA into the Secret, ` +
      'so set caBundle of the CertificateIssuer',
  ]);
});

test('logs the problems of all folders together, and writes none of them', async () => {
  await writeAll();
  await source('cluster', issued(await ca.issue({ dnsNames: [SERVICE] })));
  await source('partners', { 'ca.crt': '' });
  expect(await messagesWhileWaiting()).toEqual([
    "waiting: certificates 'cluster' are invalid: the certificate is not valid for " +
      `events-streams-1001.${SERVICE}; its names are: DNS:${SERVICE}; certificates 'partners' are invalid: ca.crt is empty`,
  ]);
  await expect(written('metadata/keystore.pem')).rejects.toThrow('ENOENT');
});

test('requires the name of the pod only in certificates that a listener serves', async () => {
  await writeAll();
  await new StartupCertificates(CONFIG, 1001, roots).prepare(AbortSignal.timeout(5_000));
  expect(messages).toEqual(['certificates written', 'certificates written', 'certificates written']);
});

test('continues as soon as the certificates are valid', async () => {
  await writeAll();
  await source('cluster', { 'tls.key': client.key });
  const prepared = new StartupCertificates(CONFIG, 1001, roots).prepare(AbortSignal.timeout(5_000));
  await source('cluster', issued(leaf));
  await prepared;
  expect(await written('cluster/keystore.pem')).toBe(`${leaf.key}${leaf.certificate}`);
});

describe('while the start of the server is delayed', () => {
  let stores: StartupCertificates;
  const next = () => ca.issue({ dnsNames: [SERVICE, `*.${SERVICE}`] });

  beforeEach(async () => {
    await writeAll();
    stores = new StartupCertificates(CONFIG, 1001, roots);
    await stores.prepare(AbortSignal.timeout(5_000));
    messages.length = 0;
  });

  test('writes renewed certificates', async () => {
    const renewed = await next();
    await source('cluster', issued(renewed));
    await stores.refresh();
    expect(await written('cluster/keystore.pem')).toBe(`${renewed.key}${renewed.certificate}`);
    expect(messages).toEqual(['certificates written']);
  });

  test('skips invalid certificates and writes valid ones', async () => {
    const other = await TestAuthority.create('other');
    await source('cluster', { 'tls.key': client.key });
    await source('partners', { 'ca.crt': other.certificate });
    await stores.refresh();
    expect(await written('cluster/keystore.pem')).toBe(`${leaf.key}${leaf.certificate}`);
    expect(await written('partners/truststore.pem')).toBe(other.certificate);
  });

  test('does not write unchanged certificates', async () => {
    await stores.refresh();
    await stores.prepare(AbortSignal.timeout(5_000));
    expect(messages).toEqual([]);
  });
});
