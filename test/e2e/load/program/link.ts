/*
 * Connections of the load's clients.
 */
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { API, Connection, ResponseError, instancesChannel } from '@platformatic/kafka';
import { failureOf } from './failure';
import { Ledger } from './ledger';
import { Settings } from './settings';

/** Where a broker listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Certificates of a client, as Node.js takes them. */
export interface TlsOptions {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
}

/** The certificates as they are now. A Secret's folder is swapped as a whole, so all files are read in the same one. */
export function certificatesIn(folder: string, attempt = 0): TlsOptions {
  try {
    const current = realpathSync(join(folder, 'tls.crt'));
    const read = (file: string) => readFileSync(join(current, '..', file));
    return { cert: read('tls.crt'), key: read('tls.key'), ca: read('ca.crt') };
  } catch (error) {
    if (attempt < 3) {
      return certificatesIn(folder, attempt + 1);
    }
    throw error;
  }
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

/** One connection, good until its first error. */
export class Link {
  private constructor(
    private readonly connection: Connection,
    private readonly lastError: { error?: unknown },
  ) {}

  /** Opens a connection with the certificates of this moment. */
  static async open({ host, port }: Address, settings: Settings): Promise<Link> {
    const connection = new Connection('load', {
      connectTimeout: settings.requestTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      maxInflights: 100,
      tls: settings.certificates === undefined ? undefined : certificatesIn(settings.certificates),
    });
    // Under TLS 1.3 a refusal comes when the connection is open already, and only here.
    const lastError: { error?: unknown } = {};
    connection.on('error', (error) => (lastError.error = error));
    await connection.connect(host, port);
    return new Link(connection, lastError);
  }

  /** Whether it can be used. */
  get isOpen(): boolean {
    return this.connection.isConnected() && this.lastError.error === undefined;
  }

  /** Sends a request. Error codes are the caller's business when there is an answer with a body. */
  async ask<A extends unknown[], R>(api: API<A, R>, ...request: A): Promise<R> {
    try {
      return await api.async(this.connection, ...request);
    } catch (error) {
      if (error instanceof ResponseError && error.response !== undefined) {
        return error.response as R;
      }
      throw new Error('a request failed', { cause: new AggregateError([this.lastError.error, error]) });
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
