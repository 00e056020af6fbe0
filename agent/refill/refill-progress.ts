/*
 * Progress of a broker that replicates its partitions again, after the loss of a disk or a long absence. Followers do not report
 * how far they are behind, so the sizes of the replicas are compared with those of their leaders.
 */

/** Bytes of a replica of the broker, and of that of the leader. */
export interface ReplicaSizes {
  readonly own: number;
  readonly leader: number;
}

/** Partitions that are not in sync at a time. */
export interface RefillSample {
  /** Milliseconds of a monotonic clock. */
  readonly at: number;
  readonly partitions: ReadonlyMap<string, ReplicaSizes>;
}

/** Progress of a refill. */
export interface RefillProgress {
  /** Number of partitions that are not in sync. */
  readonly partitions: number;
  /** Bytes that the broker still has to replicate. */
  readonly bytesLeft: number;
  /** Replicated bytes per second; absent before there are two samples. */
  readonly bytesPerSecond?: number;
  /** Absent while the broker does not get closer. */
  readonly secondsLeft?: number;
}

/**
 * Returns the progress, from the first to the last sample.
 *
 * @param samples samples in the order of time; at least one
 */
export function refillProgress(samples: readonly RefillSample[]): RefillProgress {
  const [first, last] = [samples[0], samples[samples.length - 1]];
  const seconds = (last.at - first.at) / 1_000;
  const bytesLeft = leftIn(last);
  const progress = { partitions: last.partitions.size, bytesLeft };
  if (seconds <= 0) {
    return progress;
  }
  // Records that producers write meanwhile count as replicated, but bring the broker no closer.
  const gainedPerSecond = (leftIn(first) - bytesLeft) / seconds;
  return {
    ...progress,
    bytesPerSecond: Math.round(replicatedBetween(first, last) / seconds),
    ...(gainedPerSecond > 0 ? { secondsLeft: Math.round(bytesLeft / gainedPerSecond) } : {}),
  };
}

function leftIn({ partitions }: RefillSample): number {
  return [...partitions.values()].reduce((sum, sizes) => sum + leftOf(sizes), 0);
}

/** The replica can be larger: segments of the leader are deleted or compacted at other times. */
function leftOf({ own, leader }: ReplicaSizes): number {
  return Math.max(0, leader - own);
}

function replicatedBetween(first: RefillSample, last: RefillSample): number {
  return [...first.partitions].reduce((sum, [name, before]) => {
    const after = last.partitions.get(name);
    // A partition that is in sync has what its leader had.
    return sum + (after === undefined ? leftOf(before) : Math.max(0, after.own - before.own));
  }, 0);
}
