import { MapConfig } from '../../../lib/seam/agent-config';
import { ClusterView, PartitionView } from '../../kafka/cluster-view';
import { TargetView } from '../kafka-topics';
import { MapBrokers, brokersOfMap } from '../placement/brokers-of-map';

/** State of the cluster, as a run has read it. */
export interface ClusterState {
  readonly view: TargetView;
  /** Settings of topics themselves, by topic. A topic whose settings could not be read is missing. */
  readonly settings: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Reason why Kafka was not reached for the settings; absent if it has answered. */
  readonly settingsUnreachable?: string;
  /** Ids of the pods of each map, ready or not; absent if the API server did not answer. */
  readonly pods?: ReadonlyMap<string, ReadonlySet<number>>;
  /** Brokers on which Kafka places nothing. */
  readonly cordoned: ReadonlySet<number>;
}

/** Brokers of a map, as far as replicas can be placed on them. */
export function brokersIn(
  { name, brokerIds }: MapConfig,
  { view, pods, cordoned }: ClusterState,
): MapBrokers {
  return brokersOfMap(brokerIds, { view, cordoned, pods: pods && (pods.get(name) ?? new Set()) });
}

/** Partitions by topic, in the order of their index. */
export function partitionsByTopic(view: ClusterView): Map<string, PartitionView[]> {
  const found = new Map<string, PartitionView[]>();
  for (const partition of view.partitions) {
    const list = found.get(partition.topic);
    if (list) {
      list.push(partition);
    } else {
      found.set(partition.topic, [partition]);
    }
  }
  found.forEach((list) => list.sort((a, b) => a.index - b.index));
  return found;
}
