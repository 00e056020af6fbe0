/*
 * Brokers of a cluster: those that the maps have, with what the ledgers record about them.
 */
import { LedgerEntry } from '../../agent/identity/ledger';
import { FormerLocation } from '../../agent/identity/server-location';
import { RefillProgress } from '../../agent/refill/refill-progress';
import { POD_LABELS } from '../../lib/seam/agent-config';
import { KindError, Kind, listOf, optional, struct, text } from '../kinds';
import { BrokerObjects, BrokerPod, MapStatefulSet } from './broker-objects';

/** Fields of an entry of a ledger that this command shows. */
type Recorded = Omit<LedgerEntry, 'acceptedLoss' | 'quorumKind'>;

/** A broker. */
export interface BrokerRow extends Recorded {
  readonly id: number;
  readonly map: string;
  readonly pod: string;
  /** `ready`, or the state of the pod. */
  readonly state: string;
  /** Report of the agent, if the broker is not ready. */
  readonly reason?: string;
  readonly refill?: RefillProgress;
}

/** Brokers, and problems of their records. */
export interface BrokerRows {
  readonly brokers: readonly BrokerRow[];
  readonly problems: readonly string[];
}

const LOCATION = {
  zone: optional(text),
  volumes: optional(listOf(text)),
};

const ENTRY: Kind<Recorded> = struct<Recorded>({
  ...LOCATION,
  node: optional(text),
  disks: optional(listOf(text)),
  firstInSync: optional(text),
  firstSeen: optional(text),
  lastSeen: optional(text),
  formerLocations: optional(
    listOf<FormerLocation>(struct({ ...LOCATION, node: text, disks: listOf(text), until: text })),
  ),
});

/** Returns the brokers of a cluster, by id. */
export function brokerRows({ statefulSets, pods, ledgers }: BrokerObjects): BrokerRows {
  const problems: string[] = [];
  const podsByName = new Map(pods.map((pod) => [pod.metadata.name, pod]));
  const brokers = statefulSets.flatMap((statefulSet) => {
    const { name, labels } = statefulSet.metadata;
    const data = ledgers.find(({ metadata }) => metadata.name === `${name}-ledger`)?.data ?? {};
    const ids = idsOf(statefulSet);
    const recorded = Object.keys(data)
      .filter((key) => /^\d+$/.test(key))
      .map(Number);
    return [...new Set([...ids, ...recorded])].map((id): BrokerRow => {
      const pod = podsByName.get(`${name}-${id}`);
      return {
        id,
        map: labels[POD_LABELS.map] ?? name,
        pod: `${name}-${id}`,
        state: stateOf(pod, ids.includes(id)),
        ...entryIn(data, id, `${name}-ledger`, problems),
        ...(pod?.spec.nodeName === undefined ? {} : { node: pod.spec.nodeName }),
      };
    });
  });
  return { brokers: brokers.sort((a, b) => a.id - b.id), problems };
}

function idsOf({ spec: { replicas, ordinals } }: MapStatefulSet): number[] {
  return Array.from({ length: replicas }, (_, index) => (ordinals?.start ?? 0) + index);
}

/** An entry that is not valid must not hide the other brokers. */
function entryIn(
  data: Readonly<Record<string, string>>,
  id: number,
  ledger: string,
  problems: string[],
): Recorded {
  if (!Object.hasOwn(data, id)) {
    return {};
  }
  try {
    return ENTRY(JSON.parse(data[id]), '');
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof KindError) {
      problems.push(`entry ${id} of ConfigMap ${ledger} is not valid: ${error.message}; correct it`);
      return {};
    }
    throw error;
  }
}

function stateOf(pod: BrokerPod | undefined, isInMap: boolean): string {
  if (pod === undefined) {
    return isInMap ? 'no pod' : 'removed from the map';
  }
  const condition = (type: string) => pod.status.conditions?.find((one) => one.type === type);
  if (pod.metadata.deletionTimestamp !== undefined) {
    return 'terminating';
  }
  if (condition('PodScheduled')?.status === 'False') {
    return `not scheduled: ${condition('PodScheduled')?.message ?? 'no reason is given'}`;
  }
  if (condition('Initialized')?.status === 'False') {
    return 'starting';
  }
  return condition('Ready')?.status === 'True' ? 'ready' : 'not ready';
}
