import { Construct } from 'constructs';
import { BROKER_STATEFUL_SET_PROPS, BrokerStatefulSet, BrokerStatefulSetProps } from './broker-stateful-set';
import { listOf } from './input/kinds';
import { PropTable, assertProps, optional, pickProps, required, struct } from './input/props';
import { isOfType, markType } from './input/type-mark';
import { NodeIds } from './kafka/node-ids';
import { TOPIC_DEFAULTS, TopicDefaults, topicDefaultsConfig } from './kafka/topic-defaults';
import { ClusterRegistry, TOPIC_PATTERN } from './cluster/cluster-registry';

/** Properties of a `KafkaMap`. */
export interface KafkaMapProps extends BrokerStatefulSetProps {
  /**
   * Regular expressions that match the whole names of the topics of the map. No topic may match two patterns of a cluster. For
   * the topics that no other map has, exclude their patterns: `(?!events-|clicks-)[^_].*`.
   *
   * @see https://github.com/cdk8s-kafka/cdk8s-kafka/blob/main/docs/how-it-works.md#pattern-syntax
   */
  readonly topicPatterns: string[];

  /**
   * Values for topics of the map that do not set their own. An app that imports the cluster repeats them.
   *
   * @see https://github.com/cdk8s-kafka/cdk8s-kafka/blob/main/docs/topics.md#defaults-of-a-map
   * @default - none
   */
  readonly topicDefaults?: TopicDefaults;
}

const KAFKA_MAP_PROPS: PropTable<KafkaMapProps> = {
  ...BROKER_STATEFUL_SET_PROPS,
  topicPatterns: required(listOf(TOPIC_PATTERN)),
  topicDefaults: optional(struct(TOPIC_DEFAULTS)),
};

/** A set of topics on a set of brokers. All partitions of a topic are on the brokers of its map. */
export class KafkaMap extends Construct {
  /** True if the value is a KafkaMap. */
  public static isKafkaMap(value: unknown): value is KafkaMap {
    return isOfType(value, 'KafkaMap');
  }

  /** Name of the map. */
  public readonly mapName: string;
  /** Ids of the brokers. */
  public readonly brokerIds: NodeIds;
  /** The brokers: the StatefulSet and its objects. */
  public readonly brokers: BrokerStatefulSet;
  private readonly registry: ClusterRegistry;
  private readonly patterns: string[] = [];

  constructor(scope: Construct, id: string, props: KafkaMapProps) {
    super(scope, id);
    markType(this, 'KafkaMap');
    assertProps('a KafkaMap', props, KAFKA_MAP_PROPS, { isSubclass: new.target !== KafkaMap });
    const { mapName, topicPatterns } = props;
    if (topicPatterns.length === 0) {
      throw new Error(`topicPatterns of map '${mapName}' are empty; give at least one`);
    }
    this.mapName = mapName;
    this.brokerIds = props.brokerIds;
    const topicDefaults = props.topicDefaults && topicDefaultsConfig(props.cluster.version, props);
    this.registry = props.cluster._context.registry;
    this.brokers = new BrokerStatefulSet(this, 'Brokers', pickProps(props, BROKER_STATEFUL_SET_PROPS));
    this.node.defaultChild = this.brokers;
    this.registry.addTopics(mapName, topicPatterns);
    this.patterns.push(...topicPatterns);
    if (topicDefaults !== undefined) {
      this.registry.setTopicDefaults(mapName, topicDefaults);
    }
  }

  /** Topic patterns of the map. */
  public get topicPatterns(): string[] {
    return [...this.patterns];
  }

  /**
   * Adds a topic pattern.
   *
   * @param pattern a regular expression for whole topic names
   * @throws when the pattern is not valid, or matches a topic of another pattern
   */
  public addTopicPattern(pattern: string): void {
    TOPIC_PATTERN.assert(`a topic pattern of map '${this.mapName}'`, pattern);
    this.registry.addTopics(this.mapName, [pattern]);
    this.patterns.push(pattern);
  }
}
