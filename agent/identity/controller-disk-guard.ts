/*
 * A controller that lost its disk comes back as the voter it was, and has forgotten what it voted for and what it
 * acknowledged. That does no harm while a majority of voters without it has everything; else committed metadata, and
 * with it topics, can be lost.
 */
import { QuorumView } from '../kafka/quorum-view';
import { VOTER_LAG_LIMIT_MS } from '../readiness/quorum-members';
import { GuardVerdict } from './blank-disk-guard';

/** Everything the decision depends on. */
export interface BlankController {
  readonly id: number;
  /** Whether this controller has been in sync once. */
  readonly isKnown: boolean;
  readonly emptyDisks: readonly string[];
  readonly voters: readonly number[];
  /** The quorum as its leader sees it; absent when none answers. */
  readonly quorum?: QuorumView;
  /** Who accepts the loss and why, if somebody does. */
  readonly consent?: string;
}

/** Decides whether a controller may start on an empty disk. */
export function mayStartBlankController(facts: BlankController): GuardVerdict {
  const { id, isKnown, emptyDisks, voters, quorum, consent } = facts;
  if (emptyDisks.length === 0) {
    return { start: true, reason: 'the disk holds this controller’s data' };
  }
  if (!isKnown) {
    return { start: true, reason: `controller ${id} has never been in sync, so nothing can be lost` };
  }
  if (consent !== undefined) {
    return {
      start: true,
      reason: `the loss of what only ${emptyDisks.join(', ')} held is accepted: ${consent}`,
    };
  }
  const empty = `the disk of controller ${id}, which has been in sync before, is empty`;
  if (!quorum) {
    return { start: false, reason: `${empty}, and no other controller leads a quorum` };
  }
  // The quorum may have grown since this controller was configured.
  const size = Math.max(voters.length, quorum.voters.length);
  const majority = Math.floor(size / 2) + 1;
  const caughtUp = quorum.voters.filter(
    (voter) => voter.id !== id && voter.behindMs !== undefined && voter.behindMs <= VOTER_LAG_LIMIT_MS,
  );
  if (caughtUp.length < majority) {
    return {
      start: false,
      reason: `${empty}, and only ${caughtUp.length} of ${size} controllers have all metadata without it, ${majority} are needed`,
    };
  }
  return {
    start: true,
    reason: `${caughtUp.length} other controllers have all metadata: it refills itself from them`,
  };
}
