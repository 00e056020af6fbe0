import { TopicDefinitionConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';

/** Kafka rejects a request that would write 10,000 metadata records or more, one for each partition. */
const MAX_PARTITIONS = 9_900;
const MAX_REPLICAS = 32_767;

/** Valid topics of the files, and problems of the others. */
export interface Definitions {
  readonly topics: readonly TopicDefinitionConfig[];
  readonly problems: readonly string[];
}

/**
 * Reads topics from the files of a TopicConfigMap. A problem of one topic or file does not affect the others.
 */
export function readDefinitions(
  files: readonly { readonly name: string; readonly text: string }[],
): Definitions {
  const topics = new Map<string, TopicDefinitionConfig>();
  const problems: string[] = [];
  for (const { name: file, text } of files) {
    for (const item of itemsOf(file, text, problems)) {
      const problem = problemOf(item);
      if (problem !== undefined) {
        problems.push(`${file}: ${problem}`);
        continue;
      }
      const topic = item as TopicDefinitionConfig;
      const other = topics.get(topic.name);
      // A topic can be in two ConfigMaps for a moment while they change.
      if (other && canonical(other) !== canonical(topic)) {
        problems.push(`${file}: topic '${topic.name}' has two different definitions; the first one is used`);
      }
      topics.set(topic.name, other ?? topic);
    }
  }
  return { topics: [...topics.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), problems };
}

function canonical({ name, partitions, replicationFactor, config }: TopicDefinitionConfig): string {
  return JSON.stringify([name, partitions, replicationFactor, Object.entries(config ?? {}).sort()]);
}

function itemsOf(file: string, text: string, problems: string[]): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) {
      return value;
    }
    problems.push(
      `${file}: expected a list of topics, found ${value === null ? 'null' : `a value of type ${typeof value}`}`,
    );
  } catch (error) {
    problems.push(`${file} is not JSON: ${reasonOf(error)}`);
  }
  return [];
}

function problemOf(item: unknown): string | undefined {
  const { name, partitions, replicationFactor, config = {} } = (item ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !/^[a-zA-Z0-9._-]{1,249}$/.test(name) || name === '.' || name === '..') {
    return `topic name ${JSON.stringify(name)} is not valid in Kafka: 1 to 249 letters, digits, '.', '_' and '-' are allowed`;
  }
  for (const [property, value, max] of [
    ['partitions', partitions, MAX_PARTITIONS],
    ['replicationFactor', replicationFactor, MAX_REPLICAS],
  ] as const) {
    if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > max) {
      return `topic '${name}': ${property} must be an integer from 1 to ${max}, got ${JSON.stringify(value)}`;
    }
  }
  const isSettings = typeof config === 'object' && config !== null && !Array.isArray(config);
  if (!isSettings || Object.values(config).some((value) => typeof value !== 'string')) {
    return `topic '${name}': config must be an object of settings whose values are strings`;
  }
  return undefined;
}
