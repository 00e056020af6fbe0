import { QuorumView } from '../kafka/quorum-view';
import { VOTER_LAG_LIMIT_MS, memberOf } from '../kafka/quorum-members';
import { Verdict, notReady } from './verdict';

/** Judges the readiness of a controller: a leader exists, and this voter keeps up with it. */
export function judgeController(self: number, quorum: QuorumView | undefined): Verdict {
  if (!quorum) {
    return notReady('the quorum has no leader that answers');
  }
  const voter = memberOf(quorum.voters, self);
  if (!voter) {
    return notReady(`controller ${quorum.leaderId} leads, and does not count controller ${self} as a voter`);
  }
  if (voter.lagMs === undefined || voter.lagMs > VOTER_LAG_LIMIT_MS) {
    return notReady(
      `controller ${self} is behind controller ${quorum.leaderId} by ${voter.lagMs ?? 'an unknown number of'} ms`,
    );
  }
  const role = quorum.leaderId === self ? 'leads the quorum' : `follows controller ${quorum.leaderId}`;
  return { ready: true, reason: `controller ${self} ${role}`, notInSync: [] };
}
