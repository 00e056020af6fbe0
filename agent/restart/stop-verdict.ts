/** Whether Kafka can spare a server now, and why. */
export interface StopVerdict {
  readonly mayStop: boolean;
  readonly reason: string;
  /** Whether nothing changes for anybody when the server stops, so that it needs no turn either. */
  readonly needsNoLease?: boolean;
  /** Whether the other replicas are all in sync, so that it may stop although nobody can say whose turn it is. */
  readonly allInSync?: boolean;
  /** Whether others that wait should stop first. */
  readonly stopsLast?: boolean;
  /** The other servers that hold the same data, and should not be away at the same time. */
  readonly replicaPeers?: ReplicaPeers;
  /** What a stop costs whenever it comes: `topic-partition` without a replica to spare. */
  readonly atRisk?: readonly string[];
}

/** Servers with the same data, alive or not. */
export interface ReplicaPeers {
  readonly ids: readonly number[];
  /** Host names of all servers that are alive, by id: of those that are not, others of their StatefulSets may be. */
  readonly liveHosts: ReadonlyMap<number, string>;
}

/** The server may stop at once. */
export function mayStopAtOnce(reason: string): StopVerdict {
  return { mayStop: true, needsNoLease: true, reason };
}

/** The server has to wait. */
export function mustWait(reason: string, atRisk: readonly string[] = []): StopVerdict {
  return { mayStop: false, reason, atRisk };
}
