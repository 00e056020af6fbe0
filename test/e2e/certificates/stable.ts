/* State before and after a check of certificates: the authority is ready, and no rotation is in progress. */
import { getJson } from '../kubernetes/kubectl';
import { ConfigMap, isReady } from '../kubernetes/objects';
import { podsOf } from '../kubernetes/pods';
import { eventually } from '../waiting';
import { Expectations } from '../world';
import { Pki, PkiStatus, RotationAction, requestOf } from './rotation-request';

/** Selects the pods of the authority. */
export function authoritySelector({ clusterName }: Expectations): string {
  return `cdk8s-kafka.io/cluster=${clusterName},app.kubernetes.io/component=authority`;
}

/** Waits until the authority is ready and no work is pending. */
export async function untilStable(
  expectations: Expectations,
  pkis: readonly Pki[] = ['cluster', 'metadata'],
): Promise<void> {
  const { namespace, clusterName } = expectations;
  await eventually('a ready authority without pending work', 600, async () => {
    const pods = await podsOf(namespace, authoritySelector(expectations));
    if (pods.length !== 1 || !isReady(pods[0])) {
      return { state: `${pods.length} pods of the authority, ${pods.filter(isReady).length} ready` };
    }
    const args = ['configmap', `${clusterName}-certificates`, `--namespace=${namespace}`];
    const status = await getJson<ConfigMap>(args);
    const pending = pkis.flatMap((pki) => pendingWork(status, pki));
    return pending.length === 0 ? { done: undefined } : { state: pending.join('; ') };
  });
}

/** Pending work of an authority, according to its status. */
export function pendingWork({ data, metadata }: ConfigMap, pki: Pki): string[] {
  const text = data?.[pki];
  if (text === undefined) {
    return [`${pki} has no status yet`];
  }
  const { phase, rollout, waitingFor, handledRequests } = JSON.parse(text) as PkiStatus;
  const requested = (['renew', 'rotate'] as const satisfies readonly RotationAction[]).filter(
    (action) => requestOf(metadata.annotations, pki, action) !== handledRequests[action],
  );
  return [
    ...(phase === 'stable' ? [] : [`${pki} is in phase ${phase}`]),
    ...(rollout ? [`${pki} has a pending rollout`] : []),
    ...waitingFor.map((condition) => `${pki} waits for ${condition}`),
    ...requested.map((action) => `${pki} has not started to ${action}`),
  ];
}
