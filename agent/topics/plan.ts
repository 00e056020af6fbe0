import { MapConfig, TopicDefinitionConfig } from '../../lib/seam/agent-config';
import { isInRange } from '../../lib/seam/id-range';
import { TopicPattern } from '../../lib/seam/topic-patterns';
import { ClusterView } from '../kafka/cluster-view';
import { PlacedTopic } from '../kafka/topic-admin';
import { brokersOfMap, placementBlockedReason } from './brokers-of-map';
import { Placement } from './placement';

/** Inputs of a plan. */
export interface PlanInput {
  readonly definitions: readonly TopicDefinitionConfig[];
  readonly maps: readonly MapConfig[];
  readonly view: ClusterView;
}

/** Topics to create, and findings that require attention. */
export interface TopicPlan {
  readonly create: readonly PlacedTopic[];
  /** Topics that wait for brokers, with the reason. */
  readonly deferred: readonly Finding[];
  /** Topics that cannot be created from their definition, with the reason. */
  readonly impossible: readonly Finding[];
  /** Differences between existing topics and their definitions. */
  readonly drift: readonly Finding[];
}

/** Message about a topic. */
export interface Finding {
  readonly topic: string;
  readonly message: string;
}

/** Plans the creation of defined topics. Existing topics are never changed. */
export function planTopics({ definitions, maps, view }: PlanInput): TopicPlan {
  const create: PlacedTopic[] = [];
  const deferred: Finding[] = [];
  const impossible: Finding[] = [];
  const drift: Finding[] = [];
  const existing = partitionsByTopic(view);
  const matchers = maps.map((map) => ({ map, matches: topicMatcher(map) }));
  const placements = new Map<MapConfig, Placement>();
  for (const definition of definitions) {
    const { name: topic, replicationFactor } = definition;
    const owners = matchers.filter(({ matches }) => matches(topic)).map(({ map }) => map);
    if (owners.length !== 1) {
      const names = owners.map(({ name }) => name).join(' and ');
      impossible.push({
        topic,
        message: owners.length === 0 ? 'it matches no map' : `it matches maps ${names}`,
      });
      continue;
    }
    const [map] = owners;
    const partitions = existing.get(topic);
    if (view.topics.has(topic) && !partitions) {
      drift.push({ topic, message: 'the cluster returns no partitions at the moment' });
      continue;
    }
    if (partitions) {
      drift.push(...differences(definition, map, partitions).map((message) => ({ topic, message })));
      continue;
    }
    const brokers = brokersOfMap(map.brokerIds, view);
    const reason = placementBlockedReason(brokers, replicationFactor);
    if (reason !== undefined) {
      const all = map.brokerIds.last - map.brokerIds.first + 1;
      if (replicationFactor > all) {
        impossible.push({
          topic,
          message: `it is defined with ${replicationFactor} replicas, but map ${map.name} has ${all} brokers`,
        });
      } else {
        deferred.push({ topic, message: `map ${map.name}: ${reason}` });
      }
      continue;
    }
    const placement = placements.get(map) ?? new Placement(brokers.live, [...existing.values()].flat());
    placements.set(map, placement);
    const assignments = placement.placeTopic(definition.partitions, replicationFactor);
    create.push({ name: topic, assignments, config: definition.config ?? {} });
  }
  return { create, deferred, impossible, drift };
}

/** Missing brokers of the maps on which topics will be created. */
export function missingBrokers({ definitions, maps, view }: PlanInput): number[] {
  const absent = definitions.filter(({ name }) => !view.topics.has(name));
  return maps
    .filter((map) => absent.map(({ name }) => name).some(topicMatcher(map)))
    .flatMap(({ brokerIds }) => brokersOfMap(brokerIds, view).missing);
}

/** Returns a predicate for the topics of a map. It matches exactly as the checks at synth. */
export function topicMatcher(map: MapConfig): (topic: string) => boolean {
  const patterns = patternsByMap.get(map) ?? map.patterns.map((source) => TopicPattern.parse(source));
  patternsByMap.set(map, patterns);
  return (topic) => patterns.some((pattern) => pattern.matches(topic));
}

/** Parsed patterns. A run matches each of its maps several times. */
const patternsByMap = new WeakMap<MapConfig, readonly TopicPattern[]>();

/** Replica lists of the partitions, by topic. */
export function partitionsByTopic(view: ClusterView): Map<string, (readonly number[])[]> {
  const found = new Map<string, (readonly number[])[]>();
  for (const { topic, replicas } of view.partitions) {
    const list = found.get(topic);
    if (list) {
      list.push(replicas);
    } else {
      found.set(topic, [replicas]);
    }
  }
  return found;
}

function differences(
  { partitions, replicationFactor }: TopicDefinitionConfig,
  { name, brokerIds }: MapConfig,
  replicas: readonly (readonly number[])[],
): string[] {
  const found: string[] = [];
  if (replicas.length !== partitions) {
    found.push(`it has ${replicas.length} partitions, its definition has ${partitions}`);
  }
  const factors = [...new Set(replicas.map((list) => list.length))].sort((a, b) => a - b);
  if (factors.some((factor) => factor !== replicationFactor)) {
    found.push(
      `it has ${factors.join(' and ')} replicas per partition, its definition has ${replicationFactor}`,
    );
  }
  const outside = [...new Set(replicas.flat())].filter((id) => !isInRange(brokerIds, id));
  if (outside.length > 0) {
    found.push(
      `it has replicas on brokers ${outside.sort((a, b) => a - b).join(', ')}, outside of map ${name}`,
    );
  }
  return found;
}
