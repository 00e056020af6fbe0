import fc from 'fast-check';
import { QuorumView } from '../../../agent/kafka/quorum-view';
import { judgeController } from '../../../agent/readiness/judge-controller';

/** Controllers 101 to 103, led by 101; the second is as far behind as told. */
function quorum(behindMs?: number): QuorumView {
  const members: [number, number | undefined][] = [
    [101, 0],
    [102, behindMs],
    [103, 0],
  ];
  return {
    leaderId: 101,
    voters: members.map(([id, behind]) => ({ id, behindMs: behind, logEndOffset: 10 })),
    observers: [{ id: 104, lagMs: 0, logEndOffset: 10 }],
  };
}

test.each([
  ['the leader', 101, quorum(0), 'controller 101 leads the quorum'],
  ['a follower that keeps up', 102, quorum(300), 'controller 102 follows controller 101'],
  ['a follower at the limit', 102, quorum(5_000), 'controller 102 follows controller 101'],
])('%s is ready', (_, self, view, reason) => {
  expect(judgeController(self, view)).toEqual({ ready: true, reason, notInSync: [] });
});

test.each([
  ['without an answer', 102, undefined, 'the quorum has no leader that answers'],
  ['that is behind', 102, quorum(5_001), 'controller 102 is behind controller 101 by 5001 ms'],
  [
    'that was never level',
    102,
    quorum(undefined),
    'controller 102 is behind controller 101 by an unknown number of ms',
  ],
  [
    'that is only an observer',
    104,
    quorum(0),
    'controller 101 leads, and does not count controller 104 as a voter',
  ],
])('a controller %s is not ready', (_, self, view, reason) => {
  expect(judgeController(self, view)).toEqual({ ready: false, reason });
});

test('how far others are behind never changes the verdict', () => {
  fc.assert(
    fc.property(fc.option(fc.nat(60_000), { nil: undefined }), (behindMs) => {
      expect(judgeController(103, quorum(behindMs))).toEqual(judgeController(103, quorum(0)));
    }),
  );
});
