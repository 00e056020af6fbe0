/** Whether a server is ready, and why. */
export interface Verdict {
  readonly ready: boolean;
  readonly reason: string;
  /** Partitions that the server has and is not in sync for: `topic-partition`. */
  readonly notInSync: readonly string[];
}

/** A verdict without partitions to name. */
export function notReady(reason: string): Verdict {
  return { ready: false, reason, notInSync: [] };
}
