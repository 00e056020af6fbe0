/*
 * A quorum whose disks were lost, and that was formed again, knows fewer topics than its brokers. A broker that starts with it truncates its
 * copy of the metadata, and renames the logs of all topics that the quorum does not know.
 */
import { QuorumView } from '../kafka/quorum-view';
import { MetadataLogEnd } from './metadata-log-end';

/** Inputs of the decision. */
export interface QuorumKnowledge {
  readonly id: number;
  readonly quorum: QuorumView;
  /** True if the quorum has a registration of the broker; undefined if that is not known. */
  readonly isRegistered?: boolean;
  /** End of the broker's own copy of the metadata; undefined without one. */
  readonly own?: MetadataLogEnd;
  /** True if the disks of the broker have partitions. */
  readonly hasPartitions: boolean;
}

/** Returns the reason why a quorum lacks metadata of a broker; undefined if it does not. */
export function forgottenBy({
  id,
  quorum,
  isRegistered,
  own,
  hasPartitions,
}: QuorumKnowledge): string | undefined {
  if (own === undefined || !hasPartitions) {
    return undefined;
  }
  const { leaderId, leaderEpoch, voters } = quorum;
  const end = Math.max(...voters.filter((voter) => voter.id === leaderId).map((voter) => voter.logEndOffset));
  const difference =
    isRegistered === false
      ? 'has no registration of this broker'
      : leaderEpoch !== undefined && leaderEpoch < own.epoch
        ? `is at leader epoch ${leaderEpoch}, and the disk at ${own.epoch}`
        : end < own.offset
          ? `ends at offset ${end}, and the disk at ${own.offset}`
          : undefined;
  return (
    difference &&
    `the metadata of controller ${leaderId} ${difference}: the quorum lacks metadata that broker ${id} has on its disks, so it may ` +
      'have been formed again without its data. Kafka would rename the logs of all topics that the quorum does not know to -stray. ' +
      'Restore the disks of the controllers, or, if this broker was removed on purpose, wipe its disks'
  );
}
