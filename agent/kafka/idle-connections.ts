/*
 * Connections between rounds. A TLS handshake costs a server more than all requests of the agent. Dozens of agents that
 * connect every second can prevent the start of a cluster.
 */
import { Connection } from '@platformatic/kafka';

/** An open connection, with the API versions of the server. */
export interface OpenConnection {
  readonly connection: Connection;
  /** Versions of each API that the server supports. */
  readonly versions: ReadonlyMap<number, { readonly lowest: number; readonly highest: number }>;
  /** Levels of the features that the cluster has finalized, as far as the server knows. */
  readonly features: ReadonlyMap<string, number>;
  /** Last error of the connection. It says more than the error of the request that fails. */
  readonly last: { error?: Error };
  readonly openedAt: number;
}

/** Limits the time until a renewed certificate or a changed DNS entry takes effect. */
const MAX_AGE_MS = 300_000;
/** Kafka closes connections that are idle for ten minutes. */
const IDLE_MS = 60_000;
/** An agent sends requests to its own server and a few others. */
const MAX_IDLE_CONNECTIONS = 8;

/** Idle connections of this process, by the server and the credentials. */
export class IdleConnections {
  private readonly idle: { readonly key: string; readonly open: OpenConnection; readonly since: number }[] =
    [];

  /** Removes an idle connection from the pool and returns it. */
  acquire(key: string, now: number): OpenConnection | undefined {
    this.closeOld(now);
    const index = this.idle.findIndex((entry) => entry.key === key);
    if (index < 0) {
      return undefined;
    }
    const [{ open }] = this.idle.splice(index, 1);
    open.connection.socket.ref();
    return open;
  }

  /** Returns a connection to the pool, or closes it if it failed or is too old. */
  release(key: string, open: OpenConnection, now: number): void {
    if (open.connection.isConnected() && open.last.error === undefined && now - open.openedAt < MAX_AGE_MS) {
      // An idle connection must not keep the process alive.
      open.connection.socket.unref();
      this.idle.push({ key, open, since: now });
    } else {
      close(open);
    }
    this.closeOld(now);
  }

  private closeOld(now: number): void {
    while (
      this.idle.length > 0 &&
      (this.idle.length > MAX_IDLE_CONNECTIONS || now - this.idle[0].since >= IDLE_MS)
    ) {
      close(this.idle.shift()!.open);
    }
    for (const entry of this.idle.filter(({ open }) => !open.connection.isConnected())) {
      this.idle.splice(this.idle.indexOf(entry), 1);
    }
  }
}

/** Closes a connection. */
export function close({ connection }: Pick<OpenConnection, 'connection'>): void {
  connection.close().catch(() => undefined);
}
