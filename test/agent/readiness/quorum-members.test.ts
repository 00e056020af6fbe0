import { QuorumMember, QuorumView } from '../../../agent/kafka/quorum-view';
import { hasCaughtUpMajority, memberOf } from '../../../agent/kafka/quorum-members';

const member = (id: number, behindMs?: number): QuorumMember => ({ id, lagMs: behindMs, logEndOffset: 7 });

test.each<[string, QuorumMember[], QuorumMember | undefined]>([
  ['absent', [member(1, 0)], undefined],
  ['listed once', [member(1, 0), member(3, 40)], member(3, 40)],
  ['listed twice, the old disk first', [member(3, 146_042), member(3, 0)], member(3, 0)],
  ['listed twice, the new disk first', [member(3, 0), member(3, 146_042)], member(3, 0)],
  ['listed twice, and the new disk never level yet', [member(3, 9_000), member(3)], member(3, 9_000)],
  ['listed once, never level', [member(3)], member(3)],
])('a server that is %s', (_, members, expected) => {
  expect(memberOf(members, 3)).toEqual(expected);
});

test.each<[string, (number | undefined)[], boolean]>([
  ['all voters are level', [0, 10, 20], true],
  ['two of three are level', [0, 5_000, undefined], true],
  ['the leader is alone', [0, undefined, undefined], false],
  ['two of three have fallen behind', [0, 5_001, 9_000], false],
  ['half of four are level', [0, 0, undefined, undefined], false],
  ['there is one voter', [0], true],
])('a quorum is settled or not: %s', (_, lags, settled) => {
  const voters = lags.map((behindMs, index) => member(index + 1, behindMs));
  const quorum: QuorumView = { leaderId: 1, voters, observers: [] };

  expect(hasCaughtUpMajority(quorum)).toBe(settled);
});
