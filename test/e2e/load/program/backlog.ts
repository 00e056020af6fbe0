/*
 * Batches that a producer has not completed. One batch of a partition is in flight at a time, so that brokers keep the order and
 * detect duplicates.
 */

/** Records of one producer for one partition, with consecutive numbers. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly first: number;
  readonly count: number;
  readonly dueMs: number;
  readonly deadlineMs: number;
}

/** A batch and its state. */
interface Waiting {
  readonly batch: Batch;
  notBeforeMs: number;
  isSent: boolean;
  reason: string;
}

/** All batches that are not acknowledged yet. */
export class Backlog {
  private readonly lanes = new Map<string, Waiting[]>();

  constructor(private readonly backoffMs: number) {}

  /** Adds a batch that is due. */
  add(batch: Batch): void {
    const lane = this.lanes.get(nameOf(batch)) ?? [];
    this.lanes.set(nameOf(batch), lane);
    lane.push({ batch, notBeforeMs: 0, isSent: false, reason: 'it was never sent' });
  }

  /** The next batch of each partition that may be sent now, to brokers that are not busy. */
  take(
    leaderOf: (batch: Batch) => number | undefined,
    isBusy: (leader: number) => boolean,
    nowMs: number,
  ): Map<number, Batch[]> {
    const taken = new Map<number, Batch[]>();
    for (const [head] of this.lanes.values()) {
      if (head === undefined || head.isSent || head.notBeforeMs > nowMs) {
        continue;
      }
      const leader = leaderOf(head.batch);
      if (leader === undefined) {
        head.reason = 'the partition has no leader';
      } else if (!isBusy(leader)) {
        head.isSent = true;
        taken.set(leader, [...(taken.get(leader) ?? []), head.batch]);
      }
    }
    return taken;
  }

  /** Removes an acknowledged or failed batch. Returns false if it was already removed. */
  remove(batch: Batch): boolean {
    const lane = this.lanes.get(nameOf(batch)) ?? [];
    const index = lane.findIndex((waiting) => waiting.batch === batch);
    if (index >= 0) {
      lane.splice(index, 1);
    }
    return index >= 0;
  }

  /** Returns a batch for a retry. */
  putBack(batch: Batch, reason: string, nowMs: number): void {
    const waiting = this.lanes.get(nameOf(batch))?.find((each) => each.batch === batch);
    if (waiting) {
      waiting.isSent = false;
      waiting.reason = reason;
      waiting.notBeforeMs = nowMs + this.backoffMs;
    }
  }

  /** Removes batches after their delivery timeout, and returns them with their last failure. */
  expire(nowMs: number): { readonly batch: Batch; readonly reason: string }[] {
    const expired: { readonly batch: Batch; readonly reason: string }[] = [];
    for (const [name, lane] of this.lanes) {
      for (const { batch, reason, isSent } of lane.filter((each) => each.batch.deadlineMs <= nowMs)) {
        expired.push({ batch, reason: isSent ? 'no response' : reason });
      }
      this.lanes.set(
        name,
        lane.filter((each) => each.batch.deadlineMs > nowMs),
      );
    }
    return expired;
  }

  /** True if there are no batches. */
  get isEmpty(): boolean {
    return [...this.lanes.values()].every((lane) => lane.length === 0);
  }
}

/** Name of the partition of a batch. */
export function nameOf({ topic, partition }: Pick<Batch, 'topic' | 'partition'>): string {
  return `${topic}-${partition}`;
}
