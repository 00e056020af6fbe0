import fc from 'fast-check';
import { applyPlan } from '../../../../agent/topics/apply/apply-plan';
import { partitionsByTopic } from '../../../../agent/topics/plan/cluster-state';
import { planTopics } from '../../../../agent/topics/plan/plan-topics';
import { planDigest } from '../../../../agent/topics/plan/plan-run';
import { TopicPlan, hasChanges } from '../../../../agent/topics/plan/topic-plan';
import { isSameSet } from '../../../../agent/text/same-value';
import { collectLog } from '../sync-run';
import { World, definitionsOf, inputOf, kafkaOf, mapOfTopic, usableBrokers, worlds } from '../worlds';
import { driftOf } from '../plan-input';

const RUNS = { numRuns: 300 };
const SIGNAL = new AbortController().signal;

beforeEach(() => void collectLog());
afterEach(() => jest.restoreAllMocks());

async function planOf(world: World) {
  const kafka = kafkaOf(world);
  const input = await inputOf(world, kafka);
  return { kafka, input, plan: planTopics(input) };
}

/** Checks the plan of random worlds. */
const check = (
  property: (facts: Awaited<ReturnType<typeof planOf>> & { world: World }) => void | Promise<void>,
  options?: Parameters<typeof worlds>[0],
) =>
  fc.assert(
    fc.asyncProperty(worlds(options), async (world) => property({ world, ...(await planOf(world)) })),
    RUNS,
  );

/** New replica lists with the topic of each. */
const placed = ({ create, addPartitions }: TopicPlan) =>
  [...create, ...addPartitions].flatMap(({ name, assignments }) =>
    assignments.map((replicas) => ({ name, replicas })),
  );

test('each declared topic is created, existing, waiting or refused', () =>
  check(({ world, input, plan }) => {
    for (const { name } of world.topics) {
      const exists = input.state.view.topics.has(name);
      const isCreated = plan.create.some((topic) => topic.name === name);
      const isLeft = [...plan.waiting, ...plan.refused].some(({ topic }) => topic === name);
      expect([isCreated, exists, isLeft].filter(Boolean).length).toBeGreaterThanOrEqual(1);
      expect(isCreated && (exists || isLeft)).toBe(false);
    }
  }));

test('only declared topics are changed', () =>
  check(({ world, plan }) => {
    const declared = new Set(world.topics.map(({ name }) => name));
    const changed = [...plan.create, ...plan.addPartitions, ...plan.changeSettings].map(({ name }) => name);
    expect(
      [...changed, ...plan.moves.map(({ topic }) => topic)].filter((name) => !declared.has(name)),
    ).toEqual([]);
    expect(plan.delete).toEqual([]);
  }));

test('each new replica is on a live broker of the map, with a pod and not cordoned', () =>
  check(({ world, plan }) => {
    for (const { name, replicas } of placed(plan)) {
      const usable = usableBrokers(world, mapOfTopic(world, name)!);
      expect(replicas.filter((id) => !usable.has(id))).toEqual([]);
      expect(new Set(replicas).size).toBe(replicas.length);
    }
  }));

test('new partitions are in as many zones as the brokers allow', () =>
  check(({ world, plan }) => {
    for (const { name, replicas } of placed(plan)) {
      const usable = usableBrokers(world, mapOfTopic(world, name)!);
      const zones = new Set(replicas.map((id) => usable.get(id)));
      expect(zones.size).toBe(Math.min(replicas.length, new Set(usable.values()).size));
    }
  }));

test('created topics have the partitions, replicas and settings of their declaration', () =>
  check(({ world, plan }) => {
    const definitions = new Map(definitionsOf(world).map((topic) => [topic.name, topic]));
    for (const { name, assignments, config } of plan.create) {
      const { partitions, replicationFactor, ...definition } = definitions.get(name)!;
      expect(assignments.map((replicas) => replicas.length)).toEqual(
        Array(partitions).fill(replicationFactor),
      );
      expect(config).toEqual(definition.config);
    }
  }));

test('partitions are added up to the declared number, with the replicas of the first one, if drift is corrected', () =>
  check(({ world, input, plan }) => {
    const definitions = new Map(definitionsOf(world).map((topic) => [topic.name, topic]));
    const existing = partitionsByTopic(input.state.view);
    for (const { name, from, count, assignments } of plan.addPartitions) {
      expect(world.drift.partitions).toBe('correct');
      expect(from).toBe(existing.get(name)!.length);
      expect(count).toBe(definitions.get(name)!.partitions);
      expect(assignments.map((replicas) => replicas.length)).toEqual(
        Array(count - from).fill(existing.get(name)![0].replicas.length),
      );
    }
  }));

