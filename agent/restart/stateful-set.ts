import { getObject } from '../kubernetes/client';

/** Fields of a StatefulSet that matter for a stop. */
export interface StatefulSet {
  readonly metadata: {
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
  readonly spec?: { readonly replicas?: number; readonly ordinals?: { readonly start?: number } };
}

/**
 * Reads a StatefulSet; undefined if it does not exist.
 *
 * @throws OperatorError if the agent is not authorized
 * @throws ApiServerUnavailable if the API server does not answer
 */
export async function readStatefulSet(namespace: string, name: string): Promise<StatefulSet | undefined> {
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`;
  return getObject<StatefulSet>(path, `get on StatefulSet ${namespace}/${name}`);
}

/**
 * True if the namespace is being deleted.
 *
 * @throws OperatorError if the agent is not authorized
 * @throws ApiServerUnavailable if the API server does not answer
 */
export async function readIsNamespaceTerminating(namespace: string): Promise<boolean> {
  const found = await getObject<Pick<StatefulSet, 'metadata'>>(
    `/api/v1/namespaces/${namespace}`,
    `get on Namespace ${namespace}`,
  );
  return found?.metadata.deletionTimestamp !== undefined;
}
