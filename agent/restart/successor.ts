import { getObject } from '../kubernetes/client';

interface StatefulSet {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly spec?: { readonly replicas?: number; readonly ordinals?: { readonly start?: number } };
}

/**
 * Why no pod will come in the place of one that stops. Then a hold would only make the end slower: of a namespace, of a
 * map that is given up or loses its highest ids, of a cluster that is switched off.
 */
export function noSuccessor(name: string, id: number, found: StatefulSet | undefined): string | undefined {
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) {
    return `StatefulSet ${name} is gone, so no server will come in the place of this one`;
  }
  const { replicas, ordinals } = found.spec ?? {};
  return replicas !== undefined && id >= (ordinals?.start ?? 0) + replicas
    ? `StatefulSet ${name} is scaled to ${replicas}, so no server will come in the place of this one`
    : undefined;
}

/** Looks whether a pod will come in the place of one that stops. Not knowing, it is assumed. */
export async function lookForSuccessor(
  namespace: string,
  name: string,
  id: number,
): Promise<string | undefined> {
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`;
  try {
    return noSuccessor(
      name,
      id,
      await getObject<StatefulSet>(path, `get on StatefulSet ${namespace}/${name}`),
    );
  } catch {
    return undefined;
  }
}
