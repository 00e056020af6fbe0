/*
 * First memberships. From then on, the loss of the disk of a server can lose data, although the server may never have been in
 * sync for all its partitions.
 */
import { PartitionView } from '../kafka/cluster-view';
import { memberOf } from '../kafka/quorum-members';
import { QuorumView } from '../kafka/quorum-view';

/** True if a broker is in the ISR of a partition. */
export function isInAnyIsr(id: number, partitions: readonly PartitionView[] = []): boolean {
  return partitions.some(({ isr }) => isr.includes(id));
}

/** True if a controller is a voter that has caught up with the leader once, so that its vote counts. */
export function hasCaughtUpOnce(id: number, quorum: Pick<QuorumView, 'voters'> | undefined): boolean {
  return memberOf(quorum?.voters ?? [], id)?.lagMs !== undefined;
}
