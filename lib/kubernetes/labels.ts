import { POD_LABELS } from '../seam/agent-config';

/** Domain of the labels and annotations of this package. */
export const DOMAIN = 'cdk8s-kafka.io';

/** Component of a pod. Each pod has exactly one. */
export type Component = 'broker' | 'controller' | 'zookeeper' | 'topic-sync' | 'authority' | 'recovery';

/** Values of `app.kubernetes.io/name` on the pods of this package. */
export const PACKAGE_APP_NAMES = ['kafka', 'zookeeper'];

/*
 * Argo CD can track its objects by the label app.kubernetes.io/instance. It then prunes each object with the label that the
 * YAML does not contain. So only objects of the YAML and their pods have this label. Selectors do not contain it, because
 * the StatefulSet controller copies the selector to the claims.
 */
const INSTANCE = 'app.kubernetes.io/instance';

/** Labels of every object of this package. */
export const PACKAGE_LABELS = {
  'app.kubernetes.io/managed-by': 'cdk8s-kafka',
  'app.kubernetes.io/part-of': 'kafka',
} as const;

/**
 * Labels that select the pods of one workload. The selector of a StatefulSet is immutable, so these labels must never change.
 */
export function selectorLabels(component: Component, cluster: string, map?: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': component === 'zookeeper' ? 'zookeeper' : 'kafka',
    [POD_LABELS.component]: component,
    [POD_LABELS.cluster]: cluster,
    ...(map === undefined ? {} : { [POD_LABELS.map]: map }),
  };
}

/** Labels of an object of the YAML, and of pods: its selector labels, and the labels of this package. */
export function objectLabels(selector: Record<string, string>): Record<string, string> {
  return { ...createdLabels(selector), [INSTANCE]: selector[POD_LABELS.cluster] };
}

/** Labels of the Secrets of a cluster or ensemble. */
export function secretLabels(owner: string): Record<string, string> {
  return { ...PACKAGE_LABELS, [POD_LABELS.cluster]: owner };
}

/** Labels of an object that is created at run time, such as a Secret of the authority. */
export function createdLabels(selector: Record<string, string>): Record<string, string> {
  return { ...selector, ...PACKAGE_LABELS };
}
