import { ZoneTurn } from './zone-turn';

/** Decision whether a server may stop now, with the reason. */
export interface StopVerdict {
  readonly mayStop: boolean;
  readonly reason: string;
  /** True if the stop has no effect on the cluster, so that it does not need the Lease. */
  readonly needsNoLease?: boolean;
  /** True if all other replicas are in sync, so that the server may stop although the holder of the Lease is unknown. */
  readonly allInSync?: boolean;
  /** Reason why other waiting servers should stop first. */
  readonly stopsLast?: string;
  /** Turn of the servers in the same zone, if they may stop together. */
  readonly zone?: ZoneTurn;
  /** Servers that the cluster lists as alive; absent if they are unknown. */
  readonly aliveIds?: ReadonlySet<number>;
  /** Servers with replicas of the same partitions, which should not be down at the same time. */
  readonly replicaPeers?: ReplicaPeers;
  /** Partitions without a spare replica, which every stop makes read-only or unavailable: `topic-partition`. */
  readonly atRisk?: readonly string[];
  /** True if no pod replaces the server and its data. Its stop waits until the end of the timeout. */
  readonly isLeaving?: true;
  /** True if servers of other StatefulSets have replicas of the same partitions. */
  readonly sharesPartitions?: boolean;
  /** Partitions with a replica on this server, in sync or not; absent if they are unknown. */
  readonly replicas?: readonly string[];
}

/** Servers with replicas of the same partitions. */
export interface ReplicaPeers {
  /** Ids of the servers, alive or not. */
  readonly ids: readonly number[];
  /** Host names of all live servers by id. A server that is not alive can belong to any of their StatefulSets. */
  readonly liveHosts: ReadonlyMap<number, string>;
}

/** Returns the verdict for a stop without effect on the cluster. */
export function mayStopAtOnce(reason: string): StopVerdict {
  return { mayStop: true, needsNoLease: true, reason };
}

/** Returns a negative verdict. */
export function mustWait(reason: string, atRisk: readonly string[] = []): StopVerdict {
  return { mayStop: false, reason, atRisk };
}
