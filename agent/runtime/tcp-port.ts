import { connect } from 'node:net';

const DEADLINE_MS = 1_000;

/** A port of a server. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Kafka's port in this pod. */
export function localPort(port: number): HostAndPort {
  return { host: '127.0.0.1', port };
}

/** Whether a port is open, closed, or does not even say that. */
export async function probePort({ host, port }: HostAndPort): Promise<'open' | 'closed' | 'silent'> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (state: 'open' | 'closed' | 'silent') => {
      socket.destroy();
      resolve(state);
    };
    socket.setTimeout(DEADLINE_MS, () => end('silent'));
    socket.once('connect', () => end('open'));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' ? 'closed' : 'silent'),
    );
  });
}

/** Whether something listens on a port of this pod. A server that is too busy to answer does. */
export async function isListening(port: number): Promise<boolean> {
  return (await probePort(localPort(port))) !== 'closed';
}
