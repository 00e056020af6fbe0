/*
 * Kafka is reached from inside the cluster, as its real clients reach it.
 */
import { apply } from '../kubernetes/kubectl';
import { untilReady } from '../kubernetes/pods';

/** Has all command line tools, and they serve for every version of Kafka that is tested. */
export const TOOLS_IMAGE = 'apache/kafka:4.3.1';

/** Name of the client pod. */
export const CLIENT_POD = 'e2e-client';

/** Label of every object that the tests themselves add. */
export const E2E_LABEL = 'cdk8s-kafka.io/e2e';

/** Security of the tests' own pods, which have to pass where the cluster's pods do. */
export const POD_SECURITY = {
  runAsNonRoot: true,
  runAsUser: 1000,
  runAsGroup: 1000,
  fsGroup: 1000,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** Security of the containers of the tests' own pods. */
export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} as const;

/** Starts a pod to run Kafka's tools in. */
export async function startClientPod(namespace: string): Promise<void> {
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: CLIENT_POD, namespace, labels: { [E2E_LABEL]: 'true' } },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      securityContext: POD_SECURITY,
      containers: [
        {
          name: 'tools',
          image: TOOLS_IMAGE,
          command: ['sleep', 'infinity'],
          env: [
            { name: 'KAFKA_HEAP_OPTS', value: '-Xmx128m' },
            { name: 'KAFKA_JVM_PERFORMANCE_OPTS', value: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1' },
            { name: 'LOG_DIR', value: '/tmp/logs' },
          ],
          resources: { requests: { cpu: '10m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          securityContext: CONTAINER_SECURITY,
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
        },
      ],
      volumes: [{ name: 'tmp', emptyDir: {} }],
    },
  });
  await untilReady(namespace, [CLIENT_POD], 300);
}
