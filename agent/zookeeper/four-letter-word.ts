import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Credentials } from '../certificates/credentials';

/** Address of a ZooKeeper server, and the credentials for it. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Credentials of the agent; absent if the port is plaintext. */
  readonly credentials?: Credentials;
}

const MAX_RESPONSE_LENGTH = 64 * 1024;

/**
 * Sends a four-letter word to a server.
 *
 * @returns the whole answer; the server closes the connection at its end
 * @throws Error that names the server, if it does not answer in time
 * @see https://zookeeper.apache.org/doc/r3.9.4/zookeeperAdmin.html#sc_4lw
 */
export async function sendFourLetterWord(
  address: ServerAddress,
  word: 'srvr',
  deadlineMs: number,
): Promise<string> {
  const { host, port, credentials } = address;
  const name = `${host}:${port}`;
  // As in Kafka, a trusted CA does not have to be a root.
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
    const timer = setTimeout(() => fail(`no answer within ${deadlineMs / 1000} s`), deadlineMs);
    socket.setEncoding('utf8');
    // With TLS the word is sent after the handshake, so a server that is not trusted does not receive it.
    socket.once(tls ? 'secureConnect' : 'connect', () => socket.write(word));
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.length > MAX_RESPONSE_LENGTH) {
        fail(`the answer exceeds ${MAX_RESPONSE_LENGTH / 1024} KiB; this is not a ZooKeeper server`);
      }
    });
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}
