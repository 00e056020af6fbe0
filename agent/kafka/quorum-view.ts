import { ResponseError, describeQuorumV2 } from '@platformatic/kafka';
import { KafkaSession } from './connection';
import { fromUuid } from './directory-id';

/** Replication state of a voter or observer of the metadata quorum. */
export interface QuorumMember {
  readonly id: number;
  /** Id of its log directory, in Kafka's base64; absent in a static quorum. */
  readonly directoryId?: string;
  readonly logEndOffset: number;
  /** Time since the member last caught up with the leader, measured by the leader; undefined if it never did. */
  readonly lagMs?: number;
}

/** The metadata quorum, as its leader describes it. */
export interface QuorumView {
  readonly leaderId: number;
  /** Epoch of the leader; it only grows. */
  readonly leaderEpoch?: number;
  readonly voters: readonly QuorumMember[];
  readonly observers: readonly QuorumMember[];
}

const METADATA = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }];

/**
 * Describes the metadata quorum. Brokers forward the request to the leader.
 *
 * @returns undefined if the server is a controller that is not the leader
 */
export async function quorumView(session: KafkaSession): Promise<QuorumView | undefined> {
  try {
    return toQuorumView(await session.send(describeQuorumV2.api, METADATA));
  } catch (error) {
    if (error instanceof ResponseError) {
      return undefined;
    }
    throw error;
  }
}

function toQuorumView(
  response: Awaited<ReturnType<typeof describeQuorumV2.api.async>>,
): QuorumView | undefined {
  const [partition] = response.topics.flatMap(({ partitions }) => partitions);
  if (!partition || partition.leaderId < 0) {
    return undefined;
  }
  const leader = partition.currentVoters.find(({ replicaId }) => replicaId === partition.leaderId);
  const now = leader?.lastCaughtUpTimestamp ?? -1n;
  const member = (replica: (typeof partition.currentVoters)[number]): QuorumMember => ({
    id: replica.replicaId,
    directoryId: fromUuid(replica.replicaDirectoryId),
    logEndOffset: Number(replica.logEndOffset),
    lagMs:
      now < 0n || replica.lastCaughtUpTimestamp < 0n
        ? undefined
        : Number(now - replica.lastCaughtUpTimestamp),
  });
  return {
    leaderId: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    voters: partition.currentVoters.map(member),
    observers: partition.observers.map(member),
  };
}
