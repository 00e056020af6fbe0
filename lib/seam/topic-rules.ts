/*
 * Rules of topics that the checks at synth and the runs of the topic synchronization share, so that a topic which passes synth
 * passes the run as well.
 */
import { DeclaredTopicConfig, TopicDefaultsConfig } from './agent-config';
import { MAX_NAME_LENGTH, isTopicName } from './topic-patterns';

/** Largest numbers. Kafka rejects a request that would write more than 10,000 metadata records: one for each partition and setting. */
export const TOPIC_NUMBERS = { partitions: 9_900, replicationFactor: 2 ** 15 - 1 } as const;

/** Name of a number of a topic. */
export type TopicNumber = keyof typeof TOPIC_NUMBERS;

/** True if a topic can have this number. */
export function isTopicNumber(property: TopicNumber, value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= TOPIC_NUMBERS[property];
}

/** The problem of a name that no topic can have, to follow the name in a message; undefined if there is none. */
export function topicNameProblem(name: string): string | undefined {
  if (name.length > MAX_NAME_LENGTH) {
    return `has ${name.length} characters, at most ${MAX_NAME_LENGTH} are allowed; shorten it by ${name.length - MAX_NAME_LENGTH}`;
  }
  return isTopicName(name)
    ? undefined
    : `is not valid; use up to ${MAX_NAME_LENGTH} letters, digits, '.', '_' and '-'`;
}

/** A topic with the defaults of its map. Its own settings take precedence one by one. */
export function withTopicDefaults(
  topic: DeclaredTopicConfig,
  topicDefaults: TopicDefaultsConfig = {},
): DeclaredTopicConfig & Required<Pick<DeclaredTopicConfig, 'config'>> {
  return { ...topicDefaults, ...topic, config: { ...topicDefaults.config, ...topic.config } };
}
