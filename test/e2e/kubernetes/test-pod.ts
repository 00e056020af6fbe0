/* Pods of the tests. They must comply with the pod security standard of the namespace. */
import { Pod } from './objects';

/** Label of every object that the tests add. */
export const E2E_LABEL = 'cdk8s-kafka.io/e2e';

const POD_SECURITY = {
  runAsNonRoot: true,
  runAsUser: 1000,
  runAsGroup: 1000,
  fsGroup: 1000,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
};

const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** Options of a test pod. */
export interface TestPodOptions {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The container, without its security context. */
  readonly container: object;
  readonly volumes?: readonly object[];
  /** Further fields of the pod's spec. */
  readonly spec?: object;
}

/** A pod of one container that the tests run. */
export function testPod({
  namespace,
  name,
  labels,
  container,
  volumes,
  spec,
}: TestPodOptions): Pick<Pod, 'apiVersion' | 'kind' | 'metadata'> & { readonly spec: object } {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...labels, [E2E_LABEL]: 'true' } },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      // Test programs have no state, and `sleep` ignores SIGTERM as PID 1.
      terminationGracePeriodSeconds: 1,
      securityContext: POD_SECURITY,
      containers: [{ ...container, securityContext: CONTAINER_SECURITY }],
      volumes: volumes ?? [],
      ...spec,
    },
  };
}
