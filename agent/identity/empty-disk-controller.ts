import { isCaughtUp } from '../kafka/quorum-members';
import { QuorumView } from '../kafka/quorum-view';
import { EmptyDiskMemberFacts, mayStartMemberOnEmptyDisk } from './empty-disk-member';
import { StartVerdict } from './start-verdict';

/** Inputs of the decision. */
export interface EmptyDiskControllerFacts extends Omit<
  EmptyDiskMemberFacts,
  'kind' | 'memberCount' | 'caughtUpCount'
> {
  /** Ids of the configured controllers. */
  readonly voters: readonly number[];
  /** The quorum as its leader describes it; absent without a leader that answers. */
  readonly quorum?: QuorumView;
}

/** Decides whether a controller may start on an empty disk. */
export function mayStartControllerOnEmptyDisk({
  voters,
  quorum,
  ...facts
}: EmptyDiskControllerFacts): StartVerdict {
  if (quorum !== undefined && !quorum.voters.some(({ id }) => id === facts.id)) {
    return {
      mayStart: true,
      reason: `controller ${facts.id} is not a voter of the quorum, so its disk contained no vote`,
    };
  }
  const caughtUp = quorum?.voters.filter((voter) => voter.id !== facts.id && isCaughtUp(voter));
  return mayStartMemberOnEmptyDisk({
    ...facts,
    kind: 'controller',
    // The number of controllers of a dynamic quorum can change: the leader knows its voters.
    memberCount: quorum?.voters.length ?? voters.length,
    caughtUpCount: caughtUp?.length,
  });
}
