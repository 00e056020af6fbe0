import { DOMAIN } from './labels';
import { cut, format } from '../input/format';
import { Kind, recordOf, text } from '../input/kinds';

/** Maximum size of all annotations of a pod, keys and values: the limit of Kubernetes less the annotations of this package. */
const ANNOTATIONS_LIMIT = 255 * 1024;

const KEY =
  /^(?![^/]{254})([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Keys that every pod has already, or that a controller of Kubernetes sets on pods. */
const RESERVED_KEYS = [
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'pod-template-hash',
  'statefulset.kubernetes.io/pod-name',
  ...['name', 'component', 'instance', 'managed-by', 'part-of'].map((key) => `app.kubernetes.io/${key}`),
  'kubectl.kubernetes.io/default-container',
];

/** @throws when Kubernetes would reject a label */
export function assertLabelPair(what: string, key: string, value: unknown): void {
  assertKey(what, key);
  if (typeof value !== 'string' || !VALUE.test(value)) {
    throw new Error(
      `${what} '${key}' has the value ${format(value)}; use up to 63 letters, digits, '-', '_' and '.', as a string`,
    );
  }
}

/**
 * Checks labels and annotations that a user gives to pods.
 *
 * @throws when Kubernetes would reject one, or it belongs to the domain of this package
 */
export function assertPodMetadata(
  owner: string,
  labels: { readonly [key: string]: string } = {},
  annotations: { readonly [key: string]: string } = {},
): void {
  for (const [key, value] of Object.entries(labels)) {
    assertLabelPair(`pod label of ${owner}`, key, value);
  }
  const bytes = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  if (bytes > ANNOTATIONS_LIMIT) {
    throw new Error(
      `pod annotations of ${owner} take ${bytes} bytes, and Kubernetes takes ${ANNOTATIONS_LIMIT}; move long values into a ConfigMap`,
    );
  }
  const reserved = Object.keys({ ...labels, ...annotations }).find((key) => RESERVED_KEYS.includes(key));
  if (reserved !== undefined) {
    throw new Error(`'${reserved}' of ${owner} is set by the construct; use another key`);
  }
  const own = [...Object.keys(labels), ...Object.keys(annotations)].find((key) =>
    key.startsWith(`${DOMAIN}/`),
  );
  if (own !== undefined) {
    throw new Error(
      `'${own}' of ${owner} is in the domain ${DOMAIN}, which is reserved for this package; leave it out`,
    );
  }
}

function assertKey(what: string, key: string): void {
  if (!KEY.test(key)) {
    throw new Error(
      `${what} '${cut(key)}' is not a valid key; use letters, digits, '-', '_' and '.', optionally after a domain and '/'`,
    );
  }
}

/** The kind of labels. */
export const LABELS: Kind<{ [key: string]: string }> = recordOf(text('kafka'), 'app.kubernetes.io/name');

const TEXTS = recordOf(text('logs'), 'example.com/owner');

/** The kind of annotations. */
export const ANNOTATIONS: Kind<{ [key: string]: string }> = {
  ...TEXTS,
  assert: (what, value) => {
    TEXTS.assert(what, value);
    Object.keys(value as object).forEach((key) => assertKey(what, key));
  },
};
