/*
 * A quorum member that lost its disk rejoins under its id, without its votes and without the records it acknowledged.
 * This is safe while a majority of the members has all records without it. Otherwise committed records, and topics with
 * them, can be lost.
 */
import { truncatedList } from '../text/truncated-list';
import { StartVerdict, withAcceptance } from './start-verdict';

/** Inputs of the decision. */
export interface EmptyDiskMemberFacts {
  readonly id: number;
  readonly kind: 'controller' | 'ZooKeeper server';
  /** True if the ledger has an entry for this member. */
  readonly hasBeenInSync: boolean;
  /** Other members that have been in sync according to the ledger. */
  readonly othersInSync?: readonly number[];
  /** Disks without the data of the last start. */
  readonly emptyDisks: readonly string[];
  /** Description of these disks for messages. */
  readonly description?: string;
  readonly memberCount: number;
  /** Number of other members that have all records; undefined without a leader. */
  readonly caughtUpCount?: number;
  /** Name, end time and reason of the person who accepts the loss of data. */
  readonly acceptedLoss?: string;
}

const GIVES_UP = 'changes of metadata, and topics with them, that only the lost disks had';

/** Decides whether a member of a quorum may start on an empty disk. */
export function mayStartMemberOnEmptyDisk(facts: EmptyDiskMemberFacts): StartVerdict {
  const {
    id,
    kind,
    hasBeenInSync,
    othersInSync = [],
    emptyDisks,
    memberCount,
    caughtUpCount,
    acceptedLoss,
  } = facts;
  if (emptyDisks.length === 0) {
    return { mayStart: true, reason: `the disk contains data of ${kind} ${id}` };
  }
  // A member without an entry can have lost it. If there is a quorum already, the same condition applies to it.
  if (!hasBeenInSync && othersInSync.length === 0 && caughtUpCount === undefined) {
    return { mayStart: true, reason: `${kind} ${id} has never been in sync, and there is no quorum yet` };
  }
  const history = hasBeenInSync
    ? 'it has been in sync before'
    : othersInSync.length > 0
      ? `the quorum is not new: ${kind} ${truncatedList(othersInSync.map(String))} has been in sync`
      : 'the quorum is not new: it has a leader';
  const empty = `${facts.description ?? `the disk of ${kind} ${id} is empty`}, and ${history}`;
  if (caughtUpCount === undefined) {
    const reason = `${empty}; the quorum has no leader among the other ${kind}s`;
    return withAcceptance({ reason, givesUp: GIVES_UP }, acceptedLoss);
  }
  const majority = Math.floor(memberCount / 2) + 1;
  if (caughtUpCount < majority) {
    const reason =
      `${empty}; only ${caughtUpCount} of ${memberCount} ${kind}s have all metadata without it, ` +
      `and a majority is ${majority}`;
    return withAcceptance({ reason, givesUp: GIVES_UP }, acceptedLoss);
  }
  return {
    mayStart: true,
    reason: `${empty}; ${caughtUpCount} other ${kind}s have all metadata: it replicates from them`,
  };
}
