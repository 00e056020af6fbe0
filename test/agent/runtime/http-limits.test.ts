/* Limits of the HTTP server, against clients that keep connections. */
import { once } from 'node:events';
import { AddressInfo, Socket, connect } from 'node:net';
import { Server } from 'node:http';
import { listenForPreStop } from '../../../agent/runtime/http-server';

let server: Server;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = await listenForPreStop(0, () => Promise.resolve('stop'));
});
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.destroy());
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function open(): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

test('closes connections above a limit, and accepts others once there are fewer', async () => {
  // GIVEN
  const accepted: Socket[] = [];
  server.on('connection', (socket: Socket) => accepted.push(socket));

  // WHEN
  const dropped = new Promise<void>((resolve) => {
    let count = 0;
    server.on('drop', () => ++count === 136 && resolve());
  });
  const opened = Array.from({ length: 200 }, open);
  await dropped;

  // THEN
  expect(accepted).toHaveLength(64);
  const closed = Promise.all(accepted.map((socket) => once(socket, 'close')));
  opened.forEach((socket) => socket.destroy());
  await closed;
  const { port } = server.address() as AddressInfo;
  expect((await fetch(`http://127.0.0.1:${port}/pre-stop`)).status).toBe(200);
});

test('waits for a request for ten seconds only', () => {
  expect(server).toMatchObject({ requestTimeout: 10_000, headersTimeout: 10_000 });
});
