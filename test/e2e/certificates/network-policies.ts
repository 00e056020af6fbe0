/*
 * Undeclared pods get no connection.
 */
import { apply, kubectl } from '../kubernetes/kubectl';
import { untilReady } from '../kubernetes/pods';
import { readJson } from '../kubernetes/whole-output';
import { assertNone } from '../waiting';
import { Outcome, World, brokersOf } from '../world';
import { MetadataServers } from './metadata';
import { CLIENT_PROBE, INTERNAL_PROBE } from './probing';
import { testPod } from '../kubernetes/test-pod';

const STRANGER = 'e2e-stranger';

/** Ports of brokers: the internal listener, that of clients, and the agent. */
const BROKER_PORTS = [9091, 9092, 8080];

/** A pod that is not declared connects to no port of any server, while those who are declared do. */
export function undeclaredPodsAreBlocked(servers: MetadataServers): (world: World) => Promise<string> {
  return async ({ outcome }) => {
    const { namespace } = outcome;
    const brokers = brokersOf(outcome).map(({ pod }) =>
      hostOf(outcome, pod, `${outcome.clusterName}-brokers`),
    );
    const metadata = outcome.metadataPods.map((pod) => hostOf(outcome, pod, servers.service(outcome)));
    const closed = [...targets(brokers, BROKER_PORTS), ...targets(metadata, servers.closedPorts)];
    await apply(strangerPod(namespace));
    try {
      await untilReady(namespace, [STRANGER], 180);
      const [stranger, client, internal] = [
        await connectFrom(namespace, STRANGER, closed),
        await connectFrom(namespace, CLIENT_PROBE, targets(brokers, [9092])),
        await connectFrom(namespace, INTERNAL_PROBE, targets(brokers, [9091])),
      ];
      assertNone([
        ...stranger.filter(isConnected).map(({ target }) => `an undeclared pod connects to ${target}`),
        // A name that is not found proves nothing.
        ...stranger.filter(({ result }) => /ENOTFOUND|EAI_AGAIN/.test(result)).map(told),
        ...[...client, ...internal].filter((one) => !isConnected(one)).map(told),
      ]);
      return `${closed.length} ports are closed to an undeclared pod: ${[...new Set(stranger.map(({ result }) => result))].join(', ')}`;
    } finally {
      await kubectl(['delete', 'pod', STRANGER, `--namespace=${namespace}`, '--ignore-not-found']);
    }
  };
}

interface Connection {
  readonly target: string;
  /** `connected`, or why not. */
  readonly result: string;
}

function isConnected({ result }: Connection): boolean {
  return result === 'connected';
}

function told({ target, result }: Connection): string {
  return `${target}: ${result}`;
}

function hostOf({ namespace }: Outcome, pod: string, service: string): string {
  return `${pod}.${service}.${namespace}.svc.cluster.local`;
}

function targets(hosts: readonly string[], ports: readonly number[]): string[] {
  return hosts.flatMap((host) => ports.map((port) => `${host}:${port}`));
}

const CONNECT = `
const { connect } = require('node:net');
const attempt = (target) => new Promise((resolve) => {
  const [host, port] = target.split(':');
  const socket = connect({ host, port: Number(port) });
  const end = (result) => { socket.destroy(); resolve({ target, result }); };
  socket.setTimeout(5000, () => end('no answer'));
  socket.on('connect', () => end('connected'));
  socket.on('error', (error) => end(error.code));
});
Promise.all(INPUT.map(attempt)).then((results) => process.stdout.write(JSON.stringify(results)));
`;

async function connectFrom(namespace: string, pod: string, to: readonly string[]): Promise<Connection[]> {
  const args = ['exec', '--stdin', pod, `--namespace=${namespace}`, '--', 'node', '-'];
  const input = `globalThis.INPUT = ${JSON.stringify(to)};\n${CONNECT}`;
  return readJson<Connection[]>(`connections of ${pod}`, () => kubectl(args, { input, seconds: 60 }));
}

function strangerPod(namespace: string): object {
  return testPod({
    namespace,
    name: STRANGER,
    container: {
      name: 'stranger',
      image: 'node:24-alpine',
      command: ['sleep', 'infinity'],
      resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    },
  });
}
