import { DeclaredTopicConfig, TopicListConfig } from '../../../lib/seam/agent-config';
import { INTERNAL_TOPICS, TopicPattern, isTopicName } from '../../../lib/seam/topic-patterns';
import { TOPIC_NUMBERS, TopicNumber, isTopicNumber } from '../../../lib/seam/topic-rules';
import { topicsChecksum } from '../../../lib/seam/topics-checksum';
import { reasonOf } from '../../runtime/errors';

/** A topic list as it was read. */
export interface ListContent {
  readonly list: TopicListConfig;
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Reasons why parts of the list could not be read. */
  readonly missing: readonly string[];
}

/** State of a topic list. Topics are deleted only if all lists are complete. */
export interface ListState {
  /** Namespace and name of the ConfigMap. */
  readonly id: string;
  readonly isComplete: boolean;
  /** False while its ConfigMaps are being applied, or if someone has edited them. */
  readonly isAsSynthesized: boolean;
}

/** Valid topics of the lists, and problems of the others. */
export interface Declarations {
  readonly topics: readonly DeclaredTopicConfig[];
  /** All names with the first list that has them, including those of topics that are not valid. */
  readonly names: ReadonlyMap<string, string>;
  /** Problems; without a topic, they are about a whole ConfigMap. */
  readonly problems: readonly ListProblem[];
  readonly lists: readonly ListState[];
}

/** Problem of a topic list. */
export interface ListProblem {
  readonly topic?: string;
  readonly message: string;
}

/** Reads the topics of lists. A problem of one topic or ConfigMap does not affect the others. */
export function readDeclarations(contents: readonly ListContent[]): Declarations {
  const topics = new Map<string, DeclaredTopicConfig>();
  const names = new Map<string, string>();
  const problems: ListProblem[] = [];
  const lists = contents.map((content) => {
    const id = idOf(content.list);
    const found = topicsOf(content);
    const { checksum } = content.list;
    const isAsSynthesized = checksum === undefined || checksum === topicsChecksum(found.items);
    problems.push(...found.problems, ...(isAsSynthesized ? [] : [editedProblem(id)]));
    found.problems.forEach(({ topic }) => topic !== undefined && addName(names, topic, id));
    for (const { file, topic } of found.topics) {
      addName(names, topic.name, id);
      const other = topics.get(topic.name);
      // A topic can be in two ConfigMaps for a moment while they change.
      if (other && canonical(other) !== canonical(topic)) {
        const message = `${file}: it has another declaration too, which is used; remove one of them`;
        problems.push({ topic: topic.name, message });
      }
      topics.set(topic.name, other ?? topic);
    }
    return {
      id,
      isComplete: found.problems.length === 0 && found.topics.length > 0 && isAsSynthesized,
      isAsSynthesized,
    };
  });
  return { topics: [...topics.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), names, problems, lists };
}

function addName(names: Map<string, string>, name: string, list: string): void {
  if (!names.has(name)) {
    names.set(name, list);
  }
}

function editedProblem(list: string): ListProblem {
  return {
    message: `the topic list ${list} differs from the synthesized YAML; apply the complete YAML, or change the topics in the app`,
  };
}

/** Name of a list in messages. */
export function idOf({ namespace, configMapName }: TopicListConfig): string {
  return `${namespace}/${configMapName}`;
}

interface ListTopics {
  /** All items, valid or not. */
  readonly items: readonly DeclaredTopicConfig[];
  readonly topics: readonly { readonly file: string; readonly topic: DeclaredTopicConfig }[];
  readonly problems: readonly ListProblem[];
}

function topicsOf({ list, files, missing }: ListContent): ListTopics {
  const patterns = list.topicPatterns?.map((source) => TopicPattern.parse(source));
  const items: DeclaredTopicConfig[] = [];
  const topics: { file: string; topic: DeclaredTopicConfig }[] = [];
  const problems: ListProblem[] = missing.map((message) => ({ message }));
  for (const { name, text } of files) {
    const file = `${list.namespace}/${name}`;
    for (const item of itemsOf(file, text, problems)) {
      const topic = item as DeclaredTopicConfig;
      items.push(topic);
      const problem = problemOf(item) ?? foreignProblem(topic.name, patterns);
      if (problem === undefined) {
        topics.push({ file, topic });
      } else {
        problems.push({ topic: nameOf(item), message: `${file}: ${problem}` });
      }
    }
  }
  return { items, topics, problems };
}

function foreignProblem(name: string, patterns: readonly TopicPattern[] | undefined): string | undefined {
  return patterns === undefined || patterns.some((pattern) => pattern.matches(name))
    ? undefined
    : `the list may only declare topics that match ${patterns.map(({ source }) => source).join(' or ')}`;
}

function canonical({ name, partitions, replicationFactor, config }: DeclaredTopicConfig): string {
  return JSON.stringify([name, partitions, replicationFactor, Object.entries(config ?? {}).sort()]);
}

function itemsOf(file: string, text: string, problems: ListProblem[]): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) {
      return value;
    }
    const found = value === null ? 'null' : `a value of type ${typeof value}`;
    problems.push({ message: `${file}: expected a list of topics, found ${found}` });
  } catch (error) {
    problems.push({ message: `${file} is not JSON: ${reasonOf(error)}` });
  }
  return [];
}

function nameOf(item: unknown): string | undefined {
  const { name } = Object(item) as Record<string, unknown>;
  return typeof name === 'string' ? name.slice(0, 249) : undefined;
}

function problemOf(item: unknown): string | undefined {
  const { name, partitions, replicationFactor, config = {} } = Object(item) as Record<string, unknown>;
  if (typeof name !== 'string' || !isTopicName(name)) {
    return `topic name ${JSON.stringify(name)} is not valid in Kafka: 1 to 249 letters, digits, '.', '_' and '-' are allowed`;
  }
  if (INTERNAL_TOPICS.includes(name)) {
    return `topic ${name} belongs to Kafka; its partitions and settings are in the YAML of the cluster, so remove it from the list`;
  }
  for (const [property, value] of Object.entries({ partitions, replicationFactor })) {
    if (value !== undefined && !isTopicNumber(property as TopicNumber, value)) {
      const max = TOPIC_NUMBERS[property as TopicNumber];
      return `${property} must be a whole number from 1 to ${max}, found ${JSON.stringify(value)}`;
    }
  }
  const isSettings = typeof config === 'object' && config !== null && !Array.isArray(config);
  if (!isSettings || Object.values(config).some((value) => typeof value !== 'string')) {
    return 'config must be an object of settings whose values are strings';
  }
  return undefined;
}
