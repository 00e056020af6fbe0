/*
 * TLS handshakes with brokers from inside the cluster: accepted clients and served certificates.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import { apply, kubectl } from '../kubernetes/kubectl';
import { untilReady } from '../kubernetes/pods';
import { readJson } from '../kubernetes/whole-output';
import { Expectations, brokersOf, clientIdentity } from '../world';
import { ProbeResult, Probe } from './probe/handshake';
import { testPod } from '../kubernetes/test-pod';

/** Client listeners, and the internal listener. */
export type Listener = 'client' | 'internal' | 'users' | 'open';

const PORTS: Readonly<Record<Listener, number>> = { client: 9092, internal: 9091, users: 9192, open: 9292 };
/** Pod of the declared client, with Node.js. */
export const CLIENT_PROBE = 'e2e-probe';

/** Pod that can connect to the internal listener. */
export const INTERNAL_PROBE = 'e2e-probe-internal';

const PODS: Readonly<Record<Listener, string>> = {
  client: CLIENT_PROBE,
  internal: INTERNAL_PROBE,
  users: CLIENT_PROBE,
  open: CLIENT_PROBE,
};

/** Starts one pod for the client listeners, and one for the internal listener. */
export async function startProbes(cluster: Expectations): Promise<string> {
  const { namespace, clusterName } = cluster;
  const { labels, secret } = clientIdentity(cluster);
  const own = {
    'app.kubernetes.io/name': 'kafka',
    'app.kubernetes.io/component': 'topic-sync',
    'app.kubernetes.io/instance': clusterName,
    'cdk8s-kafka.io/cluster': clusterName,
  };
  await apply(
    probePod(namespace, PODS.client, labels, secret),
    probePod(namespace, PODS.internal, own, cluster.internalSecret ?? secret),
  );
  const pods = [CLIENT_PROBE, INTERNAL_PROBE];
  await untilReady(namespace, pods, 180);
  return pods.join(', ');
}

/** Opens a TLS connection to all brokers on one listener. */
export async function probeBrokers(
  cluster: Expectations,
  listener: Listener,
  options: Omit<Probe, 'targets' | 'seconds'> & { readonly seconds?: number },
): Promise<ProbeResult[]> {
  const { namespace, clusterName } = cluster;
  const { seconds = 10, ...others } = options;
  const targets = brokersOf(cluster).map(({ pod }) => ({
    host: `${pod}.${clusterName}-brokers.${namespace}.svc.cluster.local`,
    port: PORTS[listener],
  }));
  const input: Probe = { ...others, targets, seconds };
  const script = `globalThis.INPUT = ${JSON.stringify(input)};\n${await program()}`;
  const args = ['exec', '--stdin', PODS[listener], `--namespace=${namespace}`, '--', 'node', '-'];
  return readJson<ProbeResult[]>('a probe', () => kubectl(args, { input: script, seconds: seconds + 60 }));
}

/** Waits until all brokers serve a certificate on all of these listeners. */
export async function untilServed(
  cluster: Expectations,
  fingerprint: string,
  seconds: number,
  listeners: readonly Listener[] = ['client', 'internal'],
): Promise<void> {
  const outcomes = await Promise.all(
    listeners.map((listener) =>
      probeBrokers(cluster, listener, { presents: 'own', until: fingerprint, seconds }),
    ),
  );
  const late = outcomes.flat().filter((outcome) => outcome.fingerprint !== fingerprint);
  if (late.length > 0) {
    const names = late.map(({ host, port, problem }) => `${host}:${port} ${problem}`);
    throw new Error(`after ${seconds} s the certificate is not served by ${names.join(', ')}`);
  }
}

let bundled: Promise<string> | undefined;

function program(): Promise<string> {
  bundled ??= build({
    entryPoints: [join(__dirname, 'probe', 'handshake.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  }).then(({ outputFiles }) => outputFiles[0].text);
  return bundled;
}

function probePod(
  namespace: string,
  name: string,
  labels: Readonly<Record<string, string>>,
  secret: string,
): object {
  return testPod({
    namespace,
    name,
    labels,
    container: {
      name: 'probe',
      image: 'node:24-alpine',
      command: ['sleep', 'infinity'],
      resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      volumeMounts: [{ name: 'certs', mountPath: '/certs', readOnly: true }],
    },
    volumes: [{ name: 'certs', secret: { secretName: secret } }],
  });
}
