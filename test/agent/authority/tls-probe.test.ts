/* Handshakes with real TLS servers. */
import { AddressInfo, Server, connect, createServer as createTcpServer } from 'node:net';
import { TlsOptions, createServer } from 'node:tls';
import { KeyAndCertificate, certificateFacts, makeCa, makeLeaf } from '../../../agent/authority/issue';
import { probeCertificate, probeEndpoint, probeEndpoints } from '../../../agent/authority/tls-probe';

const DAY = 86_400;
const HOST = '127.0.0.1';

let oldCa: KeyAndCertificate;
let newCa: KeyAndCertificate;
let leaf: KeyAndCertificate;
let oldProbe: KeyAndCertificate;
let newProbe: KeyAndCertificate;
let servers: Server[];

beforeAll(async () => {
  const now = Date.now();
  oldCa = await makeCa('events CA 1', DAY, now);
  newCa = await makeCa('events CA 2', DAY, now);
  leaf = await makeLeaf(oldCa, { commonName: 'events-brokers', dnsNames: ['events'] }, DAY, now);
  oldProbe = await probeCertificate(oldCa, now);
  newProbe = await probeCertificate(newCa, now);
});

beforeEach(() => {
  servers = [];
});

afterEach(() => Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))));

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return (server.address() as AddressInfo).port;
}

/** A server that requires a client certificate of a trusted CA, like Kafka. */
function broker(trusted: readonly KeyAndCertificate[], options: TlsOptions = {}): Promise<number> {
  const server = createServer({
    key: leaf.key,
    cert: leaf.certificate,
    ca: trusted.map((ca) => ca.certificate),
    requestCert: true,
    rejectUnauthorized: true,
    ...options,
  });
  server.on('tlsClientError', () => undefined);
  return listening(server);
}

test.each([['TLSv1.2'], ['TLSv1.3']] as const)('reads the served certificate with %s', async (version) => {
  const port = await broker([oldCa], { minVersion: version, maxVersion: version });
  await expect(probeEndpoint('serves', { host: HOST, port }, { certificate: oldProbe })).resolves.toEqual({
    kind: 'served',
    fingerprint: certificateFacts(leaf.certificate).fingerprint,
  });
});

test.each([['TLSv1.2'], ['TLSv1.3']] as const)(
  'reads the served certificate of a server that trusts another CA with %s',
  async (version) => {
    const port = await broker([newCa], { minVersion: version, maxVersion: version });
    await expect(probeEndpoint('serves', { host: HOST, port }, { certificate: oldProbe })).resolves.toEqual({
      kind: 'served',
      fingerprint: certificateFacts(leaf.certificate).fingerprint,
    });
  },
);

describe.each([
  ['any version of TLS', {}],
  ['only TLS 1.3', { minVersion: 'TLSv1.3' }],
] as const)('a server with %s', (_, options) => {
  test.each([
    ['one of two trusted CAs', () => [oldCa, newCa]],
    ['the only trusted CA', () => [newCa]],
  ])('accepts a certificate of %s', async (_name, trusted) => {
    const port = await broker(trusted(), options);
    expect(await probeEndpoint('accepts', { host: HOST, port }, { certificate: newProbe })).toEqual({
      kind: 'accepted',
    });
  });

  test('that closes the connection for one certificate and accepts another has rejected the first', async () => {
    const port = await broker([newCa], options);
    const shown = { certificate: oldProbe, control: newProbe };
    expect((await probeEndpoint('accepts', { host: HOST, port }, shown)).kind).toBe('rejected');
  });

  test('that closes the connection for both certificates has failed', async () => {
    const port = await broker([newCa], options);
    const shown = { certificate: oldProbe, control: oldProbe };
    expect((await probeEndpoint('accepts', { host: HOST, port }, shown)).kind).toBe('failed');
  });
});

test.each([
  [0x2a, 'bad certificate'],
  [0x2d, 'certificate expired'],
  [0x2e, 'certificate unknown'],
  [0x30, 'unknown ca'],
])('an alert (%i) about the certificate is a rejection', async (alert, reason) => {
  const port = await alerting(await broker([newCa]), alert);
  expect(await probeEndpoint('accepts', { host: HOST, port }, { certificate: oldProbe })).toEqual({
    kind: 'rejected',
    reason,
  });
});

