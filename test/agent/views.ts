import { BrokerView, ClusterView, PartitionView } from '../../agent/kafka/cluster-view';

/** Parts of a view of the cluster. Everything that a test does not need can be omitted. */
export interface ViewParts {
  /** Live brokers; a number is a broker in zone `a`. */
  readonly brokers?: readonly (number | { readonly id: number; readonly rack?: string })[];
  readonly partitions?: readonly PartitionView[];
  /** Topics without partitions. */
  readonly bareTopics?: readonly string[];
}

/** A view of the cluster, as a broker returns it. The first broker is the controller. */
export function clusterOf({ brokers = [], partitions = [], bareTopics = [] }: ViewParts): ClusterView {
  const entries = brokers.map((broker): [number, BrokerView] => {
    const { id, rack } = typeof broker === 'number' ? { id: broker, rack: 'a' } : broker;
    return [id, { id, rack, host: `broker-${id}`, port: 9091 }];
  });
  return {
    brokers: new Map(entries),
    controllerId: entries[0]?.[0] ?? -1,
    topics: new Set([...partitions.map(({ topic }) => topic), ...bareTopics]),
    partitions,
  };
}

/** A partition whose leader is the first of its ISR. By default all replicas are in sync. */
export function partition(
  topic: string,
  index: number,
  replicas: readonly number[],
  isr: readonly number[] = replicas,
): PartitionView {
  return { topic, index, replicas, isr, leader: isr[0] ?? -1 };
}
