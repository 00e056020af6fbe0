import { isCaughtUp, memberOf } from '../kafka/quorum-members';
import { QuorumMember, QuorumView } from '../kafka/quorum-view';
import { StopVerdict, mayStopAtOnce, mustWait } from './stop-verdict';

/** Observations of a controller that is about to stop. */
export interface ControllerStopFacts {
  readonly self: number;
  /** True if its port is closed. */
  readonly isClosed: boolean;
  /** The quorum as its leader describes it; absent without a leader that answers. */
  readonly quorum?: QuorumView;
}

/** Judges if a controller may stop. Without it, a majority of the voters must have caught up with the leader. */
export function mayStopController({ self, isClosed, quorum }: ControllerStopFacts): StopVerdict {
  if (isClosed) {
    return mayStopAtOnce('the port of Kafka is closed, so this controller serves no clients');
  }
  if (!quorum) {
    return mustWait('the quorum has no leader that answers');
  }
  const ids = [...new Set(quorum.voters.map(({ id }) => id))];
  if (!ids.includes(self)) {
    return mayStopAtOnce(`controller ${self} is not a voter of the quorum`);
  }
  const others = ids.filter((id) => id !== self);
  if (others.length === 0) {
    return {
      mayStop: true,
      reason: `controller ${self} is the only voter, so the quorum is unavailable until it is back`,
      atRisk: ['__cluster_metadata-0'],
    };
  }
  const caughtUp = others.filter((id) => isMemberCaughtUp(memberOf(quorum.voters, id)));
  const majority = Math.floor(ids.length / 2) + 1;
  if (caughtUp.length < majority) {
    const lagging = others.filter((id) => !caughtUp.includes(id));
    return mustWait(
      `without controller ${self} only ${caughtUp.length} of ${ids.length} voters have caught up with the leader, ` +
        `and a majority is ${majority}; lagging: ${lagging.join(', ')}`,
    );
  }
  return {
    mayStop: true,
    aliveIds: new Set(caughtUp),
    allInSync: caughtUp.length === others.length,
    // Each election interrupts the quorum for a moment. If the leader stops last, there is only one.
    ...(quorum.leaderId === self ? { stopsLast: 'this server is the leader of the quorum' } : {}),
    reason: `controllers ${caughtUp.join(', ')} have caught up with the leader`,
  };
}

function isMemberCaughtUp(member: QuorumMember | undefined): boolean {
  return member !== undefined && isCaughtUp(member);
}
