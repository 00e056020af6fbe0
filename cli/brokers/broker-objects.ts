/*
 * Objects of Kubernetes that show where brokers are.
 */
import { POD_LABELS } from '../../lib/seam/agent-config';
import { Kubectl } from '../edges';
import { Kind, listOf, optional, recordOf, struct, text, wholeNumber } from '../kinds';
import { readObject } from '../kubectl-objects';
import { Target } from '../options';

/** A pod of a broker. */
export interface BrokerPod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase?: string;
    readonly conditions?: readonly PodCondition[];
  };
}

/** A condition of a pod. */
export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

/** A StatefulSet of a map. */
export interface MapStatefulSet {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly replicas: number; readonly ordinals?: { readonly start?: number } };
}

/** A ledger. */
export interface LedgerObject {
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** The objects of the maps of a cluster. */
export interface BrokerObjects {
  readonly statefulSets: readonly MapStatefulSet[];
  readonly pods: readonly BrokerPod[];
  readonly ledgers: readonly LedgerObject[];
}

const POD: Kind<BrokerPod> = struct({
  metadata: struct({ name: text, deletionTimestamp: optional(text) }),
  spec: struct({ nodeName: optional(text) }),
  status: struct({
    phase: optional(text),
    conditions: optional(listOf<PodCondition>(struct({ type: text, status: text, message: optional(text) }))),
  }),
});

const STATEFUL_SET: Kind<MapStatefulSet> = struct({
  metadata: struct({ name: text, labels: recordOf(text) }),
  spec: struct({ replicas: wholeNumber, ordinals: optional(struct({ start: optional(wholeNumber) })) }),
});

const LEDGER: Kind<LedgerObject> = struct({
  metadata: struct({ name: text }),
  data: optional(recordOf(text)),
});

function items<T>(kind: Kind<T>): Kind<{ readonly items: readonly T[] }> {
  return struct({ items: listOf(kind) });
}

/**
 * Reads the objects of the maps of a cluster.
 *
 * @throws CommandError if kubectl fails
 */
export async function brokerObjects(
  { namespace, cluster }: Target,
  kubectl: Kubectl,
): Promise<BrokerObjects> {
  const within = `--namespace=${namespace}`;
  const selector = `--selector=${POD_LABELS.cluster}=${cluster},${POD_LABELS.component}=broker`;
  const read = async <T>(resource: string, kind: Kind<T>): Promise<readonly T[]> =>
    (await readObject([resource, within, selector], items(kind), kubectl))?.items ?? [];
  const statefulSets = await read('statefulsets', STATEFUL_SET);
  if (statefulSets.length === 0) {
    return { statefulSets, pods: [], ledgers: [] };
  }
  return {
    statefulSets,
    pods: await read('pods', POD),
    ledgers: await ledgersOf(statefulSets, within, kubectl),
  };
}

/** By name: other ConfigMaps with these labels have the programs of the pods. */
async function ledgersOf(
  statefulSets: readonly MapStatefulSet[],
  within: string,
  kubectl: Kubectl,
): Promise<readonly LedgerObject[]> {
  const names = statefulSets.map(({ metadata }) => `${metadata.name}-ledger`);
  if (names.length === 1) {
    const found = await readObject(['configmaps', names[0], within], LEDGER, kubectl);
    return found === undefined ? [] : [found];
  }
  return (await readObject(['configmaps', ...names, within], items(LEDGER), kubectl))?.items ?? [];
}
