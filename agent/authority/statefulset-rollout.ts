/* Rolling restarts of StatefulSets, one after another. */
import { RESTART_CERTIFICATES_ANNOTATION } from '../../lib/seam/agent-config';
import { Rollout, iso } from './state';

/** A StatefulSet of the Kubernetes API. Its controller may not have written all fields yet. */
export interface StatefulSetObject {
  readonly metadata: { readonly name: string; readonly uid?: string; readonly generation?: number };
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

/** Next step of a rollout. */
export type RolloutStep =
  | { readonly restart: string }
  | { readonly finished: string }
  | { readonly waitingFor: string; readonly seconds?: number }
  | 'done';

/**
 * Decides the next step of a rollout.
 *
 * @param mountable time from which new pods mount the new Secrets
 */
export function nextRolloutStep(
  rollout: Rollout,
  statefulSets: readonly string[],
  found: ReadonlyMap<string, StatefulSetObject | undefined>,
  now: number,
  mountable: number,
): RolloutStep {
  const start = Math.max(Date.parse(rollout.notBefore), mountable);
  if (now < start) {
    return { waitingFor: `the start of the rollout at ${iso(start)}`, seconds: (start - now) / 1000 };
  }
  const name = statefulSets.find((one) => !rollout.restarted.includes(one));
  if (name === undefined) {
    return 'done';
  }
  const object = found.get(name);
  if (object === undefined) {
    return { waitingFor: `StatefulSet ${name}, which does not exist` };
  }
  const reason = unhealthyReason(object);
  if (object.spec?.template?.metadata?.annotations?.[RESTART_CERTIFICATES_ANNOTATION] === rollout.id) {
    return reason === undefined
      ? { finished: name }
      : { waitingFor: `the rollout of StatefulSet ${name}: ${reason}` };
  }
  return reason === undefined
    ? { restart: name }
    : { waitingFor: `StatefulSet ${name} to be healthy: ${reason}` };
}

/** Reason why a StatefulSet is not healthy; undefined if all its pods are updated and ready. */
function unhealthyReason({ metadata, spec, status = {} }: StatefulSetObject): string | undefined {
  const desired = spec?.replicas ?? 1;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return 'its controller has not observed the last change';
  }
  const { replicas = 0, readyReplicas = 0, updatedReplicas = 0 } = status;
  if (replicas !== desired) {
    return `${replicas} of ${desired} pods exist`;
  }
  // Both revisions are equal once all pods are updated.
  if (status.currentRevision !== status.updateRevision) {
    return `${updatedReplicas} of ${desired} pods are updated`;
  }
  return readyReplicas < desired ? `${readyReplicas} of ${desired} pods are ready` : undefined;
}
