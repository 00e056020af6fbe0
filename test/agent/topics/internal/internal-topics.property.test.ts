import fc from 'fast-check';
import {
  InternalTopicsFacts,
  MISSING_BROKER_TIMEOUT_MS,
  internalTopicsStep,
  pauseAfter,
  turnAt,
} from '../../../../agent/topics/internal/internal-topics';
import { clusterOf, partition } from '../../views';

const IDS = [1, 2, 3, 4];
const NAMES = ['__consumer_offsets', '__transaction_state', '__share_group_state'];
const TOPICS = NAMES.map((name) => ({ name, partitions: 5, replicationFactor: 3 }));

const facts: fc.Arbitrary<InternalTopicsFacts> = fc
  .record({
    self: fc.constantFrom(...IDS),
    // Broker 11 belongs to another map.
    brokers: fc.subarray([...IDS, 11]),
    zones: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 5, maxLength: 5 }),
    there: fc.subarray(NAMES),
    waitedMs: fc.nat(6 * MISSING_BROKER_TIMEOUT_MS),
  })
  .map(({ self, brokers, zones, there, waitedMs }) => ({
    self,
    waitedMs,
    brokerIds: { first: 1, last: 4 },
    topics: TOPICS,
    view: clusterOf({
      brokers: brokers.map((id, index) => ({ id, rack: zones[index] })),
      partitions: there.map((name) => partition(name, 0, [1])),
    }),
  }));

const RUNS = { numRuns: 1_000 };

test('exactly the missing topics are created, on live brokers of the map', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const step = internalTopicsStep(given);
      if (step.kind === 'create') {
        expect(step.topics.map(({ name }) => name)).toEqual(
          NAMES.filter((name) => !given.view.topics.has(name)),
        );
        const replicas = step.topics.flatMap(({ assignments }) => assignments.flat());
        expect(replicas.filter((id) => id > 4 || !given.view.brokers.has(id))).toEqual([]);
      }
      expect(step.kind === 'nothing missing').toBe(NAMES.every((name) => given.view.topics.has(name)));
    }),
    RUNS,
  );
});

test('before the timeout only the first live broker creates topics, and only if no broker is missing', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const live = IDS.filter((id) => given.view.brokers.has(id));
      if (given.waitedMs < MISSING_BROKER_TIMEOUT_MS && internalTopicsStep(given).kind === 'create') {
        expect(live).toEqual(IDS);
        expect(given.self).toBe(1);
      }
    }),
    RUNS,
  );
});

test('at any time it is the turn of exactly one live broker of the map', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const steps = IDS.map((self) => internalTopicsStep({ ...given, self }).kind);
      const live = IDS.filter((id) => given.view.brokers.has(id));
      fc.pre(steps[0] !== 'nothing missing');
      expect(steps.filter((kind) => kind !== 'another broker creates')).toHaveLength(
        Math.min(1, live.length),
      );
    }),
    RUNS,
  );
});

test('turns begin after 2, 6, 14 and 30 minutes, and then every 30 minutes', () => {
  const minutes = [0, 1.9, 2, 5.9, 6, 13.9, 14, 29.9, 30, 59.9, 60, 90, 120];
  expect(minutes.map((minute) => turnAt(minute * 60_000))).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7]);
});

test('pauses double from 2 seconds to 10 minutes', () => {
  expect([0, 1, 2, 3, 9, 10, 11, 1000].map((attempts) => pauseAfter(attempts) / 1000)).toEqual([
    0, 2, 4, 8, 512, 600, 600, 600,
  ]);
});

test('topics that can be created in a turn can be created until its end', () => {
  fc.assert(
    fc.property(facts, fc.nat(MISSING_BROKER_TIMEOUT_MS), (given, later) => {
      const waitedMs = given.waitedMs + later;
      fc.pre(turnAt(waitedMs) === turnAt(given.waitedMs));
      if (internalTopicsStep(given).kind === 'create') {
        expect(internalTopicsStep({ ...given, waitedMs }).kind).toBe('create');
      }
    }),
    RUNS,
  );
});
