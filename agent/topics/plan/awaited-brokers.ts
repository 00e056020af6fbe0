import { DeclaredTopicConfig, MapConfig } from '../../../lib/seam/agent-config';
import { MissingBroker } from '../placement/brokers-of-map';
import { ClusterState, brokersIn } from './cluster-state';
import { TopicOwners } from './topic-owners';

/** A broker without which new topics are placed less evenly. */
export interface AwaitedBroker {
  readonly id: number;
  readonly reason: MissingBroker['reason'];
  /** True if Kubernetes has a pod of the broker. */
  readonly hasPod: boolean;
}

/** Missing brokers of the maps that get new topics. A topic that is refused waits for nothing. */
export function missingBrokers({
  topics,
  maps,
  state,
}: {
  readonly topics: readonly DeclaredTopicConfig[];
  readonly maps: readonly MapConfig[];
  readonly state: ClusterState;
}): AwaitedBroker[] {
  const owners = new TopicOwners(maps);
  const waiting = new Set<MapConfig>();
  for (const { name } of topics) {
    const owner = owners.ownerOf(name);
    if (!state.view.topics.has(name) && 'map' in owner) {
      waiting.add(owner.map);
    }
  }
  return [...waiting].flatMap((map) =>
    brokersIn(map, state).missing.map(({ id, reason }) => ({
      id,
      reason,
      hasPod: state.pods?.get(map.name)?.has(id) === true,
    })),
  );
}
