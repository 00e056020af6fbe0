/*
 * Batches of a producer on their way: which one may be sent when. One batch of a partition is under way at a time, so
 * that their order is kept, and brokers can tell a repetition.
 */

/** Records of one producer for one partition, with numbers that follow each other. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly first: number;
  readonly count: number;
  readonly dueMs: number;
  readonly deadlineMs: number;
}

/** A batch with what has happened to it. */
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

  /** A batch is due. */
  add(batch: Batch): void {
    const lane = this.lanes.get(nameOf(batch)) ?? [];
    this.lanes.set(nameOf(batch), lane);
    lane.push({ batch, notBeforeMs: 0, isSent: false, reason: 'there was no time to send it' });
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

  /** A batch is acknowledged or given up. False when that happened to it before. */
  remove(batch: Batch): boolean {
    const lane = this.lanes.get(nameOf(batch)) ?? [];
    const index = lane.findIndex((waiting) => waiting.batch === batch);
    if (index >= 0) {
      lane.splice(index, 1);
    }
    return index >= 0;
  }

  /** A batch was not accepted, and will be sent again. */
  putBack(batch: Batch, reason: string, nowMs: number): void {
    const waiting = this.lanes.get(nameOf(batch))?.find((each) => each.batch === batch);
    if (waiting) {
      waiting.isSent = false;
      waiting.reason = reason;
      waiting.notBeforeMs = nowMs + this.backoffMs;
    }
  }

  /** Takes away batches whose time is over, with what happened last. */
  expire(nowMs: number): { readonly batch: Batch; readonly reason: string }[] {
    const expired: { readonly batch: Batch; readonly reason: string }[] = [];
    for (const [name, lane] of this.lanes) {
      for (const { batch, reason, isSent } of lane.filter((each) => each.batch.deadlineMs <= nowMs)) {
        expired.push({ batch, reason: isSent ? 'no answer' : reason });
      }
      this.lanes.set(
        name,
        lane.filter((each) => each.batch.deadlineMs > nowMs),
      );
    }
    return expired;
  }

  /** True if nothing is on its way. */
  get isEmpty(): boolean {
    return [...this.lanes.values()].every((lane) => lane.length === 0);
  }
}

/** Name of the partition of a batch. */
export function nameOf({ topic, partition }: Pick<Batch, 'topic' | 'partition'>): string {
  return `${topic}-${partition}`;
}
