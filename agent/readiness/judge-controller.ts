import { isCaughtUp, memberOf, VOTER_LAG_LIMIT_MS } from '../kafka/quorum-members';
import { QuorumView } from '../kafka/quorum-view';
import { Verdict, notReady } from './verdict';

/** Judges the readiness of a controller. It is ready if the quorum has a leader and this voter has caught up with it. */
export function judgeController(self: number, quorum: QuorumView | undefined): Verdict {
  if (!quorum) {
    return notReady('the quorum has no leader that answers');
  }
  const { leaderId, voters } = quorum;
  const voter = memberOf(voters, self);
  if (!voter) {
    return notReady(`controller ${self} is not a voter of the quorum of leader ${leaderId}`);
  }
  if (!isCaughtUp(voter)) {
    const lag = voter.lagMs === undefined ? 'an unknown time' : `${voter.lagMs} ms`;
    return notReady(
      `controller ${self} lags behind leader ${leaderId} by ${lag}; the limit is ${VOTER_LAG_LIMIT_MS / 1000} s`,
    );
  }
  const role = leaderId === self ? 'is the leader of the quorum' : `follows leader ${leaderId}`;
  return { ready: true, reason: `controller ${self} ${role}`, outOfSync: [] };
}
