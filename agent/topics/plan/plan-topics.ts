import {
  DeclaredTopicConfig,
  DriftConfig,
  MapConfig,
  TopicDefinitionConfig,
} from '../../../lib/seam/agent-config';
import { PartitionView } from '../../kafka/cluster-view';
import { partitionName } from '../../kafka/partition-name';
import { PlacedTopic } from '../../kafka/topic-admin';
import { MapBrokers, placementBlockedReason } from '../placement/brokers-of-map';
import { Placement } from '../placement/placement';
import { brokerDifferences } from './broker-differences';
import { ClusterState, brokersIn, partitionsByTopic } from './cluster-state';
import { ReplicaMove, planMoves, replicaDifferences } from './moves';
import { compareSettings, comparesSettings } from './settings';
import { TopicOwners, withDefaults } from './topic-owners';
import { Finding, PlannedPartitions, PlannedSettings, TopicPlan } from './topic-plan';
import { findUnmanagedTopics } from './unmanaged-topics';

/** Inputs of a plan. */
export interface PlanInput {
  readonly topics: readonly DeclaredTopicConfig[];
  /** Names in the lists with their list, including those of topics that are not valid. */
  readonly declared: ReadonlyMap<string, string>;
  readonly maps: readonly MapConfig[];
  readonly drift: DriftConfig;
  readonly state: ClusterState;
}

/** Plans the changes that make the topics of a cluster as declared. Deletions are planned separately. */
export function planTopics(input: PlanInput): TopicPlan {
  const { declared, drift, maps, state } = input;
  const planner = new Planner(input);
  [...input.topics].sort((a, b) => (a.name < b.name ? -1 : 1)).forEach((topic) => planner.add(topic));
  return {
    create: planner.create,
    addPartitions: planner.addPartitions,
    changeSettings: planner.changeSettings,
    delete: [],
    pending: [],
    moves: planner.moves,
    drift: planner.drift,
    ...(planner.unread.length === 0
      ? {}
      : { unreadSettings: { topics: planner.unread, unreachable: state.settingsUnreachable } }),
    unmanaged: findUnmanagedTopics(
      declared,
      drift.undeclaredTopics,
      planner.owners,
      planner.partitions,
      state.view,
    ),
    waiting: planner.waiting,
    refused: planner.refused,
    brokers: brokerDifferences(maps, state),
    areSettingsHeld: false,
  };
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
  /** Topics whose settings are not known. */
  readonly unread: string[] = [];

  readonly owners: TopicOwners;
  readonly partitions: ReadonlyMap<string, readonly PartitionView[]>;
  private readonly brokers = new Map<MapConfig, MapBrokers>();
  private readonly placements = new Map<MapConfig, Placement>();
  private readonly metricNames: Map<string, string>;

  constructor(private readonly input: PlanInput) {
    this.owners = new TopicOwners(input.maps);
    this.partitions = partitionsByTopic(input.state.view);
    this.metricNames = new Map([...input.state.view.topics].map((topic) => [metricName(topic), topic]));
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
    } else if (
      this.hasOwnMetricName(topic) &&
      this.canPlace(topic, definition.replicationFactor, owner.map)
    ) {
      const { partitions: count, replicationFactor, config = {} } = definition;
      const assignments = this.placementOf(owner.map).placeTopic(count, replicationFactor);
      this.create.push({ name: topic, assignments, config });
    }
  }

  /** Kafka creates no topic whose name differs from another one in '.' and '_' only, except in one request. */
  private hasOwnMetricName(topic: string): boolean {
    const other = this.metricNames.get(metricName(topic));
    if (other === undefined) {
      this.metricNames.set(metricName(topic), topic);
      return true;
    }
    this.refused.push({
      topic,
      message: `its name differs from that of topic ${other} only in '.' and '_', so their metrics would have the same name; rename it`,
    });
    return false;
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
      const moves = planMoves(partitions, target, () => this.placementOf(map));
      this.moves.push(...moves.filter(({ partition }) => !this.isMoving({ topic, index: partition })));
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
      if (this.isMoving(existing[0])) {
        this.waiting.push({
          topic,
          message: `${difference}; its partitions are added after its reassignment`,
        });
      } else if (this.canPlace(topic, replicationFactor, map)) {
        const lists = existing.map(({ replicas }) => replicas);
        const assignments = this.placementOf(map).placeTopic(count - from, replicationFactor, lists);
        this.addPartitions.push({ name: topic, from, count, assignments });
      }
    }
  }

  private compareSettings({ name, config = {} }: TopicDefinitionConfig): void {
    const { drift, state } = this.input;
    const actual = state.settings.get(name);
    if (actual === undefined) {
      if (comparesSettings(drift, config)) {
        this.unread.push(name);
      }
    } else {
      const { change, differences } = compareSettings(name, config, actual, drift);
      this.changeSettings.push(...(change === undefined ? [] : [change]));
      this.drift.push(...differences.map((message) => ({ topic: name, message })));
    }
  }

  private isMoving({ topic, index }: Pick<PartitionView, 'topic' | 'index'>): boolean {
    return this.input.state.view.moving?.has(partitionName(topic, index)) === true;
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

/** Kafka's names of metrics have '_' instead of '.'. */
function metricName(topic: string): string {
  return topic.replaceAll('.', '_');
}
