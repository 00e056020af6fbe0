import { Endpoint, Partition } from '../kafka/answers';
import { DefinedTopic, definedTopics } from '../setup/manifest';
import { assertNone, eventually } from '../waiting';
import { isEven, tally } from '../lists';
import { ExpectedMap, World } from '../world';

const REPLICAS = 3;

/** Kafka's internal topics exist before the first client connects, on the first map only. */
export async function internalTopicsAreThere({ expectations, tools }: World): Promise<string> {
  const definitions = expectations.internalTopics.map((name) => ({
    name,
    partitions: expectations.internalPartitions,
    replicationFactor: REPLICAS,
  }));
  const endpoints = await tools.endpoints();
  return eventually<string>('internal topics', 300, async () => {
    const partitions = await tools.partitions();
    const problems = topicProblems(definitions, expectations.maps[0], partitions, endpoints);
    const others = partitions.filter(
      ({ topic }) => topic.startsWith('__') && !expectations.internalTopics.includes(topic),
    );
    const all = [...problems, ...others.map(({ topic }) => `unexpected topic ${topic}`)];
    return all.length === 0
      ? { done: `${expectations.internalTopics.join(', ')} on map ${expectations.maps[0].name}` }
      : { state: all.slice(0, 5).join('; ') };
  });
}

/** Every defined topic exists on its map, in all zones, in sync, with evenly spread leaders. */
export async function definedTopicsAreThere({ expectations, manifest, tools }: World): Promise<string> {
  const definitions = definedTopics(manifest);
  const [partitions, endpoints] = await Promise.all([tools.partitions(), tools.endpoints()]);
  const problems = definitions.flatMap((definition) => {
    const owner = ownerOf(definition.name, expectations.maps, partitions);
    return owner === undefined
      ? [`topic ${definition.name} does not belong to a map`]
      : topicProblems([definition], owner, partitions, endpoints);
  });
  assertNone([...problems, ...expectations.maps.flatMap((map) => leaderProblems(map, partitions))]);
  const leaders = expectations.maps.map(
    (map) => `${map.name} ${[...leadersOf(map, partitions).values()].join('/')}`,
  );
  return `${definitions.length} topics; leaders by broker: ${leaders.join(', ')}`;
}

/** Problems with topics that belong to one map. */
export function topicProblems(
  definitions: readonly DefinedTopic[],
  map: ExpectedMap,
  partitions: readonly Partition[],
  endpoints: readonly Endpoint[],
): string[] {
  const racks = new Map(endpoints.map(({ id, rack }) => [id, rack]));
  return definitions.flatMap(({ name, partitions: count, replicationFactor }) => {
    const own = partitions.filter(({ topic }) => topic === name);
    return [
      ...(own.length === count ? [] : [`topic ${name} has ${own.length} partitions, not ${count}`]),
      ...own.flatMap((partition) => {
        const { index, replicas, isr, leader } = partition;
        const where = `${name}-${index}`;
        const zones = new Set(replicas.map((id) => racks.get(id)));
        return [
          ...(replicas.length === replicationFactor ? [] : [`${where} has replicas ${replicas.join(', ')}`]),
          ...(replicas.every((id) => map.brokerIds.includes(id))
            ? []
            : [`${where} is on ${replicas.join(', ')}, not all of map ${map.name}`]),
          ...(zones.size === replicas.length
            ? []
            : [`${where} has replicas in zones ${[...zones].join(', ')}`]),
          ...(isr.length === replicas.length ? [] : [`${where} has only ${isr.join(', ')} in sync`]),
          ...(leader === undefined ? [`${where} has no leader`] : []),
        ];
      }),
    ];
  });
}

/** Leaders are even over all topics of a map, or over each topic: two programs place replicas at the same time. */
export function leaderProblems(map: ExpectedMap, partitions: readonly Partition[]): string[] {
  const counts = leadersOf(map, partitions);
  if (isEven(counts.values())) {
    return [];
  }
  const topics = new Set(partitions.filter((partition) => isOn(map, partition)).map(({ topic }) => topic));
  return [...topics].flatMap((topic) => {
    const own = leadersOf(
      map,
      partitions.filter((partition) => partition.topic === topic),
    );
    const text = [...own].map(([id, count]) => `${id}: ${count}`).join(', ');
    return isEven(own.values()) ? [] : [`topic ${topic} has leaders ${text}`];
  });
}

function leadersOf(map: ExpectedMap, partitions: readonly Partition[]): Map<number, number> {
  const leaders = tally(partitions.map(({ leader }) => leader));
  return new Map(map.brokerIds.map((id) => [id, leaders.get(id) ?? 0]));
}

function ownerOf(
  topic: string,
  maps: readonly ExpectedMap[],
  all: readonly Partition[],
): ExpectedMap | undefined {
  const first = all.find((partition) => partition.topic === topic);
  return first && maps.find((map) => isOn(map, first));
}

function isOn({ brokerIds }: ExpectedMap, { replicas }: Partition): boolean {
  return replicas.some((id) => brokerIds.includes(id));
}
