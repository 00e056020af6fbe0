import { BrokerView, ClusterView, PartitionView } from '../../agent/kafka/cluster-view';

/** What a view of the cluster consists of, with everything left out that a test does not care about. */
export interface ViewParts {
  /** Live brokers; a number is a broker in zone `a`. */
  readonly brokers?: readonly (number | { readonly id: number; readonly rack?: string })[];
  readonly partitions?: readonly PartitionView[];
  /** Topics that are listed without partitions. */
  readonly bareTopics?: readonly string[];
}

/** A view of the cluster as a broker would give it. */
export function clusterOf({ brokers = [], partitions = [], bareTopics = [] }: ViewParts): ClusterView {
  const listed = brokers.map((broker): [number, BrokerView] => {
    const { id, rack } = typeof broker === 'number' ? { id: broker, rack: 'a' } : broker;
    return [id, { id, rack, host: `broker-${id}`, port: 9091 }];
  });
  return {
    brokers: new Map(listed),
    controllerId: listed[0]?.[0] ?? -1,
    topics: new Set([...partitions.map(({ topic }) => topic), ...bareTopics]),
    partitions,
  };
}

/** A partition that is led by the first of its ISR; all replicas are in sync unless told otherwise. */
export function partition(
  topic: string,
  index: number,
  replicas: readonly number[],
  isr: readonly number[] = replicas,
): PartitionView {
  return { topic, index, replicas, isr, leader: isr[0] ?? -1 };
}
