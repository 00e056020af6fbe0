import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderRoots } from '../../../agent/certificates/folder';
import { StartupCertificates } from '../../../agent/certificates/startup-certificates';
import { brokerConfig } from '../configs';
import { Issued, TestAuthority } from './test-authority';

const TLS = { certificates: 'cluster', clientCertificates: 'cluster' };
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
let said: string[];

beforeAll(async () => {
  ca = await TestAuthority.create('ca');
  leaf = await ca.issue({ dnsNames: [SERVICE, `*.${SERVICE}`] });
  client = await ca.issue({ commonName: 'controllers', dnsNames: ['controllers'], uses: ['client'] });
});
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'agent-prepare-'));
  roots = { source: join(base, 'source'), stores: join(base, 'stores') };
  said = [];
  jest
    .spyOn(process.stdout, 'write')
    .mockImplementation((line) => said.push(JSON.parse(String(line)).message) > 0);
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

async function everything(): Promise<void> {
  await source('cluster', issued(leaf));
  await source('metadata', issued(client));
  await source('partners', { 'ca.crt': ca.certificate });
}

function written(path: string): Promise<string> {
  return readFile(join(roots.stores, path), 'utf8');
}

/** Runs it for a moment in which it cannot come to an end. */
async function waits(): Promise<string[]> {
  await expect(new StartupCertificates(CONFIG, 1001, roots).prepare(AbortSignal.timeout(300))).rejects.toThrow();
  return said;
}

test('writes what Kafka reads, for the group of Kafka', async () => {
  await everything();
  await new StartupCertificates(CONFIG, 1001, roots).prepare(AbortSignal.timeout(5_000));
  expect(await written('cluster/keystore.pem')).toBe(`${leaf.key}${leaf.certificate}`);
  expect(await written('cluster/truststore.pem')).toBe(ca.certificate);
  expect(await written('metadata/keystore.pem')).toBe(`${client.key}${client.certificate}`);
  expect((await stat(join(roots.stores, 'cluster/keystore.pem'))).mode & 0o777).toBe(0o640);
});

test('writes only the CAs where there are only CAs', async () => {
  await everything();
  await new StartupCertificates(CONFIG, 1001, roots).prepare(AbortSignal.timeout(5_000));
  expect(await written('partners/truststore.pem')).toBe(ca.certificate);
  await expect(written('partners/keystore.pem')).rejects.toThrow('ENOENT');
});

test('has nothing to do without certificates', async () => {
  await new StartupCertificates(brokerConfig(), 1001, roots).prepare(AbortSignal.timeout(5_000));
  expect(said).toEqual([]);
});

test('says which file it waits for', async () => {
  await everything();
  await rm(join(roots.source, 'metadata/tls.key'));
  expect(await waits()).toEqual([
    `waiting: certificates 'metadata': ${roots.source}/metadata/tls.key cannot be read: ` +
      `ENOENT: no such file or directory, open '${roots.source}/metadata/tls.key'`,
  ]);
});

test('says why certificates are not fit, of all folders together, and writes none', async () => {
  await everything();
  await source('cluster', issued(await ca.issue({ dnsNames: [SERVICE] })));
  await source('partners', { 'ca.crt': '' });
  expect(await waits()).toEqual([
    "waiting: certificates 'cluster' are not fit: the certificate is not valid for " +
      `events-streams-1001.${SERVICE}, only for DNS:${SERVICE}; certificates 'partners' are not fit: ca.crt is empty`,
  ]);
  await expect(written('metadata/keystore.pem')).rejects.toThrow('ENOENT');
});

test('asks for the name of the pod only where a listener serves the certificate', async () => {
  await everything();
  await new StartupCertificates(CONFIG, 1001, roots).prepare(AbortSignal.timeout(5_000));
  expect(said).toEqual(['certificates are fit', 'certificates are fit', 'certificates are fit']);
});

test('goes on by itself when they are fit', async () => {
  await everything();
  await source('cluster', { 'tls.key': client.key });
  const prepared = new StartupCertificates(CONFIG, 1001, roots).prepare(AbortSignal.timeout(5_000));
  await source('cluster', issued(leaf));
  await prepared;
  expect(await written('cluster/keystore.pem')).toBe(`${leaf.key}${leaf.certificate}`);
});

describe('while the pod waits for something else', () => {
  let stores: StartupCertificates;
  const next = () => ca.issue({ dnsNames: [SERVICE, `*.${SERVICE}`] });

  beforeEach(async () => {
    await everything();
    stores = new StartupCertificates(CONFIG, 1001, roots);
    await stores.prepare(AbortSignal.timeout(5_000));
    said.length = 0;
  });

  test('takes over what is renewed', async () => {
    const renewed = await next();
    await source('cluster', issued(renewed));
    await stores.refresh();
    expect(await written('cluster/keystore.pem')).toBe(`${renewed.key}${renewed.certificate}`);
    expect(said).toEqual(['certificates are fit']);
  });

  test('keeps what it has when the new ones are unfit, and takes over those that are fit', async () => {
    const other = await TestAuthority.create('other');
    await source('cluster', { 'tls.key': client.key });
    await source('partners', { 'ca.crt': other.certificate });
    await stores.refresh();
    expect(await written('cluster/keystore.pem')).toBe(`${leaf.key}${leaf.certificate}`);
    expect(await written('partners/truststore.pem')).toBe(other.certificate);
  });

  test('writes nothing that is there already', async () => {
    await stores.refresh();
    await stores.prepare(AbortSignal.timeout(5_000));
    expect(said).toEqual([]);
  });
});
