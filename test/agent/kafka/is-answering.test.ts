import { AddressInfo, Server, createServer } from 'node:net';
import { isAnswering } from '../../../agent/kafka/is-answering';
import { KafkaServer } from '../../support/kafka-server';

const at = (port: number) => ({ host: '127.0.0.1', port });

test('a broker that answers requests is answering', async () => {
  const server = await KafkaServer.start([]);
  expect(await isAnswering(at(server.port))).toBe(true);
  await server.stop();
});

describe('a process with an open port', () => {
  let server: Server;

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function listen(): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  test('is not answering if it never answers', async () => {
    server = createServer((socket) => void socket.on('error', () => undefined).resume());
    expect(await isAnswering(at(await listen()))).toBe(false);
  });

  test('is not answering if it closes connections', async () => {
    server = createServer((socket) => void socket.destroy());
    expect(await isAnswering(at(await listen()))).toBe(false);
  });
});

test('a closed port is not answering', async () => {
  const server = await KafkaServer.start([]);
  const { port } = server;
  await server.stop();
  expect(await isAnswering(at(port))).toBe(false);
});
