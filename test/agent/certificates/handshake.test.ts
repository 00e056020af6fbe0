import { Server, TlsOptions, createServer } from 'node:tls';
import { AddressInfo } from 'node:net';
import { PrivateKeyEntry, parseStores } from '../../../agent/certificates/validation';
import { handshake } from '../../../agent/certificates/handshake';
import { isListening } from '../../../agent/runtime/tcp-port';
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

function identity({ key, certificate }: Issued): PrivateKeyEntry {
  return parseStores({ keyStore: `${key}${certificate}`, trustStore: ca.certificate }).keyEntry!;
}

const fingerprint = () => identity(leaf).chain[0].fingerprint256;

test('sees which certificate is served', async () => {
  expect(await handshake(await serve(), 'x')).toEqual({ served: fingerprint(), isVerdict: false });
});

test('a client that is accepted sees it too', async () => {
  const port = await serve(mutual());
  expect(await handshake(port, 'x', identity(leaf))).toEqual({ served: fingerprint(), isVerdict: true });
});

test('a client that is not trusted is refused', async () => {
  const port = await serve(mutual());
  expect(await handshake(port, 'x', identity(await foreign.issue()))).toMatchObject({
    refusal: expect.any(String),
    isVerdict: true,
  });
});

test('where there is only TLS 1.3, it is no verdict about the client', async () => {
  const port = await serve({ ...mutual(), minVersion: 'TLSv1.3' });
  expect(await handshake(port, 'x', identity(await foreign.issue()))).toEqual({
    served: fingerprint(),
    isVerdict: false,
  });
});

test('tells a port that is open from one that is not', async () => {
  const port = await serve();
  expect(await isListening(port)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await isListening(port)).toBe(false);
});

describe('a listener', () => {
  const ask = async (options: TlsOptions, clients: string | undefined, step: object = {}) => {
    const listener = {
      name: 'CLIENT',
      port: await serve(options),
      certificates: 'own',
      clientCertificates: clients,
    };
    const stores = { identity: identity(leaf), trusted: [] };
    return verifyReload(listener, 'own', { stores, isVerifiable: true, ...step }, (to, client) =>
      handshake(to, 'x', client),
    );
  };

  test('that serves the certificate is proven', async () => {
    expect(await ask({}, undefined)).toBeUndefined();
  });

  test('that serves another one is not', async () => {
    const { key, certificate } = await ca.issue();
    expect(await ask({ key, cert: certificate }, undefined)).toEqual({
      listener: 'CLIENT',
      reason: 'it serves another certificate',
    });
  });

  test('that refuses the new certificate as a client is not', async () => {
    const accepts = identity(await foreign.issue());
    expect(await ask(mutual(), 'own', { accepts })).toMatchObject({
      reason: expect.stringMatching(/^no handshake: ./),
    });
  });

  test('that still accepts the old certificate is not', async () => {
    const step = { accepts: identity(leaf), refuses: identity(await ca.issue()) };
    expect(await ask(mutual(), 'own', step)).toMatchObject({
      reason: 'it still accepts the certificate of a CA that it should trust no longer',
    });
  });

  describe.each(['TLSv1.2', 'TLSv1.3'] as const)('for clients of another CA, with %s', (version) => {
    const options = { minVersion: version, maxVersion: version };

    test('is proven by what it serves', async () => {
      expect(await ask({ ...mutual(foreign), ...options }, 'partners')).toBeUndefined();
    });

    test('is not proven when it serves another certificate', async () => {
      const { key, certificate } = await ca.issue();
      const other = { ...mutual(foreign), ...options, key, cert: certificate };
      expect(await ask(other, 'partners')).toMatchObject({ reason: 'it serves another certificate' });
    });
  });

  test('for clients of another CA that serves nothing is not proven', async () => {
    const listener = { name: 'CLIENT', port: 1, certificates: 'own', clientCertificates: 'partners' };
    await serve();
    const step = { stores: { identity: identity(leaf), trusted: [] }, isVisible: true };
    await expect(
      verifyReload(listener, 'own', step, (to, client) => handshake(to, 'x', client)),
    ).resolves.toMatchObject({ reason: expect.stringMatching(/^no handshake: ./) });
  });
});
