/*
 * Leadership does not move back to a broker after a restart or an expired session: it has no leaders until Kafka's automatic
 * rebalance, minutes later or never. The agent requests preferred leader elections once the broker is in sync.
 */
import { ClusterView, PartitionView } from '../kafka/cluster-view';
import { partitionName } from '../kafka/partition-name';

/** State of the elections since the broker last lost leaders. */
export interface ElectionState {
  readonly attempts: number;
  readonly triedAt?: number;
  /** True if nothing has to be done until the broker loses leaders again. */
  readonly isComplete: boolean;
  /** Partitions that the broker led in the last view, after completion. */
  readonly ledPartitions?: readonly PartitionView[];
}

/** State after a start. */
export const INITIAL_ELECTION_STATE: ElectionState = { attempts: 0, isComplete: false };

/** Pauses before the second and later attempts. */
const PAUSES_MS = [10_000, 60_000, 300_000];

/**
 * Number of partitions of the first request. A broker that becomes leader of many partitions at once writes to its disk for
 * each of them, and clients wait for the last one.
 */
export const INITIAL_BATCH_SIZE = 8;
const MAX_BATCH_SIZE = 1_000;
const QUICK_MS = 250;
const SLOW_MS = 1_000;

/** Returns the number of partitions of the next request, from the number and the duration of the last one. */
export function nextBatchSize(batchSize: number, tookMs: number): number {
  if (tookMs < QUICK_MS) {
    return Math.min(MAX_BATCH_SIZE, batchSize * 2);
  }
  return tookMs > SLOW_MS ? Math.max(1, Math.floor(batchSize / 2)) : batchSize;
}

/** Decides the partitions for which elections are requested now. */
export function nextElection(
  state: ElectionState,
  self: number,
  view: ClusterView,
  now: number,
): { readonly state: ElectionState; readonly elect: readonly PartitionView[] } {
  const { partitions } = view;
  const missing = partitions.filter((partition) => isPreferredElsewhere(partition, self));
  if (state.isComplete) {
    return hasLost(missing, state.ledPartitions ?? [])
      ? nextElection(INITIAL_ELECTION_STATE, self, view, now)
      : { state: { ...state, ledPartitions: ledBy(self, partitions) }, elect: [] };
  }
  if (missing.length === 0 || state.attempts > PAUSES_MS.length) {
    return { state: { ...state, isComplete: true, ledPartitions: ledBy(self, partitions) }, elect: [] };
  }
  if (state.triedAt !== undefined && now - state.triedAt < PAUSES_MS[state.attempts - 1]) {
    return { state, elect: [] };
  }
  return { state: { attempts: state.attempts + 1, triedAt: now, isComplete: false }, elect: missing };
}

/** True if a partition was led before. Partitions that the broker never led since its start do not count. */
function hasLost(missing: readonly PartitionView[], before: readonly PartitionView[]): boolean {
  if (missing.length === 0) {
    return false;
  }
  const led = new Set(before.map(partitionNameOf));
  return missing.some((partition) => led.has(partitionNameOf(partition)));
}

function ledBy(self: number, partitions: readonly PartitionView[]): readonly PartitionView[] {
  return partitions.filter(({ leader }) => leader === self);
}

/** Returns the name of a partition: `topic-partition`. */
export function partitionNameOf({ topic, index }: PartitionView): string {
  return partitionName(topic, index);
}

function isPreferredElsewhere({ replicas, isr, leader }: PartitionView, self: number): boolean {
  return replicas[0] === self && leader !== self && isr.includes(self);
}
