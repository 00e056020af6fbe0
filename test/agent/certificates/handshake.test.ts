import { Server, TlsOptions, createServer } from 'node:tls';
import { AddressInfo } from 'node:net';
import { PrivateKeyEntry, parseStores } from '../../../agent/certificates/validation';
import { handshake } from '../../../agent/certificates/handshake';
import { isListening } from '../../../agent/runtime/tcp-port';
import { ReloadStep } from '../../../agent/certificates/reload-plan';
import { verifyReload } from '../../../agent/certificates/reload-verification';
import { Issued, TestAuthority } from './test-authority';

let ca: TestAuthority;
let foreign: TestAuthority;
let leaf: Issued;
let server: Server;

beforeAll(async () => {
  [ca, foreign] = [await TestAuthority.create('ca'), await TestAuthority.create('foreign')];
  leaf = await ca.issue();
});
afterEach(() => server.close());

async function serve(options: TlsOptions = {}): Promise<number> {
  server = createServer({ key: leaf.key, cert: leaf.certificate, ...options }, (socket) =>
    socket.on('error', () => undefined).end(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function mutual(trusted = ca): TlsOptions {
  return { ca: trusted.certificate, requestCert: true, rejectUnauthorized: true };
}

function keyEntryOf({ key, certificate }: Issued): PrivateKeyEntry {
  return parseStores({ keyStore: `${key}${certificate}`, trustStore: ca.certificate }).keyEntry!;
}

const fingerprint = () => keyEntryOf(leaf).chain[0].fingerprint256;

test('returns the served certificate', async () => {
  expect(await handshake(await serve(), 'x')).toEqual({ served: fingerprint(), isConclusive: false });
});

test('an accepted client is a conclusive result', async () => {
  const port = await serve(mutual());
  expect(await handshake(port, 'x', keyEntryOf(leaf))).toEqual({ served: fingerprint(), isConclusive: true });
});

test('a rejected client is a conclusive result', async () => {
  const port = await serve(mutual());
  expect(await handshake(port, 'x', keyEntryOf(await foreign.issue()))).toMatchObject({
    failure: expect.any(String),
    isConclusive: true,
  });
});

test('with TLS 1.3 only, the result is not conclusive for the client certificate', async () => {
  const port = await serve({ ...mutual(), minVersion: 'TLSv1.3' });
  expect(await handshake(port, 'x', keyEntryOf(await foreign.issue()))).toEqual({
    served: fingerprint(),
    isConclusive: false,
  });
});

test('distinguishes open and closed ports', async () => {
  const port = await serve();
  expect(await isListening(port)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await isListening(port)).toBe(false);
});

describe('a listener', () => {
  const verify = async (options: TlsOptions, clients: string | undefined, step: Partial<ReloadStep> = {}) => {
    const listener = {
      name: 'CLIENT',
      port: await serve(options),
      certificateFolder: 'own',
      clientCaFolder: clients,
    };
    const stores = { keyEntry: keyEntryOf(leaf), trusted: [] };
    return verifyReload(listener, 'own', { stores, isVerifiable: true, ...step }, (to, client) =>
      handshake(to, 'x', client),
    );
  };

  test('that serves the new certificate is verified', async () => {
    expect(await verify({}, undefined)).toBeUndefined();
  });

  test('that serves another certificate is not verified', async () => {
    const { key, certificate } = await ca.issue();
    expect(await verify({ key, cert: certificate }, undefined)).toEqual({
      listener: 'CLIENT',
      reason: 'it serves another certificate',
    });
  });

  test('that rejects the new certificate of a client is not verified', async () => {
    const mustAccept = keyEntryOf(await foreign.issue());
    expect(await verify(mutual(), 'own', { mustAccept })).toMatchObject({
      reason: expect.stringMatching(/^handshake failed: ./),
    });
  });

  test('that still accepts the old certificate of a client is not verified', async () => {
    const step = { mustAccept: keyEntryOf(leaf), mustReject: keyEntryOf(await ca.issue()) };
    expect(await verify(mutual(), 'own', step)).toMatchObject({
      reason: 'it still accepts a certificate of the removed CA',
    });
  });

  describe.each(['TLSv1.2', 'TLSv1.3'] as const)('for clients of another CA, with %s', (version) => {
    const options = { minVersion: version, maxVersion: version };

    test('is verified by the served certificate', async () => {
      expect(await verify({ ...mutual(foreign), ...options }, 'partners')).toBeUndefined();
    });

    test('is not verified if it serves another certificate', async () => {
      const { key, certificate } = await ca.issue();
      const other = { ...mutual(foreign), ...options, key, cert: certificate };
      expect(await verify(other, 'partners')).toMatchObject({ reason: 'it serves another certificate' });
    });
  });

  test('for clients of another CA that serves no certificate is not verified', async () => {
    const listener = { name: 'CLIENT', port: 1, certificateFolder: 'own', clientCaFolder: 'partners' };
    await serve();
    const step = { stores: { keyEntry: keyEntryOf(leaf), trusted: [] }, isVerifiable: true };
    await expect(
      verifyReload(listener, 'own', step, (to, client) => handshake(to, 'x', client)),
    ).resolves.toMatchObject({ reason: expect.stringMatching(/^handshake failed: ./) });
  });
});
