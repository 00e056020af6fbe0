import { IdRange, ServerPodConfig } from '../../lib/seam/agent-config';
import { isInRange } from '../../lib/seam/id-range';
import { OperatorError } from '../runtime/errors';

/**
 * Returns the id of a server: the number at the end of the name of its pod.
 *
 * @throws OperatorError if the pod does not belong to the StatefulSet, or its number is not in the range
 */
export function idOfPod(podName: string, statefulSet: string, ids: IdRange): number {
  const [, name, number] = /^(.+)-(\d+)$/.exec(podName) ?? [];
  const id = Number(number);
  if (name !== statefulSet || !isInRange(ids, id)) {
    throw new OperatorError(
      `pod '${podName}' does not belong to StatefulSet '${statefulSet}' with ids ${ids.first}-${ids.last}`,
      'apply the synthesized YAML, StatefulSet and ConfigMap together; spec.ordinals.start must be the first id',
    );
  }
  return id;
}

/** Returns the id of the server of a pod. */
export function ownId(config: ServerPodConfig, podName: string): number {
  return idOfPod(podName, config.statefulSet, rangeOf(config));
}

function rangeOf(config: ServerPodConfig): IdRange {
  if (config.role === 'broker') {
    return config.brokerIds;
  }
  const members = config.role === 'controller' ? config.voters : config.servers;
  const ids = members.map(({ id }) => id);
  return { first: Math.min(...ids), last: Math.max(...ids) };
}
