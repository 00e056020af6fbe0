/*
 * What is written down while something happens to a cluster: plain data, from which everything else follows. Times are
 * milliseconds since 1970.
 */

/** How a pod was from a moment on, as the API server knows it. */
export interface PodSample {
  readonly time: number;
  readonly pod: string;
  readonly uid: string;
  readonly isGone: boolean;
  readonly isReady: boolean;
  readonly isDeleting: boolean;
  /** How often its containers were restarted, by name. */
  readonly restarts: Readonly<Record<string, number>>;
  /** When Kafka, or ZooKeeper, was started; absent while it does not run. */
  readonly startedAt?: number;
  /** When it ended; absent while it has not. */
  readonly endedAt?: number;
}

/** Something that was done. */
export interface Mark {
  readonly time: number;
  readonly text: string;
}

/** How replicas were in a second, as one broker after the other sees them. */
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

/** How the replicas of a broker are. */
export interface BrokerSync {
  /** Partitions that it is not in sync for. */
  readonly behind: number;
  /** Partitions that it should lead and does not. */
  readonly missed: number;
}

/** What clients met with in a second. */
export interface ClientSecond {
  readonly time: number;
  readonly acknowledged: number;
  readonly errors: number;
  readonly p99: number;
  readonly max: number;
  /** Longest time that records took, by the broker that acknowledged them. */
  readonly brokers: Readonly<Record<string, number>>;
}

/** What a pod printed, each line with its time. */
export interface ServerLogs {
  readonly pod: string;
  readonly uid: string;
  readonly agent: string;
  readonly kafka: string;
}

/** When Kafka said that it is there, in a pod. */
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
