import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { BROKER_STATEFUL_SET_PROPS, BrokerStatefulSet, BrokerStatefulSetProps } from './broker-stateful-set';
import { assertItems } from './input/kinds';
import { PropTable, assertProps, pickProps } from './input/props';
import { isOfType, markType } from './input/type-mark';
import { NodeIds } from './kafka/node-ids';
import { ClusterRegistry } from './cluster/cluster-registry';

/** Properties of a `KafkaMap`. */
export interface KafkaMapProps extends BrokerStatefulSetProps {
  /** Topics of the map: regular expressions that match whole topic names. No topic may match two patterns of a cluster. */
  readonly topics: string[];
}

const KAFKA_MAP_PROPS: PropTable<KafkaMapProps> = { ...BROKER_STATEFUL_SET_PROPS, topics: 'required' };

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
  /** The brokers. */
  public readonly brokers: BrokerStatefulSet;
  /** The PodDisruptionBudget: one broker may be evicted at a time. */
  public readonly disruptionBudget: ApiObject;
  private readonly registry: ClusterRegistry;
  private readonly patterns: string[] = [];

  constructor(scope: Construct, id: string, props: KafkaMapProps) {
    super(scope, id);
    markType(this, 'KafkaMap');
    assertProps('a KafkaMap', props, KAFKA_MAP_PROPS, { isSubclass: new.target !== KafkaMap });
    const { mapName, topics } = props;
    assertPatterns(mapName, topics);
    if (topics.length === 0) {
      throw new Error(`map '${mapName}' has no topics; give it at least one topic pattern`);
    }
    this.mapName = mapName;
    this.brokerIds = props.brokerIds;
    this.registry = props.cluster._context.registry;
    this.brokers = new BrokerStatefulSet(this, 'Brokers', pickProps(props, BROKER_STATEFUL_SET_PROPS));
    this.node.defaultChild = this.brokers;
    this.disruptionBudget = this.brokers.disruptionBudget;
    this.registry.addTopics(mapName, topics);
    this.patterns.push(...topics);
  }

  /** Patterns of the topics of the map. */
  public get topics(): string[] {
    return [...this.patterns];
  }

  /**
   * Adds a pattern to the topics of the map.
   *
   * @param pattern a regular expression for whole topic names
   * @throws when the pattern is not valid, or matches a topic of another pattern
   */
  public addTopicPattern(pattern: string): void {
    assertPatterns(this.mapName, [pattern]);
    this.registry.addTopics(this.mapName, [pattern]);
    this.patterns.push(pattern);
  }
}

function assertPatterns(mapName: string, patterns: readonly string[]): void {
  assertItems(
    `topics of map '${mapName}'`,
    patterns,
    (pattern) => typeof pattern === 'string',
    "'orders-.*'",
  );
}
