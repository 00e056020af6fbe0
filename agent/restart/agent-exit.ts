/** State of the agent after SIGTERM. */
export interface ExitFacts {
  /** Time since SIGTERM. */
  readonly terminatingMs: number;
  /** True if the kubelet has called the preStop hook, so that the whole pod ends and not only this container. */
  readonly wasPreStopCalled: boolean;
  /** True while the preStop hook delays the stop of the server. */
  readonly isStopDelayed: boolean;
  /** Number of consecutive probes that found the port of the server closed. */
  readonly closedProbes: number;
  readonly graceMs: number;
}

/** The call of the preStop hook and SIGTERM arrive at about the same time, in any order. */
const PRE_STOP_DELAY_MS = 2_000;
/** The kubelet of a busy node may need this time for the call. */
const PRE_STOP_TIMEOUT_MS = 15_000;
const REQUIRED_CLOSED_PROBES = 2;

/**
 * Returns the reason why the agent may exit; undefined while it must run. All containers of a pod receive SIGTERM at once,
 * but the server needs the agent until it has stopped: for the stop Lease and for the readiness probe.
 */
export function exitReason({
  terminatingMs,
  wasPreStopCalled,
  isStopDelayed,
  closedProbes,
  graceMs,
}: ExitFacts): string | undefined {
  if (terminatingMs >= graceMs) {
    return 'the termination grace period is over';
  }
  if (isStopDelayed || terminatingMs < PRE_STOP_DELAY_MS) {
    return undefined;
  }
  if (closedProbes >= REQUIRED_CLOSED_PROBES) {
    return 'the server has stopped';
  }
  return !wasPreStopCalled && terminatingMs >= PRE_STOP_TIMEOUT_MS
    ? 'the kubelet has not called preStop, so only the container of the agent ends'
    : undefined;
}
