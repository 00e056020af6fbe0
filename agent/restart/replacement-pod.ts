import { getObject } from '../kubernetes/client';

interface StatefulSet {
  readonly metadata: { readonly deletionTimestamp?: string; readonly finalizers?: readonly string[] };
  readonly spec?: { readonly replicas?: number; readonly ordinals?: { readonly start?: number } };
}

/**
 * Why no pod will come in the place of any that stops. Then a hold would only make the end slower: of a namespace, of a
 * map that is given up, of a cluster that is switched off.
 */
export function noReplacementReason(name: string, found: StatefulSet | undefined): string | undefined {
  const isEnding = found?.metadata.deletionTimestamp !== undefined;
  // Of pods that are to be orphaned somebody means to keep the servers.
  if (found === undefined || (isEnding && !found.metadata.finalizers?.includes('orphan'))) {
    return `StatefulSet ${name} is gone, so no server will come in the place of this one`;
  }
  return found.spec?.replicas === 0
    ? `StatefulSet ${name} is scaled to 0, so no server will come in the place of this one`
    : undefined;
}

/**
 * Whether a StatefulSet has no place for a server any more. Others of it stay, and may need this one: its stop is held like
 * any other. But nobody of its name will be there to end its turn.
 */
export function isScaledDown(id: number, found: StatefulSet | undefined): boolean {
  const { replicas, ordinals } = found?.spec ?? {};
  const start = ordinals?.start ?? 0;
  return replicas !== undefined && (id < start || id >= start + replicas);
}

/** Looks whether a pod will come in the place of any that stops. Not knowing, it is assumed. */
export async function readNoReplacementReason(namespace: string, name: string): Promise<string | undefined> {
  try {
    return noReplacementReason(name, await getStatefulSet(namespace, name));
  } catch {
    return undefined;
  }
}

/** Looks whether there is no place for a server any more. Not knowing, it is assumed that there is. */
export async function readIsScaledDown(namespace: string, name: string, id: number): Promise<boolean> {
  try {
    return isScaledDown(id, await getStatefulSet(namespace, name));
  } catch {
    return false;
  }
}

async function getStatefulSet(namespace: string, name: string): Promise<StatefulSet | undefined> {
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`;
  return getObject<StatefulSet>(path, `get on StatefulSet ${namespace}/${name}`);
}
