import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { TopicSyncContext } from './cluster/cluster-context';
import { IKafkaCluster, IMPORTABLE_CLUSTER } from './cluster/i-kafka-cluster';
import { Kind, checkedElsewhere, kind, listOf, text } from './input/kinds';
import { isOfType, markType } from './input/type-mark';
import { PropTable, assertProps, optional, required } from './input/props';
import { KafkaVersion } from './kafka/kafka-version';
import { configMap } from './kubernetes/config-map';
import { objectLabels, selectorLabels } from './kubernetes/labels';
import { assertLabel, assertLength, namespaceOf } from './kubernetes/names';
import { TopicNames, assertTopic } from './topics/topic-checks';
import { TopicDefinition } from './topics/topic-definition';
import { Findings, checkTopicPlacement, reportAtSynth } from './topics/topic-placement';
import { TopicShards } from './topics/topic-shards';

/** Properties of a `TopicConfigMap`. */
export interface TopicConfigMapProps {
  /** The cluster of the topics. */
  readonly cluster: IKafkaCluster;

  /**
   * The topics. `addTopic` adds more.
   *
   * @default - none
   */
  readonly topics?: TopicDefinition[];

  /**
   * Name of the ConfigMaps, followed by a number. A second list of the same cluster needs its own name.
   *
   * @default - `<cluster>-topic-list`
   */
  readonly configMapName?: string;
}

const TOPIC_CONFIG_MAP_PROPS: PropTable<TopicConfigMapProps> = {
  cluster: required(IMPORTABLE_CLUSTER),
  topics: optional(listOf(checkedElsewhere<TopicDefinition>())),
  configMapName: optional(text('orders-topics')),
};

// The topic synchronization mounts each ConfigMap as a file `<name>.json`, and file names have at most 255 characters.
const MAX_NAME_LENGTH = 250;

/**
 * A list of topics as data: one topic on each line, in as many ConfigMaps as `kubectl apply` needs. A `TopicSyncCronJob` creates
 * the topics.
 */
export class TopicConfigMap extends Construct {
  /** True if the value is a TopicConfigMap. */
  public static isTopicConfigMap(value: unknown): value is TopicConfigMap {
    return isOfType(value, 'TopicConfigMap');
  }

  /** Name of the cluster. @internal */
  public readonly _clusterName: string;

  private isSynchronized = false;
  private readonly namespace: string;
  private readonly version: KafkaVersion;
  private readonly baseName: string;
  private readonly objects: ApiObject[] = [];
  private readonly definitions: TopicDefinition[] = [];
  private readonly names = new TopicNames();
  private readonly shards = new TopicShards();

  constructor(scope: Construct, id: string, props: TopicConfigMapProps) {
    super(scope, id);
    markType(this, 'TopicConfigMap');
    assertProps('a TopicConfigMap', props, TOPIC_CONFIG_MAP_PROPS, {
      isSubclass: new.target !== TopicConfigMap,
    });
    const { clusterName, version } = props.cluster;
    this._clusterName = clusterName;
    this.version = version;
    this.namespace = namespaceOf(this);
    this.baseName = props.configMapName ?? `${clusterName}-topic-list`;
    assertLabel('configMapName', this.baseName);
    const { topics = [] } = props;
    this.addConfigMap();
    topics.forEach((topic) => this.addTopic(topic));
    reportAtSynth(this, () => this.findings(props.cluster._topicSync));
  }

  /** The ConfigMaps. */
  public get configMaps(): ApiObject[] {
    return [...this.objects];
  }

  /** Names of the ConfigMaps. */
  public get configMapNames(): string[] {
    return this.objects.map((object) => object.name);
  }

  /** The topics. */
  public get topics(): TopicDefinition[] {
    return this.definitions.map((topic) => ({ ...topic, config: { ...topic.config } }));
  }

  /**
   * Adds a topic.
   *
   * @throws when the topic or one of its settings is not valid in the Kafka version of the cluster, or the topic is listed already
   */
  public addTopic(topic: TopicDefinition): void {
    assertTopic(topic, this.version);
    this.names.add(topic.name);
    const added = { ...topic, config: { ...topic.config } };
    this.definitions.push(added);
    this.shards.add(added);
    if (this.shards.count > this.objects.length) {
      this.addConfigMap();
    }
  }

  /** Tells the list that a TopicSyncCronJob creates and checks its topics. @internal */
  public _synchronize(): void {
    this.isSynchronized = true;
  }

  /** Findings of a list that is in no TopicSyncCronJob. An imported cluster can be without known maps. */
  private findings(context: TopicSyncContext): Findings {
    if (this.isSynchronized || this.definitions.length === 0) {
      return { errors: [], warnings: [] };
    }
    const maps = context.maps();
    const placed = checkTopicPlacement(maps.length > 0 ? this.definitions : [], maps, context.settings);
    const unused =
      `topic list '${this.node.path}' of cluster '${context.clusterName}' is in no TopicSyncCronJob, so its topics are not created; add ` +
      "new TopicSyncCronJob(this, 'Topics', { cluster, topics: [list] }), or call addTopics(list) of the existing one";
    return { ...placed, warnings: [unused, ...placed.warnings] };
  }

  private addConfigMap(): void {
    const index = this.objects.length;
    const name = `${this.baseName}-${index}`;
    assertLength('file name of a topic list', name, MAX_NAME_LENGTH, 'configMapName');
    this.objects.push(
      configMap(this, `Shard${index}`, this.namespace, {
        name,
        labels: objectLabels(selectorLabels('topic-sync', this._clusterName)),
        data: { 'topics.json': () => this.shards.render(index) },
      }),
    );
  }
}

/** The kind of a TopicConfigMap. */
export const TOPIC_CONFIG_MAP: Kind<TopicConfigMap> = kind(
  TopicConfigMap.isTopicConfigMap,
  "new TopicConfigMap(chart, 'TopicList', { … })",
);
