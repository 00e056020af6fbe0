/*
 * The next step of a stop that is held. Kafka says whether the server can be spared, the Lease whose turn it is; and
 * there are ways past both, each of which is said aloud.
 */
import { ConflictingLease } from './other-stop-leases';
import { StopVerdict } from './stop-verdict';
import { LeaseState } from './lease-state';

/** What the next step depends on. */
export interface PreStopFacts {
  /** Observed after `turn`: what Kafka said before the turn was taken may be out of date. */
  readonly verdict: StopVerdict;
  readonly leaseState: LeaseState;
  /** That it is the turn of a server of another StatefulSet that holds the same data. */
  readonly conflict?: Extract<ConflictingLease, { kind: 'taken' }>;
  /** Whether this stop has taken the turn, rather than the stop of the pod before. */
  readonly hasAcquired: boolean;
  /** Others that wait to stop. */
  readonly waiting: readonly string[];
  /** Who lets servers stop at once, until when and why. */
  readonly forcedReason?: string;
  /** Why no server will come in the place of this one, if that is so. */
  readonly noReplacementReason?: string;
  readonly heldMs: number;
  readonly holdLimitMs: number;
  readonly stopOrder: StopOrder;
  /** How long nobody has been able to say whose turn it is, while all replicas were in sync. */
  readonly leaseUnknownMs: number;
  /** How long to wait for somebody who can. */
  readonly leaseUnknownLimitMs: number;
}

/** Which of the servers that take turns this is, from 0 on, and how many they are. */
export interface StopOrder {
  readonly position: number;
  readonly count: number;
}

/** What to do next. */
export type PreStopStep =
  | {
      readonly do: 'stop';
      readonly reason: string;
      readonly isWarning?: boolean;
      /** Whether it must not stop when it turns out to be the turn of somebody else. */
      readonly requiresLease?: true;
    }
  | { readonly do: 'take turn' }
  | { readonly do: 'wait'; readonly waitsFor: string; readonly releaseLease?: boolean };

/**
 * The part of its time that a hold lasts when others are held as well. If all of them waited to the end they would end
 * together; so from then on those that have waited in vain go one after another, while nobody else is away, and each has an
 * end of its own in any case.
 */
const STAGGERED_SHARE = 0.75;

/** When a hold ends whatever Kafka says. */
function effectiveHoldLimit({ holdLimitMs, stopOrder: place, waiting, leaseState: turn }: PreStopFacts): number {
  const mayBeMany = waiting.length > 0 || turn.kind === 'unknown';
  const later = (place.count - 1 - place.position) / place.count;
  return mayBeMany ? holdLimitMs * (1 - (1 - STAGGERED_SHARE) * later) : holdLimitMs;
}

/** Decides the next step. */
export function nextPreStopStep(facts: PreStopFacts): PreStopStep {
  const { verdict: kafka, leaseState: turn, forcedReason: forced, noReplacementReason: retired, heldMs, holdLimitMs, waiting } = facts;
  const waited = Math.round(heldMs / 1000);
  if (kafka.needsNoLease) {
    return { do: 'stop', reason: kafka.reason };
  }
  if (retired !== undefined) {
    return { do: 'stop', reason: retired };
  }
  if (forced !== undefined) {
    return { do: 'stop', isWarning: true, reason: `${forced}; otherwise: ${blockingReason(facts) ?? 'nothing'}` };
  }
  if (heldMs >= effectiveHoldLimit(facts)) {
    const reason = `waited ${waited} s, and stops although ${blockingReason(facts) ?? 'it was not its turn'}`;
    return { do: 'stop', isWarning: true, reason };
  }
  if (!kafka.mayStop) {
    if (waiting.length > 0 && heldMs >= STAGGERED_SHARE * holdLimitMs && turn.kind === 'free') {
      return { do: 'take turn' };
    }
    if (waiting.length > 0 && heldMs >= STAGGERED_SHARE * holdLimitMs && turn.kind === 'mine') {
      const reason = `waited ${waited} s as ${waiting.join(', ')} did, and stops first although ${kafka.reason}`;
      return { do: 'stop', isWarning: true, reason };
    }
    return {
      do: 'wait',
      waitsFor: kafka.reason,
      // Somebody else may be able to stop meanwhile.
      ...(turn.kind === 'mine' && facts.hasAcquired ? { releaseLease: true } : {}),
    };
  }
  return leaseStep(facts);
}

function leaseStep(facts: PreStopFacts): PreStopStep {
  const { verdict: kafka, leaseState: turn, conflict: neighbour } = facts;
  const waitsFor = blockingReason(facts);
  switch (turn.kind) {
    case 'mine':
      return neighbour
        ? { do: 'wait', waitsFor: waitsFor ?? '', ...(neighbour.hasPriority ? { releaseLease: true } : {}) }
        : { do: 'stop', reason: kafka.reason, requiresLease: true };
    case 'free':
      return waitsFor === undefined ? { do: 'take turn' } : { do: 'wait', waitsFor };
    case 'taken':
      return { do: 'wait', waitsFor: waitsFor ?? '' };
    case 'unknown':
      if (facts.leaseUnknownMs >= facts.leaseUnknownLimitMs && kafka.allInSync) {
        const reason = `${kafka.reason}, all replicas are; whose turn it is nobody can say (${turn.reason})`;
        return { do: 'stop', isWarning: true, requiresLease: true, reason };
      }
      return { do: 'wait', waitsFor: waitsFor ?? '' };
  }
}

/** What stands against a stop. */
function blockingReason({ verdict: kafka, leaseState: turn, conflict: neighbour, waiting }: PreStopFacts): string | undefined {
  if (!kafka.mayStop) {
    return kafka.reason;
  }
  if (turn.kind === 'taken') {
    return `it is the turn of ${turn.holder}, which is not in sync again yet (until ${new Date(turn.expiresAt).toISOString()} at the latest)`;
  }
  if (neighbour) {
    return `${neighbour.holder} of another map has replicas of the same partitions and is not in sync again yet (until ${new Date(neighbour.expiresAt).toISOString()} at the latest)`;
  }
  if (turn.kind === 'unknown') {
    const rest = kafka.allInSync ? '' : ', and not all replicas are in sync';
    return `nobody can say whose turn it is: ${turn.reason}${rest}`;
  }
  // Those that wait for the pod before this one wait for this one.
  return kafka.stopsLast && waiting.length > 0 && turn.kind === 'free' && !turn.isHeldByPredecessor
    ? `this server leads, so ${waiting.join(', ')} stop first`
    : undefined;
}
