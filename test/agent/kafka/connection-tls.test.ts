/* Sessions over TLS with a server that behaves like Kafka, and the messages when they fail. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TlsOptions } from 'node:tls';
import { Folder } from '../../../agent/certificates/folder';
import { clusterView } from '../../../agent/kafka/cluster-view';
import { Address, KafkaSession, KafkaUnavailable } from '../../../agent/kafka/connection';
import { Credentials } from '../../../agent/certificates/credentials';
import { reloadStores } from '../../../agent/kafka/reload-stores';
import { Issued, TestAuthority } from '../certificates/test-authority';
import { FakeBroker } from './fake-broker';

const HOST = 'events-streams-1001.events-brokers.prod.svc';

let ca: TestAuthority;
let foreign: TestAuthority;
let server: Issued;
let client: Issued;
let root: string;
let broker: FakeBroker | undefined;

beforeAll(async () => {
  [ca, foreign] = [await TestAuthority.create('ca'), await TestAuthority.create('foreign')];
  server = await ca.issue({ dnsNames: [HOST] });
  client = await ca.issue({ commonName: 'agent', dnsNames: [] });
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'agent-tls-'));
});
afterEach(async () => {
  await broker?.stop();
  broker = undefined;
  await rm(root, { recursive: true });
});

/** Stores as `init` writes them. */
async function stores(identity = client, trusted = ca.certificate): Promise<Credentials> {
  await mkdir(join(root, 'cluster'), { recursive: true });
  await writeFile(join(root, 'cluster/keystore.pem'), `${identity.key}${identity.certificate}`);
  await writeFile(join(root, 'cluster/truststore.pem'), trusted);
  return Credentials.ofStores('cluster', root);
}

async function mutualTls(change: TlsOptions = {}, identity = server): Promise<void> {
  broker = await FakeBroker.start({
    key: identity.key,
    cert: identity.certificate,
    ca: ca.certificate,
    requestCert: true,
    rejectUnauthorized: true,
    ...change,
  });
}

function address(credentials?: Credentials, serverName: string | undefined = HOST): Address {
  return { host: '127.0.0.1', port: broker!.port, credentials, serverName };
}

function fetchView(to: Address) {
  return KafkaSession.with(to, 4_000, clusterView);
}

async function failure(to: Address): Promise<string> {
  const error = await fetchView(to).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KafkaUnavailable);
  return (error as Error).message;
}

test('sends its certificate, and verifies the server by the name of its pod', async () => {
  await mutualTls();
  const view = await fetchView(address(await stores()));
  expect([...view.brokers.keys()]).toEqual([1001]);
});

test('the brokers of a view have the credentials of the session', async () => {
  await mutualTls();
  const credentials = await stores();
  const view = await fetchView(address(credentials));
  expect(view.brokers.get(1001)).toMatchObject({ host: 'localhost', port: broker!.port, credentials });
  expect(view.brokers.get(1001)).not.toHaveProperty('serverName');
});

test('accepts the files of a Secret too', async () => {
  await mutualTls();
  await mkdir(join(root, 'cluster'));
  await writeFile(join(root, 'cluster/tls.crt'), client.certificate);
  await writeFile(join(root, 'cluster/tls.key'), client.key);
  await writeFile(join(root, 'cluster/ca.crt'), ca.certificate);
  await expect(fetchView(address(Credentials.ofSource('cluster', root)))).resolves.toBeDefined();
});

test('uses renewed files for the next connection', async () => {
  // GIVEN
  await mutualTls();
  const credentials = await stores(await foreign.issue());
  await failure(address(credentials));
  // WHEN
  await stores(client);
  // THEN
  await expect(fetchView(address(credentials))).resolves.toBeDefined();
});

test('trusts an intermediate CA, as Kafka does', async () => {
  const intermediate = await ca.intermediate('intermediate');
  await mutualTls({}, await intermediate.issue({ dnsNames: [HOST] }));
  await expect(fetchView(address(await stores(client, intermediate.certificate)))).resolves.toBeDefined();
});

test('makes a broker reload its stores', async () => {
  await mutualTls();
  await reloadStores(address(await stores()), 1001, 'CLIENT');
  expect(broker!.alterations).toEqual([
    {
      resourceType: 4,
      resourceName: '1001',
      setting: 'listener.name.client.ssl.keystore.location',
      operation: 1,
    },
  ]);
});

