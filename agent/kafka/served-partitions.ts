import { listOffsetsV9 } from '@platformatic/kafka';
import { KafkaSession } from './connection';
import { TopicPartitions } from './elect-leaders';

const CONSUMER = -1;
const READ_UNCOMMITTED = 0;
const ANY_EPOCH = -1;
const LATEST = BigInt(-1);

/**
 * LEADER_NOT_AVAILABLE and NOT_LEADER_OR_FOLLOWER until the broker has heard that it leads, and OFFSET_NOT_AVAILABLE until
 * the others follow it, so that what was written before is acknowledged.
 */
const NOT_YET: ReadonlySet<number> = new Set([5, 6, 78]);

/**
 * How many partitions the broker that is asked does not serve yet as their leader. The controllers count it as the leader
 * from the moment that they decide so, which can be seconds earlier on a slow disk.
 */
export async function countUnserved(
  session: KafkaSession,
  topics: readonly TopicPartitions[],
): Promise<number> {
  const wanted = topics.map(({ topic, partitions }) => ({
    name: topic,
    partitions: partitions.map((partitionIndex) => ({
      partitionIndex,
      currentLeaderEpoch: ANY_EPOCH,
      timestamp: LATEST,
    })),
  }));
  const answer = await session.sendAllowingErrors(listOffsetsV9.api, CONSUMER, READ_UNCOMMITTED, wanted);
  return answer.topics
    .flatMap(({ partitions }) => partitions)
    .filter(({ errorCode }) => NOT_YET.has(errorCode)).length;
}
