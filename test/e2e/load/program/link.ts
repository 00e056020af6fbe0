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

/** Options for clients of the library. Getters read the certificates again for each connection. */
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

/** TLS versions of clients. Before 1.3, a rejection is part of the handshake. */
export type SecureVersion = 'TLSv1.2' | 'TLSv1.3';

/** One connection, usable until its first error. */
export class Link {
  private hasAnswered = false;

  private constructor(
    private readonly connection: Connection,
    private readonly lastError: { error?: unknown },
  ) {}

  /** Opens a connection with the current certificates. */
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
    // With TLS 1.3, a rejection arrives after the connection is open, and only here.
    const lastError: { error?: unknown } = {};
    connection.on('error', (error) => (lastError.error = error));
    await connection.connect(host, port);
    return new Link(connection, lastError);
  }

  /** True if it can be used. */
  get isOpen(): boolean {
    return this.connection.isConnected() && this.lastError.error === undefined;
  }

  /** Sends a request. The caller handles error codes in a response with a body. */
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

/** Counts all connections and rejections of this process, including those of library clients. */
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
        if (failure.kind === 'rejected handshake' || failure.kind === 'broken handshake') {
          ledger.retry(failure);
        }
      });
    });
  }
}
