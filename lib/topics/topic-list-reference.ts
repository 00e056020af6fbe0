import { RegisteredMap, TOPIC_PATTERN } from '../cluster/cluster-registry';
import { cut } from '../input/format';
import { listOf, text } from '../input/kinds';
import { PropTable, assertProps, optional, required } from '../input/props';
import { assertLabel, assertNamespace } from '../kubernetes/names';
import { TopicListConfig } from '../seam/agent-config';
import { TopicPattern } from '../seam/topic-patterns';
import { describedMaps } from './topic-placement';

/** A topic list that another app defines, with `KafkaCluster.fromAttributes()` and a `TopicConfigMap`. */
export interface TopicListReference {
  /** Name of the list: `configMapName` of its `TopicConfigMap`. */
  readonly configMapName: string;

  /**
   * Namespace of the list.
   *
   * @default - the namespace of the cluster
   */
  readonly namespaceName?: string;

  /** Regular expressions for the whole names of the topics that the list may declare: another team writes it. */
  readonly topicPatterns: string[];
}

const TOPIC_LIST_REFERENCE: PropTable<TopicListReference> = {
  configMapName: required(text('payments-topics')),
  namespaceName: optional(text('payments')),
  topicPatterns: required(listOf(TOPIC_PATTERN)),
};

/**
 * The list as the topic synchronization reads it.
 *
 * @param clusterNamespace namespace of the cluster
 * @throws when a name or a pattern is not valid
 */
export function referencedList(reference: TopicListReference, clusterNamespace: string): TopicListConfig {
  assertProps('a list of topics of another app', reference, TOPIC_LIST_REFERENCE);
  const { configMapName, namespaceName: namespace = clusterNamespace, topicPatterns } = reference;
  assertLabel('configMapName', configMapName);
  assertNamespace(namespace);
  if (topicPatterns.length === 0) {
    throw new Error(
      `topicPatterns of topic list '${namespace}/${configMapName}' are empty; give at least one`,
    );
  }
  topicPatterns.forEach((pattern) => TopicPattern.parse(pattern));
  return { namespace, configMapName, topicPatterns };
}

/** Warnings about patterns of lists that match no topic of a map: no topic that they allow can be created. */
export function unmatchedPatterns(
  lists: readonly TopicListConfig[],
  maps: readonly RegisteredMap[],
): string[] {
  const isMatched = (source: string) => {
    const pattern = TopicPattern.parse(source);
    return maps.some(({ patterns }) => patterns.some((other) => pattern.commonTopic(other) !== undefined));
  };
  return lists.flatMap(({ configMapName, namespace, topicPatterns = [] }) =>
    topicPatterns
      .filter((source) => !isMatched(source))
      .map(
        (source) =>
          `topic pattern '${cut(source)}' of topic list '${namespace}/${configMapName}' matches no topic of a map, so the topics that it ` +
          `allows are not created; correct it, or add a pattern to one of: ${describedMaps(maps)}`,
      ),
  );
}
