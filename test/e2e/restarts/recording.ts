/*
 * What is written down while something happens to a cluster: plain data, from which everything else follows. Times are
 * milliseconds since 1970.
 */

/** State of a pod since a time, according to the API server. */
export interface PodSample {
  readonly time: number;
  readonly pod: string;
  readonly uid: string;
  readonly isGone: boolean;
  readonly isReady: boolean;
  readonly isDeleting: boolean;
  /** Restart counts of its containers, by name. */
  readonly restarts: Readonly<Record<string, number>>;
  /** Start of Kafka or ZooKeeper; absent while it does not run. */
  readonly startedAt?: number;
  /** End of Kafka or ZooKeeper; absent while it runs. */
  readonly endedAt?: number;
}

/** Something that was done. */
export interface Mark {
  readonly time: number;
  readonly text: string;
}

/** State of replicas in a second, according to brokers in turn. */
export interface SyncSecond {
  readonly time: number;
  /** Partitions with fewer replicas in sync than they need to take writes. */
  readonly short: number;
  /** Partitions without a leader. */
  readonly leaderless: number;
  /** Longest time that the disk of the observer's node took to keep something. */
  readonly diskMs: number;
  readonly brokers: Readonly<Record<string, BrokerSync>>;
}

/** State of the replicas of a broker. */
export interface BrokerSync {
  /** Partitions that it is not in sync for. */
  readonly behind: number;
  /** Partitions that it should lead and does not. */
  readonly missed: number;
}

/** Results of clients in a second. */
export interface ClientSecond {
  readonly time: number;
  readonly acknowledged: number;
  readonly errors: number;
  readonly p99: number;
  readonly max: number;
  /** Longest time that records took, by the broker that acknowledged them. */
  readonly brokers: Readonly<Record<string, number>>;
}

/** Logs of a pod, each line with its time. */
export interface ServerLogs {
  readonly pod: string;
  readonly uid: string;
  readonly agent: string;
  readonly kafka: string;
}

/** Time at which Kafka in a pod logged that it has started. */
export interface Start {
  readonly pod: string;
  readonly uid: string;
  readonly servingAt: number;
}

/** Everything about some minutes. */
export interface Recording {
  readonly begin: number;
  readonly end: number;
  readonly samples: readonly PodSample[];
  readonly seconds: readonly SyncSecond[];
  readonly marks: readonly Mark[];
  readonly serverLogs: readonly ServerLogs[];
  readonly starts: readonly Start[];
}
