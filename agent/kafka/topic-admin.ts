import { createTopicsV7, describeConfigsV4 } from '@platformatic/kafka';
import { KafkaSession } from './connection';

/** A topic with an explicit replica assignment. */
export interface PlacedTopic {
  readonly name: string;
  /** Broker ids of each partition, the preferred leader first. */
  readonly assignments: readonly (readonly number[])[];
  readonly config: Readonly<Record<string, string>>;
}

/** Result of the creation of one topic. */
export interface CreateResult {
  readonly name: string;
  /** Kafka's error code; 0 if the topic was created. */
  readonly errorCode: number;
  readonly errorMessage: string;
}

/** Error code: the topic exists already. */
export const TOPIC_ALREADY_EXISTS = 36;

/** Error code: the broker is not the controller, which only ZooKeeper mode requires. */
export const NOT_CONTROLLER = 41;

const TIMEOUT_MS = 30_000;
const TOPIC_RESOURCE = 2;

/** Creates topics in one request. Each topic succeeds or fails independently. */
export async function createTopics(
  session: KafkaSession,
  topics: readonly PlacedTopic[],
): Promise<CreateResult[]> {
  const request = topics.map(({ name, assignments, config }) => ({
    name,
    numPartitions: -1,
    replicationFactor: -1,
    assignments: assignments.map((brokerIds, partitionIndex) => ({
      partitionIndex,
      brokerIds: [...brokerIds],
    })),
    configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
  }));
  const response = await session.sendAllowingErrors(createTopicsV7.api, request, TIMEOUT_MS, false);
  return response.topics.map(({ name, errorCode, errorMessage }) => ({
    name,
    errorCode,
    errorMessage: errorMessage ?? `error code ${errorCode}`,
  }));
}

/** Reads settings of topics: topic to setting to value. */
export async function topicSettings(
  session: KafkaSession,
  topics: readonly { readonly name: string; readonly settings: readonly string[] }[],
): Promise<Map<string, Map<string, string | undefined>>> {
  const { results } = await session.sendAllowingErrors(
    describeConfigsV4.api,
    topics.map(({ name, settings }) => ({
      resourceType: TOPIC_RESOURCE,
      resourceName: name,
      configurationKeys: [...settings],
    })),
    false,
    false,
  );
  return new Map(
    results
      .filter(({ errorCode }) => errorCode === 0)
      .map(({ resourceName, configs }) => [
        resourceName,
        new Map(configs.map(({ name, value }) => [name, value ?? undefined])),
      ]),
  );
}
