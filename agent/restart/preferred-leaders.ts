/*
 * Leadership does not move back to a broker after a restart or an expired session, and not to the preferred leader after a
 * reassignment, until Kafka's automatic rebalance, minutes later or never. The agent requests preferred leader elections once the
 * broker is in sync.
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
  /** Partitions for which elections had no effect. */
  readonly givenUp?: readonly PartitionView[];
  /** Losses of leaders that followed each other without an hour of calm. */
  readonly losses?: number;
  readonly lostAt?: number;
}

/** State after a start. */
export const INITIAL_ELECTION_STATE: ElectionState = { attempts: 0, isComplete: false };

/** Pauses before the second and later attempts. */
const PAUSES_MS = [10_000, 60_000, 300_000];

/** Pauses between a loss of leaders and the first attempt, by the number of losses. */
const LOSS_PAUSES_MS = [0, 30_000, 120_000, 600_000, 1_800_000];
const CALM_MS = 3_600_000;

/**
 * Returns the state after the loss of leaders. A broker that keeps losing its session waits longer each time: every election
 * interrupts the clients of its partitions.
 */
export function stateAfterLoss(state: ElectionState, now: number): ElectionState {
  const { losses = 0, lostAt = -Infinity } = state;
  // A server that has not got its leaders back cannot lose them.
  return state.isComplete
    ? { ...INITIAL_ELECTION_STATE, losses: now - lostAt >= CALM_MS ? 1 : losses + 1, lostAt: now }
    : { ...state, attempts: 0, triedAt: undefined };
}

/** Returns the time until the first attempt after a loss, in milliseconds. */
export function lossPauseMs({ losses = 0, lostAt = -Infinity }: ElectionState, now: number): number {
  const pause = LOSS_PAUSES_MS[Math.min(Math.max(0, losses - 1), LOSS_PAUSES_MS.length - 1)];
  return Math.max(0, lostAt + pause - now);
}

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
    const { ledPartitions = [], givenUp = [] } = state;
    if (without(missing, without(missing, ledPartitions)).length > 0) {
      return nextElection(stateAfterLoss(state, now), self, view, now);
    }
    // After a reassignment the broker is the preferred leader of a partition that it never led.
    if (without(missing, givenUp).some(({ leader }) => leader >= 0)) {
      return nextElection({ ...state, ...INITIAL_ELECTION_STATE, triedAt: undefined }, self, view, now);
    }
    return { state: completed(state, self, view, missing), elect: [] };
  }
  if (missing.length === 0 || state.attempts > PAUSES_MS.length) {
    return { state: completed(state, self, view, missing), elect: [] };
  }
  const isPaused = state.triedAt !== undefined && now - state.triedAt < PAUSES_MS[state.attempts - 1];
  if (isPaused || lossPauseMs(state, now) > 0) {
    return { state, elect: [] };
  }
  return { state: { ...state, attempts: state.attempts + 1, triedAt: now }, elect: missing };
}

function completed(
  state: ElectionState,
  self: number,
  { partitions }: ClusterView,
  missing: readonly PartitionView[],
): ElectionState {
  const ledPartitions = partitions.filter(({ leader }) => leader === self);
  return { ...state, isComplete: true, ledPartitions, givenUp: missing };
}

/** Partitions that are not among the others. */
function without(
  partitions: readonly PartitionView[],
  others: readonly PartitionView[],
): readonly PartitionView[] {
  if (partitions.length === 0) {
    return partitions;
  }
  const names = new Set(others.map(partitionNameOf));
  return partitions.filter((partition) => !names.has(partitionNameOf(partition)));
}

/** Returns the name of a partition: `topic-partition`. */
export function partitionNameOf({ topic, index }: PartitionView): string {
  return partitionName(topic, index);
}

function isPreferredElsewhere({ replicas, isr, leader }: PartitionView, self: number): boolean {
  return replicas[0] === self && leader !== self && isr.includes(self);
}
