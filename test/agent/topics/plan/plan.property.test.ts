import fc from 'fast-check';
import { MapConfig, TopicDefinitionConfig } from '../../../../lib/seam/agent-config';
import { TopicPlan, PlanInput, planTopics } from '../../../../agent/topics/plan';
import { clusterOf, partition } from '../../views';

const RUNS = { numRuns: 300 };

/** `both.*` matches two maps, `none` matches none. */
const MAPS: readonly MapConfig[] = [
  { name: 'streams', patterns: ['s.*', 'both.*'], brokerIds: { first: 1, last: 4 } },
  { name: 'archive', patterns: ['a.*', 'both.*'], brokerIds: { first: 11, last: 13 } },
];
const BROKERS = [1, 2, 3, 4, 11, 12, 13, 21];
const NAMES = ['s0', 's1', 's2', 'a0', 'a1', 'both0', 'none'];

const definitions: fc.Arbitrary<TopicDefinitionConfig[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...NAMES),
    partitions: fc.integer({ min: 1, max: 8 }),
    replicationFactor: fc.integer({ min: 1, max: 5 }),
  }),
  { selector: ({ name }) => name },
);

const view = fc
  .record({
    brokers: fc.subarray(BROKERS),
    racks: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: BROKERS.length, maxLength: BROKERS.length }),
    topics: fc.dictionary(
      fc.constantFrom(...NAMES, 'other'),
      fc.array(fc.uniqueArray(fc.constantFrom(...BROKERS), { minLength: 1, maxLength: 4 }), {
        maxLength: 4,
      }),
    ),
  })
  .map(({ brokers, racks, topics }) =>
    clusterOf({
      bareTopics: Object.keys(topics),
      brokers: brokers.map((id) => ({ id, rack: racks[BROKERS.indexOf(id)] })),
      partitions: Object.entries(topics).flatMap(([topic, lists]) =>
        lists.map((replicas, index) => partition(topic, index, replicas)),
      ),
    }),
  );

const input: fc.Arbitrary<PlanInput> = fc.record({ definitions, maps: fc.constant(MAPS), view });

function planned({ create, deferred, impossible }: TopicPlan): string[] {
  return [...create.map(({ name }) => name), ...[...deferred, ...impossible].map(({ topic }) => topic)];
}

test('each topic is exactly one of created, deferred, impossible and existing', () => {
  fc.assert(
    fc.property(input, (facts) => {
      const plan = planTopics(facts);
      const matched = (name: string) => name !== 'none' && name !== 'both0';
      const left = facts.definitions.filter(({ name }) => facts.view.topics.has(name) && matched(name));
      expect([...planned(plan), ...left.map(({ name }) => name)].sort()).toEqual(
        facts.definitions.map(({ name }) => name).sort(),
      );
    }),
    RUNS,
  );
});

test('existing topics are never created', () => {
  fc.assert(
    fc.property(input, (facts) => {
      expect(planTopics(facts).create.filter(({ name }) => facts.view.topics.has(name))).toEqual([]);
    }),
    RUNS,
  );
});

test('every new replica is on a live broker of the map that the topic matches', () => {
  fc.assert(
    fc.property(input, (facts) => {
      for (const { name, assignments } of planTopics(facts).create) {
        const { first, last } = MAPS[name.startsWith('s') ? 0 : 1].brokerIds;
        const wrong = assignments
          .flat()
          .filter((id) => id < first || id > last || !facts.view.brokers.has(id));
        expect(wrong).toEqual([]);
      }
    }),
    RUNS,
  );
});

test('created topics have the partitions and replicas of their definition', () => {
  fc.assert(
    fc.property(input, (facts) => {
      for (const { name, assignments } of planTopics(facts).create) {
        const { partitions, replicationFactor } = facts.definitions.find((one) => one.name === name)!;
        expect(assignments.map((replicas) => replicas.length)).toEqual(
          Array(partitions).fill(replicationFactor),
        );
      }
    }),
    RUNS,
  );
});

test('only topics with more replicas than brokers, or without exactly one map, are impossible', () => {
  fc.assert(
    fc.property(input, (facts) => {
      for (const { topic } of planTopics(facts).impossible) {
        const { replicationFactor } = facts.definitions.find(({ name }) => name === topic)!;
        const most = { s: 4, a: 3, b: 0, n: 0 }[topic[0]]!;
        expect(replicationFactor).toBeGreaterThan(most);
      }
    }),
    RUNS,
  );
});

test('a second plan creates nothing', () => {
  fc.assert(
    fc.property(input, (facts) => {
      const { create } = planTopics(facts);
      const added = create.flatMap(({ name, assignments }) =>
        assignments.map((replicas, index) => partition(name, index, replicas)),
      );
      const view = {
        ...facts.view,
        topics: new Set([...facts.view.topics, ...create.map(({ name }) => name)]),
        partitions: [...facts.view.partitions, ...added],
      };
      const again = planTopics({ ...facts, view });
      const fresh = new Set(create.map(({ name }) => name));
      expect(again.create).toEqual([]);
      expect(again.drift.filter(({ topic }) => fresh.has(topic))).toEqual([]);
    }),
    RUNS,
  );
});

test('plans are deterministic', () => {
  fc.assert(
    fc.property(input, (facts) => {
      expect(planTopics(facts)).toEqual(planTopics(facts));
    }),
    RUNS,
  );
});
