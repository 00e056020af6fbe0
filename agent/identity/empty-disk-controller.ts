import { QuorumView } from '../kafka/quorum-view';
import { VOTER_LAG_LIMIT_MS } from '../kafka/quorum-members';
import { StartVerdict } from './empty-disk-broker';
import { EmptyDiskMemberFacts, mayStartMemberOnEmptyDisk } from './empty-disk-member';

/** Everything the decision depends on. */
export interface EmptyDiskControllerFacts extends Omit<EmptyDiskMemberFacts, 'kind' | 'size' | 'level'> {
  /** Ids of the configured controllers. */
  readonly voters: readonly number[];
  /** The quorum as its leader sees it; absent when none answers. */
  readonly quorum?: QuorumView;
}

/** Decides whether a controller may start on an empty disk. */
export function mayStartControllerOnEmptyDisk({ voters, quorum, ...facts }: EmptyDiskControllerFacts): StartVerdict {
  const level = quorum?.voters.filter(
    ({ id, lagMs: behindMs }) => id !== facts.id && behindMs !== undefined && behindMs <= VOTER_LAG_LIMIT_MS,
  );
  return mayStartMemberOnEmptyDisk({
    ...facts,
    kind: 'controller',
    // The quorum may have grown since this controller was configured.
    memberCount: Math.max(voters.length, quorum?.voters.length ?? 0),
    caughtUpCount: level?.length,
  });
}