test('added partitions even out the leaders of a topic', () =>
  check(
    ({ world, input, plan }) => {
      const existing = partitionsByTopic(input.state.view);
      for (const { name, assignments } of plan.addPartitions) {
        const leaders = new Map(
          [...usableBrokers(world, mapOfTopic(world, name)!).keys()].map((id) => [id, 0]),
        );
        const count = (id: number) => leaders.has(id) && leaders.set(id, leaders.get(id)! + 1);
        existing.get(name)!.forEach(({ replicas: [leader] }) => count(leader));
        for (const [leader] of assignments) {
          expect(leaders.get(leader)).toBe(Math.min(...leaders.values()));
          count(leader);
        }
      }
    },
    { drift: driftOf('correct') },
  ));

test('settings are changed as the drift policy says', () =>
  check(({ world, input, plan }) => {
    for (const { name, config = {} } of definitionsOf(world)) {
      const actual = input.state.settings.get(name);
      const change = plan.changeSettings.find((one) => one.name === name);
      const differing = Object.keys(config).filter(
        (key) => actual && !isSameSet(actual.get(key), config[key]),
      );
      const undeclared = [...(actual?.keys() ?? [])].filter((key) => !Object.hasOwn(config, key));
      expect(Object.keys(change?.set ?? {}).sort()).toEqual(
        world.drift.settings === 'correct' ? differing.sort() : [],
      );
      expect(change?.remove ?? []).toEqual(
        world.drift.undeclaredSettings === 'correct' ? undeclared.sort() : [],
      );
    }
  }));

test('nothing is changed or reported about settings and partitions whose drift is ignored', () =>
  check(
    ({ plan }) => {
      expect([...plan.addPartitions, ...plan.changeSettings]).toEqual([]);
      expect(
        plan.drift.filter(({ message }) => /partitions, its|which its declaration does not|=/.test(message)),
      ).toEqual([]);
    },
    { drift: driftOf('ignore') },
  ));

test('Kafka accepts each change, and afterwards the plan is empty', () =>
  check(async ({ world, kafka, plan }) => {
    const before = kafka.content;
    const { rejected } = await applyPlan(plan, kafka, SIGNAL);
    expect(rejected).toEqual([]);
    const next = planTopics(await inputOf(world, kafka));
    expect(hasChanges(next)).toBe(false);
    // What cannot be done stays a problem.
    expect(next.refused).toEqual(plan.refused);
    expect(next.waiting).toEqual(plan.waiting);
    for (const [name, { partitions }] of Object.entries(before)) {
      expect(kafka.topics.get(name)!.partitions.slice(0, partitions.length)).toEqual(partitions);
    }
  }));

test('if all brokers are live and drift is corrected, only moves and refused topics are left', () =>
  check(
    async ({ world, kafka, plan }) => {
      await applyPlan(plan, kafka, SIGNAL);
      const next = planTopics(await inputOf(world, kafka));
      const left = new Set([...next.refused, ...next.waiting, ...next.drift].map(({ topic }) => topic));
      for (const { name, partitions, replicationFactor, config } of definitionsOf(world).filter(
        (topic) => !left.has(topic.name),
      )) {
        const found = kafka.topics.get(name)!;
        expect(found.partitions.map((replicas) => replicas.length)).toEqual(
          Array(partitions).fill(replicationFactor),
        );
        expect(Object.fromEntries(found.settings)).toEqual(config);
      }
    },
    { isAllLive: true, drift: driftOf('correct') },
  ));

test('plans depend neither on the order of declarations nor on that of the view', () =>
  check(({ input, plan }) => {
    const { view } = input.state;
    const other = {
      ...input,
      topics: [...input.topics].reverse(),
      state: {
        ...input.state,
        view: {
          ...view,
          brokers: new Map([...view.brokers].reverse()),
          topics: new Set([...view.topics].reverse()),
          partitions: [...view.partitions].reverse(),
        },
      },
    };
    expect(planTopics(other)).toEqual(plan);
    expect(planDigest(planTopics(other))).toBe(planDigest(plan));
  }));
