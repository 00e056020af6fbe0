import { ACCEPT_REMOVAL_ANNOTATION, IdRange } from '../../lib/seam/agent-config';
import { getObject } from '../kubernetes/client';

interface StatefulSet {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
  readonly spec?: { readonly replicas?: number; readonly ordinals?: { readonly start?: number } };
}

/**
 * Returns the reason why no pod replaces any pod of a StatefulSet; undefined if pods are replaced. Without a replacement, a
 * delay of the stop only slows down the deletion of a namespace, a map or a cluster.
 */
export function noReplacementReason(name: string, found: StatefulSet | undefined): string | undefined {
  const isDeleted = found?.metadata.deletionTimestamp !== undefined;
  // A deletion that orphans the pods keeps the servers running.
  if (found === undefined || (isDeleted && !found.metadata.finalizers?.includes('orphan'))) {
    return `StatefulSet ${name} is deleted, so no pod replaces this one`;
  }
  return found.spec?.replicas === 0
    ? `StatefulSet ${name} is scaled to 0, so no pod replaces this one`
    : undefined;
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
  return membersOf(await getStatefulSet(namespace, name));
}

/** Reads the StatefulSet and returns the reason why no pod replaces its pods; undefined also if it cannot be read. */
export async function readNoReplacementReason(namespace: string, name: string): Promise<string | undefined> {
  try {
    return noReplacementReason(name, await getStatefulSet(namespace, name));
  } catch {
    return undefined;
  }
}

/** Reads the StatefulSet. True if it no longer includes a server; false also if it cannot be read. */
export async function readIsScaledDown(namespace: string, name: string, id: number): Promise<boolean> {
  try {
    return isScaledDown(id, await getStatefulSet(namespace, name));
  } catch {
    return false;
  }
}

/** Reads if a StatefulSet no longer includes a server, and its annotation that accepts the removal of servers. */
export async function readLeaving(
  namespace: string,
  name: string,
  id: number,
): Promise<{ readonly isLeaving: boolean; readonly acceptance?: string }> {
  const found = await getStatefulSet(namespace, name);
  return {
    isLeaving: isScaledDown(id, found),
    acceptance: found?.metadata.annotations?.[ACCEPT_REMOVAL_ANNOTATION],
  };
}

async function getStatefulSet(namespace: string, name: string): Promise<StatefulSet | undefined> {
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`;
  return getObject<StatefulSet>(path, `get on StatefulSet ${namespace}/${name}`);
}
