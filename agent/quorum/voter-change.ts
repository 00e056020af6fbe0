/*
 * The voters of a dynamic quorum (KIP-853) follow the pods of the StatefulSet. Kafka changes one voter at a time; these
 * decisions make sure that a majority has all metadata before and after each change.
 */
import { IdRange } from '../../lib/seam/agent-config';
import { isInRange } from '../../lib/seam/id-range';
import { isCaughtUp, memberOf } from '../kafka/quorum-members';
import { QuorumMember, QuorumView } from '../kafka/quorum-view';
import { RaftVoter } from '../kafka/raft-voters';

/** Inputs of the decisions. */
export interface VoterFacts {
  readonly self: number;
  readonly quorum: QuorumView;
  /** Ids of the pods of the StatefulSet; absent if it is deleted, scaled to 0, or cannot be read. */
  readonly members?: IdRange;
}

/** Next change of the voters. */
export type VoterChange =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait'; readonly reason: string }
  | { readonly do: 'add' | 'remove'; readonly voter: RaftVoter; readonly reason: string };

const NOTHING: VoterChange = { do: 'nothing' };

/** True if the voters may have to change. Only then the StatefulSet has to be read. */
export function mayNeedChange(self: number, { leaderId, voters }: QuorumView): boolean {
  const own = voters.find(({ id }) => id === self);
  return own === undefined || !isCaughtUp(own) || (leaderId === self && !voters.every(isCaughtUp));
}

/** Decides the change that a running controller makes. */
export function nextVoterChange(facts: VoterFacts): VoterChange {
  const { self, quorum, members } = facts;
  if (members === undefined || !isInRange(members, self)) {
    return NOTHING;
  }
  const own = quorum.voters.find(({ id }) => id === self);
  if (own === undefined) {
    return addition(facts);
  }
  const successor = memberOf(quorum.observers, self);
  if (!isCaughtUp(own) && isOtherDirectory(successor, own)) {
    return removal(quorum, own, `controller ${self} has a new disk, which replaces the previous voter`);
  }
  const gone = quorum.voters.find((voter) => !isInRange(members, voter.id) && !isCaughtUp(voter));
  return gone !== undefined && quorum.leaderId === self
    ? removal(quorum, gone, `controller ${gone.id} is stopped, and the StatefulSet no longer includes it`)
    : NOTHING;
}

/** Decides if a controller that is about to stop removes itself: it does if no pod of its name will replace it. */
export function nextDeparture({ self, quorum, members }: VoterFacts): VoterChange {
  const own = quorum.voters.find(({ id }) => id === self);
  if (members === undefined || isInRange(members, self) || own === undefined) {
    return NOTHING;
  }
  return removal(quorum, own, `the StatefulSet no longer includes controller ${self}`);
}

function addition({ self, quorum }: VoterFacts): VoterChange {
  const { observers, voters } = quorum;
  const own = memberOf(observers, self);
  if (own?.directoryId === undefined || !isCaughtUp(own)) {
    return { do: 'wait', reason: `controller ${self} reads the metadata before it becomes a voter` };
  }
  const lagging = voters.filter((voter) => !isCaughtUp(voter)).map(({ id }) => id);
  return lagging.length > 0
    ? {
        do: 'wait',
        reason: `controller ${self} becomes a voter when all voters have caught up; lagging: ${lagging.join(', ')}`,
      }
    : {
        do: 'add',
        voter: { id: self, directoryId: own.directoryId },
        reason: `controller ${self} has all metadata`,
      };
}

function removal({ voters }: QuorumView, { id, directoryId }: QuorumMember, reason: string): VoterChange {
  const rest = voters.filter((voter) => voter.id !== id);
  const caughtUp = rest.filter(isCaughtUp);
  if (directoryId === undefined || rest.length === 0) {
    return NOTHING;
  }
  return caughtUp.length > rest.length / 2
    ? { do: 'remove', voter: { id, directoryId }, reason }
    : {
        do: 'wait',
        reason:
          `${reason}, but without it only ${caughtUp.length} of ${rest.length} voters have caught up with the ` +
          `leader, and a majority is ${Math.floor(rest.length / 2) + 1}`,
      };
}

function isOtherDirectory(observer: QuorumMember | undefined, voter: QuorumMember): boolean {
  return observer !== undefined && isCaughtUp(observer) && observer.directoryId !== voter.directoryId;
}
