import { describeLogDirsV4, listPartitionReassignmentsV0, metadataV12 } from '@platformatic/kafka';
import { Address, KafkaSession } from './connection';
import { partitionName } from './partition-name';

/** A live broker, as one server sees it. */
export interface BrokerView extends Address {
  readonly id: number;
  readonly rack?: string;
}

/** A partition, as one server sees it. */
export interface PartitionView {
  readonly topic: string;
  readonly index: number;
  /** -1 when it has none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** The cluster, as one server sees it. */
export interface ClusterView {
  readonly brokers: ReadonlyMap<number, BrokerView>;
  /** In ZooKeeper mode the broker that decides; in KRaft any. */
  readonly controllerId: number;
  readonly topics: ReadonlySet<string>;
  readonly partitions: readonly PartitionView[];
}

/** Asks a server for all brokers and all topics. The brokers are told for the listener that is asked. */
export async function clusterView(session: KafkaSession): Promise<ClusterView> {
  // Partitions without a leader make the library throw, although the answer is whole.
  const answer = await session.askTolerant(metadataV12.api, null, false, false);
  const { credentials } = session.address;
  return {
    controllerId: answer.controllerId,
    brokers: new Map(
      answer.brokers.map(({ nodeId, host, port, rack }) => [
        nodeId,
        { id: nodeId, host, port, rack: rack ?? undefined, credentials },
      ]),
    ),
    topics: new Set(answer.topics.map(({ name }) => name ?? '')),
    partitions: answer.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, leaderId, replicaNodes, isrNodes }) => ({
        topic: name ?? '',
        index: partitionIndex,
        leader: leaderId,
        replicas: replicaNodes,
        isr: isrNodes,
      })),
    ),
  };
}

/** How many replicas the disks of a broker hold; the broker itself must be asked. */
export async function hostedReplicas(session: KafkaSession): Promise<number> {
  const { results } = await session.ask(describeLogDirsV4.api, null);
  return results.flatMap(({ topics }) => topics.flatMap(({ partitions }) => partitions)).length;
}

/** Replicas that a running reassignment is still adding: `topic-partition` to broker ids. */
export async function addingReplicas(session: KafkaSession): Promise<ReadonlyMap<string, readonly number[]>> {
  const { topics } = await session.ask(listPartitionReassignmentsV0.api, 5_000, null);
  return new Map(
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, addingReplicas: adding }): [string, number[]] => [
        partitionName(name, partitionIndex),
        adding,
      ]),
    ),
  );
}
