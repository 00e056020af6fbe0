import { listOffsetsV9 } from '@platformatic/kafka';
import { KafkaSession } from './connection';
import { TopicPartitions } from './elect-leaders';

const CONSUMER = -1;
const READ_UNCOMMITTED = 0;
const ANY_EPOCH = -1;
const LATEST = BigInt(-1);

/**
 * LEADER_NOT_AVAILABLE and NOT_LEADER_OR_FOLLOWER until the broker knows that it is the leader; OFFSET_NOT_AVAILABLE until
 * followers fetch from it, so that earlier writes are acknowledged.
 */
const NOT_SERVED_CODES: ReadonlySet<number> = new Set([5, 6, 78]);

/**
 * Counts the partitions that a broker does not serve as their leader yet. In the metadata it is the leader as soon as the
 * controllers elect it, which can be seconds earlier on a slow disk.
 */
export async function countUnserved(
  session: KafkaSession,
  topics: readonly TopicPartitions[],
): Promise<number> {
  const request = topics.map(({ topic, partitions }) => ({
    name: topic,
    partitions: partitions.map((partitionIndex) => ({
      partitionIndex,
      currentLeaderEpoch: ANY_EPOCH,
      timestamp: LATEST,
    })),
  }));
  const response = await session.sendAllowingErrors(listOffsetsV9.api, CONSUMER, READ_UNCOMMITTED, request);
  return response.topics
    .flatMap(({ partitions }) => partitions)
    .filter(({ errorCode }) => NOT_SERVED_CODES.has(errorCode)).length;
}
