import { describeTopicPartitionsV0 } from '@platformatic/kafka';
import { KafkaSession, KafkaUnavailable } from './connection';
import { partitionName } from './partition-name';

/** Replicas that Kafka may elect for a partition without a leader (KIP-966). */
export interface EligibleReplicas {
  readonly eligible: readonly number[];
  readonly lastKnown: readonly number[];
}

const PARTITIONS_PER_PAGE = 2000;
/** More pages than the partitions of any topics need. */
const MAX_PAGES = 200;

/**
 * Fetches the eligible leader replicas of all partitions of some topics, by `topic-partition`. KRaft only.
 *
 * @throws KafkaUnavailable if the broker returns pages without an end
 */
export async function eligibleReplicas(
  session: KafkaSession,
  topics: readonly string[],
): Promise<Map<string, EligibleReplicas>> {
  const replicas = new Map<string, EligibleReplicas>();
  const request = topics.map((name) => ({ name }));
  let cursor: { topicName: string; partitionIndex: number } | undefined;
  for (let pages = 0; pages === 0 || cursor; pages++) {
    if (pages === MAX_PAGES) {
      throw new KafkaUnavailable(
        `${session.address.host}:${session.address.port} returned ${MAX_PAGES} pages of partitions, and the last one is not complete`,
      );
    }
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
  }
  return replicas;
}
