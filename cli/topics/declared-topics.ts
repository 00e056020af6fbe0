/*
 * The declared topics of a cluster, from synthesized YAML or from the objects in the cluster.
 */
import { ListContent } from '../../agent/topics/lists/declarations';
import { listContent, missingConfigMap } from '../../agent/topics/lists/list-content';
import { Kind, listOf, oneOf, optional, recordOf, struct, text, wholeNumber } from '../kinds';
import { TOPIC_LIST, TOPIC_PATTERNS } from './parse-snapshot';
import {
  DriftAction,
  DriftConfig,
  FILES,
  IdRange,
  MapConfig,
  PruneConfig,
  TopicDefaultsConfig,
  TopicListConfig,
  TopicSyncConfig,
} from '../../lib/seam/agent-config';
import { CommandError } from '../command-error';
import { checked } from '../json';
import { FindConfigMap } from './manifests';

/** Fields of agent.json that a plan depends on. */
export type PlanConfig = Pick<
  TopicSyncConfig,
  'clusterName' | 'namespace' | 'maps' | 'lists' | 'drift' | 'prune'
>;

const ACTION: Kind<DriftAction> = oneOf('correct', 'report', 'ignore');

const MAP = struct<MapConfig>({
  name: text,
  patterns: TOPIC_PATTERNS,
  brokerIds: struct<IdRange>({ first: wholeNumber, last: wholeNumber }),
  topicDefaults: optional(
    struct<TopicDefaultsConfig>({
      partitions: optional(wholeNumber),
      replicationFactor: optional(wholeNumber),
      config: optional(recordOf(text)),
    }),
  ),
});

const PLAN_CONFIG = struct<PlanConfig & { readonly role: string }>({
  role: oneOf('topics'),
  clusterName: text,
  namespace: text,
  maps: listOf(MAP),
  lists: listOf(TOPIC_LIST),
  drift: struct<DriftConfig>({
    settings: ACTION,
    undeclaredSettings: ACTION,
    partitions: ACTION,
    undeclaredTopics: ACTION,
  }),
  prune: optional(struct<PruneConfig>({ minAgeSeconds: wholeNumber, maxPerRun: wholeNumber })),
});

/**
 * Configuration of the topic synchronization of a cluster.
 *
 * @param source place of the ConfigMaps, for messages
 * @throws CommandError if there is none, or it is not valid
 */
export function planConfigIn(
  find: FindConfigMap,
  { namespace, cluster }: { readonly namespace: string; readonly cluster: string },
  source: string,
): PlanConfig {
  const name = `${cluster}-topics`;
  const found = find(namespace, name);
  const json = found?.data[FILES.agentConfig];
  if (json === undefined) {
    throw new CommandError(
      `${source} has no ConfigMap '${name}' of namespace '${namespace}'; check both names, and that the app has a TopicSyncCronJob`,
      'missing',
    );
  }
  return checked(() => PLAN_CONFIG(JSON.parse(json), ''), {
    source: `${FILES.agentConfig} of ConfigMap '${name}' in ${found?.source}`,
    remedy:
      'use this command in the version of cdk8s-kafka that has synthesized the YAML, or synthesize it again',
    errorKind: 'data',
  });
}

/** Content of the topic lists: from the ConfigMaps, and for lists of other apps as the cluster has them. */
export function listsIn(
  { lists }: PlanConfig,
  find: FindConfigMap,
  inCluster: readonly ListContent[],
): ListContent[] {
  return lists.map((list) => {
    const root = find(list.namespace, list.configMapName);
    return root === undefined
      ? listInCluster(list, inCluster)
      : listContent(
          list,
          root,
          (name) => find(list.namespace, name) ?? missingConfigMap(list.namespace, name),
        );
  });
}

function listInCluster(list: TopicListConfig, inCluster: readonly ListContent[]): ListContent {
  const { namespace, configMapName } = list;
  const found = inCluster.find(
    (other) => other.list.namespace === namespace && other.list.configMapName === configMapName,
  );
  const missing = [
    `ConfigMap ${namespace}/${configMapName} is not in the YAML, and the topic synchronization in the cluster does not read it yet`,
  ];
  return found === undefined ? { list, files: [], missing } : { ...found, list };
}
