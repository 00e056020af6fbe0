/*
 * The next step of the preStop hook. The verdict says if the cluster can tolerate the stop, the Lease which server stops
 * next. Every stop without both of them has a reason, and most of them are warnings.
 */
import { RESTART_SECONDS } from '../../lib/seam/agent-config';
import { formatDuration } from '../text/duration';
import { truncatedList } from '../text/truncated-list';
import { HeldByAnother, LEASE_DURATION_SECONDS, LeaseState, RENEW_INTERVAL_MS } from './lease-state';
import { ConflictingLease } from './other-stop-leases';
import { Period, Slot, StopOrder, isLeaseTime, isOwnerTime, ownSlot } from './stop-slots';
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
  /** Time for which the verdict has been negative. */
  readonly negativeMs: number;
  /** Period in which the verdict was found. */
  readonly judged: Period;
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
/** Share of the timeout after which the servers of the first zone stop. */
const ZONES_SHARE = 0.85;
/** Share of the timeout for which a server lets others stop first. */
const LAST_SHARE = 0.25;
/** Time without a known holder of the Lease after which a server stops in its slot. */
const LEASE_UNKNOWN_LIMIT_MS = 60_000;
/** Time of a negative verdict after which it does not come from the restart of another server. */
const STUCK_MS = 120_000;

/** Returns the timeout of this server, after which it stops whatever the verdict is. Zones stop one after another. */
function effectiveTimeoutMs(facts: PreStopFacts): number {
  const { timeoutMs, stopOrder, waiting, leaseState, verdict, negativeMs } = facts;
  const isStuck = !verdict.zone || negativeMs >= STUCK_MS;
  const mayBeMany = isStuck && !verdict.isLeaving && (waiting.length > 0 || leaseState.kind === 'unknown');
  const { position, count } = verdict.zone ?? stopOrder;
  const share = (1 - (verdict.zone ? ZONES_SHARE : STAGGERED_SHARE)) * ((count - 1 - position) / count);
  return mayBeMany ? timeoutMs * (1 - share) : timeoutMs;
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
  if (waitedMs >= facts.timeoutMs || (waitedMs >= effectiveTimeoutMs(facts) && isOwnerTime(facts.judged))) {
    const blocked = blockingReason(facts) ?? 'the stop lease is not acquired';
    return { do: 'stop', isWarning: true, reason: `preStop timed out after ${waited(facts)}: ${blocked}` };
  }
  return verdict.mayStop ? leaseStep(facts) : waitForVerdict(facts);
}

