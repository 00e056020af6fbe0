/*
 * Kafka is reached from inside the cluster, as its real clients reach it.
 */
import { apply, getIfThere, kubectl } from '../kubernetes/kubectl';
import { Secret } from '../kubernetes/objects';
import { untilReady } from '../kubernetes/pods';
import { testPod } from '../kubernetes/test-pod';
import { eventually } from '../waiting';
import { Outcome, clientIdentity } from '../world';

/** Has all command line tools, and they serve for every version of Kafka that is tested. */
export const TOOLS_IMAGE = 'apache/kafka:4.3.1';

/** Name of the client pod. */
export const CLIENT_POD = 'e2e-client';

/** Settings of Kafka's tools, as a file of the client pod. */
export const CLIENT_SETTINGS = '/tmp/client.properties';

/** Folder of the certificates in the client pod. */
export const CERTIFICATES = '/certs';

function settingsOf(outcome: Outcome): Record<string, string> {
  return {
    'security.protocol': 'SSL',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': `${CERTIFICATES}/${keyStoreOf(outcome)}`,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': `${CERTIFICATES}/ca.crt`,
  };
}

function keyStoreOf({ clientKeyStore }: Outcome): string {
  return clientKeyStore ?? 'keystore.pem';
}

/** Writes a file of the client pod, without a trace of it anywhere else. */
export async function writeToClient({ namespace }: Outcome, path: string, text: string): Promise<void> {
  const pod = ['exec', '--stdin', CLIENT_POD, `--namespace=${namespace}`, '--container=tools'];
  await kubectl([...pod, '--', 'bash', '-c', 'umask 077; cat > "$1"', 'write', path], { input: text });
}

/** Waits until the declared client has its certificate, as its owner would. */
export async function untilClientHasCertificate(outcome: Outcome, seconds = 300): Promise<void> {
  const { secret } = clientIdentity(outcome);
  await eventually(`Secret ${secret}`, seconds, async () => {
    const args = ['secret', secret, `--namespace=${outcome.namespace}`];
    const found = await getIfThere<Secret>(args);
    return found?.data?.[keyStoreOf(outcome)] ? { done: undefined } : { state: 'it does not exist' };
  });
}

/** Starts a pod to run Kafka's tools in, as the declared client. */
export async function startClientPod(outcome: Outcome): Promise<void> {
  const { namespace } = outcome;
  const { labels, secret } = clientIdentity(outcome);
  await untilClientHasCertificate(outcome);
  const settings = Object.entries(settingsOf(outcome)).map(([name, value]) => `${name}=${value}`);
  const script = `printf '%s\\n' ${settings.join(' ')} > ${CLIENT_SETTINGS}; exec sleep infinity`;
  await apply(
    testPod({
      namespace,
      name: CLIENT_POD,
      labels,
      container: {
        name: 'tools',
        image: TOOLS_IMAGE,
        command: ['bash', '-ec', script],
        env: [
          { name: 'KAFKA_HEAP_OPTS', value: '-Xmx128m' },
          { name: 'KAFKA_JVM_PERFORMANCE_OPTS', value: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1' },
          { name: 'LOG_DIR', value: '/tmp/logs' },
        ],
        resources: { requests: { cpu: '10m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        volumeMounts: [
          { name: 'tmp', mountPath: '/tmp' },
          { name: 'certs', mountPath: CERTIFICATES, readOnly: true },
        ],
      },
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'certs', secret: { secretName: secret } },
      ],
      spec: { nodeSelector: outcome.testNodes },
    }),
  );
  await untilReady(namespace, [CLIENT_POD], 300);
}
