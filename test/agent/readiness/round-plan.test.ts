import fc from 'fast-check';
import { RoundFacts, pauseAfter, requestsOf } from '../../../agent/readiness/round-plan';

/** A ready broker of a cluster of 300 in KRaft mode, just after a full observation. */
const SETTLED: RoundFacts = {
  mode: 'kraft',
  isReady: true,
  isChanged: false,
  brokers: 300,
  quorumAgeMs: 0,
  secondViewAgeMs: 0,
  isSecondViewMissing: false,
};

test.each<[string, Partial<RoundFacts>, { quorum: boolean; secondView: boolean }]>([
  ['a settled broker', {}, { quorum: false, secondView: false }],
  ['a broker that is not ready', { isReady: false }, { quorum: true, secondView: true }],
  [
    'a first round',
    { quorumAgeMs: undefined, secondViewAgeMs: undefined },
    { quorum: true, secondView: true },
  ],
  ['a change of an ISR', { isChanged: true }, { quorum: false, secondView: true }],
  ['a quorum of 9.8 s ago', { quorumAgeMs: 9_800 }, { quorum: false, secondView: false }],
  ['a quorum of 9.9 s ago', { quorumAgeMs: 9_900 }, { quorum: true, secondView: false }],
  [
    'a quorum of 9.9 s ago, 1000 brokers',
    { quorumAgeMs: 9_900, brokers: 1_000 },
    { quorum: false, secondView: false },
  ],
  [
    'a quorum of 10 s ago, 1000 brokers',
    { quorumAgeMs: 10_000, brokers: 1_000 },
    { quorum: true, secondView: false },
  ],
  [
    'a quorum of 2 s ago, 60 brokers',
    { quorumAgeMs: 2_000, brokers: 60 },
    { quorum: true, secondView: false },
  ],
  ['a second view of 59.9 s ago', { secondViewAgeMs: 59_900 }, { quorum: false, secondView: false }],
  ['a second view of 60 s ago', { secondViewAgeMs: 60_000 }, { quorum: false, secondView: true }],
  [
    'no second view, tried 9.9 s ago',
    { secondViewAgeMs: 9_900, isSecondViewMissing: true },
    { quorum: false, secondView: false },
  ],
  [
    'no second view, tried 10 s ago',
    { secondViewAgeMs: 10_000, isSecondViewMissing: true },
    { quorum: false, secondView: true },
  ],
  ['ZooKeeper mode', { mode: 'zookeeper', quorumAgeMs: undefined }, { quorum: false, secondView: true }],
])('requests of a round: %s', (_, change, requests) => {
  expect(requestsOf({ ...SETTLED, ...change })).toEqual(requests);
});

test.each([
  ['a small cluster, settled', true, { bytes: 50_000, ms: 8 }, 2_000],
  ['a small cluster, not ready', false, { bytes: 50_000, ms: 8 }, 1_000],
  ['100 000 partitions', true, { bytes: 4_300_000, ms: 150 }, 4_103],
  ['200 000 partitions', true, { bytes: 8_600_000, ms: 300 }, 5_000],
  ['a slow broker', true, { bytes: 50_000, ms: 120 }, 2_400],
  ['a slow broker, not ready', false, { bytes: 50_000, ms: 60 }, 1_200],
  ['200 000 partitions, not ready', false, { bytes: 8_600_000, ms: 300 }, 2_000],
  ['a server without metadata', true, undefined, 2_000],
])('pause after a round: %s', (_, isSettled, cost, ms) => {
  expect(Math.round(pauseAfter(isSettled, cost))).toBe(ms);
});

test('a pause takes one to five seconds and never shrinks with the cost', () => {
  const cost = fc.record({ bytes: fc.nat(100_000_000), ms: fc.nat(20_000) });
  fc.assert(
    fc.property(fc.boolean(), cost, cost, (isSettled, one, more) => {
      const pause = pauseAfter(isSettled, one);
      expect(pause).toBeGreaterThanOrEqual(1_000);
      expect(pause).toBeLessThanOrEqual(5_000);
      const sum = { bytes: one.bytes + more.bytes, ms: one.ms + more.ms };
      expect(pauseAfter(isSettled, sum)).toBeGreaterThanOrEqual(pause);
    }),
  );
});
