/** Whether a server is ready, and why. */
export interface Verdict {
  readonly ready: boolean;
  readonly reason: string;
  /** Partitions that the server has and is not in sync for: `topic-partition`; absent where nobody knows. */
  readonly notInSync?: readonly string[];
  /** Who else was asked, for those who want to know more. */
  readonly witness?: string;
  /** Whether it is ready for no other reason than that somebody declares it so. */
  readonly isForced?: true;
  /** Whether this is for want of knowledge, which may pass in a moment. */
  readonly isDoubt?: boolean;
}

/** A verdict for a reason other than partitions. */
export function notReady(reason: string): Verdict {
  return { ready: false, reason };
}

/** A verdict for want of knowledge. */
export function readinessUnknown(reason: string): Verdict {
  return { ...notReady(reason), isDoubt: true };
}
