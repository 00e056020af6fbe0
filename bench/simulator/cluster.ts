/*
 * Data of a simulated cluster, with the fields of the Kafka protocol, so that it can also describe a real cluster.
 */

/** A broker in Metadata. */
export interface SimulatedBroker {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

/** A partition in Metadata. */
export interface SimulatedPartition {
  readonly errorCode: number;
  readonly index: number;
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly offline: readonly number[];
}

/** A topic in Metadata. */
export interface SimulatedTopic {
  readonly errorCode: number;
  readonly name: string;
  /** Hexadecimal, with hyphens. */
  readonly id: string;
  readonly isInternal: boolean;
  readonly partitions: readonly SimulatedPartition[];
  /** Authorized operations as bits; the minimum integer if they were not requested. */
  readonly operations: number;
}

/** A member of the metadata quorum. Times are milliseconds since 1970. */
export interface SimulatedMember {
  readonly id: number;
  readonly directory: string;
  readonly logEndOffset: bigint;
  readonly lastFetch: bigint;
  readonly lastCaughtUp: bigint;
}

/** The metadata quorum in DescribeQuorum. */
export interface SimulatedQuorum {
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly highWatermark: bigint;
  readonly voters: readonly SimulatedMember[];
  readonly observers: readonly SimulatedMember[];
  readonly nodes: readonly {
    readonly id: number;
    readonly listeners: readonly { readonly name: string; readonly host: string; readonly port: number }[];
  }[];
}

/** A log directory in DescribeLogDirs. */
export interface SimulatedLogDir {
  readonly errorCode: number;
  readonly path: string;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly index: number;
      readonly size: bigint;
      readonly offsetLag: bigint;
      readonly isFuture: boolean;
    }[];
  }[];
  readonly total: bigint;
  readonly usable: bigint;
}

/** A simulated cluster. */
export interface SimulatedCluster {
  readonly clusterId: string;
  readonly controllerId: number;
  readonly brokers: readonly SimulatedBroker[];
  readonly topics: readonly SimulatedTopic[];
}

const OPERATIONS_NOT_REQUESTED = -2_147_483_648;

/** Creates a partition whose leader is the first replica of the ISR. */
export function partitionOf(
  index: number,
  replicas: readonly number[],
  isr: readonly number[],
): SimulatedPartition {
  return { errorCode: 0, index, leader: isr[0] ?? -1, leaderEpoch: 0, replicas, isr, offline: [] };
}

/** Creates a cluster with all replicas in sync. Broker ids start at 1001. */
export function healthyCluster(size: {
  readonly ports: readonly number[];
  readonly partitions: number;
  readonly partitionsPerTopic: number;
  readonly replicationFactor: number;
}): SimulatedCluster {
  const { ports, partitions, partitionsPerTopic, replicationFactor } = size;
  const ids = ports.map((_, index) => 1001 + index);
  const replicasOf = (partition: number) =>
    Array.from({ length: replicationFactor }, (_, nth) => ids[(partition + nth) % ids.length]);
  const topics = Array.from({ length: Math.ceil(partitions / partitionsPerTopic) }, (_, topic) => {
    const first = topic * partitionsPerTopic;
    const count = Math.min(partitionsPerTopic, partitions - first);
    return {
      errorCode: 0,
      name: `events.team-${topic % 40}.stream-${topic}`,
      id: `00000000-0000-0000-0001-${topic.toString(16).padStart(12, '0')}`,
      isInternal: false,
      operations: OPERATIONS_NOT_REQUESTED,
      partitions: Array.from({ length: count }, (__, index) => {
        const replicas = replicasOf(first + index);
        return partitionOf(index, replicas, replicas);
      }),
    };
  });
  return {
    clusterId: 'c2ltdWxhdGVkLWtyYWZ0Lg',
    controllerId: ids[0],
    brokers: ids.map((id, index) => ({
      id,
      host: '127.0.0.1',
      port: ports[index],
      rack: `zone-${index % 3}`,
    })),
    topics,
  };
}

/** Removes a broker from the ISR of its first partitions. */
export function withLaggingBroker(
  cluster: SimulatedCluster,
  broker: number,
  count: number,
): SimulatedCluster {
  let remaining = count;
  const topics = cluster.topics.map((topic) => {
    if (remaining === 0 || !topic.partitions.some(({ replicas }) => replicas.includes(broker))) {
      return topic;
    }
    const partitions = topic.partitions.map((partition) => {
      if (remaining === 0 || !partition.replicas.includes(broker)) {
        return partition;
      }
      remaining -= 1;
      const isr = partition.isr.filter((id) => id !== broker);
      return { ...partition, isr, leader: isr[0] ?? -1 };
    });
    return { ...topic, partitions };
  });
  return { ...cluster, topics };
}

/** Log directory of a broker with one disk. */
export function logDirOf({ topics }: SimulatedCluster, broker: number): SimulatedLogDir {
  const size = BigInt(2 ** 20);
  const hosted = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions
      .filter(({ replicas }) => replicas.includes(broker))
      .map(({ index }) => ({ index, size, offsetLag: BigInt(0), isFuture: false })),
  }));
  return {
    errorCode: 0,
    path: '/data/kafka',
    topics: hosted.filter(({ partitions }) => partitions.length > 0),
    total: size * size,
    usable: size * size,
  };
}
