import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { NodeIds } from './kafka/node-ids';
import { BrokerStatefulSet, BrokerStatefulSetProps } from './broker-stateful-set';
import { KINDS, assertItems, assertRequired } from './input/kinds';

/** Properties of a `KafkaMap`. */
export interface KafkaMapProps extends BrokerStatefulSetProps {
  /**
   * Topics that live on these brokers: regular expressions, each matching a whole topic name. No topic may match two
   * patterns of a cluster.
   */
  readonly topics: string[];
}

/**
 * A set of topics on a set of brokers: hardware for a purpose. A topic lives on the brokers of its map, always.
 */
export class KafkaMap extends Construct {
  /** Name of the map. */
  public readonly mapName: string;
  /** Ids of the brokers. */
  public readonly brokerIds: NodeIds;
  /** The brokers. */
  public readonly brokers: BrokerStatefulSet;
  /** The budget that lets one broker be evicted at a time. */
  public readonly disruptionBudget: ApiObject;
  private readonly _topics: string[];

  constructor(scope: Construct, id: string, props: KafkaMapProps) {
    super(scope, id);
    assertRequired('a map', props, { cluster: KINDS.cluster, mapName: KINDS.name, topics: KINDS.list });
    assertItems('a map', 'topics', props.topics, KINDS.patterns);
    const { topics, ...brokers } = props;
    const { registry } = props.cluster._context;
    if (topics.length === 0) {
      throw new Error(
        `map '${props.mapName}' has no topics, so nothing could live on it; give it at least one pattern`,
      );
    }
    this.mapName = props.mapName;
    this.brokerIds = props.brokerIds;
    this.brokers = new BrokerStatefulSet(this, 'Brokers', brokers);
    registry.addTopics(props.mapName, topics);
    this._topics = [...topics];
    this.disruptionBudget = this.brokers.disruptionBudget;
  }

  /** Patterns of the topics that live on the brokers. */
  public get topics(): string[] {
    return [...this._topics];
  }
}
