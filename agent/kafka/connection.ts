import { TLSSocket } from 'node:tls';
import { API, Connection, ConnectionOptions, ResponseError, apiVersionsV4 } from '@platformatic/kafka';
import { codesOf, reasonOf } from '../runtime/errors';
import { Credentials } from '../certificates/credentials';
import { boundReader } from './bounded-reader';
import { IdleConnections, OpenConnection, close } from './idle-connections';
import { limitResponses } from './response-frames';
import { explainClosedConnection, explainTlsFailure } from './tls-failure';

/** Address of a broker or controller, and the credentials for it. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Credentials of the agent for this server; absent if the listener is plaintext. */
  readonly credentials?: Credentials;
  /** Name that the certificate of the server must be valid for, if it is not `host`. */
  readonly serverName?: string;
  /**
   * True for the server of this pod. It may serve an expired certificate until the agent has made it reload the next one,
   * so the certificates that the agent gave it are accepted too.
   */
  readonly isOwn?: true;
}

/** A request that failed because the server is unreachable or did not answer. */
export class KafkaUnavailable extends Error {
  constructor(
    message: string,
    /** True if a server is there, and one side rejects the certificate of the other. */
    readonly isTlsRejection = false,
  ) {
    super(message);
  }
}

/** A request that was not sent, because the server does not support its API or its version. */
export class UnsupportedApi extends KafkaUnavailable {}

type AnyApi<A extends unknown[], R> = API<A, R>;

boundReader();

const idle = new IdleConnections();

/** A connection for one round of requests. It is kept for the next round unless an error occurs. */
export class KafkaSession {
  private constructor(
    private readonly open: OpenConnection,
    readonly address: Address,
  ) {}

  /**
   * Runs `requests` on a connection, with one deadline for all of them. Runs them a second time if an idle connection was
   * reused that the server has closed.
   *
   * @throws KafkaUnavailable if the server is unreachable or does not answer in time
   */
  static async with<T>(
    address: Address,
    deadlineMs: number,
    requests: (session: KafkaSession) => Promise<T>,
  ): Promise<T> {
    const name = `${address.host}:${address.port}`;
    const tls = await tlsOf(address, name);
    const key = JSON.stringify([name, address.serverName, deadlineMs, tls]);
    let isLate = false;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        isLate = true;
        reject(new KafkaUnavailable(`${name} did not answer within ${deadlineMs / 1000} s`));
      }, deadlineMs);
    });
    deadline.catch(() => undefined);
    const run = async (open: OpenConnection, ready: Promise<OpenConnection>): Promise<T> => {
      let connected: OpenConnection | undefined;
      const work = ready.then((established) => {
        connected = established;
        return requests(new KafkaSession(established, address));
      });
      try {
        const result = await Promise.race([work, deadline]);
        idle.release(key, await ready, performance.now());
        return result;
      } catch (error) {
        if (error instanceof ResponseError && connected !== undefined) {
          // The server has answered, so the connection can be reused.
          idle.release(key, connected, performance.now());
          throw error;
        }
        close(open);
        // The pending request fails later, when the connection closes. Its error is reported here already.
        work.catch(() => undefined);
        throw error instanceof KafkaUnavailable ? error : failureOf(name, address, [error, open.last.error]);
      }
    };
    try {
      const reused = idle.acquire(key, performance.now());
      if (reused) {
        try {
          return await run(reused, Promise.resolve(reused));
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

  /** Levels of the features that the cluster has finalized, as far as the server knows. */
  get features(): ReadonlyMap<string, number> {
    return this.open.features;
  }

  /**
   * Sends one request.
   *
   * @throws ResponseError if the response contains an error code; the parsed response is in its `response`
   * @throws UnsupportedApi if the server does not support the request
   */
  async send<A extends unknown[], R>(api: AnyApi<A, R>, ...request: A): Promise<R> {
    const supported = this.open.versions.get(api.key);
    if (supported === undefined || api.version < supported.lowest || api.version > supported.highest) {
      // Kafka would close the connection without an error.
      throw new UnsupportedApi(
        `${this.address.host}:${this.address.port} does not support version ${api.version} of API ${api.key}` +
          (supported === undefined
            ? ''
            : `; it supports versions ${supported.lowest} to ${supported.highest}`),
      );
    }
    return api.async(this.open.connection, ...request);
  }

  /** Sends one request; the caller evaluates the error codes of the response. */
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
  limitResponses(connection);
  return { connection, last, versions: new Map(), features: new Map(), openedAt: performance.now() };
}

async function connect(open: OpenConnection, address: Address): Promise<OpenConnection> {
  await open.connection.connect(address.host, address.port);
  if (address.isOwn && address.credentials) {
    await assertOwnServer(open.connection.socket as TLSSocket, address.credentials);
  }
  const { apiKeys, finalizedFeatures = [] } = await apiVersionsV4.api.async(
    open.connection,
    'cdk8s-kafka',
    '1',
  );
  return {
    ...open,
    features: new Map(finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel])),
    versions: new Map(
      apiKeys.map(({ apiKey, minVersion, maxVersion }) => [
        apiKey,
        { lowest: minVersion, highest: maxVersion },
      ]),
    ),
  };
}

/** Runs before the first request, so a server that is not trusted receives none. */
async function assertOwnServer(socket: TLSSocket, credentials: Credentials): Promise<void> {
  if (socket.authorized) {
    return;
  }
  const { fingerprint256 } = socket.getPeerCertificate();
  const known = await credentials.ownFingerprints();
  if (fingerprint256 === undefined || !known.has(fingerprint256)) {
    // At run time this is the code as a string, contrary to the type.
    const code = String(socket.authorizationError);
    throw Object.assign(new Error(`its certificate was not issued to this pod: ${code}`), { code });
  }
}

/** Errors of a connection that the server closed without a reason. */
const CLOSED_CONNECTION =
  /^(Connection closed|TLS handshake failed|Client network socket disconnected|Broker requires TLS|read ECONNRESET)/;

/** Returns the TLS options of a connection; empty for plaintext. */
async function tlsOf(
  { host, credentials, serverName, isOwn }: Address,
  name: string,
): Promise<Partial<ConnectionOptions>> {
  if (credentials === undefined) {
    return {};
  }
  try {
    const material = await credentials.read();
    // As in Kafka, a trusted CA does not have to be a root.
    const tls = {
      ...material,
      allowPartialTrustChain: true,
      ...(isOwn ? { rejectUnauthorized: false } : {}),
    };
    return { tls, tlsServerName: serverName ?? host };
  } catch (error) {
    throw new KafkaUnavailable(`cannot connect to ${name}: ${reasonOf(error)}`);
  }
}

/** True for errors of the parsers. */
function isMalformedResponse(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'RangeError' || codesOf(error).includes('OUT_OF_BOUNDS');
}

function failureOf(
  name: string,
  { host, credentials, serverName }: Address,
  errors: readonly unknown[],
): KafkaUnavailable {
  const reasons = errors.filter((error) => error !== undefined).map(reasonOf);
  const explanation = credentials && explainTlsFailure(errors, credentials, serverName ?? host);
  const meaning =
    explanation ??
    (errors.some(isMalformedResponse) ? 'its response is not valid in the protocol of Kafka' : undefined) ??
    (errors.every((error) => error === undefined || CLOSED_CONNECTION.test(reasonOf(error)))
      ? explainClosedConnection(credentials)
      : undefined);
  const text = [...new Set([meaning, ...reasons])].filter(Boolean).join('; ');
  return new KafkaUnavailable(`${name}: ${text}`, explanation !== undefined);
}
