/* Names that follow from the name of a cluster. */
import { IConstruct } from 'constructs';

/** Host names of the Services of a cluster. */
export interface ClusterHosts {
  /** The headless Service of all brokers. */
  readonly brokers: string;
  /** The Service that clients bootstrap from. */
  readonly bootstrap: string;
}

/** Host names of the Services of a cluster. */
export function clusterHosts(clusterName: string, namespace: string, clusterDomain: string): ClusterHosts {
  const host = (service: string) => `${clusterName}-${service}.${namespace}.svc.${clusterDomain}`;
  return { brokers: host('brokers'), bootstrap: host('bootstrap') };
}

const clusters = new WeakMap<IConstruct, Map<string, string>>();

/** @throws when another construct of the app is a cluster of the same name in the same namespace */
export function assertUniqueCluster(scope: IConstruct, namespace: string, clusterName: string): void {
  const root = scope.node.root;
  const names = clusters.get(root) ?? new Map<string, string>();
  clusters.set(root, names);
  const key = `${namespace}/${clusterName}`;
  const other = names.get(key);
  if (other !== undefined) {
    throw new Error(
      `clusterName '${clusterName}' is used by '${other}' and by '${scope.node.path}' in namespace '${namespace}'; ` +
        'use another name or another namespace',
    );
  }
  names.set(key, scope.node.path);
}

/** Name of the ConfigMap with the result of the topic synchronization. */
export function topicStatusName(clusterName: string): string {
  return `${clusterName}-topics-status`;
}
