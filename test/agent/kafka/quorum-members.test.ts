import { QuorumMember, QuorumView } from '../../../agent/kafka/quorum-view';
import { hasCaughtUpMajority, memberOf, metadataLagReason } from '../../../agent/kafka/quorum-members';

const member = (id: number, lagMs?: number): QuorumMember => ({ id, lagMs, logEndOffset: 7 });

test.each<[string, QuorumMember[], QuorumMember | undefined]>([
  ['absent', [member(1, 0)], undefined],
  ['listed once', [member(1, 0), member(3, 40)], member(3, 40)],
  ['listed twice, with the previous directory id first', [member(3, 146_042), member(3, 0)], member(3, 0)],
  ['listed twice, with the current directory id first', [member(3, 0), member(3, 146_042)], member(3, 0)],
  [
    'listed twice, and has not caught up yet with its current directory id',
    [member(3, 9_000), member(3)],
    member(3, 9_000),
  ],
  ['listed once, and has never caught up', [member(3)], member(3)],
])('the entry with the smallest lag counts for a server that is %s', (_, members, expected) => {
  expect(memberOf(members, 3)).toEqual(expected);
});

test.each<[string, (number | undefined)[], boolean]>([
  ['all voters have caught up', [0, 10, 20], true],
  ['two of three have caught up', [0, 5_000, undefined], true],
  ['only the leader', [0, undefined, undefined], false],
  ['two of three lag', [0, 5_001, 9_000], false],
  ['two of four have caught up', [0, 0, undefined, undefined], false],
  ['the only voter', [0], true],
])('a majority has caught up, or not: %s', (_, lags, hasMajority) => {
  const voters = lags.map((lagMs, index) => member(index + 1, lagMs));
  const quorum: QuorumView = { leaderId: 1, voters, observers: [] };

  expect(hasCaughtUpMajority(quorum)).toBe(hasMajority);
});

describe('the metadata of a broker', () => {
  const quorum = (lagMs?: number): QuorumView => ({
    leaderId: 101,
    voters: [],
    observers: [member(3, lagMs)],
  });

  test.each<[string, Parameters<typeof metadataLagReason>[1]]>([
    ['in ZooKeeper mode', undefined],
    ['with a lag at the limit', quorum(10_000)],
  ])('is current %s', (_, seen) => {
    expect(metadataLagReason(3, seen)).toBeUndefined();
  });

  test.each<[string, Parameters<typeof metadataLagReason>[1], string]>([
    [
      'without controllers',
      'unreachable',
      'the controllers cannot be reached through broker 3, so its metadata may be out of date',
    ],
    [
      'of another broker',
      { leaderId: 101, voters: [member(3, 0)], observers: [member(4, 0)] },
      'the controllers do not list broker 3 as an observer of the metadata yet',
    ],
    ['beyond the limit', quorum(10_001), 'the metadata of broker 3 lags by 10001 ms; the limit is 10 s'],
    ['that never caught up', quorum(), 'the metadata of broker 3 lags by an unknown time; the limit is 10 s'],
  ])('may be out of date %s', (_, seen, reason) => {
    expect(metadataLagReason(3, seen)).toBe(reason);
  });
});
