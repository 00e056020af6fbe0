import { PATHS } from '../../lib/seam/agent-config';
import { readMounted } from './config';
import { OperatorError } from './errors';

/**
 * Checks that the pod runs in the namespace of its configuration.
 *
 * @param actual content of the file that the kubelet mounts
 * @throws OperatorError if another tool has moved the objects to another namespace
 */
export function assertSameNamespace(configured: string, actual: string): void {
  if (actual.trim() !== configured) {
    throw new OperatorError(
      `this pod runs in namespace '${actual.trim()}', and its configuration is for namespace '${configured}'`,
      `set the namespace of the Chart to '${actual.trim()}' and synthesize again: addresses and certificates contain the ` +
        'namespace, so a tool such as Kustomize must not change it in the YAML',
    );
  }
}

/** @throws OperatorError if the pod does not run in the namespace of its configuration */
export async function assertOwnNamespace({ namespace }: { readonly namespace: string }): Promise<void> {
  assertSameNamespace(namespace, await readMounted(`${PATHS.serviceAccount}/namespace`));
}
