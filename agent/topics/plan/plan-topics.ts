import {
  DeclaredTopicConfig,
  DriftConfig,
  MapConfig,
  TopicDefinitionConfig,
} from '../../../lib/seam/agent-config';
import { isInRange } from '../../../lib/seam/id-range';
import { ClusterView, PartitionView } from '../../kafka/cluster-view';
import { PlacedTopic } from '../../kafka/topic-admin';
import { MapBrokers, brokersOfMap, placementBlockedReason } from '../placement/brokers-of-map';
import { Placement } from '../placement/placement';
import { ReplicaMove, planMoves, replicaDifferences } from './moves';
import { compareSettings } from './settings';
import { TopicOwners, withDefaults } from './topic-owners';
import { Finding, PlannedPartitions, PlannedSettings, TopicPlan } from './topic-plan';
import { findUnmanagedTopics } from './unmanaged-topics';

/** State of the cluster, as a run has read it. */
export interface ClusterState {
  readonly view: ClusterView;
  /** Settings of topics themselves, by topic. A topic whose settings could not be read is missing. */
  readonly settings: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Ids of the pods of each map, ready or not; absent if the API server did not answer. */
  readonly pods?: ReadonlyMap<string, ReadonlySet<number>>;
  /** Brokers on which Kafka places nothing. */
  readonly cordoned: ReadonlySet<number>;
}

/** Inputs of a plan. */
export interface PlanInput {
  readonly topics: readonly DeclaredTopicConfig[];
  /** Names in the lists, including those of topics that are not valid. */
  readonly declaredNames: ReadonlySet<string>;
  readonly maps: readonly MapConfig[];
  readonly drift: DriftConfig;
  readonly state: ClusterState;
}

/** Plans the changes that make the topics of a cluster as declared. Deletions are planned separately. */
export function planTopics(input: PlanInput): TopicPlan {
  const planner = new Planner(input);
  [...input.topics].sort((a, b) => (a.name < b.name ? -1 : 1)).forEach((topic) => planner.add(topic));
  return {
    create: planner.create,
    addPartitions: planner.addPartitions,
    changeSettings: planner.changeSettings,
    delete: [],
    moves: planner.moves,
    drift: planner.drift,
    unmanaged: findUnmanagedTopics(input.declaredNames, planner.owners, planner.partitions, input.state.view),
    waiting: planner.waiting,
    refused: planner.refused,
    brokers: brokerDifferences(input.maps, input.state),
  };
}

/** Pods of brokers that the maps do not contain: brokers that leave, or that are added, while the YAML is applied. */
function brokerDifferences(maps: readonly MapConfig[], { pods }: ClusterState): string[] {
  return maps.flatMap(({ name, brokerIds }) => {
    const others = [...(pods?.get(name) ?? [])]
      .filter((id) => !isInRange(brokerIds, id))
      .sort((a, b) => a - b);
    return others.length === 0
      ? []
      : [
          `map ${name} has brokers ${brokerIds.first} to ${brokerIds.last}, and pods of brokers ${others.join(', ')}, on which ` +
            'nothing is placed; apply the complete YAML',
        ];
  });
}

/** The brokers of the maps that get new topics, and that are missing. A topic that is refused waits for nothing. */
export function missingBrokers({
  topics,
  maps,
  state,
}: Pick<PlanInput, 'topics' | 'maps' | 'state'>): string[] {
  const owners = new TopicOwners(maps);
  const waiting = new Set<MapConfig>();
  for (const { name } of topics) {
    const owner = owners.ownerOf(name);
    if (!state.view.topics.has(name) && 'map' in owner) {
      waiting.add(owner.map);
    }
  }
  return [...waiting].flatMap((map) =>
    brokersIn(map, state).missing.map(({ id, reason }) => `${id} (${reason})`),
  );
}

function brokersIn({ name, brokerIds }: MapConfig, { view, pods, cordoned }: ClusterState): MapBrokers {
  return brokersOfMap(brokerIds, { view, cordoned, pods: pods && (pods.get(name) ?? new Set()) });
}

/** Partitions by topic, in the order of their index. */
export function partitionsByTopic(view: ClusterView): Map<string, PartitionView[]> {
  const found = new Map<string, PartitionView[]>();
  for (const partition of view.partitions) {
    const list = found.get(partition.topic);
    if (list) {
      list.push(partition);
    } else {
      found.set(partition.topic, [partition]);
    }
  }
  found.forEach((list) => list.sort((a, b) => a.index - b.index));
  return found;
}

/** Collects the parts of a plan, topic by topic. */
class Planner {
  readonly create: PlacedTopic[] = [];
  readonly addPartitions: PlannedPartitions[] = [];
  readonly changeSettings: PlannedSettings[] = [];
  readonly moves: ReplicaMove[] = [];
  readonly drift: Finding[] = [];
  readonly waiting: Finding[] = [];
  readonly refused: Finding[] = [];

