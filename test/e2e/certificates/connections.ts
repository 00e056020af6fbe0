import { kubectl } from '../kubernetes/kubectl';
import { readJson } from '../kubernetes/whole-output';

/** Attempt to open a TCP connection. */
export interface Connection {
  readonly target: string;
  /** `connected`, or the reason for the failure. */
  readonly result: string;
}

/** True if the connection was opened. */
export function isConnected({ result }: Connection): boolean {
  return result === 'connected';
}

/** True if the name of the target could not be resolved. */
export function isUnresolved({ result }: Connection): boolean {
  return /ENOTFOUND|EAI_AGAIN/.test(result);
}

/** A connection as a text. */
export function formatConnection({ target, result }: Connection): string {
  return `${target}: ${result}`;
}

const CONNECT = `
const { connect } = require('node:net');
const attempt = (target) => new Promise((resolve) => {
  const [host, port] = target.split(':');
  const socket = connect({ host, port: Number(port) });
  const end = (result) => { socket.destroy(); resolve({ target, result }); };
  socket.setTimeout(5000, () => end('no response'));
  socket.on('connect', () => end('connected'));
  socket.on('error', (error) => end(error.code));
});
Promise.all(INPUT.map(attempt)).then((results) => process.stdout.write(JSON.stringify(results)));
`;

/** Opens connections from a pod with Node.js to targets, each `<host>:<port>`. */
export async function connectFrom(
  namespace: string,
  pod: string,
  to: readonly string[],
): Promise<Connection[]> {
  const args = ['exec', '--stdin', pod, `--namespace=${namespace}`, '--', 'node', '-'];
  const input = `globalThis.INPUT = ${JSON.stringify(to)};\n${CONNECT}`;
  return readJson<Connection[]>(`connections of ${pod}`, () => kubectl(args, { input, seconds: 60 }));
}
