/** Whether Kafka can spare a server now, and why. */
export interface StopVerdict {
  readonly may: boolean;
  readonly reason: string;
  /** Whether nothing changes for anybody when the server stops, so that it needs no turn either. */
  readonly isFree?: boolean;
  /** Whether the other replicas are all in sync, so that it may stop although nobody can say whose turn it is. */
  readonly isWhole?: boolean;
  /** Whether others that wait should stop first. */
  readonly yields?: boolean;
  /** Host names of the other servers that hold the same data, and must not be away at the same time. */
  readonly sharers?: readonly string[];
  /** What a stop costs whenever it comes: `topic-partition` without a replica to spare. */
  readonly atRisk?: readonly string[];
}

/** The server may stop at once. */
export function free(reason: string): StopVerdict {
  return { may: true, isFree: true, reason };
}

/** The server has to wait. */
export function hold(reason: string, atRisk: readonly string[] = []): StopVerdict {
  return { may: false, reason, atRisk };
}
