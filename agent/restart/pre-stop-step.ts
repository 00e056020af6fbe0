/*
 * The next step of the preStop hook. The verdict says if the cluster can tolerate the stop, the Lease which server stops
 * next. Every stop without both of them has a reason, and most of them are warnings.
 */
import { formatDuration } from '../text/duration';
import { LeaseState } from './lease-state';
import { ConflictingLease } from './other-stop-leases';
import { StopVerdict } from './stop-verdict';

/** Inputs of the decision. */
export interface PreStopFacts {
  /** Observed after `leaseState`: a verdict from before the Lease was acquired may be out of date. */
  readonly verdict: StopVerdict;
  readonly leaseState: LeaseState;
  /** Lease of another StatefulSet, held by a server with replicas of the same partitions. */
  readonly conflict?: Extract<ConflictingLease, { kind: 'held by another' }>;
  /** True if this run of the hook has acquired the Lease, and not an earlier one. */
  readonly hasAcquired: boolean;
  /** Other pods that wait for the Lease. */
  readonly waiting: readonly string[];
  /** Text of an active force-stop request. */
  readonly forcedReason?: string;
  /** Reason why no pod replaces this one; absent if one does. */
  readonly noReplacementReason?: string;
  readonly waitedMs: number;
  readonly timeoutMs: number;
  readonly stopOrder: StopOrder;
  /** Time for which the holder of the Lease has been unknown while all replicas were in sync. */
  readonly leaseUnknownMs: number;
  /** Time after which a server stops although the holder is unknown. */
  readonly leaseUnknownLimitMs: number;
}

/** Position of a server among those that share a Lease, from 0, and their number. */
export interface StopOrder {
  readonly position: number;
  readonly count: number;
}

/** Next step of the hook. */
export type PreStopStep =
  | {
      readonly do: 'stop';
      readonly reason: string;
      readonly isWarning?: boolean;
      /** True if the server must not stop while another one holds the Lease. */
      readonly requiresLease?: true;
    }
  | { readonly do: 'acquire Lease' }
  | { readonly do: 'wait'; readonly waitingFor: string; readonly releaseLease?: boolean };

/**
 * Share of the timeout after which waiting servers stop one after another. If all of them waited for the whole timeout, they
 * would stop together. From then on one of them acquires the Lease and stops, and each has a timeout of its own.
 */
const STAGGERED_SHARE = 0.75;

/** Returns the timeout of this server, after which it stops whatever the verdict is. */
function effectiveTimeoutMs({ timeoutMs, stopOrder, waiting, leaseState }: PreStopFacts): number {
  const mayBeMany = waiting.length > 0 || leaseState.kind === 'unknown';
  const later = (stopOrder.count - 1 - stopOrder.position) / stopOrder.count;
  return mayBeMany ? timeoutMs * (1 - (1 - STAGGERED_SHARE) * later) : timeoutMs;
}

/** Decides the next step. */
export function nextPreStopStep(facts: PreStopFacts): PreStopStep {
  const { verdict, forcedReason, noReplacementReason, waitedMs } = facts;
  if (verdict.needsNoLease) {
    return { do: 'stop', reason: verdict.reason };
  }
  if (noReplacementReason !== undefined) {
    return { do: 'stop', reason: noReplacementReason };
  }
  if (forcedReason !== undefined) {
    const reason = `${forcedReason}; without the request: ${blockingReason(facts) ?? verdict.reason}`;
    return { do: 'stop', isWarning: true, reason };
  }
  if (waitedMs >= effectiveTimeoutMs(facts)) {
    const blocked = blockingReason(facts) ?? 'the stop lease is not acquired';
    return { do: 'stop', isWarning: true, reason: `preStop timed out after ${waited(facts)}: ${blocked}` };
  }
  return verdict.mayStop ? leaseStep(facts) : waitForVerdict(facts);
}

function waitForVerdict(facts: PreStopFacts): PreStopStep {
  const { verdict, leaseState, waiting, waitedMs, timeoutMs, hasAcquired } = facts;
  const isStaggered = waiting.length > 0 && waitedMs >= STAGGERED_SHARE * timeoutMs;
  if (isStaggered && leaseState.kind === 'free') {
    return { do: 'acquire Lease' };
  }
  if (isStaggered && leaseState.kind === 'held by us') {
    const reason = `${waiting.join(', ')} and this server have waited for ${waited(facts)}, and this server stops first`;
    return { do: 'stop', isWarning: true, reason: `${reason}: ${verdict.reason}` };
  }
  return {
    do: 'wait',
    waitingFor: verdict.reason,
    // Another server may be able to stop in the meantime.
    ...(leaseState.kind === 'held by us' && hasAcquired ? { releaseLease: true } : {}),
  };
}

function leaseStep(facts: PreStopFacts): PreStopStep {
  const { verdict, leaseState, conflict } = facts;
  const blocked = blockingReason(facts);
  switch (leaseState.kind) {
    case 'held by us':
      return conflict
        ? { do: 'wait', waitingFor: blocked ?? '', ...(conflict.hasPriority ? { releaseLease: true } : {}) }
        : { do: 'stop', reason: verdict.reason, requiresLease: true };
    case 'free':
      return blocked === undefined ? { do: 'acquire Lease' } : { do: 'wait', waitingFor: blocked };
    case 'held by another':
      return { do: 'wait', waitingFor: blocked ?? '' };
    case 'unknown':
      if (facts.leaseUnknownMs >= facts.leaseUnknownLimitMs && verdict.allInSync) {
        const reason =
          `${verdict.reason}, and no replica lags; ` +
          `the holder of the stop lease is unknown: ${leaseState.reason}`;
        return { do: 'stop', isWarning: true, requiresLease: true, reason };
      }
      return { do: 'wait', waitingFor: blocked ?? '' };
  }
}

/** Returns the reason that prevents a stop; undefined if there is none. */
function blockingReason({ verdict, leaseState, conflict, waiting }: PreStopFacts): string | undefined {
  if (!verdict.mayStop) {
    return verdict.reason;
  }
  if (leaseState.kind === 'held by another') {
    return `${leaseState.holder} holds the stop lease and is not in sync yet ${expiry(leaseState)}`;
  }
  if (conflict) {
    return (
      `${conflict.holder} of another map has replicas of the same partitions, ` +
      `holds its stop lease and is not in sync yet ${expiry(conflict)}`
    );
  }
  if (leaseState.kind === 'unknown') {
    const rest = verdict.allInSync ? '' : '; not all replicas are in sync';
    return `the holder of the stop lease is unknown: ${leaseState.reason}${rest}`;
  }
  // Servers that wait for the previous pod of this name wait for this one.
  const isLast = verdict.stopsLast && waiting.length > 0;
  return isLast && leaseState.kind === 'free' && !leaseState.isHeldByPredecessor
    ? `this server is the leader of the quorum, so ${waiting.join(', ')} stop first`
    : undefined;
}

function expiry({ expiresAt }: { readonly expiresAt: number }): string {
  return `(the lease expires at ${new Date(expiresAt).toISOString()})`;
}

function waited({ waitedMs }: PreStopFacts): string {
  return formatDuration(waitedMs / 1000);
}
