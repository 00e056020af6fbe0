/*
 * Checks of a topic. They return problems instead of throwing, because a list reports the problems of all its topics at once.
 */
import { quoted } from '../input/format';
import { assertProps } from '../input/props';
import { KafkaVersion } from '../kafka/kafka-version';
import { refusalText } from '../kafka/refusals';
import { topicNumberProblem } from '../kafka/topic-defaults';
import { topicSettingRefusals } from '../kafka/topic-settings';
import { kafkaSettingsOf, settingsGivenTwice } from '../kafka/typed-topic-settings';
import { DeclaredTopicConfig } from '../seam/agent-config';
import { INTERNAL_TOPICS } from '../seam/topic-patterns';
import { topicNameProblem } from '../seam/topic-rules';
import { TOPIC_DEFINITION, TopicDefinition } from './topic-definition';
import { sizeProblem } from './topic-tree';

/** A problem of a topic. */
export interface TopicProblem {
  /** Property with the problem, or name of the setting; undefined for the whole topic. */
  readonly part?: string;
  readonly message: string;
}

/** A topic that was checked. */
export interface CheckedTopic {
  /** Undefined if a property is missing, not known or of a wrong kind. */
  readonly topic?: DeclaredTopicConfig;
  readonly problems: readonly TopicProblem[];
}

/** Checks a topic that an app declares. */
export function checkDefinition(definition: TopicDefinition, version: KafkaVersion): CheckedTopic {
  const owner = definition?.name ? topicText(definition.name) : 'a topic';
  const problem = messageOf(() => assertProps(owner, definition, TOPIC_DEFINITION));
  if (problem !== undefined) {
    return { problems: [{ message: problem }] };
  }
  const topic = declaredTopic({ ...definition, config: kafkaSettingsOf(definition) });
  const twice = settingsGivenTwice(owner, definition).map((message) => ({ message }));
  return { topic, problems: [...twice, ...topicProblems(topic, version)] };
}

/** A topic in messages. */
export function topicText(name: string): string {
  return `topic ${quoted(name)}`;
}

/** A topic as the topic synchronization reads it: fields without a value are absent. */
export function declaredTopic(topic: DeclaredTopicConfig): DeclaredTopicConfig {
  const { name, partitions, replicationFactor, config = {}, owner, labels = {} } = topic;
  return {
    name,
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicationFactor === undefined ? {} : { replicationFactor }),
    ...(Object.keys(config).length === 0 ? {} : { config: sorted(config) }),
    ...(owner === undefined ? {} : { owner }),
    ...(Object.keys(labels).length === 0 ? {} : { labels: sorted(labels) }),
  };
}

/** Problems for which no cluster of this version could have the topic. */
export function topicProblems(topic: DeclaredTopicConfig, version: KafkaVersion): TopicProblem[] {
  const { name, config = {} } = topic;
  const owner = topicText(name);
  const found: (TopicProblem | undefined)[] = [
    nameProblem(name),
    problemOf('partitions', topicNumberProblem(owner, 'partitions', topic.partitions)),
    problemOf('replicationFactor', topicNumberProblem(owner, 'replicationFactor', topic.replicationFactor)),
    ...topicSettingRefusals(version, config).map((refusal) =>
      problemOf(refusal.name, refusalText(owner, refusal)),
    ),
    problemOf(undefined, sizeProblem(topic)),
  ];
  return found.filter((problem) => problem !== undefined);
}

function nameProblem(name: string): TopicProblem | undefined {
  const problem = topicNameProblem(name);
  if (problem !== undefined) {
    return problemOf('name', `topic name ${quoted(name)} ${problem}`);
  }
  return INTERNAL_TOPICS.includes(name)
    ? problemOf(
        'name',
        `topic '${name}' is an internal topic of Kafka; leave it out, and use internalTopics of the cluster`,
      )
    : undefined;
}

function problemOf(part: string | undefined, message: string | undefined): TopicProblem | undefined {
  return message === undefined ? undefined : { part, message };
}

function sorted(record: { readonly [key: string]: string }): { readonly [key: string]: string } {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function messageOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
