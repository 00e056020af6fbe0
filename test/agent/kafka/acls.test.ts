/* Requests about ACLs, with a server in place of a broker. */
import { KafkaSession } from '../../../agent/kafka/connection';
import { Right, grant, revoke, rightsOf } from '../../../agent/kafka/acls';
import { KafkaBytes, KafkaRequestBody } from '../../support/kafka-bytes';
import { KafkaServer } from '../../support/kafka-server';

const PRINCIPAL = 'User:CN=events-topics';
const [TOPIC, CLUSTER] = [2, 4];
const [LITERAL, PREFIXED] = [3, 4];
const [DENY, ALLOW] = [2, 3];
const [READ, CREATE, DELETE, ALTER, DESCRIBE] = [3, 5, 6, 7, 8];
const RIGHTS: Right[] = [
  { resource: 'topics', operation: 'create' },
  { resource: 'cluster', operation: 'describe' },
];

/** An ACL: resource type, name, pattern type, host, operation and permission. */
type Acl = [type: number, name: string, pattern: number, host: string, operation: number, permission: number];

let server: KafkaServer;
let received: unknown[];

afterEach(() => server.stop());

/** Starts a server with these ACLs, and with one error code and message in every answer. */
async function start(acls: readonly Acl[], errorCode = 0, message: string | null = null): Promise<void> {
  received = [];
  const head = () => new KafkaBytes().int32(0);
  const failed = (bytes: KafkaBytes) => bytes.int16(errorCode).text(message);
  server = await KafkaServer.start([
    {
      key: 29,
      versions: [3, 3],
      answer: (request) => {
        received.push(aclIn(request));
        const bytes = failed(head());
        return bytes
          .list(acls, ([type, name, pattern, host, operation, permission]) =>
            bytes
              .int8(type)
              .text(name)
              .int8(pattern)
              .list([0], () => bytes.text(PRINCIPAL).text(host).int8(operation).int8(permission)),
          )
          .noTags().bytes;
      },
    },
    {
      key: 30,
      versions: [3, 3],
      answer: (request) => {
        received.push(...(request.list(() => aclIn(request)) ?? []));
        const bytes = head();
        return bytes.list([0], () => failed(bytes)).noTags().bytes;
      },
    },
    {
      key: 31,
      versions: [3, 3],
      answer: (request) => {
        received.push(...(request.list(() => aclIn(request)) ?? []));
        const bytes = head();
        return bytes.list([0], () => failed(bytes).list([], () => undefined)).noTags().bytes;
      },
    },
  ]);
}

/** An ACL or a filter, as it is written in a request. */
function aclIn(request: KafkaRequestBody): unknown[] {
  const [type, name, pattern] = [request.int8(), request.text(), request.int8()];
  return [type, name, pattern, request.text(), request.text(), request.int8(), request.int8()];
}

const ask = <T>(requests: (session: KafkaSession) => Promise<T>): Promise<T> =>
  KafkaSession.with({ host: '127.0.0.1', port: server.port }, 5_000, requests);

test('the rights of a principal are those on all topics and on the cluster that all hosts have', async () => {
  await start([
    [TOPIC, '*', LITERAL, '*', CREATE, ALLOW],
    [TOPIC, '*', LITERAL, '*', DELETE, DENY],
    [TOPIC, '*', LITERAL, '10.0.0.1', ALTER, ALLOW],
    [TOPIC, 'orders', LITERAL, '*', ALTER, ALLOW],
    [TOPIC, '*', PREFIXED, '*', ALTER, ALLOW],
    [TOPIC, '*', LITERAL, '*', READ, ALLOW],
    [CLUSTER, 'kafka-cluster', LITERAL, '*', DESCRIBE, ALLOW],
  ]);
  expect(await ask((session) => rightsOf(session, PRINCIPAL))).toEqual(RIGHTS);
  expect(received).toEqual([[1, null, 1, PRINCIPAL, null, 1, 1]]);
});

test('a cluster without an authorizer has no rights', async () => {
  await start([], 54, 'No Authorizer is configured.');
  expect(await ask((session) => rightsOf(session, PRINCIPAL))).toBeUndefined();
});

test.each([
  ['grant', grant],
  ['revoke', revoke],
])('%s names the principal, all hosts and each right', async (_, change) => {
  await start([]);
  await ask((session) => change(session, PRINCIPAL, RIGHTS));
  expect(received).toEqual([
    [TOPIC, '*', LITERAL, PRINCIPAL, '*', CREATE, ALLOW],
    [CLUSTER, 'kafka-cluster', LITERAL, PRINCIPAL, '*', DESCRIBE, ALLOW],
  ]);
});

test.each([
  ['describe ACLs', (session: KafkaSession) => rightsOf(session, PRINCIPAL)],
  ['create an ACL', (session: KafkaSession) => grant(session, PRINCIPAL, RIGHTS)],
  ['delete an ACL', (session: KafkaSession) => revoke(session, PRINCIPAL, RIGHTS)],
])('a broker that does not %s is reported', async (what, requests) => {
  await start([], 31, 'Cluster authorization failed.');
  await expect(ask<unknown>(requests)).rejects.toThrow(
    `the broker does not ${what}: Cluster authorization failed.`,
  );
});