test('another alert is not a rejection', async () => {
  const port = await alerting(await broker([newCa]), 0x28);
  expect((await probeEndpoint('accepts', { host: HOST, port }, { certificate: oldProbe })).kind).toBe(
    'failed',
  );
});

/** Proxy that sends an alert before it closes a connection, like Kafka. Node.js closes it without an alert. */
function alerting(behind: number, alert: number): Promise<number> {
  return listening(
    createTcpServer((front) => {
      const back = connect(behind, HOST);
      back.on('data', (part) => front.write(part)).on('error', () => undefined);
      back.on('close', () => front.end(Buffer.from([0x15, 3, 3, 0, 2, 2, alert])));
      front.on('data', (part) => back.write(part)).on('error', () => undefined);
    }),
  );
}

test('a closed port is unreachable', async () => {
  const port = await broker([oldCa]);
  await new Promise((resolve) => servers.pop()!.close(resolve));
  expect(await probeEndpoint('serves', { host: HOST, port }, { certificate: oldProbe })).toEqual({
    kind: 'unreachable',
    reason: expect.stringContaining('ECONNREFUSED'),
  });
});

test('an unknown host name is unreachable', async () => {
  expect(
    await probeEndpoint('serves', { host: 'nobody.invalid', port: 1 }, { certificate: oldProbe }),
  ).toEqual({
    kind: 'unreachable',
    reason: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
  });
});

test('a server without TLS is reachable, but fails', async () => {
  const port = await listening(createTcpServer((socket) => socket.resume().end('plain text\n')));
  expect(await probeEndpoint('accepts', { host: HOST, port }, { certificate: oldProbe })).toEqual({
    kind: 'failed',
    reason: expect.any(String),
  });
});

test('a server that closes the connection fails', async () => {
  const port = await listening(createTcpServer((socket) => socket.on('error', () => undefined).destroy()));
  expect((await probeEndpoint('accepts', { host: HOST, port }, { certificate: oldProbe })).kind).toBe(
    'failed',
  );
});

test('a server that does not respond fails after a timeout', async () => {
  const port = await listening(createTcpServer((socket) => socket.on('error', () => undefined).resume()));
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  try {
    const outcome = probeEndpoint('accepts', { host: HOST, port }, { certificate: oldProbe });
    while (jest.getTimerCount() === 0 || servers[0].connections === 0) await new Promise(setImmediate);
    for (let i = 0; i < 50; i++) await new Promise(setImmediate);
    jest.advanceTimersByTime(8_000);
    expect(await outcome).toEqual({ kind: 'failed', reason: 'no handshake within 8 seconds' });
  } finally {
    jest.useRealTimers();
  }
});

test('a handshake failure for another reason is not a rejection', async () => {
  const port = await broker([oldCa], { ciphers: 'ECDHE-RSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' });
  expect((await probeEndpoint('accepts', { host: HOST, port }, { certificate: oldProbe })).kind).toBe(
    'failed',
  );
});

test('probes 300 endpoints in order within seconds', async () => {
  const good = await broker([oldCa]);
  const closed = await broker([oldCa]);
  await new Promise((resolve) => servers.pop()!.close(resolve));
  const endpoints = Array.from({ length: 300 }, (_, index) => ({
    host: HOST,
    port: index % 3 === 0 ? closed : good,
    secret: 'events-tls',
    requestsClientCertificate: true,
  }));
  const outcomes = await probeEndpoints('accepts', endpoints, { certificate: oldProbe });
  expect(outcomes.map(({ kind }) => kind)).toEqual(
    endpoints.map(({ port }) => (port === closed ? 'unreachable' : 'accepted')),
  );
});

test('limits concurrent handshakes', async () => {
  let open = 0;
  let most = 0;
  const port = await listening(
    createTcpServer((socket) => {
      most = Math.max(most, ++open);
      socket.on('error', () => undefined).on('close', () => open--);
      setTimeout(() => socket.destroy(), 20);
    }),
  );
  const endpoint = { host: HOST, port, secret: 'events-tls', requestsClientCertificate: true };
  await probeEndpoints('serves', Array(200).fill(endpoint), { certificate: oldProbe });
  expect(most).toBeLessThanOrEqual(40);
});
