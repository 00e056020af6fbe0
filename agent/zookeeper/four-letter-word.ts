import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Credentials } from '../certificates/credentials';

/** Where a ZooKeeper server answers. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Of whoever asks; absent where the port is plaintext. */
  readonly credentials?: Credentials;
}

const MAX_RESPONSE_LENGTH = 64 * 1024;

/**
 * Asks a server one of its four-letter words.
 *
 * @returns all it says; it closes the connection after that
 * @throws Error that names the server, when it does not answer in time
 * @see https://zookeeper.apache.org/doc/r3.9.4/zookeeperAdmin.html#sc_4lw
 */
export async function sendFourLetterWord(address: ServerAddress, word: 'srvr', deadlineMs: number): Promise<string> {
  const { host, port, credentials } = address;
  const name = `${host}:${port}`;
  // Like Kafka, and unlike OpenSSL: a trusted CA need not be a root.
  const tls = credentials && {
    ...(await credentials.read()),
    servername: host,
    allowPartialTrustChain: true,
  };
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls({ host, port, ...tls }) : connectPlain({ host, port });
    let answer = '';
    const fail = (reason: string) => {
      socket.destroy();
      clearTimeout(timer);
      reject(new Error(`${name}: ${reason}`));
    };
    const timer = setTimeout(() => fail(`no answer within ${deadlineMs} ms`), deadlineMs);
    socket.setEncoding('utf8');
    // Written when the connection stands, with TLS after the handshake: whoever is not trusted hears nothing.
    socket.once(tls ? 'secureConnect' : 'connect', () => socket.write(word));
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.length > MAX_RESPONSE_LENGTH) {
        fail('more than a four-letter word has to say');
      }
    });
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}
