/*
 * Leaders do not come back with their broker: until Kafka's own balancing notices, minutes later or never, a broker
 * that has restarted, or whose session has run out while it ran, leads nothing. It asks for its own once it is in sync
 * again.
 */
import { ClusterView, PartitionView } from '../kafka/cluster-view';
import { partitionName } from '../kafka/partition-name';

/** How far the broker has come since it last lost its leaders. */
export interface ElectionState {
  readonly attempts: number;
  readonly triedAt?: number;
  /** Whether there is nothing to do any more until the broker loses what it leads. */
  readonly isComplete: boolean;
  /** What the broker led when it was looked at last, once settled; no whole view, as those are large. */
  readonly ledPartitions?: readonly PartitionView[];
}

/** After a start. */
export const INITIAL_ELECTION_STATE: ElectionState = { attempts: 0, isComplete: false };

/** Pauses before the second and later attempts. */
const PAUSES_MS = [10_000, 60_000, 300_000];

/**
 * How many partitions are elected at once. A broker that takes over many makes them wait for one another, as it writes for
 * each to its disk; clients wait for the last one.
 */
export const INITIAL_BATCH_SIZE = 8;
const MAX_BATCH_SIZE = 1_000;
const QUICK_MS = 250;
const SLOW_MS = 1_000;

/** How many to elect next, after so many took so long. */
export function nextBatchSize(portion: number, tookMs: number): number {
  if (tookMs < QUICK_MS) {
    return Math.min(MAX_BATCH_SIZE, portion * 2);
  }
  return tookMs > SLOW_MS ? Math.max(1, Math.floor(portion / 2)) : portion;
}

/** Which elections to ask for now. */
export function nextElection(
  state: ElectionState,
  self: number,
  view: ClusterView,
  now: number,
): { readonly state: ElectionState; readonly elect: readonly PartitionView[] } {
  const { partitions } = view;
  const wanted = partitions.filter((partition) => isPreferredElsewhere(partition, self));
  if (state.isComplete) {
    return hasLost(wanted, state.ledPartitions ?? [])
      ? nextElection(INITIAL_ELECTION_STATE, self, view, now)
      : { state: { ...state, ledPartitions: ledBy(self, partitions) }, elect: [] };
  }
  if (wanted.length === 0 || state.attempts > PAUSES_MS.length) {
    return { state: { ...state, isComplete: true, ledPartitions: ledBy(self, partitions) }, elect: [] };
  }
  if (state.triedAt !== undefined && now - state.triedAt < PAUSES_MS[state.attempts - 1]) {
    return { state, elect: [] };
  }
  return { state: { attempts: state.attempts + 1, triedAt: now, isComplete: false }, elect: wanted };
}

/** What it never led since, as nobody elected it or others became preferred, is no loss. */
function hasLost(missed: readonly PartitionView[], before: readonly PartitionView[]): boolean {
  if (missed.length === 0) {
    return false;
  }
  const led = new Set(before.map(partitionNameOf));
  return missed.some((partition) => led.has(partitionNameOf(partition)));
}

function ledBy(self: number, partitions: readonly PartitionView[]): readonly PartitionView[] {
  return partitions.filter(({ leader }) => leader === self);
}

/** The name of a partition, as topic and number. */
export function partitionNameOf({ topic, index }: PartitionView): string {
  return partitionName(topic, index);
}

function isPreferredElsewhere({ replicas, isr, leader }: PartitionView, self: number): boolean {
  return replicas[0] === self && leader !== self && isr.includes(self);
}
