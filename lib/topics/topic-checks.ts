import { TOPIC_DEFINITION, TopicDefinition } from './topic-definition';
import { RegisteredMap } from '../cluster/cluster-registry';
import { assertStrings, positiveInteger } from '../kafka/user-settings';
import { Settings } from '../kafka/properties';
import { INTERNAL_TOPICS, isTopicName } from '../topic-patterns';
import { zoneLossWarning } from '../cluster/internal-topic-settings';
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

function assertConfig({ name, replicationFactor, config }: TopicDefinition): void {
  assertStrings(`topic '${name}'`, config ?? {});
  const minInSync = positiveInteger(`topic '${name}'`, config ?? {}, 'min.insync.replicas');
  if (minInSync !== undefined && minInSync > replicationFactor) {
    throw new Error(
      `topic '${name}' has min.insync.replicas ${minInSync} and replicationFactor ${replicationFactor}; lower ` +
        `min.insync.replicas to ${Math.max(1, replicationFactor - 1)}, or raise replicationFactor`,
    );
  }
}

/** Errors and warnings of topics on the maps of a cluster. */
export interface Findings {
  readonly errors: string[];
  readonly warnings: string[];
}

/** Checks topics against the maps of their cluster. */
export function checkTopicPlacement(
  topics: readonly TopicDefinition[],
  maps: readonly RegisteredMap[],
  clusterSettings: Settings,
): Findings {
  const errors: string[] = [];
  const namesByWarning = new Map<string, string[]>();
  for (const topic of topics) {
    const map = maps.find(({ patterns }) => patterns.some((pattern) => pattern.matches(topic.name)));
    if (!map) {
      const known = maps.map(
        ({ name, patterns }) => `${name} (${patterns.map(({ source }) => source).join(', ')})`,
      );
      errors.push(
        `topic '${topic.name}' matches no map; rename it or add a pattern to one of: ${known.join('; ') || '(no maps)'}`,
      );
      continue;
    }
    const brokers = map.brokerIds.count;
    if (topic.replicationFactor > brokers) {
      errors.push(
        `topic '${topic.name}' has replicationFactor ${topic.replicationFactor}, and map '${map.name}' has ${brokers} brokers ` +
          `(${map.brokerIds}); lower replicationFactor, or add brokers to the map`,
      );
    }
    const inherited = Number(clusterSettings['min.insync.replicas']);
    if (topic.config?.['min.insync.replicas'] === undefined && inherited > topic.replicationFactor) {
      errors.push(
        `topic '${topic.name}' has replicationFactor ${topic.replicationFactor}, and min.insync.replicas of the cluster is ` +
          `${inherited}; raise replicationFactor, or set min.insync.replicas of the topic to ${topic.replicationFactor} or less`,
      );
    }
    for (const warning of warningsOf(topic, map, clusterSettings)) {
      namesByWarning.set(warning, [...(namesByWarning.get(warning) ?? []), topic.name]);
    }
  }
  return {
    errors,
    warnings: [...namesByWarning].map(([warning, names]) => `${nameList(names)}: ${warning}`),
  };
}

// Thousands of topics can have the same warning.
const MAX_NAMES = 5;

function nameList(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return names.length === 1
    ? `topic '${names[0]}'`
    : `topics ${names
        .slice(0, MAX_NAMES)
        .map((name) => `'${name}'`)
        .join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Warnings of a topic, worded for several topics. */
function warningsOf(topic: TopicDefinition, map: RegisteredMap, clusterSettings: Settings): string[] {
  const { replicationFactor } = topic;
  const minInSync = Number(topic.config?.['min.insync.replicas'] ?? clusterSettings['min.insync.replicas']);
  const found: string[] = [];
  if (minInSync === replicationFactor) {
    found.push(
      `all ${replicationFactor} replicas must be in sync (min.insync.replicas ${minInSync}), so writes with acks=all to a ` +
        'partition fail while one of its brokers restarts',
    );
  }
  if (map.zones.length > 0 && replicationFactor > map.zones.length) {
    found.push(zoneLossWarning(map, replicationFactor));
  }
  return found;
}
