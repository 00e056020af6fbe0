/*
 * Where checks of certificates begin and end: somebody issues them, and nothing is under way.
 */
import { getJson } from '../kubernetes/kubectl';
import { ConfigMap, isReady } from '../kubernetes/objects';
import { podsOf } from '../kubernetes/pods';
import { eventually } from '../waiting';
import { Outcome } from '../world';
import { Pki, PkiStatus, Wish, requestOf } from './rotation';

/** Selects the pods of the authority. */
export function authoritySelector({ clusterName }: Outcome): string {
  return `cdk8s-kafka.io/cluster=${clusterName},app.kubernetes.io/component=authority`;
}

/** Waits until the authority is ready and has nothing left to do. */
export async function untilStable(
  outcome: Outcome,
  pkis: readonly Pki[] = ['cluster', 'metadata'],
): Promise<void> {
  const { namespace, clusterName } = outcome;
  await eventually('the authority ready and at rest', 600, async () => {
    const pods = await podsOf(namespace, authoritySelector(outcome));
    if (pods.length !== 1 || !isReady(pods[0])) {
      return { state: `${pods.length} pods of the authority, ${pods.filter(isReady).length} ready` };
    }
    const args = ['configmap', `${clusterName}-certificates`, `--namespace=${namespace}`];
    const status = await getJson<ConfigMap>(args);
    const unrest = pkis.flatMap((pki) => unrestOf(status, pki));
    return unrest.length === 0 ? { done: undefined } : { state: unrest.join('; ') };
  });
}

/** What an authority has still to do, as its status tells. */
export function unrestOf({ data, metadata }: ConfigMap, pki: Pki): string[] {
  const text = data?.[pki];
  if (text === undefined) {
    return [`${pki} says nothing yet`];
  }
  const { phase, rollout, waitingFor, handledRequests } = JSON.parse(text) as PkiStatus;
  const asked = (['renew', 'rotate'] as const satisfies readonly Wish[]).filter(
    (wish) => requestOf(metadata.annotations, pki, wish) !== handledRequests[wish],
  );
  return [
    ...(phase === 'stable' ? [] : [`${pki} is ${phase}`]),
    ...(rollout ? [`${pki} has restarts before it`] : []),
    ...waitingFor.map((what) => `${pki} waits for ${what}`),
    ...asked.map((wish) => `${pki} has not begun to ${wish}`),
  ];
}
