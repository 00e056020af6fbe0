import { connect } from 'node:net';

const DEADLINE_MS = 1_000;

/** Address of a TCP port. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** A port of this pod. */
export function localPort(port: number): HostAndPort {
  return { host: '127.0.0.1', port };
}

/** State of a port: open, closed (connection refused), or no answer. */
export async function probePort({ host, port }: HostAndPort): Promise<'open' | 'closed' | 'no answer'> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (state: 'open' | 'closed' | 'no answer') => {
      socket.destroy();
      resolve(state);
    };
    socket.setTimeout(DEADLINE_MS, () => end('no answer'));
    socket.once('connect', () => end('open'));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' ? 'closed' : 'no answer'),
    );
  });
}

/** True if a process listens on a port of this pod, even if it is too busy to answer. */
export async function isListening(port: number): Promise<boolean> {
  return (await probePort(localPort(port))) !== 'closed';
}
