import { isCaughtUp } from '../kafka/quorum-members';
import { QuorumView } from '../kafka/quorum-view';
import { StartVerdict } from './empty-disk-broker';
import { EmptyDiskMemberFacts, mayStartMemberOnEmptyDisk } from './empty-disk-member';

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
  const caughtUp = quorum?.voters.filter((voter) => voter.id !== facts.id && isCaughtUp(voter));
  return mayStartMemberOnEmptyDisk({
    ...facts,
    kind: 'controller',
    // The quorum may have more voters than at the time of this configuration.
    memberCount: Math.max(voters.length, quorum?.voters.length ?? 0),
    caughtUpCount: caughtUp?.length,
  });
}
