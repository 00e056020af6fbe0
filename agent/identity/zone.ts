import { OperatorError } from '../runtime/errors';

/** Fields of a Kubernetes node that the agent reads. */
export interface NodeObject {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

/**
 * Returns the zone of a node. With an empty rack, Kafka would place replicas without regard to zones.
 *
 * @throws OperatorError if the node does not exist, or its zone label is missing or empty
 */
export function zoneOf(nodeName: string, node: NodeObject | undefined, zoneLabel: string): string {
  const zone = node?.metadata.labels?.[zoneLabel];
  if (node === undefined) {
    throw new OperatorError(
      `node '${nodeName}' does not exist`,
      'delete the pod, so that it is scheduled to another node',
    );
  }
  if (!zone) {
    throw new OperatorError(
      `node '${nodeName}' has no label '${zoneLabel}'`,
      `label the node with its zone: kubectl label node ${nodeName} ${zoneLabel}=<zone>`,
    );
  }
  return zone;
}
