import fc from 'fast-check';
import { QuorumView } from '../../../agent/kafka/quorum-view';
import { judgeController } from '../../../agent/readiness/judge-controller';

/** Controllers 101 to 103 with leader 101. Controller 102 has a lag. */
function quorum(lagMs?: number): QuorumView {
  const members: [number, number | undefined][] = [
    [101, 0],
    [102, lagMs],
    [103, 0],
  ];
  return {
    leaderId: 101,
    voters: members.map(([id, lag]) => ({ id, lagMs: lag, logEndOffset: 10 })),
    observers: [{ id: 104, lagMs: 0, logEndOffset: 10 }],
  };
}

test.each([
  ['the leader', 101, quorum(0), 'controller 101 is the leader of the quorum'],
  ['a follower that has caught up', 102, quorum(300), 'controller 102 follows leader 101'],
  ['a follower with a lag at the limit', 102, quorum(5_000), 'controller 102 follows leader 101'],
])('%s is ready', (_, self, view, reason) => {
  expect(judgeController(self, view)).toEqual({ ready: true, reason, outOfSync: [] });
});

test.each([
  ['without an answer', 102, undefined, 'the quorum has no leader that answers'],
  ['that lags', 102, quorum(5_001), 'controller 102 lags behind leader 101 by 5001 ms; the limit is 5 s'],
  [
    'that has never caught up',
    102,
    quorum(undefined),
    'controller 102 lags behind leader 101 by an unknown time; the limit is 5 s',
  ],
  ['that is only an observer', 104, quorum(0), 'controller 104 is not a voter of the quorum of leader 101'],
])('a controller %s is not ready', (_, self, view, reason) => {
  expect(judgeController(self, view)).toEqual({ ready: false, reason });
});

test('the lag of other controllers never changes the verdict', () => {
  fc.assert(
    fc.property(fc.option(fc.nat(60_000), { nil: undefined }), (lagMs) => {
      expect(judgeController(103, quorum(lagMs))).toEqual(judgeController(103, quorum(0)));
    }),
  );
});
