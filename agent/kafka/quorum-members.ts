import { QuorumMember, QuorumView } from './quorum-view';

/** A voter that was last level with the leader longer ago does not keep up. */
export const VOTER_LAG_LIMIT_MS = 5_000;

/** An observer that was last level with the leader longer ago may be cut off. */
export const OBSERVER_LAG_LIMIT_MS = 10_000;

/**
 * The entry of a server that is level most recently. After the loss of a disk the leader lists the server twice for some
 * minutes, under its old directory id too.
 */
export function memberOf(members: readonly QuorumMember[], id: number): QuorumMember | undefined {
  const lag = ({ lagMs: behindMs = Infinity }: QuorumMember): number => behindMs;
  return members
    .filter((member) => member.id === id)
    .reduce<QuorumMember | undefined>((best, one) => (best && lag(best) <= lag(one) ? best : one), undefined);
}

/** Whether a majority of voters has all that the leader has, so that nothing of it will be taken back. */
export function hasCaughtUpMajority({ voters }: QuorumView): boolean {
  const level = voters.filter(({ lagMs: behindMs }) => behindMs !== undefined && behindMs <= VOTER_LAG_LIMIT_MS);
  return level.length > voters.length / 2;
}
