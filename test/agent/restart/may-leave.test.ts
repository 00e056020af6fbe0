import { LeaveFacts, mayLeave } from '../../../agent/restart/may-leave';

function facts(change: Partial<LeaveFacts> = {}): LeaveFacts {
  return { toldMs: 5_000, wasAsked: true, isHolding: false, closedLooks: 0, graceMs: 1_800_000, ...change };
}

test.each<[string, Partial<LeaveFacts>, string | undefined]>([
  ['stays while the stop is held', { isHolding: true, closedLooks: 9 }, undefined],
  ['stays while Kafka runs', { toldMs: 600_000 }, undefined],
  ['stays when one look finds the port closed', { closedLooks: 1 }, undefined],
  ['leaves when the server is down', { closedLooks: 2 }, 'the server is down'],
  [
    'waits a moment for the question of the kubelet',
    { toldMs: 1_000, closedLooks: 2, wasAsked: false },
    undefined,
  ],
  ['stays while the question may still come', { toldMs: 14_999, wasAsked: false }, undefined],
  [
    'leaves when only this container ends',
    { toldMs: 15_000, wasAsked: false },
    'nobody has asked whether the server may stop',
  ],
  ['leaves when the time is over', { toldMs: 1_800_000, isHolding: true }, 'the time of the pod is over'],
])('%s', (_, change, reason) => {
  expect(mayLeave(facts(change))).toBe(reason);
});
