import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ClusterIdentity, TopicSyncContext } from './cluster/cluster-context';
import { IKafkaCluster, IMPORTABLE_CLUSTER } from './cluster/i-kafka-cluster';
import { Kind, checkedElsewhere, kind, listOf, text } from './input/kinds';
import { isOfType, markType } from './input/type-mark';
import { PropTable, assertProps, optional, required } from './input/props';
import { configMap } from './kubernetes/config-map';
import { objectLabels, selectorLabels } from './kubernetes/labels';
import { removeManifest } from './kubernetes/manifest';
import { assertLabel, assertLength, namespaceOf } from './kubernetes/names';
import { readConfigMaps } from './kubernetes/rbac';
import { DeclaredTopicConfig, TOPIC_LIST_KEYS, TopicListConfig } from './seam/agent-config';
import { topicsChecksum } from './seam/topics-checksum';
import { TopicDefinition } from './topics/topic-definition';
import { TopicNames } from './topics/topic-names';
import { TopicList } from './topics/topic-list';
import { Findings, ListedTopic, checkTopicPlacement, reportAtSynth } from './topics/topic-placement';

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
   * Files with topics: YAML and JSON files, folders of them, or patterns such as `topics/*.yaml`. Paths are relative to the
   * folder in which the app runs. `addTopicFiles` adds more.
   *
   * @see https://github.com/cdk8s-kafka/cdk8s-kafka/blob/main/docs/topic-files.md
   * @default - none
   */
  readonly topicFiles?: string[];

  /**
   * Name of the ConfigMap. The ConfigMaps of a list that does not fit into one have further names, which start with it. A second
   * list of the same cluster needs its own name.
   *
   * @default - `<cluster>-topic-list`
   */
  readonly configMapName?: string;
}

const TOPIC_FILES = listOf(text('topics'));

const TOPIC_CONFIG_MAP_PROPS: PropTable<TopicConfigMapProps> = {
  cluster: required(IMPORTABLE_CLUSTER),
  topics: optional(listOf(checkedElsewhere<TopicDefinition>())),
  topicFiles: optional(TOPIC_FILES),
  configMapName: optional(text('orders-topics')),
};

const NO_FINDINGS: Findings = { errors: [], warnings: [] };

/** Maximum length of the name of a ConfigMap. */
const MAX_NAME_LENGTH = 253;

/**
 * A list of topics as data: one topic on each line, in as many ConfigMaps as `kubectl apply` needs. One more topic changes one of
 * them. A `TopicSyncCronJob` creates the topics. The list can be in another namespace than its cluster; the topic synchronization
 * then gets the right to read these ConfigMaps.
 */
export class TopicConfigMap extends Construct {
  /** True if the value is a TopicConfigMap. */
  public static isTopicConfigMap(value: unknown): value is TopicConfigMap {
    return isOfType(value, 'TopicConfigMap');
  }

  /** The Role to read the ConfigMaps; undefined if the list is in the namespace of its cluster, in the same app. */
  public readonly role?: ApiObject;
  /** The RoleBinding of the Role. */
  public readonly roleBinding?: ApiObject;
  /** Name and namespace of the cluster. @internal */
  public readonly _cluster: ClusterIdentity;

  private isSynchronized = false;
  private readonly namespace: string;
  private readonly rootName: string;
  private readonly root: ApiObject;
  private readonly parts = new Map<string, ApiObject>();
  private readonly list: TopicList;

  constructor(scope: Construct, id: string, props: TopicConfigMapProps) {
    super(scope, id);
    markType(this, 'TopicConfigMap');
    assertProps('a TopicConfigMap', props, TOPIC_CONFIG_MAP_PROPS, {
      isSubclass: new.target !== TopicConfigMap,
    });
    const { version } = props.cluster;
    const context = props.cluster._topicSync;
    const { clusterName, namespace } = context;
    this._cluster = { clusterName, namespace };
    this.namespace = namespaceOf(this);
    this.list = new TopicList(this.node.path, version, TopicNames.of(this, context));
    this.rootName = props.configMapName ?? `${clusterName}-topic-list`;
    assertLabel('configMapName', this.rootName);
    this.root = this.addConfigMap('Resource', this.rootName, {
      [TOPIC_LIST_KEYS.topics]: () => (this.parts.size === 0 ? this.list.tree.render('') : undefined),
      [TOPIC_LIST_KEYS.parts]: () => (this.parts.size === 0 ? undefined : `${this.suffixes.join('\n')}\n`),
    });
    if (context.isImported || context.namespace !== this.namespace) {
      const { role, roleBinding } = this.addRole(context);
      this.role = role;
      this.roleBinding = roleBinding;
    }
    this.addTopicFiles(...(props.topicFiles ?? []));
    this.addDefinitions(props.topics ?? []);
    reportAtSynth(this, () => this.findings(context));
  }

  /** The ConfigMaps: the one named `configMapName`, and those of a list that does not fit into it. */
  public get configMaps(): ApiObject[] {
    return [this.root, ...this.suffixes.map((suffix) => this.parts.get(suffix)!)];
  }

