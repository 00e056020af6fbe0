/*
 * Recorded data of a scenario, from which all findings are derived. Times are milliseconds since 1970.
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

/** An action. */
export interface Mark {
  readonly time: number;
  readonly text: string;
}

/** State of replicas in a second, from a different broker each second. */
export interface SyncSecond {
  readonly time: number;
  /** Partitions below min.insync.replicas. */
  readonly short: number;
  /** Partitions without a leader. */
  readonly leaderless: number;
  /** Longest sync latency of the disk of the observer's node. */
  readonly diskMs: number;
  /** Share of the time in which a process of this node waited for a CPU. */
  readonly cpuWait: number;
  readonly brokers: Readonly<Record<string, BrokerSync>>;
}

/** State of the replicas of a broker. */
export interface BrokerSync {
  /** Partitions that it is not in sync for. */
  readonly behind: number;
  /** Partitions that have this broker as preferred leader, but another leader. */
  readonly missed: number;
}

/** Results of clients in a second. */
export interface ClientSecond {
  readonly time: number;
  readonly acknowledged: number;
  readonly errors: number;
  readonly p99: number;
  readonly max: number;
  /** Longest latency of records, by the broker that acknowledged them. */
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

/** All data of a scenario. */
export interface Recording {
  readonly begin: number;
  readonly end: number;
  readonly samples: readonly PodSample[];
  readonly seconds: readonly SyncSecond[];
  readonly marks: readonly Mark[];
  readonly serverLogs: readonly ServerLogs[];
  readonly starts: readonly Start[];
}
