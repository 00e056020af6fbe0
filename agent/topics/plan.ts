import { MapConfig, TopicDefinitionConfig } from '../../lib/seam/agent-config';
import { ClusterView } from '../kafka/cluster-view';
import { PlacedTopic } from '../kafka/topic-admin';
import { brokersOfMap, placementBlockedReason } from './brokers-of-map';
import { Placement } from './placement';

/** Everything a plan depends on. */
export interface PlanInput {
  readonly definitions: readonly TopicDefinitionConfig[];
  readonly maps: readonly MapConfig[];
  readonly view: ClusterView;
}

/** What a run will do, and what it leaves to people. */
export interface TopicPlan {
  readonly create: readonly PlacedTopic[];
  /** Topics that have to wait for brokers, each with the reason. */
  readonly deferred: readonly Finding[];
  /** Definitions that can never be met as they are. */
  readonly impossible: readonly Finding[];
  /** Differences between what is and what should be. */
  readonly drift: readonly Finding[];
}

/** Something to say about a topic. */
export interface Finding {
  readonly topic: string;
  readonly message: string;
}

/** Plans how the cluster gets the topics that it should have. */
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
      impossible.push({ topic, message: owners.length === 0 ? 'matches no map' : `matches maps ${names}` });
      continue;
    }
    const [map] = owners;
    const partitions = existing.get(topic);
    if (view.topics.has(topic) && !partitions) {
      drift.push({ topic, message: 'shows no partitions at the moment' });
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
          message: `asks for ${replicationFactor} replicas, map ${map.name} has ${all} brokers`,
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

/** Brokers of all maps that are missing, if any topic would be created on their map. */
export function missingBrokers({ definitions, maps, view }: PlanInput): number[] {
  const wanted = definitions.filter(({ name }) => !view.topics.has(name));
  return maps
    .filter((map) => wanted.some(({ name }) => topicMatcher(map)(name)))
    .flatMap(({ brokerIds }) => brokersOfMap(brokerIds, view).missing);
}

/** Whether a topic belongs to a map. */
export function topicMatcher({ patterns }: MapConfig): (topic: string) => boolean {
  const expressions = patterns.map((pattern) => new RegExp(`^(?:${pattern})$`));
  return (topic) => expressions.some((expression) => expression.test(topic));
}

/** Replica lists of the topics that show partitions. */
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
    found.push(`has ${replicas.length} partitions, defined are ${partitions}`);
  }
  const factors = [...new Set(replicas.map((list) => list.length))].sort((a, b) => a - b);
  if (factors.some((factor) => factor !== replicationFactor)) {
    found.push(`has ${factors.join(' and ')} replicas a partition, defined are ${replicationFactor}`);
  }
  const strangers = [...new Set(replicas.flat())].filter((id) => id < brokerIds.first || id > brokerIds.last);
  if (strangers.length > 0) {
    found.push(
      `has replicas on brokers ${strangers.sort((a, b) => a - b).join(', ')}, outside of map ${name}`,
    );
  }
  return found;
}
