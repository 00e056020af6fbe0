/** What the agent knows once it has been told to end. */
export interface ExitFacts {
  /** Since it was told. */
  readonly terminatingMs: number;
  /** Whether the kubelet has asked whether the server may stop: then the whole pod ends, else perhaps only this container. */
  readonly wasPreStopCalled: boolean;
  /** Whether it still holds the stop of the server. */
  readonly isStopHeld: boolean;
  /** How many looks in a row have found the server's port closed. */
  readonly closedProbes: number;
  readonly graceMs: number;
}

/** The question of the kubelet and the signal come at the same time, in any order. */
const PRE_STOP_DELAY_MS = 2_000;
/** A node that is busy takes its time. */
const PRE_STOP_TIMEOUT_MS = 15_000;
const REQUIRED_CLOSED_PROBES = 2;

/**
 * Whether the agent may end. All containers of a pod are told to end at once, and the server needs the agent until it is
 * down: for its turn, and so that nobody finds the pod without an opinion on its readiness.
 *
 * @returns why, or undefined when it must stay
 */
export function exitReason({
  terminatingMs: toldMs,
  wasPreStopCalled: wasAsked,
  isStopHeld: isHolding,
  closedProbes: closedLooks,
  graceMs,
}: ExitFacts): string | undefined {
  if (toldMs >= graceMs) {
    return 'the time of the pod is over';
  }
  if (isHolding || toldMs < PRE_STOP_DELAY_MS) {
    return undefined;
  }
  if (closedLooks >= REQUIRED_CLOSED_PROBES) {
    return 'the server is down';
  }
  return !wasAsked && toldMs >= PRE_STOP_TIMEOUT_MS ? 'nobody has asked whether the server may stop' : undefined;
}
