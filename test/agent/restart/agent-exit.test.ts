import { ExitFacts, exitReason } from '../../../agent/restart/agent-exit';

function facts(change: Partial<ExitFacts> = {}): ExitFacts {
  return {
    terminatingMs: 5_000,
    wasPreStopCalled: true,
    isStopDelayed: false,
    closedProbes: 0,
    graceMs: 1_800_000,
    ...change,
  };
}

test.each<[string, Partial<ExitFacts>, string | undefined]>([
  ['runs while preStop delays the stop', { isStopDelayed: true, closedProbes: 9 }, undefined],
  ['runs while the server runs', { terminatingMs: 600_000 }, undefined],
  ['runs after one probe that found the port closed', { closedProbes: 1 }, undefined],
  ['exits after the server has stopped', { closedProbes: 2 }, 'the server has stopped'],
  [
    'waits a moment for the call of preStop',
    { terminatingMs: 1_000, closedProbes: 2, wasPreStopCalled: false },
    undefined,
  ],
  ['runs while preStop may still be called', { terminatingMs: 14_999, wasPreStopCalled: false }, undefined],
  [
    'exits if only this container ends',
    { terminatingMs: 15_000, wasPreStopCalled: false },
    'the kubelet has not called preStop, so only the container of the agent ends',
  ],
  [
    'exits after the grace period',
    { terminatingMs: 1_800_000, isStopDelayed: true },
    'the termination grace period is over',
  ],
])('%s', (_, change, reason) => {
  expect(exitReason(facts(change))).toBe(reason);
});
