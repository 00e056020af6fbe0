import { ExitFacts, exitReason } from '../../../agent/restart/agent-exit';

function facts(change: Partial<ExitFacts> = {}): ExitFacts {
  return { terminatingMs: 5_000, wasPreStopCalled: true, isStopHeld: false, closedProbes: 0, graceMs: 1_800_000, ...change };
}

test.each<[string, Partial<ExitFacts>, string | undefined]>([
  ['stays while the stop is held', { isStopHeld: true, closedProbes: 9 }, undefined],
  ['stays while Kafka runs', { terminatingMs: 600_000 }, undefined],
  ['stays when one look finds the port closed', { closedProbes: 1 }, undefined],
  ['leaves when the server is down', { closedProbes: 2 }, 'the server is down'],
  [
    'waits a moment for the question of the kubelet',
    { terminatingMs: 1_000, closedProbes: 2, wasPreStopCalled: false },
    undefined,
  ],
  ['stays while the question may still come', { terminatingMs: 14_999, wasPreStopCalled: false }, undefined],
  [
    'leaves when only this container ends',
    { terminatingMs: 15_000, wasPreStopCalled: false },
    'nobody has asked whether the server may stop',
  ],
  ['leaves when the time is over', { terminatingMs: 1_800_000, isStopHeld: true }, 'the time of the pod is over'],
])('%s', (_, change, reason) => {
  expect(exitReason(facts(change))).toBe(reason);
});
