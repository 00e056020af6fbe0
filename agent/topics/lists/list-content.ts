/*
 * A topic list in its ConfigMaps: one with the topics, or one that names the ConfigMaps with the topics.
 */
import { TOPIC_LIST_KEYS, TopicListConfig } from '../../../lib/seam/agent-config';
import { ListContent } from './declarations';

/** A ConfigMap of a topic list, or the reason why it cannot be read. */
export type ListConfigMap =
  { readonly data: Readonly<Record<string, string>> } | { readonly problem: string };

/** Names of the ConfigMaps that have the topics, if the first one names them. */
export function partNames({ configMapName }: TopicListConfig, root: ListConfigMap): string[] {
  const parts = 'problem' in root ? undefined : root.data[TOPIC_LIST_KEYS.parts];
  return (parts ?? '')
    .split('\n')
    .filter(Boolean)
    .map((part) => `${configMapName}-${part}`);
}

/**
 * Content of a topic list.
 *
 * @param root first ConfigMap of the list
 * @param find returns a ConfigMap of `partNames`
 */
export function listContent(
  list: TopicListConfig,
  root: ListConfigMap,
  find: (name: string) => ListConfigMap,
): ListContent {
  const names = partNames(list, root);
  const found = [
    { name: list.configMapName, configMap: root },
    ...names.map((name) => ({ name, configMap: find(name) })),
  ];
  return {
    list,
    files: found.flatMap(({ name, configMap }) => {
      const text = 'problem' in configMap ? undefined : configMap.data[TOPIC_LIST_KEYS.topics];
      return text === undefined ? [] : [{ name, text }];
    }),
    missing: found.flatMap(({ name, configMap }) => problemOf(list, name, configMap) ?? []),
  };
}

/** Problem of a ConfigMap that does not exist. */
export function missingConfigMap(namespace: string, name: string): ListConfigMap {
  return {
    problem: `ConfigMap ${namespace}/${name} does not exist; apply the synthesized YAML that contains it`,
  };
}

function problemOf(
  { namespace }: TopicListConfig,
  name: string,
  configMap: ListConfigMap,
): string | undefined {
  if ('problem' in configMap) {
    return configMap.problem;
  }
  const { topics, parts } = TOPIC_LIST_KEYS;
  return configMap.data[topics] === undefined && configMap.data[parts] === undefined
    ? `ConfigMap ${namespace}/${name} has neither the key '${topics}' nor '${parts}'; apply the synthesized YAML that contains it`
    : undefined;
}
