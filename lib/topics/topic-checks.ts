import { TopicDefinition } from './topic-definition';
import { RegisteredMap } from '../cluster/cluster-registry';
import { assertStrings, positiveInteger } from '../kafka/user-settings';
import { Settings } from '../kafka/properties';
import { INTERNAL_TOPICS, isTopicName } from '../topic-patterns';
import { zoneLossWarning } from '../cluster/internal-topic-settings';
import { format } from '../input/kinds';

// What a run takes.
const MOST_PARTITIONS = 9_900;

// Kafka refuses a request that would write more records of metadata: one for the topic, one for each partition and one for
// each setting. A topic is made by one request.
const MOST_RECORDS = 10_000;

/** @throws when a topic could not be made as it is defined, on any cluster */
export function assertTopics(topics: readonly TopicDefinition[]): void {
  const names = new Map<string, string>();
  for (const topic of topics) {
    assertName(topic.name);
    assertNumber(topic.name, 'partitions', topic.partitions, mostPartitions(topic));
    assertNumber(topic.name, 'replicationFactor', topic.replicationFactor, 2 ** 15 - 1);
    assertConfig(topic);
    // Kafka takes '.' and '_' for the same in the names of metrics, and refuses the second of two such topics.
    const metricName = topic.name.replaceAll('.', '_');
    const other = names.get(metricName);
    if (other !== undefined) {
      throw new Error(
        other === topic.name
          ? `topic '${topic.name}' is listed twice; remove one of them`
          : `topics '${other}' and '${topic.name}' differ only in '.' and '_', which Kafka refuses; rename one of them`,
      );
    }
    names.set(metricName, topic.name);
  }
}

function mostPartitions({ config }: TopicDefinition): number {
  return Math.min(MOST_PARTITIONS, MOST_RECORDS - 1 - Object.keys(config ?? {}).length);
}

function assertName(name: string): void {
  if (!isTopicName(name)) {
    throw new Error(
      `topic name '${name}' is not one that Kafka takes; use up to 249 letters, digits, '.', '_' and '-'`,
    );
  }
  if (INTERNAL_TOPICS.includes(name)) {
    throw new Error(
      `topic '${name}' is one of Kafka's own; leave it out, internalTopics of the cluster decides about it`,
    );
  }
}

function assertNumber(topic: string, property: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new Error(
      `${property} of topic '${topic}' is ${format(value)}; write a whole number from 1 to ${most}`,
    );
  }
}

function assertConfig({ name, replicationFactor, config }: TopicDefinition): void {
  assertStrings(`topic '${name}'`, config ?? {});
  const minInSync = positiveInteger(`topic '${name}'`, config ?? {}, 'min.insync.replicas');
  if (minInSync !== undefined && minInSync > replicationFactor) {
    throw new Error(
      `topic '${name}' asks for min.insync.replicas ${minInSync}, and has ${replicationFactor} replicas; ` +
        `lower it to ${Math.max(1, replicationFactor - 1)}, or raise replicationFactor`,
    );
  }
}

/** What is wrong, or costs more than it seems, when topics meet the maps of a cluster. */
export interface Findings {
  readonly errors: string[];
  readonly warnings: string[];
}

/** Holds topics against the maps that they would live on. */
export function checkTopicPlacement(
  topics: readonly TopicDefinition[],
  maps: readonly RegisteredMap[],
  clusterSettings: Settings,
): Findings {
  const errors: string[] = [];
  const costly = new Map<string, string[]>();
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
        `topic '${topic.name}' has ${topic.replicationFactor} replicas, and the cluster's min.insync.replicas is ${inherited}; ` +
          `raise replicationFactor, or set min.insync.replicas in config of the topic to a number from 1 to ${topic.replicationFactor}`,
      );
    }
    for (const cost of costs(topic, map, clusterSettings)) {
      costly.set(cost, [...(costly.get(cost) ?? []), topic.name]);
    }
  }
  return { errors, warnings: [...costly].map(([cost, names]) => `${listed(names)}: ${cost}`) };
}

// Thousands of topics may have the same to be said about them.
const MOST_NAMES = 5;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.length === 1
    ? `topic '${names[0]}'`
    : `topics ${names
        .slice(0, MOST_NAMES)
        .map((name) => `'${name}'`)
        .join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What is to be said of a topic, in words that fit several. */
function costs(topic: TopicDefinition, map: RegisteredMap, clusterSettings: Settings): string[] {
  const { replicationFactor } = topic;
  const minInSync = Number(topic.config?.['min.insync.replicas'] ?? clusterSettings['min.insync.replicas']);
  const found: string[] = [];
  if (minInSync === replicationFactor) {
    found.push(
      `all ${replicationFactor} replicas must be in sync (min.insync.replicas ${minInSync}), so writes with acks=all to a ` +
        'partition fail while any one of its brokers restarts',
    );
  }
  if (map.zones.length > 0 && replicationFactor > map.zones.length) {
    found.push(zoneLossWarning(map, replicationFactor));
  }
  return found;
}
