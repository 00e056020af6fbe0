/*
 * A pod for Kafka's tools, because clients connect from inside the cluster.
 */
import { apply, getIfThere, kubectl } from '../kubernetes/kubectl';
import { Secret } from '../kubernetes/objects';
import { untilReady } from '../kubernetes/pods';
import { testPod } from '../kubernetes/test-pod';
import { eventually } from '../waiting';
import { Expectations, clientIdentity } from '../world';

/** Image with all command line tools, which support every tested version of Kafka. */
export const TOOLS_IMAGE = 'apache/kafka:4.3.1';

/** Name of the client pod. */
export const CLIENT_POD = 'e2e-client';

/** Settings file of Kafka's tools in the client pod. */
export const CLIENT_SETTINGS = '/tmp/client.properties';

/** Folder of the certificates in the client pod. */
export const CERTIFICATES = '/certs';

function settingsOf(expectations: Expectations): Record<string, string> {
  return {
    'security.protocol': 'SSL',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': `${CERTIFICATES}/${keyStoreOf(expectations)}`,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': `${CERTIFICATES}/ca.crt`,
  };
}

function keyStoreOf({ clientKeyStore }: Expectations): string {
  return clientKeyStore ?? 'keystore.pem';
}

/** Writes a file in the client pod. The text is not in arguments or objects. */
export async function writeToClient({ namespace }: Expectations, path: string, text: string): Promise<void> {
  const pod = ['exec', '--stdin', CLIENT_POD, `--namespace=${namespace}`, '--container=tools'];
  await kubectl([...pod, '--', 'bash', '-c', 'umask 077; cat > "$1"', 'write', path], { input: text });
}

/** Waits until the Secret of the declared client contains its certificate. */
export async function untilClientHasCertificate(expectations: Expectations, seconds = 300): Promise<void> {
  const { secret } = clientIdentity(expectations);
  await eventually(`Secret ${secret}`, seconds, async () => {
    const args = ['secret', secret, `--namespace=${expectations.namespace}`];
    const found = await getIfThere<Secret>(args);
    return found?.data?.[keyStoreOf(expectations)] ? { done: undefined } : { state: 'it does not exist' };
  });
}

/** Starts a pod for Kafka's tools, with the identity of the declared client. */
export async function startClientPod(expectations: Expectations): Promise<void> {
  const { namespace } = expectations;
  const { labels, secret } = clientIdentity(expectations);
  await untilClientHasCertificate(expectations);
  const settings = Object.entries(settingsOf(expectations)).map(([name, value]) => `${name}=${value}`);
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
        // Clients have machines of their own: busy servers on the same machine must not slow them down.
        resources: { requests: { cpu: '500m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        volumeMounts: [
          { name: 'tmp', mountPath: '/tmp' },
          { name: 'certs', mountPath: CERTIFICATES, readOnly: true },
        ],
      },
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'certs', secret: { secretName: secret } },
      ],
      spec: { nodeSelector: expectations.testNodes },
    }),
  );
  await untilReady(namespace, [CLIENT_POD], 300);
}
