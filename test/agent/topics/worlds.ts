/*
 * Random clusters with random declarations, for property-based tests.
 */
import fc from 'fast-check';
import { DeclaredTopicConfig, DriftConfig, MapConfig } from '../../../lib/seam/agent-config';
import { PlanInput } from '../../../agent/topics/plan/plan-topics';
import { TopicOwners, withDefaults } from '../../../agent/topics/plan/topic-owners';
import { FakeKafka, FakeNode } from './fake-kafka';

/** Names of properties of every object, which are valid names of topics. */
export const SPECIAL_NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

/** A cluster before a run. */
export interface World {
  readonly maps: readonly MapConfig[];
  readonly drift: DriftConfig;
  readonly topics: readonly DeclaredTopicConfig[];
  readonly brokers: Readonly<Record<number, FakeNode>>;
  readonly pods: ReadonlyMap<string, ReadonlySet<number>> | undefined;
  readonly existing: readonly {
    readonly name: string;
    readonly partitions: readonly (readonly number[])[];
    readonly settings: Readonly<Record<string, string>>;
  }[];
}

const NAMES = ['m0.a', 'm0.b', 'm0.c', 'm1.a', 'm1.b', 'm2.a', 'shared.a', 'none', ...SPECIAL_NAMES];
const FOREIGN = 901;
const settings = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '3'));
const action = fc.constantFrom('correct', 'report', 'ignore' as const);
const drifts: fc.Arbitrary<DriftConfig> = fc.record({
  settings: action,
  undeclaredSettings: action,
  partitions: action,
  undeclaredTopics: fc.constantFrom('report', 'ignore' as const),
});

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

function mapOf(index: number): fc.Arbitrary<MapConfig> {
  const own = index === 0 ? [`m0\\..*`, SPECIAL_NAMES.join('|')] : [`m${index}\\..*`];
  return fc
    .record({
      size: fc.integer({ min: 1, max: 6 }),
      patterns: fc.oneof(
        { weight: 6, arbitrary: fc.constant(own) },
        { weight: 2, arbitrary: fc.constant([...own, 'shared\\..*']) },
        { weight: 1, arbitrary: fc.constant([]) },
      ),
      topicDefaults: optional(
        fc.record({
          partitions: optional(fc.integer({ min: 1, max: 5 })),
          replicationFactor: optional(fc.integer({ min: 1, max: 3 })),
          config: optional(settings),
        }),
      ),
    })
    .map(({ size, ...rest }) => ({
      name: `map-${index}`,
      brokerIds: { first: 100 * index + 1, last: 100 * index + size },
      ...rest,
    }));
}

/** Options of random worlds. */
export interface WorldOptions {
  /** All brokers are live and have a pod. */
  readonly isAllLive?: boolean;
  readonly drift?: DriftConfig;
}

/** Random worlds with one to three maps. */
export function worlds({ isAllLive = false, drift }: WorldOptions = {}): fc.Arbitrary<World> {
  return fc
    .integer({ min: 1, max: 3 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => mapOf(index))))
    .chain((maps) => worldOf(maps, isAllLive, drift));
}

function worldOf(maps: readonly MapConfig[], isAllLive: boolean, drift?: DriftConfig): fc.Arbitrary<World> {
  const ids = maps.flatMap(({ brokerIds: { first, last } }) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index),
  );
  const present = fc.oneof(
    { weight: 5, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  );
  const node = fc.record({
    zone: fc.constantFrom('a', 'b', 'c', undefined),
    isLive: isAllLive ? fc.constant(true) : present,
    isCordoned: present.map((isPresent) => !isPresent),
    hasPod: isAllLive ? fc.constant(true) : present,
  });
  const topic = fc.record(
    {
      name: fc.constantFrom(...NAMES),
      partitions: fc.integer({ min: 1, max: 6 }),
      replicationFactor: fc.integer({ min: 1, max: 4 }),
      config: settings,
    },
    { requiredKeys: ['name'] },
  );
  const replicas = fc.uniqueArray(fc.constantFrom(...ids, FOREIGN), { minLength: 1, maxLength: 4 });
  const existing = fc.record({
    name: fc.constantFrom(...NAMES, 'foreign', '__consumer_offsets'),
    partitions: fc.array(replicas, { minLength: 1, maxLength: 4 }),
    settings,
  });
  const byName = { selector: ({ name }: { readonly name: string }) => name, maxLength: 8 };
  return fc
    .record({
      nodes: fc.array(node, { minLength: ids.length, maxLength: ids.length }),
      arePodsKnown: fc.boolean(),
      topics: fc.uniqueArray(topic, byName),
      existing: fc.uniqueArray(existing, byName),
      drift: drift === undefined ? drifts : fc.constant(drift),
    })
    .map(({ nodes, arePodsKnown, ...rest }) => ({
      ...rest,
      maps,
      brokers: {
        ...Object.fromEntries(ids.map((id, index) => [id, nodes[index]])),
        [FOREIGN]: { zone: 'a' },
      },
      pods: arePodsKnown
        ? new Map(
            maps.map(({ name, brokerIds: { first, last } }) => [
              name,
              new Set(ids.filter((id, index) => id >= first && id <= last && nodes[index].hasPod)),
            ]),
          )
        : undefined,
    }));
}

/** Kafka in a world. */
export function kafkaOf({ brokers, existing }: World): FakeKafka {
  const kafka = new FakeKafka(brokers);
  existing.forEach(({ name, partitions, settings: values }) => kafka.put(name, partitions, values));
  return kafka;
}

/** Number of partitions and replicas and settings of each topic: everything but the brokers. */
export function shapeOf(kafka: FakeKafka): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(kafka.content).map(([name, { partitions, settings: values }]) => [
      name,
      { replicas: partitions.map(({ length }) => length), settings: values },
    ]),
  );
}

/** Inputs of a plan, as Kafka has them now. */
export async function inputOf({ maps, drift, topics, pods }: World, kafka: FakeKafka): Promise<PlanInput> {
  const view = await kafka.view();
  const all = [...view.topics].map((name) => ({ name }));
  return {
    topics,
    maps,
    drift,
    declared: new Map(topics.map(({ name }) => [name, 'prod/topics'])),
    state: {
      view,
      pods,
      settings: await kafka.settings(view, all),
      cordoned: await kafka.cordoned(view, view.brokers.keys()),
    },
  };
}

/** The map of a topic; undefined if it is refused. */
export function mapOfTopic({ maps }: Pick<World, 'maps'>, topic: string): MapConfig | undefined {
  const owner = new TopicOwners(maps).ownerOf(topic);
  return 'map' in owner ? owner.map : undefined;
}

/** Topics with their defaults that belong to one map. */
export function definitionsOf(world: World) {
  return world.topics.flatMap((topic) => {
    const map = mapOfTopic(world, topic.name);
    const definition = map === undefined ? { problem: '' } : withDefaults(topic, map);
    return map === undefined || 'problem' in definition ? [] : [{ map, ...definition }];
  });
}

/** Brokers of a map on which replicas may be placed, with their zones. */
export function usableBrokers(
  { brokers, pods }: World,
  { name, brokerIds: { first, last } }: MapConfig,
): Map<number, string> {
  return new Map(
    Object.entries(brokers).flatMap(([key, { zone = '', isLive, isCordoned }]) => {
      const id = Number(key);
      const isUsable = isLive !== false && !isCordoned && (pods === undefined || pods.get(name)!.has(id));
      return id >= first && id <= last && isUsable ? [[id, zone] as const] : [];
    }),
  );
}
