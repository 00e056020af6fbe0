/** Domain of the labels and annotations of this package. */
export const DOMAIN = 'cdk8s-kafka.io';

/** Component of a pod. Each pod has exactly one. */
export type Component = 'broker' | 'controller' | 'zookeeper' | 'topic-sync' | 'authority';

/** Values of `app.kubernetes.io/name` on the pods of this package. */
export const PACKAGE_APP_NAMES = ['kafka', 'zookeeper'];

/**
 * Labels that select the pods of one workload. The selector of a StatefulSet is immutable, so these labels must never change.
 */
export function selectorLabels(component: Component, cluster: string, map?: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': component === 'zookeeper' ? 'zookeeper' : 'kafka',
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/instance': cluster,
    [`${DOMAIN}/cluster`]: cluster,
    ...(map === undefined ? {} : { [`${DOMAIN}/map`]: map }),
  };
}

/** Labels of an object: its selector labels, and the labels of this package. */
export function objectLabels(selector: Record<string, string>): Record<string, string> {
  return { ...selector, 'app.kubernetes.io/managed-by': 'cdk8s-kafka', 'app.kubernetes.io/part-of': 'kafka' };
}
