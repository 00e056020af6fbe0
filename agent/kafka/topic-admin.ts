/*
 * Requests about topics. In each of them every topic succeeds or fails independently.
 */
import {
  createPartitionsV3,
  createTopicsV7,
  deleteTopicsV6,
  describeConfigsV4,
  incrementalAlterConfigsV1,
} from '@platformatic/kafka';
import { KafkaSession } from './connection';

/** A topic with an explicit replica assignment. */
export interface PlacedTopic {
  readonly name: string;
  /** Broker ids of each partition, the preferred leader first. */
  readonly assignments: readonly (readonly number[])[];
  readonly config: Readonly<Record<string, string>>;
}

/** Partitions to add to a topic. */
export interface AddedPartitions {
  readonly name: string;
  /** Number of partitions afterwards. */
  readonly count: number;
  /** Broker ids of each new partition, the preferred leader first. */
  readonly assignments: readonly (readonly number[])[];
}

/** Changes of the settings of a topic. */
export interface TopicSettingsChange {
  readonly name: string;
  readonly set: Readonly<Record<string, string>>;
  /** Settings that go back to the default of the cluster. */
  readonly remove: readonly string[];
}

/** Result of a request for one topic. */
export interface TopicResult {
  readonly name: string;
  /** Kafka's error code; 0 on success. */
  readonly errorCode: number;
  readonly errorMessage: string;
}

/** Error codes of Kafka. */
export const TOPIC_ERROR = {
  unknownTopic: 3,
  requestTimedOut: 7,
  topicAuthorizationFailed: 29,
  clusterAuthorizationFailed: 31,
  alreadyExists: 36,
  invalidPartitions: 37,
  invalidReplicaAssignment: 39,
  invalidConfig: 40,
  /** Only ZooKeeper mode requires the controller. */
  notController: 41,
  policyViolation: 44,
  reassignmentInProgress: 60,
  deletionDisabled: 73,
  throttlingQuotaExceeded: 89,
} as const;

const TIMEOUT_MS = 30_000;
const TOPIC_RESOURCE = 2;
const SET = 0;
const DELETE = 1;
/** Source of a setting that was set for the topic itself. */
const TOPIC_SOURCE = 1;

/** Creates topics. */
export async function createTopics(
  session: KafkaSession,
  topics: readonly PlacedTopic[],
): Promise<TopicResult[]> {
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
  return response.topics.map(resultOf);
}

/** Adds partitions to topics. */
export async function addPartitions(
  session: KafkaSession,
  topics: readonly AddedPartitions[],
): Promise<TopicResult[]> {
  const request = topics.map(({ name, count, assignments }) => ({
    name,
    count,
    assignments: assignments.map((brokerIds) => ({ brokerIds: [...brokerIds] })),
  }));
  const response = await session.sendAllowingErrors(createPartitionsV3.api, request, TIMEOUT_MS, false);
  return response.results.map(resultOf);
}

/** Changes settings of topics. Kafka applies either all changes of a topic or none. */
export async function changeTopicSettings(
  session: KafkaSession,
  changes: readonly TopicSettingsChange[],
): Promise<TopicResult[]> {
  const request = changes.map(({ name, set, remove }) => ({
    resourceType: TOPIC_RESOURCE,
    resourceName: name,
    configs: [
      ...Object.entries(set).map(([key, value]) => ({ name: key, configOperation: SET, value }) as const),
      ...remove.map((key) => ({ name: key, configOperation: DELETE }) as const),
    ],
  }));
  const { responses } = await session.sendAllowingErrors(
    incrementalAlterConfigsV1.api,
    request as Parameters<typeof incrementalAlterConfigsV1.api.async>[1],
    false,
  );
  return responses.map(({ resourceName, ...rest }) => resultOf({ name: resourceName, ...rest }));
}

/** Deletes topics with all their records. */
export async function deleteTopics(
  session: KafkaSession,
  topics: readonly { readonly name: string }[],
): Promise<TopicResult[]> {
  const request = topics.map(({ name }) => ({ name, topicId: null }));
  const { responses } = await session.sendAllowingErrors(deleteTopicsV6.api, request, TIMEOUT_MS);
  return responses.map(({ name, ...rest }) => resultOf({ name: name ?? '', ...rest }));
}

/** Settings of topics to read. */
export interface TopicSettingsRequest {
  readonly name: string;
  /** Absent for all settings. */
  readonly settings?: readonly string[];
}

/** Reads the settings that apply to topics, including the defaults of brokers and of Kafka: topic to setting to value. */
export async function effectiveTopicSettings(
  session: KafkaSession,
  topics: readonly TopicSettingsRequest[],
): Promise<Map<string, Map<string, string>>> {
  return describeTopics(session, topics, () => true);
}

/** Reads the settings that were set for topics themselves, not those of brokers and of Kafka: topic to setting to value. */
export async function ownTopicSettings(
  session: KafkaSession,
  topics: readonly TopicSettingsRequest[],
): Promise<Map<string, Map<string, string>>> {
  return describeTopics(session, topics, (source) => source === TOPIC_SOURCE);
}

/** A topic that does not exist has no settings. Topics with another error are missing in the result. */
async function describeTopics(
  session: KafkaSession,
  topics: readonly TopicSettingsRequest[],
  isRequested: (source: number) => boolean,
): Promise<Map<string, Map<string, string>>> {
  const { results } = await session.sendAllowingErrors(
    describeConfigsV4.api,
    topics.map(({ name, settings }) => ({
      resourceType: TOPIC_RESOURCE,
      resourceName: name,
      configurationKeys: settings === undefined ? null : [...settings],
    })),
    false,
    false,
  );
  return new Map(
    results
      .filter(({ errorCode }) => [0, TOPIC_ERROR.unknownTopic].includes(errorCode))
      .map(({ resourceName, configs }) => [
        resourceName,
        new Map(
          configs
            .filter(({ configSource }) => isRequested(configSource))
            .map(({ name, value }) => [name, value ?? '']),
        ),
      ]),
  );
}

function resultOf({
  name,
  errorCode,
  errorMessage,
}: {
  readonly name: string;
  readonly errorCode: number;
  readonly errorMessage?: string | null;
}): TopicResult {
  return { name, errorCode, errorMessage: errorMessage ?? `error code ${errorCode}` };
}
