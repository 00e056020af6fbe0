import { ResponseError, describeQuorumV2 } from '@platformatic/kafka';
import { KafkaSession } from './connection';

/** How far a member of the metadata quorum has come. */
export interface QuorumMember {
  readonly id: number;
  readonly logEndOffset: number;
  /** How long ago it had all that the leader had then, measured at the leader; undefined when never. */
  readonly lagMs?: number;
}

/** The metadata quorum, as its leader sees it. */
export interface QuorumView {
  readonly leaderId: number;
  readonly voters: readonly QuorumMember[];
  readonly observers: readonly QuorumMember[];
}

const METADATA = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }];

/**
 * Asks for the state of the metadata quorum. Brokers pass the question on to the leader; controllers that do not lead
 * answer that they do not, which gives undefined.
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

function toQuorumView(answer: Awaited<ReturnType<typeof describeQuorumV2.api.async>>): QuorumView | undefined {
  const [partition] = answer.topics.flatMap(({ partitions }) => partitions);
  if (!partition || partition.leaderId < 0) {
    return undefined;
  }
  const leader = partition.currentVoters.find(({ replicaId }) => replicaId === partition.leaderId);
  const now = leader?.lastCaughtUpTimestamp ?? -1n;
  const member = (replica: (typeof partition.currentVoters)[number]): QuorumMember => ({
    id: replica.replicaId,
    logEndOffset: Number(replica.logEndOffset),
    lagMs:
      now < 0n || replica.lastCaughtUpTimestamp < 0n
        ? undefined
        : Number(now - replica.lastCaughtUpTimestamp),
  });
  return {
    leaderId: partition.leaderId,
    voters: partition.currentVoters.map(member),
    observers: partition.observers.map(member),
  };
}
