import fc from 'fast-check';
import {
  InternalTopicsFacts,
  MISSING_BROKER_TIMEOUT_MS,
  internalTopicsStep,
} from '../../../agent/topics/internal-topics';
import { clusterOf, partition } from '../views';

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

test('each further broker waits for one more timeout', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const position = IDS.filter((id) => given.view.brokers.has(id)).indexOf(given.self);
      const { kind } = internalTopicsStep(given);
      if (kind !== 'nothing missing') {
        expect(kind === 'another broker creates').toBe(
          position < 0 || given.waitedMs < position * MISSING_BROKER_TIMEOUT_MS,
        );
      }
    }),
    RUNS,
  );
});

test('topics that can be created now can be created later', () => {
  fc.assert(
    fc.property(facts, fc.nat(MISSING_BROKER_TIMEOUT_MS), (given, later) => {
      if (internalTopicsStep(given).kind === 'create') {
        expect(internalTopicsStep({ ...given, waitedMs: given.waitedMs + later }).kind).toBe('create');
      }
    }),
    RUNS,
  );
});
