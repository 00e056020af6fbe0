/*
 * Connections that wait for the next round of questions. A handshake of TLS costs a server more than all that the agent
 * asks; dozens of agents that connect anew every second keep a cluster that starts from ever getting up.
 */
import { Connection } from '@platformatic/kafka';

/** An open connection, and what is known of its other end. */
export interface OpenConnection {
  readonly connection: Connection;
  /** Highest version of each API that the server offers. */
  readonly versions: ReadonlyMap<number, number>;
  /** What the connection last complained about: more than the call that fails by it will say. */
  readonly last: { error?: Error };
  readonly openedAt: number;
}

/** A certificate that was renewed, and a name that leads elsewhere now, are noticed after this time at the latest. */
const MAX_AGE_MS = 300_000;
/** Kafka closes what is idle for ten minutes. */
const IDLE_MS = 60_000;
/** More are not kept: an agent talks to its own server and a few others. */
const MAX_IDLE_CONNECTIONS = 8;

/** Idle connections of this process, by whom they lead to. */
export class IdleConnections {
  private readonly idle: { readonly key: string; readonly open: OpenConnection; readonly since: number }[] =
    [];

  /** Takes a connection that nobody uses. */
  acquire(key: string, now: number): OpenConnection | undefined {
    this.closeOld(now);
    const index = this.idle.findIndex((one) => one.key === key);
    if (index < 0) {
      return undefined;
    }
    const [{ open }] = this.idle.splice(index, 1);
    open.connection.socket.ref();
    return open;
  }

  /** Gives back a connection that is as it was. */
  release(key: string, open: OpenConnection, now: number): void {
    if (open.connection.isConnected() && open.last.error === undefined && now - open.openedAt < MAX_AGE_MS) {
      // A process that has nothing else to do may end.
      open.connection.socket.unref();
      this.idle.push({ key, open, since: now });
    } else {
      close(open);
    }
    this.closeOld(now);
  }

  private closeOld(now: number): void {
    while (this.idle.length > 0 && (this.idle.length > MAX_IDLE_CONNECTIONS || now - this.idle[0].since >= IDLE_MS)) {
      close(this.idle.shift()!.open);
    }
    for (const one of this.idle.filter(({ open }) => !open.connection.isConnected())) {
      this.idle.splice(this.idle.indexOf(one), 1);
    }
  }
}

/** Closes a connection that is good for nothing any more. */
export function close({ connection }: Pick<OpenConnection, 'connection'>): void {
  connection.close().catch(() => undefined);
}
