/*
 * Listeners of every kind: whom each lets in, and whom it does not. What comes with a password is a real client of Kafka's.
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
import { Try, answersTo, acceptanceProblem, rejectionProblem } from './refusals';

const USER = 'alice';
const RECORDS = 200;

/** Certificates by the authorities of clients, of servers, and of nobody; passwords; and nothing at all. */
export function listenersLetIn(pki: CompanyPki): (world: World) => Promise<string> {
  return async (world) => {
    await certificatesAreJudged(world, pki);
    const password = randomBytes(24).toString('base64url');
    rememberSecret(password);
    const said = [await byPassword(world, password), await byNothing(world)];
    return said.join('; ');
  };
}

async function certificatesAreJudged({ outcome }: World, pki: CompanyPki): Promise<void> {
  const client = { shows: await pki.sample('clients') };
  const server = { shows: await pki.sample('servers') };
  const none = { shows: 'none' } as const;
  const cases: readonly (readonly [Listener, string, Try, boolean])[] = [
    ['client', 'a certificate of a client', client, true],
    ['client', 'a certificate of a server', server, false],
    ['client', 'no certificate', none, false],
    ['internal', 'a certificate of a server', server, true],
    ['internal', 'a certificate of a client', client, false],
    ['internal', 'no certificate', none, false],
    ['users', 'no certificate', none, true],
    ['open', 'no certificate', none, true],
  ];
  for (const [listener, name, how, isWelcome] of cases) {
    const outcomes = await answersTo(outcome, listener, how);
    assertNone(
      outcomes.flatMap((one) => {
        const reason = isWelcome ? acceptanceProblem(one) : rejectionProblem(one);
        return reason === undefined ? [] : [`${name} at ${one.host}:${one.port}: ${reason}`];
      }),
    );
  }
}

const TRUST = { 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': `${CERTIFICATES}/ca.crt` };

/** A user is let in by the right password only. */
async function byPassword(world: World, password: string): Promise<string> {
  const { outcome, tools } = world;
  await writeToClient(outcome, '/tmp/alice', `SCRAM-SHA-512=password=${password}\n`);
  await tools.setUser(USER, '/tmp/alice');
  const enter = async (name: string, user: string, secret: string) => {
    const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${user}" password="${secret}";`;
    return toolsWith(world, 9192, name, {
      ...TRUST,
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'SCRAM-SHA-512',
      'sasl.jaas.config': jaas,
    });
  };
  const said = await sendAndRead(world, await enter('user', USER, password), 'users');
  const strangers = [
    await enter('wrong', USER, 'not this one'),
    await enter('nobody', 'nobody', password),
    await toolsWith(world, 9192, 'unnamed', { ...TRUST, 'security.protocol': 'SSL' }),
  ];
  for (const stranger of strangers) {
    await isRefused(
      stranger,
      /SaslAuthenticationException|Authentication failed|TimeoutException|timed out/i,
    );
  }
  return `${said} with a password, ${strangers.length} ways without it refused`;
}

/** Everybody is let in who speaks TLS. */
async function byNothing(world: World): Promise<string> {
  const open = await toolsWith(world, 9292, 'open', { ...TRUST, 'security.protocol': 'SSL' });
  const said = await sendAndRead(world, open, 'open');
  const plain = await toolsWith(world, 9292, 'plain', { 'security.protocol': 'PLAINTEXT' });
  await isRefused(plain, /TimeoutException|timed out|OutOfMemoryError|disconnected/i);
  return `${said} with nothing but TLS, plaintext refused`;
}

async function toolsWith(
  { outcome }: World,
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
  await writeToClient(outcome, file, text);
  return new KafkaTools(outcome.namespace, outcome.clusterName, { port, settings: file });
}

async function sendAndRead({ outcome }: World, tools: KafkaTools, name: string): Promise<string> {
  const topic = `by${name}`;
  await tools.createTopic(topic, outcome.maps[0].brokerIds.join(':'));
  const sent = await tools.produce(topic, RECORDS, 1);
  const read = await tools.consume(topic, RECORDS, topic);
  await tools.deleteTopic(topic);
  if (sent.length !== RECORDS || read.length !== RECORDS) {
    throw new Error(`${sent.length} of ${RECORDS} records were acknowledged, ${read.length} were read`);
  }
  return `${read.length} records by a client`;
}

async function isRefused(tools: KafkaTools, how: RegExp): Promise<void> {
  const error = await tools.partitions().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof KubectlError)) {
    throw new Error(error === undefined ? 'a client without a right to enter was let in' : String(error));
  }
  const said = `${error.output}\n${error.errors}`;
  if (!how.test(said)) {
    throw new Error(`a client failed, but was not refused: ${said.trim().slice(-500)}`);
  }
}
