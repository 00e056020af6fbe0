import { TopicDefinition } from '../../topics/topic-definition';
import { RegisteredMap } from '../cluster-registry';
import { assertTexts, positiveInteger } from '../owned-settings';
import { Settings } from '../properties';
import { INTERNAL_TOPICS } from '../topic-pattern';

// Kafka refuses a request that would write 10 000 records of metadata or more, one for each partition.
const MOST_PARTITIONS = 9_900;

const LEGAL_NAME = /^[a-zA-Z0-9._-]{1,249}$/;

/** @throws when a topic could not be made as it is defined, on any cluster */
export function assertTopics(topics: readonly TopicDefinition[]): void {
  const names = new Map<string, string>();
  for (const topic of topics) {
    assertName(topic.name);
    assertNumber(topic.name, 'partitions', topic.partitions, MOST_PARTITIONS);
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

function assertName(name: string): void {
  if (!LEGAL_NAME.test(name) || name === '.' || name === '..') {
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
    throw new Error(`${property} of topic '${topic}' is ${value}; write a whole number from 1 to ${most}`);
  }
}

function assertConfig({ name, replicationFactor, config }: TopicDefinition): void {
  assertTexts(`topic '${name}'`, config ?? {});
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
export function checkPlacement(
  topics: readonly TopicDefinition[],
  maps: readonly RegisteredMap[],
  clusterSettings: Settings,
): Findings {
  const errors: string[] = [];
  const warnings: string[] = [];
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
    warnings.push(...costs(topic, map, clusterSettings));
  }
  return { errors, warnings };
}

function costs(topic: TopicDefinition, map: RegisteredMap, clusterSettings: Settings): string[] {
  const { name, replicationFactor } = topic;
  const minInSync = Number(topic.config?.['min.insync.replicas'] ?? clusterSettings['min.insync.replicas']);
  const found: string[] = [];
  if (minInSync === replicationFactor) {
    found.push(
      `topic '${name}' needs all of its ${replicationFactor} replicas in sync (min.insync.replicas ${minInSync}): writes with ` +
        'acks=all to a partition fail while any one of its brokers restarts',
    );
  }
  const zones = map.zones.length;
  if (zones > 0 && replicationFactor > zones) {
    const together = Math.ceil(replicationFactor / zones);
    found.push(
      `topic '${name}' has ${replicationFactor} replicas in the ${zones} zones of map '${map.name}': a lost zone takes up ` +
        `to ${together} of them at once, leaving ${replicationFactor - together}`,
    );
  }
  return found;
}
