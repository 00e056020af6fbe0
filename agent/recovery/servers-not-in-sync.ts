import { RecoveryGroupConfig } from '../../lib/seam/agent-config';
import { isCaughtUp, memberOf } from '../kafka/quorum-members';
import { LostServer, PodObject, isServing } from './lost-server';
import { KafkaView } from './observe-kafka';

/** Observations of a round. */
export interface RoundView {
  readonly lost: readonly LostServer[];
  readonly pods: readonly PodObject[];
  readonly view: KafkaView | { readonly unavailable: string };
}

/**
 * Servers that are not lost, and are not in sync or not alive. Kafka is asked for brokers and controllers: during a rollout, the pod of a
 * server that is in sync is not ready while the next one must not stop, for example because a server is lost.
 */
export function serversNotInSync(
  groups: readonly RecoveryGroupConfig[],
  { lost, pods, view }: RoundView,
): string[] {
  const lostPods = new Set(lost.map(({ pod }) => pod.name));
  const podsByName = new Map(pods.map((pod) => [pod.metadata.name, pod]));
  const isWell = (kind: RecoveryGroupConfig['kind'], id: number, name: string): boolean => {
    if (kind === 'zookeeper') {
      const pod = podsByName.get(name);
      return pod !== undefined && isServing(pod);
    }
    // The reason is reported once, and not for each server.
    if ('unavailable' in view) {
      return true;
    }
    const voter = memberOf(view.quorum?.voters ?? [], id);
    return kind === 'broker' ? view.live.has(id) : voter !== undefined && isCaughtUp(voter);
  };
  return groups.flatMap(({ kind, statefulSet, ids: { first, last } }) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index)
      .map((id) => ({ id, name: `${statefulSet}-${id}` }))
      .filter(({ id, name }) => !lostPods.has(name) && !isWell(kind, id, name))
      .map(({ name }) => name),
  );
}
