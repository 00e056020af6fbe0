/**
 * Behavior of a planned stop for partitions that cannot lose a replica: those with one replica, and those whose
 * `min.insync.replicas` equals their number of replicas. They reject writes with `acks=all` while the broker restarts.
 */
export enum AtRiskTopics {
  /** The stop does not wait for them, and logs them. */
  ALLOW = 'allow',
  /** The stop waits for them up to `preStopTimeout`, so that an operator can raise their replication factor. */
  BLOCK = 'block',
}
