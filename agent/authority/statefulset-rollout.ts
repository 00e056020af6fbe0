/* Rolling restarts, one StatefulSet after another, for what cannot take certificates over while it runs. */
import { RESTART_CERTIFICATES_ANNOTATION } from '../../lib/seam/agent-config';
import { Rollout, iso } from './state';

/** What a StatefulSet says of itself; absent fields have not been written by its controller yet. */
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

/** What is to be done next in a pass. */
export type RolloutStep =
  | { readonly restart: string }
  | { readonly finished: string }
  | { readonly waitingFor: string; readonly seconds?: number }
  | 'done';

/** Takes the next step of a pass. `mountable` is the time from which on new pods certainly get the new files. */
export function nextRolloutStep(
  pass: Rollout,
  restarts: readonly string[],
  found: ReadonlyMap<string, StatefulSetObject | undefined>,
  now: number,
  mountable: number,
): RolloutStep {
  const begin = Math.max(Date.parse(pass.notBefore), mountable);
  if (now < begin) {
    return { waitingFor: `the restarts, which begin at ${iso(begin)}`, seconds: (begin - now) / 1000 };
  }
  const name = restarts.find((one) => !pass.done.includes(one));
  if (name === undefined) {
    return 'done';
  }
  const object = found.get(name);
  if (object === undefined) {
    return { waitingFor: `StatefulSet ${name}, which does not exist` };
  }
  const lack = unhealthyReason(object);
  if (object.spec?.template?.metadata?.annotations?.[RESTART_CERTIFICATES_ANNOTATION] === pass.id) {
    return lack === undefined ? { finished: name } : { waitingFor: `the restart of ${name}: ${lack}` };
  }
  return lack === undefined
    ? { restart: name }
    : { waitingFor: `StatefulSet ${name} to be healthy: ${lack}` };
}

/** What a StatefulSet lacks to be as it should be with all its pods. */
function unhealthyReason({ metadata, spec, status = {} }: StatefulSetObject): string | undefined {
  const wanted = spec?.replicas ?? 1;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return 'its controller has not looked at it yet';
  }
  const { replicas = 0, readyReplicas = 0, updatedReplicas = 0 } = status;
  if (replicas !== wanted) {
    return `${replicas} of ${wanted} pods exist`;
  }
  // Both revisions are one once every pod is new.
  if (status.currentRevision !== status.updateRevision) {
    return `${updatedReplicas} of ${wanted} pods are new`;
  }
  return readyReplicas < wanted ? `${readyReplicas} of ${wanted} pods are ready` : undefined;
}
