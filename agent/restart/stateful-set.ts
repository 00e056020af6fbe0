import { IdRange } from '../../lib/seam/agent-config';
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

/**
 * True if a StatefulSet is scaled down so that it no longer includes a server. The other servers stay, so the stop is delayed
 * like any other, but no pod of the same name will release the Lease.
 */
export function isScaledDown(id: number, found: StatefulSet | undefined): boolean {
  const { replicas, ordinals } = found?.spec ?? {};
  const start = ordinals?.start ?? 0;
  return replicas !== undefined && (id < start || id >= start + replicas);
}

/** Returns the ids of the pods of a StatefulSet; undefined if it is deleted, or scaled to 0. */
export function membersOf(found: StatefulSet | undefined): IdRange | undefined {
  const { replicas = 0, ordinals } = found?.spec ?? {};
  const first = ordinals?.start ?? 0;
  return found?.metadata.deletionTimestamp !== undefined || replicas === 0
    ? undefined
    : { first, last: first + replicas - 1 };
}

/** Reads the StatefulSet and returns the ids of its pods; undefined if it is deleted, or scaled to 0. */
export async function readMembers(namespace: string, name: string): Promise<IdRange | undefined> {
  return membersOf(await readStatefulSet(namespace, name));
}

/** Reads the StatefulSet. True if it no longer includes a server; false also if it cannot be read. */
export async function readIsScaledDown(namespace: string, name: string, id: number): Promise<boolean> {
  try {
    return isScaledDown(id, await readStatefulSet(namespace, name));
  } catch {
    return false;
  }
}

/** Reads an annotation of a StatefulSet; undefined if it is not set. */
export async function readAnnotation(
  namespace: string,
  name: string,
  annotation: string,
): Promise<string | undefined> {
  return (await readStatefulSet(namespace, name))?.metadata.annotations?.[annotation];
}
