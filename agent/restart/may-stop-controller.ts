import { QuorumView } from '../kafka/quorum-view';
import { VOTER_LAG_LIMIT_MS, memberOf } from '../kafka/quorum-members';
import { StopVerdict, mayStopAtOnce, mustWait } from './stop-verdict';

/** What was found out about a controller that shall stop. */
export interface ControllerStopFacts {
  readonly self: number;
  /** Whether its port is closed. */
  readonly isClosed: boolean;
  /** The quorum as its leader sees it; absent when none answers. */
  readonly quorum?: QuorumView;
}

/** Judges whether a controller may stop: without it a majority of the voters must have all that the leader has. */
export function mayStopController({ self, isClosed, quorum }: ControllerStopFacts): StopVerdict {
  if (isClosed) {
    return mayStopAtOnce('the port of Kafka is closed, so it serves nobody');
  }
  if (!quorum) {
    return mustWait('the quorum has no leader that answers');
  }
  const ids = [...new Set(quorum.voters.map(({ id }) => id))];
  const others = ids.filter((id) => id !== self);
  if (others.length === 0) {
    return {
      mayStop: true,
      reason: `controller ${self} is the only one, so nobody can stand in for it`,
      atRisk: ['__cluster_metadata-0'],
    };
  }
  const level = others.filter((id) => {
    const { lagMs: behindMs = Infinity } = memberOf(quorum.voters, id) ?? {};
    return behindMs <= VOTER_LAG_LIMIT_MS;
  });
  const majority = Math.floor(ids.length / 2) + 1;
  if (level.length < majority) {
    const behind = others.filter((id) => !level.includes(id));
    return mustWait(
      `without controller ${self} a majority is ${majority} of ${ids.length} voters, and ${level.length} keep up; behind: ${behind.join(', ')}`,
    );
  }
  return {
    mayStop: true,
    allInSync: level.length === others.length,
    // Each new leader costs a moment; the last one that stops hands over once for all.
    stopsLast: quorum.leaderId === self,
    reason: `controllers ${level.join(', ')} keep up`,
  };
}
