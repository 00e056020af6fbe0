/*
 * Listeners of every type: accepted and rejected clients. Clients with a password are Kafka's own tools.
 */
import { randomBytes } from 'node:crypto';
import { CERTIFICATES, writeToClient } from '../kafka/client-pod';
import { KafkaTools } from '../kafka/tools';
import { KubectlError } from '../kubernetes/kubectl';
import { assertNone } from '../waiting';
import { World } from '../world';
import { CompanyPki } from './company-pki';
import { rememberSecret } from './leaks';
import { Listener } from './probing';
import { ClientAttempt, responsesTo, acceptanceProblem, rejectionProblem } from './rejections';

const USER = 'alice';
const RECORDS = 200;

/** Checks certificates of the CA of clients and the CA of servers, passwords, and clients without credentials. */
export function listenersAcceptTheirClients(pki: CompanyPki): (world: World) => Promise<string> {
  return async (world) => {
    await checkCertificates(world, pki);
    const password = randomBytes(24).toString('base64url');
    rememberSecret(password);
    const results = [await checkScram(world, password), await checkUnauthenticated(world)];
    return results.join('; ');
  };
}

async function checkCertificates({ expectations }: World, pki: CompanyPki): Promise<void> {
  const client = { presents: await pki.sample('clients') };
  const server = { presents: await pki.sample('servers') };
  const none = { presents: 'none' } as const;
  const cases: readonly (readonly [Listener, string, ClientAttempt, boolean])[] = [
    ['client', 'a certificate of a client', client, true],
    ['client', 'a certificate of a server', server, false],
    ['client', 'no certificate', none, false],
    ['internal', 'a certificate of a server', server, true],
    ['internal', 'a certificate of a client', client, false],
    ['internal', 'no certificate', none, false],
    ['users', 'no certificate', none, true],
    ['open', 'no certificate', none, true],
  ];
  for (const [listener, name, attempt, isAllowed] of cases) {
    const outcomes = await responsesTo(expectations, listener, attempt);
    assertNone(
      outcomes.flatMap((one) => {
        const reason = isAllowed ? acceptanceProblem(one) : rejectionProblem(one);
        return reason === undefined ? [] : [`${name} at ${one.host}:${one.port}: ${reason}`];
      }),
    );
  }
}

const TRUST = { 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': `${CERTIFICATES}/ca.crt` };

/** A SCRAM user is accepted only with the correct password. */
async function checkScram(world: World, password: string): Promise<string> {
  const { expectations, tools } = world;
  await writeToClient(expectations, '/tmp/alice', `SCRAM-SHA-512=password=${password}\n`);
  await tools.setUser(USER, '/tmp/alice');
  const connectAs = async (name: string, user: string, secret: string) => {
    const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${user}" password="${secret}";`;
    return toolsWith(world, 9192, name, {
      ...TRUST,
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'SCRAM-SHA-512',
      'sasl.jaas.config': jaas,
    });
  };
  const accepted = await sendAndRead(world, await connectAs('user', USER, password), 'users');
  const others = [
    await connectAs('wrong', USER, 'wrong-password'),
    await connectAs('nobody', 'nobody', password),
    await toolsWith(world, 9192, 'unnamed', { ...TRUST, 'security.protocol': 'SSL' }),
  ];
  for (const other of others) {
    await assertRejected(
      other,
      /SaslAuthenticationException|Authentication failed|TimeoutException|timed out/i,
    );
  }
  return `${accepted} with a password; ${others.length} other credentials rejected`;
}

/** Every TLS client is accepted. */
async function checkUnauthenticated(world: World): Promise<string> {
  const open = await toolsWith(world, 9292, 'open', { ...TRUST, 'security.protocol': 'SSL' });
  const accepted = await sendAndRead(world, open, 'open');
  const plain = await toolsWith(world, 9292, 'plain', { 'security.protocol': 'PLAINTEXT' });
  await assertRejected(plain, /TimeoutException|timed out|OutOfMemoryError|disconnected/i);
  return `${accepted} with TLS only; plaintext rejected`;
}

async function toolsWith(
  { expectations }: World,
  port: number,
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<KafkaTools> {
  const file = `/tmp/${name}.properties`;
  const text = Object.entries({
    'request.timeout.ms': '10000',
    'default.api.timeout.ms': '15000',
    ...settings,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
  await writeToClient(expectations, file, text);
  return new KafkaTools(expectations.namespace, expectations.clusterName, { port, settings: file });
}

async function sendAndRead({ expectations }: World, tools: KafkaTools, name: string): Promise<string> {
  const topic = `by${name}`;
  await tools.createTopic(topic, expectations.maps[0].brokerIds.join(':'));
  const sent = await tools.produce(topic, RECORDS, 1);
  const read = await tools.consume(topic, RECORDS, topic);
  await tools.deleteTopic(topic);
  if (sent.length !== RECORDS || read.length !== RECORDS) {
    throw new Error(`${sent.length} of ${RECORDS} records were acknowledged, ${read.length} were read`);
  }
  return `${read.length} records by a client`;
}

async function assertRejected(tools: KafkaTools, expected: RegExp): Promise<void> {
  const error = await tools.partitions().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof KubectlError)) {
    throw new Error(error === undefined ? 'an unauthenticated client was accepted' : String(error));
  }
  const text = `${error.output}\n${error.errors}`;
  if (!expected.test(text)) {
    throw new Error(`a client failed without a rejection: ${text.trim().slice(-500)}`);
  }
}
