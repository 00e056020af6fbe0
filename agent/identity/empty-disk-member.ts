/*
 * A quorum member that lost its disk rejoins under its id, without its votes and without the records it acknowledged.
 * This is safe while a majority of the members has all records without it. Otherwise committed records, and topics with
 * them, can be lost.
 */
import { StartVerdict } from './empty-disk-broker';

/** Inputs of the decision. */
export interface EmptyDiskMemberFacts {
  readonly id: number;
  readonly kind: 'controller' | 'ZooKeeper server';
  /** True if the ledger has an entry for this member. */
  readonly hasBeenInSync: boolean;
  readonly emptyDisks: readonly string[];
  readonly memberCount: number;
  /** Number of other members that have all records; undefined without a leader. */
  readonly caughtUpCount?: number;
  /** Value of the annotation that accepts the loss of data. */
  readonly acceptedLoss?: string;
}

/** Decides whether a member of a quorum may start on an empty disk. */
export function mayStartMemberOnEmptyDisk(facts: EmptyDiskMemberFacts): StartVerdict {
  const { id, kind, hasBeenInSync, emptyDisks, memberCount, caughtUpCount, acceptedLoss } = facts;
  if (emptyDisks.length === 0) {
    return { mayStart: true, reason: `the disk contains data of ${kind} ${id}` };
  }
  if (!hasBeenInSync) {
    return { mayStart: true, reason: `${kind} ${id} has never been in sync, so no data can be lost` };
  }
  if (acceptedLoss !== undefined) {
    return {
      mayStart: true,
      reason: `loss of data that only ${emptyDisks.join(', ')} contained is accepted by ${acceptedLoss}`,
    };
  }
  const empty = `the disk of ${kind} ${id} is empty, and it has been in sync before`;
  if (caughtUpCount === undefined) {
    return { mayStart: false, reason: `${empty}; the quorum has no leader among the other ${kind}s` };
  }
  const majority = Math.floor(memberCount / 2) + 1;
  if (caughtUpCount < majority) {
    return {
      mayStart: false,
      reason:
        `${empty}; only ${caughtUpCount} of ${memberCount} ${kind}s have all metadata without it, ` +
        `and a majority is ${majority}`,
    };
  }
  return {
    mayStart: true,
    reason: `${caughtUpCount} other ${kind}s have all metadata: it replicates from them`,
  };
}
