/* Servers that send more than the agent can hold, or lengths that are not valid. */
import { AddressInfo, Server, Socket, createServer } from 'node:net';
import { getObject } from '../../agent/kubernetes/client';
import { clusterView } from '../../agent/kafka/cluster-view';
import { KafkaSession } from '../../agent/kafka/connection';
import { problems } from '../../agent/runtime/problems';
import { ApiServer } from './kubernetes/api-server';

const LIMIT = 100_000;

// A number, because modules ask for it before the constant exists.
jest.mock('../../agent/runtime/received-bytes', () => ({
  ...jest.requireActual<object>('../../agent/runtime/received-bytes'),
  maxReceivedBytes: () => 100_000,
}));

let server: Server;
let sockets: Socket[];

beforeEach(() => {
  sockets = [];
});
afterEach(async () => {
  sockets.forEach((socket) => socket.destroy());
  await new Promise((resolve) => server.close(resolve));
});

/** Starts a server that sends bytes after the first request. */
async function serve(bytes: Buffer): Promise<number> {
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function int32s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeInt32BE(value, 4 * index));
  return bytes;
}

const FIRST_CORRELATION_ID = 1;

test.each([
  ['an answer of 2 GiB', int32s(2 ** 31 - 1, FIRST_CORRELATION_ID), 'announces a response of 2 GiB'],
  ['a negative length', int32s(-8, FIRST_CORRELATION_ID), 'announces a response of -8 bytes'],
  ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'announces a response of 1'],
  [
    'a response that ends too early',
    int32s(8, FIRST_CORRELATION_ID, 0),
    'its response is not valid in the protocol of Kafka; Out of bounds.',
  ],
  [
    'a huge count',
    Buffer.concat([int32s(12, FIRST_CORRELATION_ID), Buffer.from([0, 0, 0xff, 0xff, 0xff, 0xff, 0x07, 0])]),
    'its response is not valid in the protocol of Kafka; a response has a length of 2147483647',
  ],
  ['a server with TLS', Buffer.from([0x15, 3, 3, 0, 2, 2, 40]), 'its port uses TLS'],
])('a Kafka server that sends %s is unavailable', async (_, bytes, reason) => {
  const port = await serve(bytes);
  const failure = await KafkaSession.with({ host: '127.0.0.1', port }, 20_000, clusterView).catch(String);
  expect(failure).toContain(`127.0.0.1:${port}`);
  expect(failure).toContain(reason);
});

test('an API server whose response is too large is unavailable', async () => {
  await serve(Buffer.alloc(0));
  const api = await ApiServer.start();
  api.answers(200, { data: 'x'.repeat(LIMIT) });
  await expect(getObject('/api/v1/nodes/a', 'get on nodes')).rejects.toThrow(
    'no response from the API server: the response exceeds 97.7 KiB',
  );
  problems.clear('api-server-unreachable');
  await api.dispose();
});
