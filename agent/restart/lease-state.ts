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

/** Contents of a stop Lease. Its times come from the clocks of other nodes, so they are compared only for equality. */
export interface LeaseRecord {
  /** Absent if no pod holds the Lease. */
  readonly holder?: Pod;
  /** Last renewal by the holder. */
  readonly renewTime?: string;
  readonly leaseDurationSeconds?: number;
  /** Pods that wait for the Lease, with the time of their last request. */
  readonly waiting?: ReadonlyMap<string, string>;
}

/** A Lease as one process sees it. */
export interface SeenLease {
  readonly record: LeaseRecord;
  /** Time for which this process has seen the same holder with the same renewal. */
  readonly unchangedMs: number;
  /** Pods whose request has changed recently. */
  readonly waiting: readonly string[];
}

/** State of a Lease from the point of view of one pod. */
export type LeaseState =
  | { readonly kind: 'held by us' }
  | {
      readonly kind: 'free';
      /** The previous pod of the same name holds the Lease. For other pods it is not free. */
      readonly isHeldByPredecessor?: true;
    }
  | HeldByAnother
  | { readonly kind: 'unknown'; readonly reason: string };

/** State of a Lease that another server holds. */
export interface HeldByAnother {
  readonly kind: 'held by another';
  readonly holder: string;
  readonly unchangedMs: number;
}

/** Time after which a Lease expires without a renewal. */
export const LEASE_DURATION_SECONDS = 900;

/** Interval at which the holder renews the Lease. */
export const RENEW_INTERVAL_MS = 60_000;

/** Time without a renewal after which a holder that Kafka does not list gives way. A holder that restarts renews. */
const ABANDONED_MS = 3 * RENEW_INTERVAL_MS;

/** Returns the state of a Lease for one pod. */
export function leaseStateOf({ record, unchangedMs }: Omit<SeenLease, 'waiting'>, me: Pod): LeaseState {
  const { holder, leaseDurationSeconds = LEASE_DURATION_SECONDS } = record;
  if (holder === undefined) {
    return { kind: 'free' };
  }
  if (holder.uid === me.uid) {
    return { kind: 'held by us' };
  }
  if (unchangedMs >= leaseDurationSeconds * 1000) {
    return { kind: 'free' };
  }
  // The previous pod of this name stopped as the holder, so the Lease still belongs to this server.
  return holder.name === me.name
    ? { kind: 'free', isHeldByPredecessor: true }
    : { kind: 'held by another', holder: holder.name, unchangedMs };
}

/** True if the node of the holder is down: it has not renewed the Lease, and the cluster does not list its server. */
export function isAbandoned(
  { holder, unchangedMs }: HeldByAnother,
  aliveIds: ReadonlySet<number> | undefined,
): boolean {
  return aliveIds !== undefined && unchangedMs >= ABANDONED_MS && !aliveIds.has(serverIdOf(holder));
}

/** Returns the id of the server in a pod; NaN for a name in another format. */
export function serverIdOf(podName: string): number {
  return Number(/-(\d+)$/.exec(podName)?.[1]);
}

/** Returns the other pods that wait for the Lease, sorted by name. */
export function waitingPods({ waiting }: SeenLease, me: Pod): string[] {
  return waiting.filter((name) => name !== me.name).sort();
}

/** Action on a Lease that the server may hold from an earlier stop. */
export type LeaseAction = 'release' | 'renew' | 'none' | 'held by another';

/** Inputs of the decision about a Lease after a stop. */
export interface LeaseActionFacts {
  readonly me: Pod;
  /** True if the server is in sync or forced ready. */
  readonly ready: boolean;
  /** True if the server was down after the Lease was acquired, so that it has restarted if it is ready. */
  readonly wasDown: boolean;
  /** True if the server may be about to stop. */
  readonly isStopExpected: boolean;
}

/** Decides the action on the Lease. */
export function nextLeaseAction(
  { record: { holder }, unchangedMs }: Omit<SeenLease, 'waiting'>,
  { me, ready, wasDown, isStopExpected }: LeaseActionFacts,
): LeaseAction {
  if (holder?.name !== me.name) {
    return 'held by another';
  }
  if (ready) {
    // A server in the same pod may be about to stop. It is in sync until it does.
    return holder.uid !== me.uid || wasDown || !isStopExpected ? 'release' : 'none';
  }
  // A server that is down after a stop delays the others until it is back. A renewal keeps the previous pod as the holder: the
  // pod that replaces it releases the Lease once it is ready, even after a restart of its agent.
  return unchangedMs >= RENEW_INTERVAL_MS ? 'renew' : 'none';
}
