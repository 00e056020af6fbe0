/*
 * A pod that runs a test program as a Kafka client.
 */
import { apply, kubectl } from '../kubernetes/kubectl';
import { E2E_LABEL, testPod } from '../kubernetes/test-pod';
import { Expectations } from '../world';
import { bundleProgram } from './bundle';

const IMAGE = 'node:24-alpine';
const CERTIFICATES = '/certs';

/** A program and its identity. */
export interface ProgramPodOptions {
  /** Name of the pod, and of the ConfigMap with the program. */
  readonly name: string;
  /** Labels of a declared client, for network policies. */
  readonly labels: Readonly<Record<string, string>>;
  /** Secret with its certificate; plaintext if absent. */
  readonly secret?: string;
  /** File of the program. Its argument is the name of its settings file. */
  readonly entry: string;
  /** Its settings. The folder of its certificates is added. */
  readonly settings: object;
  /** Writable folder, if it needs one. */
  readonly scratch?: string;
}

/** Starts a program. An existing program with this name is deleted. */
export async function startProgramPod(
  { namespace, testNodes }: Expectations,
  { name, labels, secret, entry, settings, scratch }: ProgramPodOptions,
): Promise<void> {
  await removeProgramPod(namespace, name);
  const scratches = scratch === undefined ? [] : [{ name: 'scratch', emptyDir: {} }];
  const certificates = secret === undefined ? [] : [{ name: 'certs', secret: { secretName: secret } }];
  const complete = { ...settings, certificates: secret === undefined ? undefined : CERTIFICATES };
  // Client-side apply would copy the program into an annotation, which is too small for it.
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { [E2E_LABEL]: 'true' } },
    data: { 'program.js': await bundleProgram(entry), 'settings.json': JSON.stringify(complete) },
  };
  await kubectl(['create', '--filename=-'], { input: JSON.stringify(configMap) });
  await apply(
    testPod({
      namespace,
      name,
      labels,
      container: {
        name: 'program',
        image: IMAGE,
        command: ['node', '--max-old-space-size=128', '/program/program.js', '/program/settings.json'],
        // As much as a broker: clients with more drive brokers on the same machine into overload, and those with less starve.
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        volumeMounts: [
          { name: 'program', mountPath: '/program' },
          ...certificates.map((volume) => ({ name: volume.name, mountPath: CERTIFICATES })),
          ...scratches.map((volume) => ({ name: volume.name, mountPath: scratch })),
        ],
      },
      volumes: [{ name: 'program', configMap: { name } }, ...certificates, ...scratches],
      spec: { nodeSelector: testNodes },
    }),
  );
}

/** Deletes a program. */
export async function removeProgramPod(namespace: string, name: string): Promise<void> {
  const args = ['delete', `pod/${name}`, `configmap/${name}`, `--namespace=${namespace}`];
  await kubectl([...args, '--ignore-not-found', '--grace-period=1']);
}
