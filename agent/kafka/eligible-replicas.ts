import { describeTopicPartitionsV0 } from '@platformatic/kafka';
import { KafkaSession } from './connection';
import { partitionName } from './partition-name';

/** Replicas that Kafka may elect for a partition without a leader (KIP-966). */
export interface EligibleReplicas {
  readonly eligible: readonly number[];
  readonly lastKnown: readonly number[];
}

const PARTITIONS_PER_PAGE = 2000;

/** Fetches the eligible leader replicas of all partitions of some topics, by `topic-partition`. KRaft only. */
export async function eligibleReplicas(
  session: KafkaSession,
  topics: readonly string[],
): Promise<Map<string, EligibleReplicas>> {
  const replicas = new Map<string, EligibleReplicas>();
  const request = topics.map((name) => ({ name }));
  let cursor: { topicName: string; partitionIndex: number } | undefined;
  do {
    const page = await session.sendAllowingErrors(
      describeTopicPartitionsV0.api,
      request,
      PARTITIONS_PER_PAGE,
      cursor,
    );
    for (const { name, partitions } of page.topics) {
      for (const { partitionIndex, eligibleLeaderReplicas, lastKnownElr } of partitions) {
        replicas.set(partitionName(name ?? '', partitionIndex), {
          eligible: eligibleLeaderReplicas ?? [],
          lastKnown: lastKnownElr ?? [],
        });
      }
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return replicas;
}