  readonly owners: TopicOwners;
  readonly partitions: ReadonlyMap<string, readonly PartitionView[]>;
  private readonly brokers = new Map<MapConfig, MapBrokers>();
  private readonly placements = new Map<MapConfig, Placement>();

  constructor(private readonly input: PlanInput) {
    this.owners = new TopicOwners(input.maps);
    this.partitions = partitionsByTopic(input.state.view);
  }

  add(declared: DeclaredTopicConfig): void {
    const { name: topic } = declared;
    const owner = this.owners.ownerOf(topic);
    if ('problem' in owner) {
      this.refused.push({ topic, message: owner.problem });
      return;
    }
    const definition = withDefaults(declared, owner.map);
    if ('problem' in definition) {
      this.refused.push({ topic, message: definition.problem });
      return;
    }
    const partitions = this.partitions.get(topic);
    if (partitions !== undefined) {
      this.addExisting(definition, owner.map, partitions);
    } else if (this.input.state.view.topics.has(topic)) {
      this.waiting.push({ topic, message: 'Kafka returns no partitions of it at the moment' });
    } else if (this.canPlace(topic, definition.replicationFactor, owner.map)) {
      const { partitions: count, replicationFactor, config = {} } = definition;
      const assignments = this.placementOf(owner.map).placeTopic(count, replicationFactor);
      this.create.push({ name: topic, assignments, config });
    }
  }

  private addExisting(
    definition: TopicDefinitionConfig,
    map: MapConfig,
    partitions: readonly PartitionView[],
  ): void {
    const { name: topic, replicationFactor } = definition;
    this.comparePartitions(definition, map, partitions);
    this.compareSettings(definition);
    const target = { replicationFactor, brokerIds: map.brokerIds, live: this.brokersOf(map).live };
    const differences = replicaDifferences(partitions, target, map.name);
    this.drift.push(...differences.map((message) => ({ topic, message })));
    if (differences.length > 0) {
      this.moves.push(...planMoves(partitions, target, () => this.placementOf(map)));
    }
  }

  private comparePartitions(
    { name: topic, partitions: count }: TopicDefinitionConfig,
    map: MapConfig,
    existing: readonly PartitionView[],
  ): void {
    const from = existing.length;
    const difference = `it has ${from} partitions, its declaration has ${count}`;
    if (count < from) {
      this.refused.push({
        topic,
        message: `${difference}, and Kafka cannot remove partitions; declare ${from}, or move its records to another topic`,
      });
    } else if (count > from && this.input.drift.partitions === 'report') {
      this.drift.push({ topic, message: difference });
    } else if (count > from && this.input.drift.partitions === 'correct') {
      // Kafka requires as many replicas as the first partition has. Another declared number is a reassignment.
      const replicationFactor = existing[0].replicas.length;
      if (this.canPlace(topic, replicationFactor, map)) {
        const lists = existing.map(({ replicas }) => replicas);
        const assignments = this.placementOf(map).placeTopic(count - from, replicationFactor, lists);
        this.addPartitions.push({ name: topic, from, count, assignments });
      }
    }
  }

  private compareSettings({ name, config = {} }: TopicDefinitionConfig): void {
    const actual = this.input.state.settings.get(name);
    if (actual !== undefined) {
      const { change, differences } = compareSettings(name, config, actual, this.input.drift);
      this.changeSettings.push(...(change === undefined ? [] : [change]));
      this.drift.push(...differences.map((message) => ({ topic: name, message })));
    }
  }

  private canPlace(topic: string, replicationFactor: number, map: MapConfig): boolean {
    const all = map.brokerIds.last - map.brokerIds.first + 1;
    const reason = placementBlockedReason(this.brokersOf(map), replicationFactor);
    if (replicationFactor > all) {
      this.refused.push({
        topic,
        message: `it has ${replicationFactor} replicas, and map ${map.name} has ${all} brokers; lower replicationFactor, or add brokers`,
      });
    } else if (reason !== undefined) {
      this.waiting.push({ topic, message: `map ${map.name}: ${reason}` });
    }
    return replicationFactor <= all && reason === undefined;
  }

  private brokersOf(map: MapConfig): MapBrokers {
    const brokers = this.brokers.get(map) ?? brokersIn(map, this.input.state);
    this.brokers.set(map, brokers);
    return brokers;
  }

  private placementOf(map: MapConfig): Placement {
    const known = this.placements.get(map);
    if (known !== undefined) {
      return known;
    }
    const existing = this.input.state.view.partitions.map(({ replicas }) => replicas);
    const placement = new Placement(this.brokersOf(map).live, existing);
    this.placements.set(map, placement);
    return placement;
  }
}