describe('the server of the pod, with an expired certificate', () => {
  let expired: Issued;
  let renewed: Issued;
  const own = (credentials: Credentials): Address => ({ ...address(credentials), isOwn: true });
  const folder = () => new Folder('cluster', true, { source: join(root, 'source'), stores: root });
  const writeStores = ({ key, certificate }: Issued) =>
    folder().writeStores({ keyStore: `${key}${certificate}`, trustStore: ca.certificate });

  beforeAll(async () => {
    expired = await ca.issue({ dnsNames: [HOST], from: -3, to: -1 });
    renewed = await ca.issue({ dnsNames: [HOST] });
  });

  test('can be told to reload the next certificate', async () => {
    await mutualTls({}, expired);
    await writeStores(expired);
    await writeStores(renewed);
    await reloadStores(own(Credentials.ofStores('cluster', root)), 1001, 'CLIENT');
    expect(broker!.alterations).toHaveLength(1);
  });

  test('is accepted with the certificate in its stores', async () => {
    await mutualTls({ requestCert: false }, expired);
    await writeStores(expired);
    await expect(fetchView(own(Credentials.ofStores('cluster', root)))).resolves.toBeDefined();
  });

  test('is rejected with a certificate that was not issued to this pod', async () => {
    await mutualTls({}, await ca.issue({ dnsNames: [HOST], from: -3, to: -1 }));
    await writeStores(expired);
    await writeStores(renewed);
    expect(await failure(own(Credentials.ofStores('cluster', root)))).toMatch(
      /expired or is not valid yet; .*; its certificate was not issued to this pod: CERT_HAS_EXPIRED$/,
    );
    expect(broker!.requests).toBe(0);
  });

  test('is rejected if it is another server', async () => {
    await mutualTls({}, expired);
    await writeStores(expired);
    await writeStores(renewed);
    expect(await failure(address(Credentials.ofStores('cluster', root)))).toMatch(/expired/);
  });
});

describe('the message has a remedy when', () => {
  const at = () => `127\\.0\\.0\\.1:${broker!.port}`;

  test('a file is missing', async () => {
    await mutualTls();
    const credentials = await stores();
    await rm(join(root, 'cluster/truststore.pem'));
    expect(await failure(address(credentials))).toBe(
      `cannot connect to 127.0.0.1:${broker!.port}: ${root}/cluster/truststore.pem cannot be read: ` +
        `ENOENT: no such file or directory, open '${root}/cluster/truststore.pem'`,
    );
  });

  test('a file is damaged', async () => {
    await mutualTls();
    const credentials = await stores({ key: 'damaged', certificate: client.certificate });
    expect(await failure(address(credentials))).toMatch(
      new RegExp(
        `^${at()}: the certificates cannot be used; check that ${root}/cluster/keystore.pem and ${root}/cluster/truststore.pem are complete; .`,
      ),
    );
  });

  test('the server is not trusted', async () => {
    await mutualTls();
    expect(await failure(address(await stores(client, foreign.certificate)))).toMatch(
      new RegExp(
        `^${at()}: its certificate is not issued by a CA in ${root}/cluster/truststore.pem; add the CA`,
      ),
    );
  });

  test('the server has another name', async () => {
    await mutualTls();
    expect(await failure(address(await stores(), 'elsewhere'))).toMatch(
      new RegExp(
        `^${at()}: its certificate is not valid for 'elsewhere'; add this name to the certificate; .*DNS:${HOST}`,
      ),
    );
  });

  test('the certificate of the server has expired', async () => {
    await mutualTls({}, await ca.issue({ dnsNames: [HOST], from: -3, to: -1 }));
    expect(await failure(address(await stores()))).toMatch(
      new RegExp(`^${at()}: its certificate or CA has expired or is not valid yet; renew the certificate`),
    );
  });

  // Node.js, unlike Kafka, rejects a client without a reason.
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('the server closes the connection, with %s', async (version) => {
    await mutualTls({ minVersion: version, maxVersion: version });
    expect(await failure(address(await stores(await foreign.issue())))).toMatch(
      new RegExp(
        `^${at()}: it closes the connection; if this persists, its port does not use TLS, or it rejects the certificate in ${root}/cluster/keystore.pem; .`,
      ),
    );
  });

  test('the port of the server does not use TLS', async () => {
    broker = await FakeBroker.start();
    expect(await failure(address(await stores()))).toMatch(
      new RegExp(
        `^${at()}: it closes the connection; if this persists, its port does not use TLS, or it rejects`,
      ),
    );
  });

  test('the port of the server uses TLS, and the agent does not', async () => {
    await mutualTls();
    expect(await failure(address(undefined))).toMatch(
      new RegExp(
        `^${at()}: it closes the connection; if this persists, its port uses TLS, and this agent has no`,
      ),
    );
  });
});
