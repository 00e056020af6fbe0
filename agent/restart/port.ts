import { connect } from 'node:net';

const DEADLINE_MS = 1_000;

/** Whether Kafka's port is open, closed, or does not even say that. */
export async function portState(port: number): Promise<'open' | 'closed' | 'silent'> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
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
