/** Decision whether a server may start, with the reason. */
export interface StartVerdict {
  readonly mayStart: boolean;
  readonly reason: string;
  /** Partitions that were given up by the accepted loss; absent if there are none. */
  readonly givenUp?: string;
  /** True if the start waits for a person; otherwise the wait usually ends by itself. */
  readonly needsAction?: true;
}

/** A condition without which there is no verdict yet. */
export interface MissingCondition {
  readonly waitingFor: string;
}

/** Reason to wait, and what a start would give up. */
export interface StartRisk {
  readonly reason: string;
  readonly givesUp: string;
  readonly needsAction?: true;
}

/** Turns a risk into a verdict: the server waits, unless the loss is accepted. */
export function withAcceptance(
  { reason, givesUp, needsAction }: StartRisk,
  acceptedLoss: string | undefined,
): StartVerdict {
  return acceptedLoss === undefined
    ? { mayStart: false, reason, ...(needsAction ? { needsAction } : {}) }
    : {
        mayStart: true,
        reason: `the loss of data is accepted by ${acceptedLoss}. Given up: ${givesUp} (${reason})`,
        givenUp: givesUp,
      };
}
