/*
 * ElectLeaders, which the client library does not have.
 */
import { ResponseError, Writer, createAPI } from '@platformatic/kafka';
import { KafkaSession } from './connection';

/** Partitions of a topic. */
export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** What became of one election. */
export interface ElectionResult {
  readonly topic: string;
  readonly partitionId: number;
  /** Kafka's error code; 0 when the leader was elected. */
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** The preferred leader leads already. */
export const ELECTION_NOT_NEEDED = 84;

interface ElectLeadersResponse {
  readonly errorCode: number;
  readonly results: readonly ElectionResult[];
}

/** Version 2 of the call. Codes of single partitions are left to the caller, because some of them are no failure. */
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
          .appendArray([...partitions], (one, partition) => one.appendInt32(partition), true, false);
      })
      .appendInt32(timeoutMs)
      .appendTaggedFields(),
  (_correlationId, apiKey, apiVersion, reader) => {
    reader.readInt32(); // how long Kafka throttled the call
    const errorCode = reader.readInt16();
    const topics = reader.readArray((one) => {
      const topic = one.readString();
      return one.readArray((part) => ({
        topic,
        partitionId: part.readInt32(),
        errorCode: part.readInt16(),
        errorMessage: part.readNullableString(),
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

/** Makes the preferred replicas of partitions their leaders. In ZooKeeper mode only the controller can. */
export async function electPreferred(
  session: KafkaSession,
  topics: readonly TopicPartitions[],
): Promise<readonly ElectionResult[]> {
  const { results } = await session.send(electLeadersV2, PREFERRED, topics, TIMEOUT_MS);
  return results;
}
