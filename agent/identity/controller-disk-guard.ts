import { QuorumView } from '../kafka/quorum-view';
import { VOTER_LAG_LIMIT_MS } from '../readiness/quorum-members';
import { GuardVerdict } from './blank-disk-guard';
import { BlankMember, mayStartBlankMember } from './member-disk-guard';

/** Everything the decision depends on. */
export interface BlankController extends Omit<BlankMember, 'kind' | 'size' | 'level'> {
  /** Ids of the configured controllers. */
  readonly voters: readonly number[];
  /** The quorum as its leader sees it; absent when none answers. */
  readonly quorum?: QuorumView;
}

/** Decides whether a controller may start on an empty disk. */
export function mayStartBlankController({ voters, quorum, ...facts }: BlankController): GuardVerdict {
  const level = quorum?.voters.filter(
    ({ id, behindMs }) => id !== facts.id && behindMs !== undefined && behindMs <= VOTER_LAG_LIMIT_MS,
  );
  return mayStartBlankMember({
    ...facts,
    kind: 'controller',
    // The quorum may have grown since this controller was configured.
    size: Math.max(voters.length, quorum?.voters.length ?? 0),
    level: level?.length,
  });
}
