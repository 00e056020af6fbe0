/*
 * Servers that cannot start because the node of their local volumes is gone.
 */
import { FORCE_READY_ANNOTATION, RecoveryGroupConfig } from '../../lib/seam/agent-config';

/** A claim that is bound to a local volume of the node. */
export interface LostClaim {
  readonly name: string;
  readonly uid: string;
  readonly volume: string;
}

/** A server whose pod is not scheduled, because the node of its local volumes is gone. */
export interface LostServer {
  readonly kind: RecoveryGroupConfig['kind'];
  readonly id: number;
  readonly statefulSet: string;
  readonly pod: { readonly name: string; readonly uid: string };
  readonly claims: readonly LostClaim[];
  readonly node: string;
  /** `out-of-service` if the node exists with that taint: somebody has stated that it is off. */
  readonly nodeState: 'deleted' | 'out-of-service';
  /** Zone of the node; absent if it is unknown. */
  readonly zone?: string;
}

/** A pod, as the API server returns it. */
export interface PodObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

/** A claim, as the API server returns it. */
export interface ClaimObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly volumeName?: string };
}

/** A PersistentVolume, as the API server returns it. */
export interface VolumeObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly local?: object;
    readonly claimRef?: { readonly uid?: string };
    readonly nodeAffinity?: {
      readonly required?: {
        readonly nodeSelectorTerms?: readonly {
          readonly matchExpressions?: readonly {
            readonly key: string;
            readonly operator: string;
            readonly values?: readonly string[];
          }[];
        }[];
      };
    };
  };
}

/** A node, as the API server returns it. */
export interface NodeObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly taints?: readonly { readonly key: string; readonly effect: string }[] };
}

/** Label of nodes to which local volumes are bound. */
export const HOSTNAME_LABEL = 'kubernetes.io/hostname';

const OUT_OF_SERVICE_TAINT = 'node.kubernetes.io/out-of-service';

/** Returns a condition of a pod. */
export function conditionOf(pod: PodObject, type: string) {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** True if a ZooKeeper server leads or follows. Its pod is ready only then, unless somebody has forced it. */
export function isServing(pod: PodObject): boolean {
  return (
    conditionOf(pod, 'Ready')?.status === 'True' &&
    pod.metadata.annotations?.[FORCE_READY_ANNOTATION] === undefined
  );
}

/** True if the scheduler finds no node for a pod. */
export function isUnschedulable(pod: PodObject): boolean {
  const condition = conditionOf(pod, 'PodScheduled');
  return condition?.status === 'False' && condition.reason === 'Unschedulable';
}

/** Returns the host name of the node of a local volume; undefined for other volumes, and if it is not exactly one node. */
export function hostOf({ spec }: VolumeObject): string | undefined {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const hosts = (terms[0]?.matchExpressions ?? []).filter(
    ({ key, operator, values = [] }) => key === HOSTNAME_LABEL && operator === 'In' && values.length === 1,
  );
  return spec.local !== undefined && terms.length === 1 && hosts.length === 1
    ? hosts[0].values?.[0]
    : undefined;
}

/** State of a node, from the nodes that match its host name or its name; undefined if the node is there. */
export function stateOfNode(found: readonly NodeObject[]): LostServer['nodeState'] | undefined {
  if (found.length === 0) {
    return 'deleted';
  }
  const isOut = ({ spec }: NodeObject) =>
    spec?.taints?.some(({ key, effect }) => key === OUT_OF_SERVICE_TAINT && effect === 'NoExecute');
  return found.every(isOut) ? 'out-of-service' : undefined;
}
