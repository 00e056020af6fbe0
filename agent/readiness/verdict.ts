/** Readiness of a server, with the reason. */
export interface Verdict {
  readonly ready: boolean;
  readonly reason: string;
  /** Partitions of the server that do not have it in their ISR: `topic-partition`. Absent if they are not known. */
  readonly outOfSync?: readonly string[];
  /** Second view that the verdict is based on, or the reason why there is none. */
  readonly secondView?: string;
  /** True if the server is ready only because of a force-ready override. */
  readonly isForced?: true;
  /** True if the server is in sync, but not ready because a rollout must not stop the next server yet. */
  readonly isPaused?: true;
  /** True if the server is not ready because an observation is missing, which can be temporary. */
  readonly isUnknown?: boolean;
}

/** Returns a verdict that does not depend on partitions. */
export function notReady(reason: string): Verdict {
  return { ready: false, reason };
}

/** Returns a verdict for a missing observation. */
export function readinessUnknown(reason: string): Verdict {
  return { ...notReady(reason), isUnknown: true };
}
