/*
 * Unmanaged topics: topics without a definition that are not on the brokers of exactly one map. Clients or tools that do not
 * know maps have created them. They are reported and not changed, because a reassignment has a cost.
 */
import { MapConfig } from '../../lib/seam/agent-config';
import { PlanInput, topicMatcher, partitionsByTopic } from './plan';

/** Unmanaged topics with the same problem. */
export interface UnmanagedTopics {
  readonly problem: string;
  /** Topic names, sorted. */
  readonly topics: readonly string[];
}

/** Internal topics of Kafka belong to a map that is not chosen by patterns. */
const INTERNAL = /^__/;

/** Finds topics without a definition that match no map or several maps, or have replicas outside of their map. */
export function findUnmanagedTopics({ definitions, maps, view }: PlanInput): UnmanagedTopics[] {
  const defined = new Set(definitions.map(({ name }) => name));
  const matchers = maps.map((map) => ({ map, matches: topicMatcher(map) }));
  const partitions = partitionsByTopic(view);
  const found = new Map<string, string[]>();
  for (const topic of [...view.topics].sort()) {
    if (defined.has(topic) || INTERNAL.test(topic)) {
      continue;
    }
    const owners = matchers.filter(({ matches }) => matches(topic)).map(({ map }) => map);
    const problem = placementProblem(owners, partitions.get(topic) ?? []);
    if (problem !== undefined) {
      found.set(problem, found.get(problem) ?? []);
      found.get(problem)!.push(topic);
    }
  }
  return [...found].map(([problem, topics]) => ({ problem, topics }));
}

function placementProblem(
  owners: readonly MapConfig[],
  partitions: readonly (readonly number[])[],
): string | undefined {
  if (owners.length === 0) {
    return 'match no map';
  }
  if (owners.length > 1) {
    return 'match more than one map';
  }
  const [{ first, last }] = owners.map(({ brokerIds }) => brokerIds);
  const isOutside = partitions.some((replicas) => replicas.some((id) => id < first || id > last));
  return isOutside ? 'have replicas outside of their map' : undefined;
}
