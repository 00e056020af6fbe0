/*
 * Topics that nobody has defined, and that are not where a map would have them: made by a client, or by a tool that
 * does not know of maps. They are left alone, as moving them would cost what nobody has asked for.
 */
import { MapConfig } from '../../lib/seam/agent-config';
import { PlanInput, topicMatcher, partitionsByTopic } from './plan';

/** Topics with the same thing to say about all of them. */
export interface UnmanagedTopics {
  readonly problem: string;
  /** Names, in order. */
  readonly topics: readonly string[];
}

/** Kafka's own topics have a map by another rule than the patterns. */
const INTERNAL = /^__/;

/** Topics without a definition that have no map, more than one, or replicas outside of theirs. */
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
    const what = placementProblem(owners, partitions.get(topic) ?? []);
    if (what !== undefined) {
      found.set(what, found.get(what) ?? []);
      found.get(what)!.push(topic);
    }
  }
  return [...found].map(([what, topics]) => ({ what, topics }));
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