  /** Names of the ConfigMaps. */
  public get configMapNames(): string[] {
    return this.configMaps.map((object) => object.name);
  }

  /** The topics. All their settings are in `config`, with the names of Kafka. */
  public get topics(): TopicDefinition[] {
    return this.list.topics.map(({ topic: { config, labels, ...topic } }) => ({
      ...topic,
      ...(config === undefined ? {} : { config: { ...config } }),
      ...(labels === undefined ? {} : { labels: { ...labels } }),
    }));
  }

  /** Adds a topic. If it is not valid, it is left out, and synth reports the problems of all topics. */
  public addTopic(topic: TopicDefinition): void {
    this.addDefinitions([topic]);
  }

  /**
   * Adds the topics of files. Problems of all files are reported at synth.
   *
   * @param paths YAML and JSON files, folders of them, or patterns such as `topics/*.yaml`
   */
  public addTopicFiles(...paths: string[]): void {
    TOPIC_FILES.assert(`topic files of '${this.node.path}'`, paths);
    this.list.addFiles(paths);
    this.updateParts();
  }

  /** Place of the list, for the topic synchronization. @internal */
  public get _list(): TopicListConfig {
    return { namespace: this.namespace, configMapName: this.rootName };
  }

  /** The topics, with their lines in files. @internal */
  public get _listed(): readonly ListedTopic[] {
    return this.list.topics;
  }

  /** Checksum of the topics, in any order; called at synth. @internal */
  public _checksum(): string {
    return topicsChecksum(this.list.tree.lines.map((line) => JSON.parse(line) as DeclaredTopicConfig));
  }

  /** Tells the list that a TopicSyncCronJob creates and checks its topics. @internal */
  public _synchronize(): void {
    this.isSynchronized = true;
  }

  private get suffixes(): string[] {
    return [...this.parts.keys()].sort();
  }

  private addDefinitions(definitions: readonly TopicDefinition[]): void {
    this.list.addDefinitions(definitions);
    this.updateParts();
  }

  /** Adds a ConfigMap for each leaf of the tree, and removes those of leaves that are divided. */
  private updateParts(): void {
    const leaves = this.list.tree.leaves.filter((bits) => bits !== '');
    for (const [bits, object] of this.parts) {
      if (!leaves.includes(bits)) {
        removeManifest(object);
        this.parts.delete(bits);
      }
    }
    for (const bits of leaves.filter((leaf) => !this.parts.has(leaf))) {
      const data = { [TOPIC_LIST_KEYS.topics]: () => this.list.tree.render(bits) };
      this.parts.set(bits, this.addConfigMap(`Part${bits}`, `${this.rootName}-${bits}`, data));
    }
  }

  private findings(context: TopicSyncContext): Findings {
    const { errors, topics, warnings } = this.list;
    const further =
      this.isSynchronized || topics.length === 0 ? NO_FINDINGS : this.unsynchronizedFindings(context);
    return { errors: [...errors, ...further.errors], warnings: [...warnings, ...further.warnings] };
  }

  /** Findings of a list that is in no TopicSyncCronJob. */
  private unsynchronizedFindings(context: TopicSyncContext): Findings {
    const maps = context.maps();
    // The maps of an imported cluster can be unknown, and the app that defines it can have the TopicSyncCronJob.
    const placed =
      maps.length > 0 ? checkTopicPlacement(this.list.topics, maps, context.settings) : NO_FINDINGS;
    const unused =
      `topic list '${this.node.path}' of cluster '${context.clusterName}' is in no TopicSyncCronJob, so its topics are not created; add ` +
      "new TopicSyncCronJob(this, 'Topics', { cluster, topics: [list] }), or call addTopics(list) of the existing one";
    return { ...placed, warnings: [...(context.isImported ? [] : [unused]), ...placed.warnings] };
  }

  private addConfigMap(id: string, name: string, data: Record<string, () => string | undefined>): ApiObject {
    assertLength('name of a topic list', name, MAX_NAME_LENGTH, 'configMapName');
    return configMap(this, id, this.namespace, { name, labels: this.labels, data });
  }

  private addRole({
    clusterName,
    namespace,
  }: TopicSyncContext): Required<Pick<TopicConfigMap, 'role' | 'roleBinding'>> {
    return readConfigMaps(
      this,
      { namespace: this.namespace, name: this.rootName, labels: this.labels },
      { namespace, serviceAccount: `${clusterName}-topics` },
      () => this.configMapNames,
    );
  }

  private get labels(): Record<string, string> {
    return objectLabels(selectorLabels('topic-sync', this._cluster.clusterName));
  }
}

/** The kind of a TopicConfigMap. */
export const TOPIC_CONFIG_MAP: Kind<TopicConfigMap> = kind(
  TopicConfigMap.isTopicConfigMap,
  "new TopicConfigMap(chart, 'TopicList', { … })",
);
