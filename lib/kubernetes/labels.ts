/** Domain of the labels and annotations of this package. */
export const DOMAIN = 'cdk8s-kafka.io';

/** The roles a pod can have; never two in one pod. */
export type Component = 'broker' | 'controller' | 'zookeeper' | 'topic-sync' | 'authority';

/** Values of `app.kubernetes.io/name` on our own pods. */
export const PACKAGE_APP_NAMES = ['kafka', 'zookeeper'];

/**
 * Labels that select the pods of one workload. Selectors are immutable: nothing here may ever change for a name.
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

/** Labels of an object: the selecting ones, and who made it. */
export function objectLabels(selector: Record<string, string>): Record<string, string> {
  return { ...selector, 'app.kubernetes.io/managed-by': 'cdk8s-kafka', 'app.kubernetes.io/part-of': 'kafka' };
}
