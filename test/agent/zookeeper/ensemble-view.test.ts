import { AddressInfo, Server, Socket, createServer } from 'node:net';
import { judgeZookeeper } from '../../../agent/readiness/judge-zookeeper';
import { parseServerMode, servingIds, fetchEnsembleView } from '../../../agent/zookeeper/ensemble-view';
import { sendFourLetterWord } from '../../../agent/zookeeper/four-letter-word';

const SRVR = `Zookeeper version: 3.9.4-0, built on 2025-08-19 19:53 UTC
Latency min/avg/max: 0/0.0/0
Received: 2
Mode: follower
Node count: 5
`;

test.each([
  [SRVR, 'follower'],
  [SRVR.replace('follower', 'leader'), 'leader'],
  [SRVR.replace('follower', 'observer'), 'electing'],
  ['This ZooKeeper instance is not currently serving requests\n', 'electing'],
  ['srvr is not executed because it is not in the whitelist.\n', 'electing'],
  ['', 'electing'],
])('parses the mode of a server', (answer, mode) => {
  expect(parseServerMode(answer)).toBe(mode);
});

test('a server is ready exactly while it is the leader or a follower', () => {
  expect(judgeZookeeper(2, 'leader')).toMatchObject({ ready: true, reason: 'server 2 is the leader' });
  expect(judgeZookeeper(2, 'follower')).toMatchObject({ ready: true, reason: 'server 2 is a follower' });
  expect(judgeZookeeper(2, 'electing')).toMatchObject({
    ready: false,
    reason: 'server 2 is neither leader nor follower of a quorum',
  });
});

describe('a server with an open port', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.destroy());
    await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
  });

  async function startServer(answer: (word: string) => string | undefined) {
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        const text = answer(data.toString());
        if (text !== undefined) {
          socket.end(text);
        }
      });
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  }

  test('receives the word, and its whole answer is read', async () => {
    const address = await startServer((word) => (word === 'srvr' ? SRVR : ''));

    expect(await sendFourLetterWord(address, 'srvr', 2_000)).toBe(SRVR);
  });

  test('causes an error if it does not answer in time', async () => {
    const address = await startServer(() => undefined);

    await expect(sendFourLetterWord(address, 'srvr', 50)).rejects.toThrow(
      `127.0.0.1:${address.port}: no answer within 0.05 s`,
    );
  });

  test('counts if it serves; servers that do not answer are listed with the reason', async () => {
    // GIVEN
    const follower = await startServer(() => SRVR);
    const electing = await startServer(() => 'This ZooKeeper instance is not currently serving requests');
    const gone = { host: '127.0.0.1', port: 1 };

    // WHEN
    const view = await fetchEnsembleView(
      new Map([
        [1, follower],
        [2, electing],
        [3, gone],
      ]),
    );

    // THEN
    expect(servingIds(view)).toEqual([1]);
    expect(view.modes.get(2)).toBe('electing');
    expect(view.failures).toEqual([expect.stringContaining('127.0.0.1:1: connect ECONNREFUSED')]);
  });
});
