/*
 * Reads and writes of a run in the Kubernetes API.
 */
import { POD_LABELS, TopicListConfig, TopicSyncConfig } from '../../lib/seam/agent-config';
import { NotApplied, getObject, listMetadata, patchObject } from '../kubernetes/client';
import { recordEvent } from '../kubernetes/events';
import { OperatorError, reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { ListContent } from './lists/declarations';
import { ListConfigMap, listContent, missingConfigMap, partNames } from './lists/list-content';

/** The status ConfigMap. */
export interface StatusObject {
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
  /** In base64. */
  readonly binaryData: Readonly<Record<string, string>>;
  readonly resourceVersion: string;
}

/** New content of the status ConfigMap. Keys with null are removed. */
export interface StatusChange {
  readonly data: Readonly<Record<string, string | null>>;
  readonly binaryData: Readonly<Record<string, string | null>>;
}

/** The Kubernetes API, as a run sees it. */
export interface KubernetesTopics {
  lists(): Promise<ListContent[]>;
  /** Ids of the pods of each map; undefined if they cannot be read. */
  pods(): Promise<Map<string, Set<number>> | undefined>;
  status(): Promise<StatusObject>;
  /** @throws ConflictError if the ConfigMap has changed since it was read */
  writeStatus(read: StatusObject, change: StatusChange): Promise<void>;
  event(type: 'Normal' | 'Warning', reason: string, message: string): Promise<void>;
}

interface ConfigMap {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** The API server of the pod's cluster. */
export function kubernetesTopics(config: TopicSyncConfig): KubernetesTopics {
  return {
    lists: () => Promise.all(config.lists.map(readList)),
    pods: podsReader(config),
    status: () => readStatus(config),
    writeStatus: ({ resourceVersion }, change) =>
      patchObject(statusPath(config), `patch on ConfigMap ${config.statusConfigMap}`, {
        metadata: { resourceVersion },
        ...change,
      }),
    event: (...event) => recordCronJobEvent(config, event),
  };
}

async function readList(list: TopicListConfig): Promise<ListContent> {
  const { namespace, configMapName } = list;
  const root = await readConfigMap(namespace, configMapName);
  const names = partNames(list, root);
  const found = await Promise.all(names.map((name) => readConfigMap(namespace, name)));
  return listContent(list, root, (name) => found[names.indexOf(name)]);
}

async function readConfigMap(namespace: string, name: string): Promise<ListConfigMap> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
  try {
    const found = await getObject<ConfigMap>(path, `get on ConfigMap ${name} of namespace ${namespace}`);
    return found === undefined ? missingConfigMap(namespace, name) : { data: found.data ?? {} };
  } catch (error) {
    if (error instanceof NotApplied) {
      return { problem: `${error.message}; ${error.hint}` };
    }
    throw error;
  }
}

async function readPods({ namespace, clusterName }: TopicSyncConfig): Promise<Map<string, Set<number>>> {
  const { component, cluster, map } = POD_LABELS;
  const selector = encodeURIComponent(`${component}=broker,${cluster}=${clusterName}`);
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}&resourceVersion=0`;
  const found = new Map<string, Set<number>>();
  for (const { name, labels = {} } of await listMetadata(path, `list on pods of namespace ${namespace}`)) {
    const id = /-(\d+)$/.exec(name)?.[1];
    const ids = found.get(labels[map]) ?? new Set<number>();
    found.set(labels[map], id === undefined ? ids : ids.add(Number(id)));
  }
  return found;
}

/** A run that waits for brokers reads the pods again and again. */
function podsReader(config: TopicSyncConfig): KubernetesTopics['pods'] {
  let lastReason = '';
  return async () => {
    try {
      return await readPods(config);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== lastReason) {
        log.warn(
          'pods of brokers cannot be read; brokers are those of the configuration that are registered in Kafka',
          { reason },
        );
        lastReason = reason;
      }
      return undefined;
    }
  };
}

async function readStatus(config: TopicSyncConfig): Promise<StatusObject> {
  const permission = `get on ConfigMap ${config.statusConfigMap}`;
  const found = await getObject<ConfigMap>(statusPath(config), permission);
  if (found === undefined) {
    throw new OperatorError(
      `ConfigMap ${config.namespace}/${config.statusConfigMap} does not exist`,
      'apply the complete synthesized YAML',
    );
  }
  const { metadata, data = {}, binaryData = {} } = found;
  return {
    annotations: metadata.annotations ?? {},
    data,
    binaryData,
    resourceVersion: metadata.resourceVersion,
  };
}

function statusPath({ namespace, statusConfigMap }: TopicSyncConfig): string {
  return `/api/v1/namespaces/${namespace}/configmaps/${statusConfigMap}`;
}

async function recordCronJobEvent(
  { namespace, cronJob: name }: TopicSyncConfig,
  event: Parameters<KubernetesTopics['event']>,
): Promise<void> {
  const path = `/apis/batch/v1/namespaces/${namespace}/cronjobs/${name}`;
  const uid = await getObject<{ readonly metadata: { readonly uid: string } }>(path, `get on CronJob ${name}`)
    .then((found) => found?.metadata.uid)
    .catch(() => undefined);
  await recordEvent(namespace, { kind: 'CronJob', apiVersion: 'batch/v1', name, uid }, ...event);
}
