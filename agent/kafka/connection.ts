import { TLSSocket } from 'node:tls';
import { API, Connection, ConnectionOptions, ResponseError, apiVersionsV4 } from '@platformatic/kafka';
import { reasonOf } from '../runtime/errors';
import { Credentials } from '../certificates/credentials';
import { IdleConnections, OpenConnection, close } from './idle-connections';
import { explainClosedConnection, explainTlsFailure } from './tls-failure';

/** Where a broker or controller listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Of the agent, towards this server; absent where the listener is plaintext. */
  readonly credentials?: Credentials;
  /** Name that the server's certificate must be valid for, where it is not `host`. */
  readonly serverName?: string;
  /**
   * Whether it is the server of this pod. It may serve a certificate that has expired until the agent has made it take
   * the next one, so it is known by the certificates that the agent gave it too.
   */
  readonly isOwn?: true;
}

/** A server that could not be asked, and why. */
export class KafkaUnavailable extends Error {
  constructor(
    message: string,
    /** Whether there is a server, and the two do not accept each other's certificates. */
    readonly isTlsRejection = false,
  ) {
    super(message);
  }
}

type AnyApi<A extends unknown[], R> = API<A, R>;

const idle = new IdleConnections();

/** A connection for one round of questions. It is kept for the next one, unless anything went wrong. */
export class KafkaSession {
  private constructor(
    private readonly open: OpenConnection,
    readonly address: Address,
  ) {}

  /**
   * Runs `questions` on a connection, with a deadline for everything together. They are asked a second time where the
   * connection was an old one that had ended meanwhile.
   *
   * @throws KafkaUnavailable when the server cannot be reached or does not answer in time
   */
  static async with<T>(
    address: Address,
    deadlineMs: number,
    questions: (session: KafkaSession) => Promise<T>,
  ): Promise<T> {
    const name = `${address.host}:${address.port}`;
    const tls = await tlsOf(address, name);
    const key = JSON.stringify([name, address.serverName, deadlineMs, tls]);
    let isLate = false;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        isLate = true;
        reject(new KafkaUnavailable(`${name} gave no answer within ${deadlineMs} ms`));
      }, deadlineMs);
    });
    deadline.catch(() => undefined);
    const run = async (open: OpenConnection, ready: Promise<OpenConnection>): Promise<T> => {
      let whole: OpenConnection | undefined;
      const work = ready.then((connected) => {
        whole = connected;
        return questions(new KafkaSession(connected, address));
      });
      try {
        const answer = await Promise.race([work, deadline]);
        idle.release(key, await ready, performance.now());
        return answer;
      } catch (error) {
        if (error instanceof ResponseError && whole !== undefined) {
          // The server has answered, so the connection is as good as before.
          idle.release(key, whole, performance.now());
          throw error;
        }
        close(open);
        // The loser of the race fails later, when the connection closes under it; nobody listens any more.
        work.catch(() => undefined);
        throw error instanceof KafkaUnavailable ? error : failureOf(name, address, [error, open.last.error]);
      }
    };
    try {
      const old = idle.acquire(key, performance.now());
      if (old) {
        try {
          return await run(old, Promise.resolve(old));
        } catch (error) {
          if (error instanceof ResponseError || isLate) {
            throw error;
          }
        }
      }
      const fresh = createConnection(deadlineMs, tls);
      return await run(fresh, connect(fresh, address));
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Sends one request.
   *
   * @throws ResponseError when the answer holds an error code anywhere; the parsed answer is in its `response`
   */
  async send<A extends unknown[], R>(api: AnyApi<A, R>, ...request: A): Promise<R> {
    const offered = this.open.versions.get(api.key);
    if (offered === undefined || offered < api.version) {
      // Kafka would only close the connection.
      throw new KafkaUnavailable(
        `${this.address.host}:${this.address.port} does not offer version ${api.version} of API ${api.key}` +
          (offered === undefined ? '' : `, only up to ${offered}`),
      );
    }
    return api.async(this.open.connection, ...request);
  }

  /** Like `ask`, for answers whose error codes the caller reads by itself. */
  async sendAllowingErrors<A extends unknown[], R>(api: AnyApi<A, R>, ...request: A): Promise<R> {
    try {
      return await this.send(api, ...request);
    } catch (error) {
      if (error instanceof ResponseError && error.response !== undefined) {
        return error.response as R;
      }
      throw error;
    }
  }
}

function createConnection(deadlineMs: number, tls: Partial<ConnectionOptions>): OpenConnection {
  const connection = new Connection('cdk8s-kafka-agent', {
    connectTimeout: Math.min(deadlineMs, 3_000),
    requestTimeout: deadlineMs,
    ...tls,
  });
  const last: OpenConnection['last'] = {};
  // Without a listener a reset would end the process.
  connection.on('error', (error) => (last.error = error));
  return { connection, last, versions: new Map(), openedAt: performance.now() };
}

async function connect(open: OpenConnection, address: Address): Promise<OpenConnection> {
  await open.connection.connect(address.host, address.port);
  if (address.isOwn && address.credentials) {
    await assertOwnServer(open.connection.socket as TLSSocket, address.credentials);
  }
  const { apiKeys } = await apiVersionsV4.api.async(open.connection, 'cdk8s-kafka', '1');
  return { ...open, versions: new Map(apiKeys.map(({ apiKey, maxVersion }) => [apiKey, maxVersion])) };
}

/** Nothing was sent yet: whoever is neither trusted nor known hears no request. */
async function assertOwnServer(socket: TLSSocket, credentials: Credentials): Promise<void> {
  if (socket.authorized) {
    return;
  }
  const { fingerprint256 } = socket.getPeerCertificate();
  const known = await credentials.ownFingerprints();
  if (fingerprint256 === undefined || !known.has(fingerprint256)) {
    // Node.js gives the code alone, whatever its types say.
    const code = String(socket.authorizationError);
    throw Object.assign(new Error(`its certificate is none that this pod was given: ${code}`), { code });
  }
}

/** What is said of a server that closes a connection, and nothing else. */
const CLOSED_CONNECTION =
  /^(Connection closed|TLS handshake failed|Client network socket disconnected|Broker requires TLS|read ECONNRESET)/;

/** How to talk TLS to a server, where it is to be TLS. */
async function tlsOf(
  { host, credentials, serverName, isOwn }: Address,
  name: string,
): Promise<Partial<ConnectionOptions>> {
  if (credentials === undefined) {
    return {};
  }
  try {
    const material = await credentials.read();
    // Like Kafka, and unlike OpenSSL: a trusted CA need not be a root.
    const tls = {
      ...material,
      allowPartialTrustChain: true,
      ...(isOwn ? { rejectUnauthorized: false } : {}),
    };
    return { tls, tlsServerName: serverName ?? host };
  } catch (error) {
    throw new KafkaUnavailable(`${name} cannot be asked: ${reasonOf(error)}`);
  }
}

function failureOf(
  name: string,
  { host, credentials, serverName }: Address,
  errors: readonly unknown[],
): KafkaUnavailable {
  const reasons = errors.filter((error) => error !== undefined).map(reasonOf);
  const refusal = credentials && explainTlsFailure(errors, credentials, serverName ?? host);
  const meaning =
    refusal ??
    (errors.every((error) => error === undefined || CLOSED_CONNECTION.test(reasonOf(error)))
      ? explainClosedConnection(credentials)
      : undefined);
  const text = [...new Set([meaning, ...reasons])].filter(Boolean).join('; ');
  return new KafkaUnavailable(`${name}: ${text}`, refusal !== undefined);
}
