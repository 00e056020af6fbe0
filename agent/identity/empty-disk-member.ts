/*
 * A member of a quorum that lost its disk comes back as the member it was, and has forgotten what it voted for and what
 * it acknowledged. That does no harm while a majority without it has everything; else what was committed, and with it
 * topics, can be lost.
 */
import { StartVerdict } from './empty-disk-broker';

/** Everything the decision depends on. */
export interface EmptyDiskMemberFacts {
  readonly id: number;
  readonly kind: 'controller' | 'ZooKeeper server';
  /** Whether it has been in the quorum once. */
  readonly hasBeenInSync: boolean;
  readonly emptyDisks: readonly string[];
  /** How many members there are. */
  readonly memberCount: number;
  /** How many others have everything; undefined when none of them leads. */
  readonly caughtUpCount?: number;
  /** Who accepts the loss and why, if somebody does. */
  readonly acceptedLoss?: string;
}

/** Decides whether a member of a quorum may start on an empty disk. */
export function mayStartMemberOnEmptyDisk(facts: EmptyDiskMemberFacts): StartVerdict {
  const { id, kind, hasBeenInSync: isKnown, emptyDisks, memberCount: size, caughtUpCount: level, acceptedLoss: consent } = facts;
  if (emptyDisks.length === 0) {
    return { mayStart: true, reason: `the disk holds this ${kind}’s data` };
  }
  if (!isKnown) {
    return { mayStart: true, reason: `${kind} ${id} has never been in sync, so nothing can be lost` };
  }
  if (consent !== undefined) {
    return {
      mayStart: true,
      reason: `the loss of what only ${emptyDisks.join(', ')} held is accepted: ${consent}`,
    };
  }
  const empty = `the disk of ${kind} ${id}, which has been in sync before, is empty`;
  if (level === undefined) {
    return { mayStart: false, reason: `${empty}, and no other ${kind} leads a quorum` };
  }
  const majority = Math.floor(size / 2) + 1;
  if (level < majority) {
    return {
      mayStart: false,
      reason: `${empty}, and only ${level} of ${size} ${kind}s have all metadata without it, ${majority} are needed`,
    };
  }
  return { mayStart: true, reason: `${level} other ${kind}s have all metadata: it refills itself from them` };
}
