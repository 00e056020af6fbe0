/** What the agent knows once it has been told to end. */
export interface LeaveFacts {
  /** Since it was told. */
  readonly toldMs: number;
  /** Whether the kubelet has asked whether the server may stop: then the whole pod ends, else perhaps only this container. */
  readonly wasAsked: boolean;
  /** Whether it still holds the stop of the server. */
  readonly isHolding: boolean;
  /** How many looks in a row have found the server's port closed. */
  readonly closedLooks: number;
  readonly graceMs: number;
}

/** The question of the kubelet and the signal come at the same time, in any order. */
const QUESTION_MS = 2_000;
/** A node that is busy takes its time. */
const LATE_QUESTION_MS = 15_000;
const LOOKS = 2;

/**
 * Whether the agent may end. All containers of a pod are told to end at once, and the server needs the agent until it is
 * down: for its turn, and so that nobody finds the pod without an opinion on its readiness.
 *
 * @returns why, or undefined when it must stay
 */
export function mayLeave({
  toldMs,
  wasAsked,
  isHolding,
  closedLooks,
  graceMs,
}: LeaveFacts): string | undefined {
  if (toldMs >= graceMs) {
    return 'the time of the pod is over';
  }
  if (isHolding || toldMs < QUESTION_MS) {
    return undefined;
  }
  if (closedLooks >= LOOKS) {
    return 'the server is down';
  }
  return !wasAsked && toldMs >= LATE_QUESTION_MS ? 'nobody has asked whether the server may stop' : undefined;
}
