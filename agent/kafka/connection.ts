import { API, Connection, ConnectionOptions, ResponseError, apiVersionsV4 } from '@platformatic/kafka';
import { reasonOf } from '../errors';
import { Credentials } from './credentials';
import { explainSilence, explainTlsFailure } from './tls-failure';

/** Where a broker or controller listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Of the agent, towards this server; absent where the listener is plaintext. */
  readonly credentials?: Credentials;
  /** Name that the server's certificate must be valid for, where it is not `host`. */
  readonly serverName?: string;
}

/** A server that could not be asked, and why. */
export class KafkaUnavailable extends Error {}

type AnyApi<A extends unknown[], R> = API<A, R>;

/** One connection for one round of questions; after any error it is good for nothing and thrown away. */
export class KafkaSession {
  private constructor(
    private readonly connection: Connection,
    readonly address: Address,
    private readonly versions: ReadonlyMap<number, number>,
  ) {}

  /**
   * Runs `questions` on a connection, with a deadline for everything together.
   *
   * @throws KafkaUnavailable when the server cannot be reached or does not answer in time
   */
  static async with<T>(
    address: Address,
    deadlineMs: number,
    questions: (session: KafkaSession) => Promise<T>,
  ): Promise<T> {
    const name = `${address.host}:${address.port}`;
    const connection = new Connection('cdk8s-kafka-agent', {
      connectTimeout: Math.min(deadlineMs, 3_000),
      requestTimeout: deadlineMs,
      ...(await tlsOf(address, name)),
    });
    // Without a listener a reset would end the process; and what it says is more than the failed call will say.
    const last: { error?: Error } = {};
    connection.on('error', (error) => (last.error = error));
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new KafkaUnavailable(`${name} gave no answer within ${deadlineMs} ms`)),
        deadlineMs,
      );
    });
    const work = (async () => {
      await connection.connect(address.host, address.port);
      const { apiKeys } = await apiVersionsV4.api.async(connection, 'cdk8s-kafka', '1');
      const versions = new Map(apiKeys.map(({ apiKey, maxVersion }) => [apiKey, maxVersion]));
      return questions(new KafkaSession(connection, address, versions));
    })();
    try {
      return await Promise.race([work, deadline]);
    } catch (error) {
      if (error instanceof KafkaUnavailable || error instanceof ResponseError) {
        throw error;
      }
      throw new KafkaUnavailable(`${name}: ${whyItFailed(address, [error, last.error])}`);
    } finally {
      clearTimeout(timer);
      // The loser of the race fails later, when the connection closes under it; nobody listens any more.
      work.catch(() => undefined);
      connection.close().catch(() => undefined);
    }
  }

  /**
   * Sends one request.
   *
   * @throws ResponseError when the answer holds an error code anywhere; the parsed answer is in its `response`
   */
  async ask<A extends unknown[], R>(api: AnyApi<A, R>, ...request: A): Promise<R> {
    const offered = this.versions.get(api.key);
    if (offered === undefined || offered < api.version) {
      // Kafka would only close the connection.
      throw new KafkaUnavailable(
        `${this.address.host}:${this.address.port} does not offer version ${api.version} of API ${api.key}` +
          (offered === undefined ? '' : `, only up to ${offered}`),
      );
    }
    return api.async(this.connection, ...request);
  }

  /** Like `ask`, for answers whose error codes the caller reads by itself. */
  async askTolerant<A extends unknown[], R>(api: AnyApi<A, R>, ...request: A): Promise<R> {
    try {
      return await this.ask(api, ...request);
    } catch (error) {
      if (error instanceof ResponseError && error.response !== undefined) {
        return error.response as R;
      }
      throw error;
    }
  }
}

/** What is said of a server that closes a connection, and nothing else. */
const SILENCE =
  /^(Connection closed|TLS handshake failed|Client network socket disconnected|Broker requires TLS|read ECONNRESET)/;

/** How to talk TLS to a server, where it is to be TLS. */
async function tlsOf(
  { host, credentials, serverName }: Address,
  name: string,
): Promise<Partial<ConnectionOptions>> {
  if (credentials === undefined) {
    return {};
  }
  try {
    const material = await credentials.read();
    // Like Kafka, and unlike OpenSSL: a trusted CA need not be a root.
    const tls = { ...material, allowPartialTrustChain: true };
    return { tls, tlsServerName: serverName ?? host };
  } catch (error) {
    throw new KafkaUnavailable(`${name} cannot be asked: ${reasonOf(error)}`);
  }
}

function whyItFailed({ host, credentials, serverName }: Address, errors: readonly unknown[]): string {
  const reasons = errors.filter((error) => error !== undefined).map(reasonOf);
  const meaning =
    (credentials && explainTlsFailure(errors, credentials, serverName ?? host)) ??
    (errors.every((error) => error === undefined || SILENCE.test(reasonOf(error)))
      ? explainSilence(credentials)
      : undefined);
  return [...new Set([meaning, ...reasons])].filter(Boolean).join('; ');
}
