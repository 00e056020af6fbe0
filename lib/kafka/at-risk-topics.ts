/**
 * What a planned stop does about partitions that cannot spare a replica: those with one replica, and those whose
 * `min.insync.replicas` is as high as their number of replicas. A stop makes them refuse writes, whenever it comes.
 */
export enum AtRiskTopics {
  /** The stop does not wait for them, and says so in the log. */
  ALLOW = 'allow',
  /** The stop waits for them as long as `preStopTimeout` lets it, so that somebody can raise their replication factor. */
  BLOCK = 'block',
}
