/*
 * Unmanaged topics: topics without a declaration. Clients or tools have created them. They are reported and not changed: they may be in
 * use, and a reassignment has a cost.
 */
import { DriftAction, MapConfig } from '../../../lib/seam/agent-config';
import { isInRange } from '../../../lib/seam/id-range';
import { ClusterView, PartitionView } from '../../kafka/cluster-view';
import { TopicOwners } from './topic-owners';

/** Unmanaged topics in the same place. */
export interface UnmanagedTopics {
  /** Their place, as the end of a sentence. */
  readonly place: string;
  /** Topic names, sorted. */
  readonly topics: readonly string[];
}

/** True for internal topics of Kafka, also those of later versions. They belong to a map that is not chosen by patterns. */
export function isOfKafka(topic: string): boolean {
  return topic.startsWith('__');
}

/**
 * Finds topics without a declaration.
 *
 * @param action `ignore` leaves out those on the brokers of exactly one map
 */
export function findUnmanagedTopics(
  declared: { has(name: string): boolean },
  action: DriftAction,
  owners: TopicOwners,
  partitions: ReadonlyMap<string, readonly PartitionView[]>,
  view: Pick<ClusterView, 'topics'>,
): UnmanagedTopics[] {
  const found = new Map<string, string[]>();
  for (const topic of [...view.topics].sort()) {
    if (declared.has(topic) || isOfKafka(topic)) {
      continue;
    }
    const place = placeOf(owners.mapsOf(topic), partitions.get(topic) ?? []);
    if (place !== IN_MAP || action !== 'ignore') {
      found.set(place, found.get(place) ?? []);
      found.get(place)!.push(topic);
    }
  }
  return [...found].map(([place, topics]) => ({ place, topics }));
}

/** Leaves out some topics. */
export function withoutNames(
  unmanaged: readonly UnmanagedTopics[],
  names: ReadonlySet<string>,
): UnmanagedTopics[] {
  return unmanaged
    .map(({ place, topics }) => ({ place, topics: topics.filter((topic) => !names.has(topic)) }))
    .filter(({ topics }) => topics.length > 0);
}

const IN_MAP = 'are on the brokers of their map';

function placeOf(maps: readonly MapConfig[], partitions: readonly PartitionView[]): string {
  if (maps.length === 0) {
    return 'match no map';
  }
  if (maps.length > 1) {
    return 'match more than one map';
  }
  const isOutside = partitions.some(({ replicas }) =>
    replicas.some((id) => !isInRange(maps[0].brokerIds, id)),
  );
  return isOutside ? 'have replicas outside of their map' : IN_MAP;
}
