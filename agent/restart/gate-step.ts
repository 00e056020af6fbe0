/*
 * The next step of a stop that is held. Kafka says whether the server can be spared, the Lease whose turn it is; and
 * there are ways past both, each of which is said aloud.
 */
import { NeighbourTurn } from './neighbours';
import { StopVerdict } from './stop-verdict';
import { Turn } from './turn';

/** What the next step depends on. */
export interface GateFacts {
  /** Observed after `turn`: what Kafka said before the turn was taken may be out of date. */
  readonly kafka: StopVerdict;
  readonly turn: Turn;
  /** That it is the turn of a server of another StatefulSet that holds the same data. */
  readonly neighbour?: Extract<NeighbourTurn, { kind: 'taken' }>;
  /** Whether this stop has taken the turn, rather than the stop of the pod before. */
  readonly tookTurn: boolean;
  /** Others that wait to stop. */
  readonly waiting: readonly string[];
  /** Who lets servers stop at once, until when and why. */
  readonly forced?: string;
  /** Why no server will come in the place of this one, if that is so. */
  readonly retired?: string;
  readonly heldMs: number;
  readonly holdLimitMs: number;
  readonly place: Place;
  /** How long nobody has been able to say whose turn it is, while all replicas were in sync. */
  readonly turnUnknownMs: number;
  /** How long to wait for somebody who can. */
  readonly turnPatienceMs: number;
}

/** Which of the servers that take turns this is, from 0 on, and how many they are. */
export interface Place {
  readonly rank: number;
  readonly of: number;
}

/** What to do next. */
export type GateStep =
  | {
      readonly do: 'stop';
      readonly reason: string;
      readonly isWarning?: boolean;
      /** Whether it must not stop when it turns out to be the turn of somebody else. */
      readonly needsTurn?: true;
    }
  | { readonly do: 'take turn' }
  | { readonly do: 'wait'; readonly waitsFor: string; readonly giveBack?: boolean };

/**
 * The part of its time that a hold lasts when others are held as well. If all of them waited to the end they would end
 * together; so from then on those that have waited in vain go one after another, while nobody else is away, and each has an
 * end of its own in any case.
 */
const ALONE = 0.75;

/** When a hold ends whatever Kafka says. */
function limitOf({ holdLimitMs, place, waiting, turn }: GateFacts): number {
  const mayBeMany = waiting.length > 0 || turn.kind === 'unknown';
  const later = (place.of - 1 - place.rank) / place.of;
  return mayBeMany ? holdLimitMs * (1 - (1 - ALONE) * later) : holdLimitMs;
}

/** Decides the next step. */
export function gateStep(facts: GateFacts): GateStep {
  const { kafka, turn, forced, retired, heldMs, holdLimitMs, waiting } = facts;
  const waited = Math.round(heldMs / 1000);
  if (kafka.isFree) {
    return { do: 'stop', reason: kafka.reason };
  }
  if (retired !== undefined) {
    return { do: 'stop', reason: retired };
  }
  if (forced !== undefined) {
    return { do: 'stop', isWarning: true, reason: `${forced}; otherwise: ${obstacle(facts) ?? 'nothing'}` };
  }
  if (heldMs >= limitOf(facts)) {
    const reason = `waited ${waited} s, and stops although ${obstacle(facts) ?? 'it was not its turn'}`;
    return { do: 'stop', isWarning: true, reason };
  }
  if (!kafka.may) {
    if (waiting.length > 0 && heldMs >= ALONE * holdLimitMs && turn.kind === 'free') {
      return { do: 'take turn' };
    }
    if (waiting.length > 0 && heldMs >= ALONE * holdLimitMs && turn.kind === 'mine') {
      const reason = `waited ${waited} s as ${waiting.join(', ')} did, and stops first although ${kafka.reason}`;
      return { do: 'stop', isWarning: true, reason };
    }
    return {
      do: 'wait',
      waitsFor: kafka.reason,
      // Somebody else may be able to stop meanwhile.
      ...(turn.kind === 'mine' && facts.tookTurn ? { giveBack: true } : {}),
    };
  }
  return inTurn(facts);
}

function inTurn(facts: GateFacts): GateStep {
  const { kafka, turn, neighbour } = facts;
  const waitsFor = obstacle(facts);
  switch (turn.kind) {
    case 'mine':
      return neighbour
        ? { do: 'wait', waitsFor: waitsFor ?? '', ...(neighbour.isBefore ? { giveBack: true } : {}) }
        : { do: 'stop', reason: kafka.reason, needsTurn: true };
    case 'free':
      return waitsFor === undefined ? { do: 'take turn' } : { do: 'wait', waitsFor };
    case 'taken':
      return { do: 'wait', waitsFor: waitsFor ?? '' };
    case 'unknown':
      if (facts.turnUnknownMs >= facts.turnPatienceMs && kafka.isWhole) {
        const reason = `${kafka.reason}, all replicas are; whose turn it is nobody can say (${turn.reason})`;
        return { do: 'stop', isWarning: true, needsTurn: true, reason };
      }
      return { do: 'wait', waitsFor: waitsFor ?? '' };
  }
}

/** What stands against a stop. */
function obstacle({ kafka, turn, neighbour, waiting }: GateFacts): string | undefined {
  if (!kafka.may) {
    return kafka.reason;
  }
  if (turn.kind === 'taken') {
    return `it is the turn of ${turn.by}, which is not in sync again yet (until ${new Date(turn.until).toISOString()} at the latest)`;
  }
  if (neighbour) {
    return `${neighbour.by} of another map has replicas of the same partitions and is not in sync again yet (until ${new Date(neighbour.until).toISOString()} at the latest)`;
  }
  if (turn.kind === 'unknown') {
    const rest = kafka.isWhole ? '' : ', and not all replicas are in sync';
    return `nobody can say whose turn it is: ${turn.reason}${rest}`;
  }
  // Those that wait for the pod before this one wait for this one.
  return kafka.yields && waiting.length > 0 && turn.kind === 'free' && !turn.isLeft
    ? `this server leads, so ${waiting.join(', ')} stop first`
    : undefined;
}
