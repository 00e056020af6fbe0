/*
 * Servers of one StatefulSet stop one after another. Whose turn it is stands in a Lease, from the moment that a pod may
 * stop until the pod of the same name that follows it is in sync again, or until nobody has renewed it for a while.
 * Kafka shows a stopped broker only after it has stopped, so two that ask at the same time would both be let go.
 */

/** A pod, and which one of that name. */
export interface Pod {
  readonly name: string;
  readonly uid: string;
}

/** What a Lease says. */
export interface LeaseRecord {
  /** Absent when it is nobody's turn. */
  readonly holder?: Pod;
  /** When the holder last said that it is still at it; milliseconds since 1970. */
  readonly renewTime?: number;
  readonly leaseDurationSeconds?: number;
  /** Others that wait to stop, and when they last said so. */
  readonly waiting?: ReadonlyMap<string, number>;
}

/** Whose turn it is, as one pod sees it. */
export type LeaseState =
  | { readonly kind: 'mine' }
  | {
      readonly kind: 'free';
      /** It was the turn of the pod before this one, and to the others it still is. */
      readonly isHeldByPredecessor?: true;
    }
  | { readonly kind: 'taken'; readonly holder: string; readonly expiresAt: number }
  | { readonly kind: 'unknown'; readonly reason: string };

/** How long a turn lasts when nobody renews it. */
export const LEASE_DURATION_SECONDS = 900;

/** How often a turn is renewed. */
export const RENEW_INTERVAL_MS = 60_000;

/** How long somebody who waits is believed to wait. */
const WAITING_MS = 30_000;

/** Whose turn it is. */
export function leaseStateOf({ holder, renewTime: renewedAt, leaseDurationSeconds: durationSeconds }: LeaseRecord, me: Pod, now: number): LeaseState {
  if (holder === undefined) {
    return { kind: 'free' };
  }
  if (holder.uid === me.uid) {
    return { kind: 'mine' };
  }
  const until = (renewedAt ?? 0) + (durationSeconds ?? LEASE_DURATION_SECONDS) * 1000;
  if (until <= now) {
    return { kind: 'free' };
  }
  // The pod before this one, of the same name, stopped in its turn: it is still the turn of this server.
  return holder.name === me.name ? { kind: 'free', isHeldByPredecessor: true } : { kind: 'taken', holder: holder.name, expiresAt: until };
}

/** Others that wait to stop. */
export function waitingPods({ waiting }: LeaseRecord, me: Pod, now: number): string[] {
  return [...(waiting ?? [])]
    .filter(([name, at]) => name !== me.name && now - at <= WAITING_MS)
    .map(([name]) => name)
    .sort();
}

/** What a server that is not being asked to stop does about a Lease that may be its own from an earlier stop. */
export type LeaseAction = 'release' | 'renew' | 'leave' | 'not ours';

/** What is known of the server when it looks after its turn. */
export interface LeaseActionFacts {
  readonly me: Pod;
  readonly now: number;
  /** In sync, or declared ready by somebody. */
  readonly ready: boolean;
  /** Whether the server has been seen down since the turn was taken, so that what is ready now has come after it. */
  readonly wasDown: boolean;
  readonly graceSeconds: number;
}

/** Decides what to do about the Lease. */
export function nextLeaseAction(lease: LeaseRecord, { me, now, ready, wasDown, graceSeconds }: LeaseActionFacts): LeaseAction {
  const { holder, renewTime: renewedAt = 0 } = lease;
  if (holder?.name !== me.name) {
    return 'not ours';
  }
  const isOwn = holder.uid === me.uid;
  const age = now - renewedAt;
  if (ready) {
    // In the same pod the server may be about to stop, and it is in sync until it does.
    return !isOwn || wasDown || age > graceSeconds * 1000 ? 'release' : 'leave';
  }
  // A server that is down, and has been let go, keeps the others waiting for as long as it comes back. It stays the turn of
  // the pod that has stopped: a server that comes after one is back once it is ready, whatever its agent remembers.
  return age >= RENEW_INTERVAL_MS ? 'renew' : 'leave';
}
