/*
 * Connections of the load's clients.
 */
import { subscribe } from 'node:diagnostics_channel';
import { API, Connection, ResponseError, instancesChannel } from '@platformatic/kafka';
import { TlsOptions, certificatesIn } from './certificates';
import { NO_ANSWER_YET, failureOf } from './failure';
import { Ledger } from './ledger';
import { Settings } from './settings';

/** Address of a broker. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Options for the library's own clients, which read them anew for each connection without knowing it. */
export function tlsOf({ certificates }: Settings): TlsOptions | undefined {
  if (certificates === undefined) {
    return undefined;
  }
  return {
    get cert() {
      return certificatesIn(certificates).cert;
    },
    get key() {
      return certificatesIn(certificates).key;
    },
    get ca() {
      return certificatesIn(certificates).ca;
    },
  };
}

/** Versions of TLS that clients speak. Before 1.3 a refusal shows in the handshake. */
export type SecureVersion = 'TLSv1.2' | 'TLSv1.3';

/** One connection, good until its first error. */
export class Link {
  private hasAnswered = false;

  private constructor(
    private readonly connection: Connection,
    private readonly lastError: { error?: unknown },
  ) {}

  /** Opens a connection with the certificates of this moment. */
  static async open(
    { host, port }: Address,
    { certificates, requestTimeoutMs }: Pick<Settings, 'certificates' | 'requestTimeoutMs'>,
    maxVersion: SecureVersion = 'TLSv1.3',
  ): Promise<Link> {
    const connection = new Connection('load', {
      connectTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      maxInflights: 100,
      tls: certificates === undefined ? undefined : { ...certificatesIn(certificates), maxVersion },
    });
    // Under TLS 1.3 a refusal comes when the connection is open already, and only here.
    const lastError: { error?: unknown } = {};
    connection.on('error', (error) => (lastError.error = error));
    await connection.connect(host, port);
    return new Link(connection, lastError);
  }

  /** True if it can be used. */
  get isOpen(): boolean {
    return this.connection.isConnected() && this.lastError.error === undefined;
  }

  /** Sends a request. Error codes are the caller's business when there is an answer with a body. */
  async request<A extends unknown[], R>(api: API<A, R>, ...request: A): Promise<R> {
    try {
      const answer = await api.async(this.connection, ...request);
      this.hasAnswered = true;
      return answer;
    } catch (error) {
      if (error instanceof ResponseError && error.response !== undefined) {
        this.hasAnswered = true;
        return error.response as R;
      }
      throw new Error(this.hasAnswered ? 'a request failed' : NO_ANSWER_YET, {
        cause: new AggregateError([this.lastError.error, error]),
      });
    }
  }

  /** Closes it. */
  async close(): Promise<void> {
    await this.connection.close().catch(() => undefined);
  }
}

/** Counts all connections of this process, and those that were refused, whoever opened them. */
export class ConnectionCounter {
  opened = 0;

  constructor(ledger: Ledger) {
    subscribe(instancesChannel.name, (message) => {
      const { type, instance } = message as { readonly type: string; readonly instance: unknown };
      if (type !== 'connection') {
        return;
      }
      const connection = instance as Connection;
      this.opened += 1;
      connection.on('error', (error) => {
        const failure = failureOf(error);
        if (failure.kind === 'refused handshake' || failure.kind === 'broken handshake') {
          ledger.retry(failure);
        }
      });
    });
  }
}
