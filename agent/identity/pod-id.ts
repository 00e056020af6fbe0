import { BrokerConfig, ControllerConfig, IdRange } from '../../lib/private/agent-config';
import { OperatorError } from '../errors';

/**
 * The id of a server: the number at the end of its pod's name.
 *
 * @throws when the pod is not one of the StatefulSet, or its number is outside of the range
 */
export function idOfPod(podName: string, statefulSet: string, ids: IdRange): number {
  const [, name, number] = /^(.+)-(\d+)$/.exec(podName) ?? [];
  const id = Number(number);
  if (name !== statefulSet || id < ids.first || id > ids.last) {
    throw new OperatorError(
      `pod '${podName}' is no server of StatefulSet '${statefulSet}' with ids ${ids.first}-${ids.last}`,
      'apply the synthesized YAML, StatefulSet and ConfigMap together; spec.ordinals.start must be the first id',
    );
  }
  return id;
}

/** The id of a broker or controller. */
export function ownId(config: BrokerConfig | ControllerConfig, podName: string): number {
  return idOfPod(podName, config.statefulSet, config.role === 'broker' ? config.brokerIds : rangeOf(config));
}

function rangeOf({ voters }: ControllerConfig): IdRange {
  const ids = voters.map(({ id }) => id);
  return { first: Math.min(...ids), last: Math.max(...ids) };
}
