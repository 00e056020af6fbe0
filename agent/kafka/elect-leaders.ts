/*
 * ElectLeaders. The client library does not implement it.
 */
import { ResponseError, Writer, createAPI } from '@platformatic/kafka';
import { KafkaSession } from './connection';

/** Partitions of a topic. */
export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** Result of one election. */
export interface ElectionResult {
  readonly topic: string;
  readonly partitionId: number;
  /** Kafka's error code; 0 if the leader was elected. */
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** Error code: the preferred replica is the leader already. */
export const ELECTION_NOT_NEEDED = 84;

interface ElectLeadersResponse {
  readonly errorCode: number;
  readonly results: readonly ElectionResult[];
}

/** ElectLeaders version 2. The caller evaluates the error codes of partitions, because not all of them are failures. */
export const electLeadersV2 = createAPI<
  [electionType: number, topics: readonly TopicPartitions[], timeoutMs: number],
  ElectLeadersResponse
>(
  43,
  2,
  (electionType, topics, timeoutMs) =>
    Writer.create()
      .appendInt8(electionType)
      .appendArray([...topics], (writer, { topic, partitions }) => {
        writer
          .appendString(topic)
          .appendArray([...partitions], (list, partition) => list.appendInt32(partition), true, false);
      })
      .appendInt32(timeoutMs)
      .appendTaggedFields(),
  (_correlationId, apiKey, apiVersion, reader) => {
    reader.readInt32(); // throttle_time_ms
    const errorCode = reader.readInt16();
    const topics = reader.readArray((entry) => {
      const topic = entry.readString();
      return entry.readArray((partition) => ({
        topic,
        partitionId: partition.readInt32(),
        errorCode: partition.readInt16(),
        errorMessage: partition.readNullableString(),
      }));
    });
    const body = { errorCode, results: (topics ?? []).flatMap((results) => results ?? []) };
    if (errorCode !== 0) {
      throw new ResponseError(apiKey, apiVersion, { '': [errorCode, null] }, body);
    }
    return body;
  },
);

const PREFERRED = 0;
const TIMEOUT_MS = 15_000;

/** Runs preferred leader elections. In ZooKeeper mode only the controller accepts the request. */
export async function electPreferred(
  session: KafkaSession,
  topics: readonly TopicPartitions[],
): Promise<readonly ElectionResult[]> {
  const { results } = await session.send(electLeadersV2, PREFERRED, topics, TIMEOUT_MS);
  return results;
}
