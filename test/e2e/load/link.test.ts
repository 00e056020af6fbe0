import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, createServer } from 'node:tls';
import { metadataV12 } from '@platformatic/kafka';
import { KeyAndCertificate, makeCa, makeLeaf } from '../../../agent/authority/issue';
import { failureOf } from './program/failure';
import { Ledger } from './program/ledger';
import { ConnectionCounter, Link, SecureVersion } from './program/link';

// Keys and handshakes are slow on a busy machine.
jest.setTimeout(20_000);

const SUBJECT = { commonName: 'localhost', dnsNames: ['localhost'] };

let folder: string;
let ours: KeyAndCertificate;
let foreign: KeyAndCertificate;
let server: Server;
let ledger: Ledger;
let counter: ConnectionCounter;

beforeAll(async () => {
  ours = await makeCa('ours', 3600, Date.now());
  foreign = await makeCa('foreign', 3600, Date.now());
  ledger = new Ledger();
  counter = new ConnectionCounter(ledger);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'load-link-'));
  ledger.turn(0);
});

afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

/** Writes certificates like the kubelet: into a new folder, with an atomic change of a link. */
async function writeCertificates(ca: KeyAndCertificate, trusted: KeyAndCertificate): Promise<void> {
  const leaf = await makeLeaf(ca, SUBJECT, 3600, Date.now());
  const name = `..${Math.random()}`;
  mkdirSync(join(folder, name));
  const files = { 'tls.crt': leaf.certificate, 'tls.key': leaf.key, 'ca.crt': trusted.certificate };
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(folder, name, file), text);
    rmSync(join(folder, file), { force: true });
    symlinkSync(join('..data', file), join(folder, file));
  }
  symlinkSync(name, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
}

/** A server that accepts certificates of the CA `ours`. */
async function serve(version: SecureVersion, ciphers?: string): Promise<number> {
  const leaf = await makeLeaf(ours, SUBJECT, 3600, Date.now());
  server = createServer({
    cert: leaf.certificate,
    key: leaf.key,
    ca: ours.certificate,
    ciphers,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: version,
    maxVersion: version,
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return (server.address() as AddressInfo).port;
}

async function open(port: number): Promise<Link> {
  return Link.open({ host: 'localhost', port }, { certificates: folder, requestTimeoutMs: 2000 });
}

/** Number of rejections. Waits until the alert can arrive. */
async function rejections(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { rejectedHandshakes } = ledger.turn(0);
  return Object.values(rejectedHandshakes).reduce((sum, count) => sum + count, 0);
}

test.each([['TLSv1.2'], ['TLSv1.3']] as const)(
  'an accepted client is not a rejection (%s)',
  async (version) => {
    const port = await serve(version);
    await writeCertificates(ours, ours);
    const link = await open(port);
    expect(await rejections()).toBe(0);
    expect(link.isOpen).toBe(true);
    await link.close();
  },
);

test.each([['TLSv1.2'], ['TLSv1.3']] as const)(
  'a connection that ends before the first response can be a rejection (%s)',
  async (version) => {
    const port = await serve(version);
    // Node.js finishes the handshake with unknown clients, and then closes the connection without an alert.
    await writeCertificates(foreign, ours);
    const failure = await open(port)
      .then((link) => link.request(metadataV12.api, [], false, false))
      .then(() => undefined, failureOf);
    expect(['unanswered', 'broken handshake']).toContain(failure?.kind);
  },
);

test('an alert is a rejection', async () => {
  // The server has no RSA key, so there is no common cipher.
  const port = await serve('TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256');
  await writeCertificates(ours, ours);
  await expect(open(port)).rejects.toThrow();
  expect(await rejections()).toBe(1);
});

test('a server that the client rejects is a rejection', async () => {
  const port = await serve('TLSv1.3');
  await writeCertificates(ours, foreign);
  await expect(open(port)).rejects.toThrow();
  expect(await rejections()).toBe(1);
});

test('certificates are read again for each connection', async () => {
  const port = await serve('TLSv1.3');
  await writeCertificates(ours, foreign);
  await expect(open(port)).rejects.toThrow();
  await writeCertificates(ours, ours);
  await (await open(port)).close();
  expect(await rejections()).toBe(1);
});

test('connections are counted', async () => {
  const port = await serve('TLSv1.3');
  await writeCertificates(ours, ours);
  const before = counter.opened;
  await (await open(port)).close();
  await (await open(port)).close();
  expect(counter.opened - before).toBe(2);
});
