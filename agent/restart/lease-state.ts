/*
 * Servers of one StatefulSet stop one after another. A pod acquires the stop Lease when it may stop. The Lease is held until
 * the pod of the same name that replaces it is in sync, or until it expires. Without it, two servers that ask at the same
 * time could both stop, because Kafka shows a stopped broker only after it has stopped.
 */

/** Identity of a pod: the uid distinguishes pods with the same name. */
export interface Pod {
  readonly name: string;
  readonly uid: string;
}

/** Contents of a stop Lease. */
export interface LeaseRecord {
  /** Absent if no pod holds the Lease. */
  readonly holder?: Pod;
  /** Last renewal by the holder, in milliseconds since 1970. */
  readonly renewTime?: number;
  readonly leaseDurationSeconds?: number;
  /** Pods that wait for the Lease, with the time of their last request. */
  readonly waiting?: ReadonlyMap<string, number>;
}

/** State of a Lease from the point of view of one pod. */
export type LeaseState =
  | { readonly kind: 'held by us' }
  | {
      readonly kind: 'free';
      /** The previous pod of the same name holds the Lease. For other pods it is not free. */
      readonly isHeldByPredecessor?: true;
    }
  | { readonly kind: 'held by another'; readonly holder: string; readonly expiresAt: number }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Time after which a Lease expires without a renewal. */
export const LEASE_DURATION_SECONDS = 900;

/** Interval at which the holder renews the Lease. */
export const RENEW_INTERVAL_MS = 60_000;

/** Time after which a pod no longer counts as waiting. */
const WAITING_MS = 30_000;

/** Returns the state of a Lease for one pod. */
export function leaseStateOf(
  { holder, renewTime = 0, leaseDurationSeconds = LEASE_DURATION_SECONDS }: LeaseRecord,
  me: Pod,
  now: number,
): LeaseState {
  if (holder === undefined) {
    return { kind: 'free' };
  }
  if (holder.uid === me.uid) {
    return { kind: 'held by us' };
  }
  const expiresAt = renewTime + leaseDurationSeconds * 1000;
  if (expiresAt <= now) {
    return { kind: 'free' };
  }
  // The previous pod of this name stopped as the holder, so the Lease still belongs to this server.
  return holder.name === me.name
    ? { kind: 'free', isHeldByPredecessor: true }
    : { kind: 'held by another', holder: holder.name, expiresAt };
}

/** Returns the other pods that wait for the Lease, sorted by name. */
export function waitingPods({ waiting }: LeaseRecord, me: Pod, now: number): string[] {
  return [...(waiting ?? [])]
    .filter(([name, at]) => name !== me.name && now - at <= WAITING_MS)
    .map(([name]) => name)
    .sort();
}

/** Action on a Lease that the server may hold from an earlier stop. */
export type LeaseAction = 'release' | 'renew' | 'none' | 'held by another';

/** Inputs of the decision about a Lease after a stop. */
export interface LeaseActionFacts {
  readonly me: Pod;
  readonly now: number;
  /** True if the server is in sync or forced ready. */
  readonly ready: boolean;
  /** True if the server was down after the Lease was acquired, so that it has restarted if it is ready. */
  readonly wasDown: boolean;
  readonly graceSeconds: number;
}

/** Decides the action on the Lease. */
export function nextLeaseAction(
  { holder, renewTime = 0 }: LeaseRecord,
  { me, now, ready, wasDown, graceSeconds }: LeaseActionFacts,
): LeaseAction {
  if (holder?.name !== me.name) {
    return 'held by another';
  }
  const age = now - renewTime;
  if (ready) {
    // A server in the same pod may be about to stop. It is in sync until it does.
    return holder.uid !== me.uid || wasDown || age > graceSeconds * 1000 ? 'release' : 'none';
  }
  // A server that is down after a stop delays the others until it is back. A renewal keeps the previous pod as the holder: the
  // pod that replaces it releases the Lease once it is ready, even after a restart of its agent.
  return age >= RENEW_INTERVAL_MS ? 'renew' : 'none';
}
