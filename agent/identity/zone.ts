import { ZONE_LABEL } from '../../lib/seam/agent-config';
import { OperatorError } from '../runtime/errors';

/** A node of the Kubernetes cluster, as far as it matters here. */
export interface NodeObject {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

/**
 * The zone of a node. An empty rack would make Kafka place replicas as if there were no zones.
 *
 * @throws when the node's label is missing or empty
 */
export function zoneOf(nodeName: string, node: NodeObject | undefined): string {
  const zone = node?.metadata.labels?.[ZONE_LABEL];
  if (node === undefined) {
    throw new OperatorError(
      `there is no node '${nodeName}'`,
      'delete the pod, so that it is scheduled again',
    );
  }
  if (!zone) {
    throw new OperatorError(
      `node '${nodeName}' has no label '${ZONE_LABEL}'`,
      `label the node with its zone: kubectl label node ${nodeName} ${ZONE_LABEL}=<zone>`,
    );
  }
  return zone;
}
