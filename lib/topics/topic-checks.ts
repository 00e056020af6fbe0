import { TOPIC_DEFINITION, TopicDefinition } from './topic-definition';
import { assertStrings, positiveInteger } from '../kafka/user-settings';
import { INTERNAL_TOPICS, isTopicName } from '../seam/topic-patterns';
import { format } from '../input/format';
import { assertProps } from '../input/props';

// Limit of one run of the topic synchronization.
const MAX_PARTITIONS = 9_900;

// Kafka rejects a request that would write more metadata records: one for the topic, one for each partition, and one for
// each setting. A topic is created by one request.
const MAX_RECORDS = 10_000;

/** Name of a topic in metrics: Kafka replaces '.' by '_', and rejects a second topic with the same metric name. */
export function metricNameOf(topic: string): string {
  return topic.replaceAll('.', '_');
}

/** Names of a list of topics, to find duplicates. */
export class TopicNames {
  private readonly byMetricName = new Map<string, string>();

  /** @throws when the topic is listed already, or differs from another topic only in '.' and '_' */
  add(name: string): void {
    const metricName = metricNameOf(name);
    const other = this.byMetricName.get(metricName);
    if (other !== undefined) {
      throw new Error(
        other === name
          ? `topic '${name}' is listed twice; remove one of them`
          : `topics '${other}' and '${name}' differ only in '.' and '_', which Kafka rejects; rename one of them`,
      );
    }
    this.byMetricName.set(metricName, name);
  }
}

/** @throws when no cluster could create the topic */
export function assertTopic(topic: TopicDefinition): void {
  assertProps(topic?.name ? `topic '${topic.name}'` : 'a topic', topic, TOPIC_DEFINITION);
  assertName(topic.name);
  assertNumber(topic.name, 'partitions', topic.partitions, maxPartitions(topic));
  assertNumber(topic.name, 'replicationFactor', topic.replicationFactor, 2 ** 15 - 1);
  assertConfig(topic);
}

function maxPartitions({ config }: TopicDefinition): number {
  return Math.min(MAX_PARTITIONS, MAX_RECORDS - 1 - Object.keys(config ?? {}).length);
}

function assertName(name: string): void {
  if (!isTopicName(name)) {
    throw new Error(`topic name '${name}' is not valid; use up to 249 letters, digits, '.', '_' and '-'`);
  }
  if (INTERNAL_TOPICS.includes(name)) {
    throw new Error(
      `topic '${name}' is an internal topic of Kafka; leave it out, and use internalTopics of the cluster`,
    );
  }
}

function assertNumber(topic: string, property: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new Error(
      `${property} of topic '${topic}' is ${format(value)}; it must be a whole number from 1 to ${most}`,
    );
  }
}

function assertConfig({ name, config }: TopicDefinition): void {
  assertStrings(`topic '${name}'`, config ?? {});
  positiveInteger(`topic '${name}'`, config ?? {}, 'min.insync.replicas');
}
