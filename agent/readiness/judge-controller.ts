import { QuorumView } from '../kafka/quorum-view';
import { Verdict, notReady } from './verdict';

/** A voter that was last level with the leader longer ago does not keep up. */
const LAG_LIMIT_MS = 5_000;

/** Judges the readiness of a controller: a leader exists, and this voter keeps up with it. */
export function judgeController(self: number, quorum: QuorumView | undefined): Verdict {
  if (!quorum) {
    return notReady('the quorum has no leader that answers');
  }
  const voter = quorum.voters.find(({ id }) => id === self);
  if (!voter) {
    return notReady(`controller ${quorum.leaderId} leads, and does not count controller ${self} as a voter`);
  }
  if (voter.behindMs === undefined || voter.behindMs > LAG_LIMIT_MS) {
    return notReady(
      `controller ${self} is behind controller ${quorum.leaderId} by ${voter.behindMs ?? 'an unknown number of'} ms`,
    );
  }
  const role = quorum.leaderId === self ? 'leads the quorum' : `follows controller ${quorum.leaderId}`;
  return { ready: true, reason: `controller ${self} ${role}`, notInSync: [] };
}
