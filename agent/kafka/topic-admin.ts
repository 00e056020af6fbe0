import { createTopicsV7, describeConfigsV4 } from '@platformatic/kafka';
import { KafkaSession } from './connection';

/** A topic with its replicas placed by hand. */
export interface PlacedTopic {
  readonly name: string;
  /** Broker ids per partition, preferred leader first. */
  readonly assignments: readonly (readonly number[])[];
  readonly config: Readonly<Record<string, string>>;
}

/** What became of one topic. */
export interface CreateResult {
  readonly name: string;
  /** Kafka's error code; 0 when the topic was created. */
  readonly errorCode: number;
  readonly errorMessage: string;
}

/** The topic was there already. */
export const TOPIC_ALREADY_EXISTS = 36;

/** This broker does not decide: in ZooKeeper mode only one does. */
export const NOT_CONTROLLER = 41;

const TIMEOUT_MS = 30_000;
const TOPIC_RESOURCE = 2;

/** Creates topics in one request; each succeeds or fails by itself. */
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
  const answer = await session.sendAllowingErrors(createTopicsV7.api, request, TIMEOUT_MS, false);
  return answer.topics.map(({ name, errorCode, errorMessage }) => ({
    name,
    errorCode,
    errorMessage: errorMessage ?? `Kafka answers with error code ${errorCode}`,
  }));
}

/** Reads some settings of topics: topic to setting to value. */
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
