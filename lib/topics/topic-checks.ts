import { TOPIC_DEFINITION, TopicDefinition } from './topic-definition';
import { KafkaVersion } from '../kafka/kafka-version';
import { INTERNAL_TOPICS, isTopicName } from '../seam/topic-patterns';
import { format } from '../input/format';
import { assertProps } from '../input/props';
import { assertTopicSettings } from './topic-settings';

// Kafka rejects a request that would write more than 10,000 metadata records: one for each partition and each setting.
const MAX_PARTITIONS = 9_900;

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

/** @throws when no cluster of this version could create the topic */
export function assertTopic(topic: TopicDefinition, version: KafkaVersion): void {
  assertProps(topic?.name ? `topic '${topic.name}'` : 'a topic', topic, TOPIC_DEFINITION);
  assertName(topic.name);
  assertNumber(topic.name, 'partitions', topic.partitions, MAX_PARTITIONS);
  assertNumber(topic.name, 'replicationFactor', topic.replicationFactor, 2 ** 15 - 1);
  assertTopicSettings(topic.name, version, topic.config ?? {});
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
