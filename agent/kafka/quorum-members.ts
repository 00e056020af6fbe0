import { QuorumMember, QuorumView } from './quorum-view';

/** Maximum lag of a voter that is caught up. */
export const VOTER_LAG_LIMIT_MS = 5_000;

/** Maximum lag of an observer whose metadata is current. An observer beyond it may be disconnected. */
export const OBSERVER_LAG_LIMIT_MS = 10_000;

/**
 * Returns the entry of a server with the smallest lag. After the loss of a disk the leader lists the server twice for some
 * minutes: also under its previous directory id.
 */
export function memberOf(members: readonly QuorumMember[], id: number): QuorumMember | undefined {
  const lagOf = ({ lagMs = Infinity }: QuorumMember): number => lagMs;
  return members
    .filter((member) => member.id === id)
    .reduce<QuorumMember | undefined>(
      (best, member) => (best && lagOf(best) <= lagOf(member) ? best : member),
      undefined,
    );
}

/** True if a majority of the voters has caught up with the leader, so that its log cannot be truncated. */
export function hasCaughtUpMajority({ voters }: QuorumView): boolean {
  return voters.filter(isCaughtUp).length > voters.length / 2;
}

/** True if the lag of a voter is within the limit. */
export function isCaughtUp({ lagMs }: QuorumMember): boolean {
  return lagMs !== undefined && lagMs <= VOTER_LAG_LIMIT_MS;
}

/**
 * Returns the reason why the metadata of a broker may be out of date.
 *
 * @param quorum undefined in ZooKeeper mode, which has no such lag
 * @returns undefined if the metadata is current
 */
export function metadataLagReason(
  broker: number,
  quorum: QuorumView | 'unreachable' | undefined,
): string | undefined {
  if (quorum === undefined) {
    return undefined;
  }
  if (quorum === 'unreachable') {
    return `the controllers cannot be reached through broker ${broker}, so its metadata may be out of date`;
  }
  const observer = memberOf(quorum.observers, broker);
  if (!observer) {
    return `the controllers do not list broker ${broker} as an observer of the metadata yet`;
  }
  if (observer.lagMs === undefined || observer.lagMs > OBSERVER_LAG_LIMIT_MS) {
    const lag = observer.lagMs === undefined ? 'an unknown time' : `${observer.lagMs} ms`;
    return `the metadata of broker ${broker} lags by ${lag}; the limit is ${OBSERVER_LAG_LIMIT_MS / 1000} s`;
  }
  return undefined;
}
