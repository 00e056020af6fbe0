/*
 * Unmanaged topics: topics without a declaration that are not on the brokers of exactly one map. Clients or tools that do not
 * know maps have created them. They are reported and not changed, because a reassignment has a cost.
 */
import { MapConfig } from '../../../lib/seam/agent-config';
import { isInRange } from '../../../lib/seam/id-range';
import { ClusterView, PartitionView } from '../../kafka/cluster-view';
import { TopicOwners } from './topic-owners';

/** Unmanaged topics with the same problem. */
export interface UnmanagedTopics {
  readonly problem: string;
  /** Topic names, sorted. */
  readonly topics: readonly string[];
}

/** Internal topics of Kafka belong to a map that is not chosen by patterns. */
const INTERNAL = /^__/;

/** Finds topics without a declaration that match no map or several maps, or have replicas outside of their map. */
export function findUnmanagedTopics(
  declared: ReadonlySet<string>,
  owners: TopicOwners,
  partitions: ReadonlyMap<string, readonly PartitionView[]>,
  view: Pick<ClusterView, 'topics'>,
): UnmanagedTopics[] {
  const found = new Map<string, string[]>();
  for (const topic of [...view.topics].sort()) {
    if (declared.has(topic) || INTERNAL.test(topic)) {
      continue;
    }
    const problem = placementProblem(owners.mapsOf(topic), partitions.get(topic) ?? []);
    if (problem !== undefined) {
      found.set(problem, found.get(problem) ?? []);
      found.get(problem)!.push(topic);
    }
  }
  return [...found].map(([problem, topics]) => ({ problem, topics }));
}

function placementProblem(
  maps: readonly MapConfig[],
  partitions: readonly PartitionView[],
): string | undefined {
  if (maps.length === 0) {
    return 'match no map';
  }
  if (maps.length > 1) {
    return 'match more than one map';
  }
  const isOutside = partitions.some(({ replicas }) =>
    replicas.some((id) => !isInRange(maps[0].brokerIds, id)),
  );
  return isOutside ? 'have replicas outside of their map' : undefined;
}