function waitForVerdict(facts: PreStopFacts): PreStopStep {
  const { verdict, leaseState, waiting, waitedMs, timeoutMs, hasAcquired, negativeMs } = facts;
  const isStaggered =
    waiting.length > 0 &&
    !verdict.isLeaving &&
    waitedMs >= STAGGERED_SHARE * timeoutMs &&
    negativeMs >= STUCK_MS &&
    verdict.zone?.staysOnline !== false;
  if (isStaggered && isCrowded(facts) && slotOf(facts) === 'zone') {
    return { do: 'stop', isWarning: true, reason: `${zoneReason(facts)}: ${verdict.reason}` };
  }
  if (isStaggered && leaseState.kind === 'free') {
    return { do: 'acquire Lease' };
  }
  if (isStaggered && leaseState.kind === 'held by us') {
    const others = truncatedList([...waiting]);
    const reason = `${others} and this server have waited for ${waited(facts)}, and this server stops first`;
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
  if (leaseState.kind !== 'unknown' && !conflict && isCrowded(facts) && slotOf(facts) === 'zone') {
    return { do: 'stop', reason: `${verdict.reason}; ${zoneReason(facts)}` };
  }
  switch (leaseState.kind) {
    case 'held by us':
      if (conflict) {
        return {
          do: 'wait',
          waitingFor: blocked ?? '',
          ...(conflict.hasPriority ? { releaseLease: true } : {}),
        };
      }
      return isLeaseTime(facts.judged)
        ? { do: 'stop', reason: verdict.reason, requiresLease: true }
        : { do: 'wait', waitingFor: 'servers that cannot reach the API server may stop in these 12 seconds' };
    case 'free':
      return blocked === undefined ? { do: 'acquire Lease' } : { do: 'wait', waitingFor: blocked };
    case 'held by another':
      return { do: 'wait', waitingFor: blocked ?? '' };
    case 'unknown':
      if (facts.leaseUnknownMs >= LEASE_UNKNOWN_LIMIT_MS && verdict.allInSync && slotOf(facts)) {
        const reason =
          `${verdict.reason}, and no replica lags; ` +
          `the holder of the stop lease is unknown: ${leaseState.reason}`;
        return { do: 'stop', isWarning: true, requiresLease: true, reason };
      }
      return { do: 'wait', waitingFor: blocked ?? '' };
  }
}

function slotOf({ judged, stopOrder, verdict }: PreStopFacts): Slot | undefined {
  const slot = ownSlot(judged, stopOrder, verdict.zone);
  // The slots of servers are those of one StatefulSet, and the slots of zones those of the cluster.
  return slot === 'server' && verdict.sharesPartitions ? undefined : slot;
}

/** True if the waiting servers cannot restart one after another before the timeout. */
function isCrowded({ waiting, timeoutMs, waitedMs }: PreStopFacts): boolean {
  return waiting.length * RESTART_SECONDS * 1000 > timeoutMs - waitedMs;
}

function zoneReason({ waiting }: PreStopFacts): string {
  return `${waiting.length} other servers wait, so the servers of one zone stop together`;
}

/** Returns the reason that prevents a stop; undefined if there is none. */
function blockingReason({
  verdict,
  leaseState,
  conflict,
  waiting,
  waitedMs,
  timeoutMs,
}: PreStopFacts): string | undefined {
  if (!verdict.mayStop) {
    return verdict.reason;
  }
  if (leaseState.kind === 'held by another') {
    return `${leaseState.holder} holds the stop lease and is not in sync yet${age(leaseState)}`;
  }
  if (conflict) {
    return (
      `${conflict.holder} of another map has replicas of the same partitions, ` +
      `holds its stop lease and is not in sync yet${age(conflict)}`
    );
  }
  if (leaseState.kind === 'unknown') {
    const rest = verdict.allInSync ? '' : '; not all replicas are in sync';
    return `the holder of the stop lease is unknown: ${leaseState.reason}${rest}`;
  }
  // Servers that wait for the previous pod of this name wait for this one.
  const isLast = verdict.stopsLast !== undefined && waiting.length > 0 && waitedMs < LAST_SHARE * timeoutMs;
  return isLast && leaseState.kind === 'free' && !leaseState.isHeldByPredecessor
    ? `${verdict.stopsLast}, so ${truncatedList([...waiting])} stop first`
    : undefined;
}

/** Returns the reason of a delay that nothing ends soon: a negative verdict, or a Lease that its holder does not renew. */
export function longDelayReason(facts: PreStopFacts): string | undefined {
  const { verdict, leaseState, conflict } = facts;
  const isRenewed = [leaseState, conflict].every(
    (lease) => lease?.kind !== 'held by another' || !isOverdue(lease),
  );
  return verdict.mayStop && (verdict.needsNoLease || isRenewed) ? undefined : blockingReason(facts);
}

function isOverdue({ unchangedMs }: HeldByAnother): boolean {
  return unchangedMs >= 2 * RENEW_INTERVAL_MS;
}

function age(lease: HeldByAnother): string {
  return !isOverdue(lease)
    ? ''
    : ` (the lease was not renewed for ${formatDuration(lease.unchangedMs / 1000)}; ` +
        `it expires after ${formatDuration(LEASE_DURATION_SECONDS)})`;
}

function waited({ waitedMs }: PreStopFacts): string {
  return formatDuration(waitedMs / 1000);
}
