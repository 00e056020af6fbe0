import { TopicDefinitionConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';

/** Kafka refuses a request that would write 10 000 records of metadata or more, one for each partition. */
const MOST_PARTITIONS = 9_900;
const MOST_REPLICAS = 32_767;

/** What was read from files: good topics, and what is wrong with the rest. */
export interface Definitions {
  readonly topics: readonly TopicDefinitionConfig[];
  readonly problems: readonly string[];
}

/**
 * Reads topics from the files of a TopicConfigMap. What is wrong with one topic, or one file, leaves the others alone.
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
      // While ConfigMaps change, a topic can be in two of them for a moment.
      if (other && canonical(other) !== canonical(topic)) {
        problems.push(
          `${file}: topic '${topic.name}' is defined twice and differently; the first one counts`,
        );
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
      `${file}: a list of topics is expected, this is ${value === null ? 'null' : `one ${typeof value}`}`,
    );
  } catch (error) {
    problems.push(`${file}: not JSON: ${reasonOf(error)}`);
  }
  return [];
}

function problemOf(item: unknown): string | undefined {
  const { name, partitions, replicationFactor, config = {} } = (item ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !/^[a-zA-Z0-9._-]{1,249}$/.test(name) || name === '.' || name === '..') {
    return `topic name ${JSON.stringify(name)} is not one that Kafka takes: up to 249 letters, digits, '.', '_' and '-'`;
  }
  for (const [property, value, most] of [
    ['partitions', partitions, MOST_PARTITIONS],
    ['replicationFactor', replicationFactor, MOST_REPLICAS],
  ] as const) {
    if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > most) {
      return `topic '${name}' has ${property} ${JSON.stringify(value)}, a whole number from 1 to ${most} is expected`;
    }
  }
  const isSettings = typeof config === 'object' && config !== null && !Array.isArray(config);
  if (!isSettings || Object.values(config).some((value) => typeof value !== 'string')) {
    return `topic '${name}' has a config that is not a list of settings with strings`;
  }
  return undefined;
}
