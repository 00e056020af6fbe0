/*
 * The declared topics of a cluster, from synthesized YAML or from the objects in the cluster.
 */
import { parseAllDocuments } from 'yaml';
import { ListContent } from '../../agent/topics/lists/declarations';
import { TOPIC_LIST_KEYS, TopicListConfig, TopicSyncConfig } from '../../lib/seam/agent-config';
import { CommandError } from '../command-error';

/** A ConfigMap. */
export interface ConfigMap {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** A file with YAML. */
export interface YamlFile {
  readonly path: string;
  readonly text: string;
}

const AGENT_CONFIG = 'agent.json';

/**
 * Reads the ConfigMaps in YAML files.
 *
 * @throws CommandError if a file is not valid
 */
export function configMapsIn(files: readonly YamlFile[]): ConfigMap[] {
  return files.flatMap(({ path, text }) =>
    parseAllDocuments(text).flatMap((document) => {
      const [error] = document.errors;
      if (error !== undefined) {
        throw new CommandError(`${path} is not valid YAML: ${error.message.split('\n')[0]}`, 'data');
      }
      const object = document.toJS() as (ConfigMap & { readonly kind?: string }) | null;
      return object?.kind === 'ConfigMap' && object.metadata?.name !== undefined ? [object] : [];
    }),
  );
}

/**
 * Configuration of the topic synchronization of a cluster.
 *
 * @param source place of the ConfigMaps, for messages
 * @throws CommandError if there is none
 */
export function syncConfigIn(
  configMaps: readonly ConfigMap[],
  { namespace, cluster }: { readonly namespace: string; readonly cluster: string },
  source: string,
): TopicSyncConfig {
  const name = `${cluster}-topics`;
  const found = configMaps.find(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? namespace) === namespace,
  );
  const text = found?.data?.[AGENT_CONFIG];
  if (text === undefined) {
    throw new CommandError(
      `${source} has no ConfigMap '${name}' of namespace '${namespace}'; check both names, and that the app has a TopicSyncCronJob`,
      'missing',
    );
  }
  const config = JSON.parse(text) as TopicSyncConfig;
  if (config.role !== 'topics' || config.drift === undefined) {
    throw new CommandError(
      `ConfigMap '${name}' is from another version of cdk8s-kafka; use the version that has written it`,
      'data',
    );
  }
  return config;
}

/** Content of the topic lists: from the ConfigMaps, and for lists of other apps as the cluster has them. */
export function listsIn(
  config: TopicSyncConfig,
  configMaps: readonly ConfigMap[],
  inCluster: readonly ListContent[],
): ListContent[] {
  const find = (namespace: string, name: string) =>
    configMaps.find(
      ({ metadata }) => metadata.name === name && (metadata.namespace ?? config.namespace) === namespace,
    );
  return config.lists.map((list) => {
    const root = find(list.namespace, list.configMapName);
    return root === undefined ? listInCluster(list, inCluster) : contentOf(list, root, find);
  });
}

function listInCluster(list: TopicListConfig, inCluster: readonly ListContent[]): ListContent {
  const found = inCluster.find(
    (other) => other.list.namespace === list.namespace && other.list.configMapName === list.configMapName,
  );
  const missing = [`ConfigMap ${list.namespace}/${list.configMapName} does not exist`];
  return found === undefined ? { list, files: [], missing } : { ...found, list };
}

function contentOf(
  list: TopicListConfig,
  root: ConfigMap,
  find: (namespace: string, name: string) => ConfigMap | undefined,
): ListContent {
  const suffixes = (root.data?.[TOPIC_LIST_KEYS.parts] ?? '').split('\n').filter(Boolean);
  const names = suffixes.map((suffix) => `${list.configMapName}-${suffix}`);
  const found = [root, ...names.map((name) => find(list.namespace, name))];
  const files = found.flatMap((object) => {
    const text = object?.data?.[TOPIC_LIST_KEYS.topics];
    return object === undefined || text === undefined ? [] : [{ name: object.metadata.name, text }];
  });
  const missing = names
    .filter((name) => find(list.namespace, name) === undefined)
    .map((name) => `ConfigMap ${list.namespace}/${name} does not exist`);
  return { list, files, missing };
}
