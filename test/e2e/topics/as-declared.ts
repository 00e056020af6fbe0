import { Partition } from '../kafka/answers';
import { ExpectedMap, World } from '../world';
import { eventually } from '../waiting';
import { DEFAULT_PARTITIONS, LISTS, ListedTopic, Variant } from './lists';

/** Waits until the topics of a list are as declared: partitions, replicas, map and zones. Returns the number of topics. */
export async function untilAsDeclared(world: World, variant: Variant, seconds = 120): Promise<number> {
  const topics = LISTS[variant].topics();
  return eventually<number>(`topics of the list '${variant}'`, seconds, async () => {
    const problems = await declarationProblems(world, topics);
    return problems.length === 0
      ? { done: topics.length }
      : { state: `${problems.length} problems: ${problems.slice(0, 5).join('; ')}` };
  });
}

/** Differences of topics from their declaration. */
export async function declarationProblems(
  { tools, expectations }: World,
  topics: readonly ListedTopic[],
): Promise<string[]> {
  const [all, endpoints] = [await tools.partitions(), await tools.endpoints()];
  const racks = new Map(endpoints.map(({ id, rack }) => [id, rack]));
  const byTopic = new Map<string, Partition[]>();
  all.forEach((one) => byTopic.set(one.topic, [...(byTopic.get(one.topic) ?? []), one]));
  return topics.flatMap((topic) => {
    const map = expectations.maps.find(({ name }) => topic.name.startsWith(`${name}.`))!;
    return problemsOf(topic, byTopic.get(topic.name) ?? [], map, racks);
  });
}

function problemsOf(
  { name, partitions = DEFAULT_PARTITIONS, replicationFactor = 3 }: ListedTopic,
  found: readonly Partition[],
  { brokerIds }: ExpectedMap,
  racks: ReadonlyMap<number, string>,
): string[] {
  const wrong = found.filter(
    ({ replicas }) =>
      replicas.length !== replicationFactor ||
      new Set(replicas.map((id) => racks.get(id))).size !== replicationFactor ||
      replicas.some((id) => !brokerIds.includes(id)),
  );
  return [
    ...(found.length === partitions ? [] : [`${name} has ${found.length} partitions, not ${partitions}`]),
    ...wrong.map(({ index, replicas }) => `${name}-${index} is on ${replicas.join(', ')}`),
  ];
}
