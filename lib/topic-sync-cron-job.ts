import { ApiObject, Cron } from 'cdk8s';
import { Construct } from 'constructs';
import { ClusterIdentity, TopicSyncContext } from './cluster/cluster-context';
import { IKafkaCluster } from './cluster/i-kafka-cluster';
import { assertProps } from './input/props';
import { isOfType, markType } from './input/type-mark';
import { configMap } from './kubernetes/config-map';
import { ContentNamedObject } from './kubernetes/content-named-object';
import { selectorLabels } from './kubernetes/labels';
import { contentNamedManifest, manifest } from './kubernetes/manifest';
import { CRON_JOB_LIMIT, assertLength } from './kubernetes/names';
import { runtimeConfigMap } from './kubernetes/objects';
import { FILES, TopicListConfig } from './seam/agent-config';
import { programConfigMap } from './servers/agent-bundle';
import { TOPIC_CONFIG_MAP, TopicConfigMap } from './topic-config-map';
import { TOPIC_SYNC_CRON_JOB_PROPS, TopicSyncCronJobProps } from './topic-sync-cron-job-props';
import { SyncSettings, syncConfigText, syncSettings } from './topics/sync-config';
import { syncAccount } from './topics/sync-rights';
import { CHANGE_JOB_ANNOTATIONS, changeJobSpec, cronJobTemplate, syncLabels } from './topics/sync-workload';
import { TopicListReference, referencedList, unmatchedPatterns } from './topics/topic-list-reference';
import { Findings, checkTopicPlacement, reportAtSynth } from './topics/topic-placement';

/**
 * Makes the topics of a cluster as declared: creates them on the brokers of their map, spread over zones, adds partitions and
 * changes settings. It reports everything that would move data, and deletes topics only with `prune`.
 */
export class TopicSyncCronJob extends Construct {
  /** True if the value is a TopicSyncCronJob. */
  public static isTopicSyncCronJob(value: unknown): value is TopicSyncCronJob {
    return isOfType(value, 'TopicSyncCronJob');
  }

  /** The CronJob. */
  public readonly cronJob: ApiObject;
  /** The Job that runs once for each change. Its name in the YAML ends in a checksum. Undefined without `runOnChange`. */
  public readonly changeJob?: ApiObject;
  /** The ServiceAccount of the runs. */
  public readonly serviceAccount: ApiObject;
  /** The rights of the runs in the namespace of the cluster. */
  public readonly role: ApiObject;
  /** The RoleBinding of the Role. */
  public readonly roleBinding: ApiObject;
  /** The ConfigMap with the configuration of the runs. */
  public readonly configMap: ApiObject;
  /** The ConfigMap that shows the result of the last run. */
  public readonly statusConfigMap: ApiObject;
  /** The ConfigMap with the program of the runs; undefined if an image contains it. */
  public readonly programConfigMap?: ApiObject;

  private readonly context: TopicSyncContext;
  private readonly settings: SyncSettings;
  private readonly lists: TopicConfigMap[] = [];
  private readonly references: TopicListConfig[] = [];

  constructor(scope: Construct, id: string, props: TopicSyncCronJobProps) {
    super(scope, id);
    markType(this, 'TopicSyncCronJob');
    const owner = 'a TopicSyncCronJob';
    assertProps(owner, props, TOPIC_SYNC_CRON_JOB_PROPS, { isSubclass: new.target !== TopicSyncCronJob });
    this.context = props.cluster._topicSync;
    assertSingle(this, props.cluster);
    const { clusterName, namespace, program } = this.context;
    const name = `${clusterName}-topics`;
    assertLength('CronJob name', name, CRON_JOB_LIMIT, 'clusterName');
    this.settings = syncSettings(clusterName, name, props);
    if (props.prune !== undefined) {
      this.context.declareDeletion();
    }
    props.topics.forEach((list) => this.addTopics(list));
    const labels = syncLabels(clusterName);
    const account = syncAccount(this, {
      namespace,
      name,
      labels,
      annotations: props.serviceAccountAnnotations,
      statusConfigMap: this.settings.statusConfigMap,
      listConfigMaps: () => this.listConfigMaps(),
    });
    this.serviceAccount = account.serviceAccount;
    this.role = account.role;
    this.roleBinding = account.roleBinding;
    this.configMap = configMap(this, 'Config', namespace, {
      name,
      labels,
      // Maps and lists can be added after this construct.
      data: { [FILES.agentConfig]: () => this.configText() },
    });
    const selector = selectorLabels('topic-sync', clusterName);
    this.statusConfigMap = runtimeConfigMap(
      this,
      'Status',
      namespace,
      this.settings.statusConfigMap,
      selector,
    );
    this.programConfigMap = programConfigMap(this, namespace, `${name}-program`, labels, program, 'topics');
    this.cronJob = this.addCronJob(name, props);
    this.changeJob = props.runOnChange === false ? undefined : this.addChangeJob(name, props);
    reportAtSynth(this, () => this.findings(props));
  }

  /**
   * Adds a list of topics.
   *
   * @throws when the list is of another cluster, or is added already
   */
  public addTopics(list: TopicConfigMap): void {
    TOPIC_CONFIG_MAP.assert('a list of topics', list);
    if (this.lists.includes(list)) {
      throw new Error(`topic list '${list.node.path}' is added twice; remove one of them`);
    }
    assertNew(list._list, this.references, OWN_AND_REFERENCED);
    assertSameCluster(list, this.context);
    list._synchronize();
    this.lists.push(list);
  }

  /**
   * Adds a list of topics that another app defines. That app gives the topic synchronization the right to read it.
   *
   * @throws when the list is added already
   */
  public addTopicsFrom(list: TopicListReference): void {
    const reference = referencedList(list, this.context.namespace);
    assertNew(reference, this.references, 'added twice');
    assertNew(
      reference,
      this.lists.map(({ _list }) => _list),
      OWN_AND_REFERENCED,
    );
    this.references.push(reference);
  }

  private findings({ prune }: TopicSyncCronJobProps): Findings {
    const maps = this.context.maps();
    const topics = this.lists.flatMap((list) => list._listed);
    const { errors, warnings } = checkTopicPlacement(topics, maps, this.context.settings);
    const hasList = this.lists.length + this.references.length > 0;
    return {
      errors: [...(hasList || prune === undefined ? [] : [NOTHING_DECLARED]), ...errors],
      warnings: [
        ...(hasList || prune !== undefined ? [] : [`TopicSyncCronJob '${this.node.path}' ${NO_LIST}`]),
        // The maps of an imported cluster can be unknown.
        ...(maps.length === 0 ? [] : unmatchedPatterns(this.references, maps)),
        ...warnings,
      ],
    };
  }

  private listConfigMaps(): string[] {
    return this.lists
      .filter((list) => list._list.namespace === this.context.namespace)
      .flatMap((list) => list.configMapNames);
  }

  private configText(): string {
    const own = this.lists.map((list) => ({ ...list._list, checksum: list._checksum() }));
    return syncConfigText(this.context, this.settings, [...own, ...this.references]);
  }

  private addCronJob(name: string, props: TopicSyncCronJobProps): ApiObject {
    const { brokerWaitTimeoutSeconds } = this.settings;
    return manifest(this, 'Resource', this.context.namespace, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name, labels: syncLabels(this.context.clusterName) },
      spec: {
        schedule: (props.schedule ?? Cron.schedule({ minute: '*/5' })).expressionString,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 120,
        successfulJobsHistoryLimit: props.successfulJobsHistoryLimit ?? 1,
        failedJobsHistoryLimit: props.failedJobsHistoryLimit ?? 3,
        suspend: props.suspend ?? false,
        jobTemplate: cronJobTemplate(this.context, name, brokerWaitTimeoutSeconds, props),
      },
    });
  }

  private addChangeJob(name: string, props: TopicSyncCronJobProps): ContentNamedObject {
    const { clusterName, namespace } = this.context;
    return contentNamedManifest(
      this,
      'ChangeJob',
      namespace,
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name, labels: syncLabels(clusterName), annotations: CHANGE_JOB_ANNOTATIONS },
        spec: changeJobSpec(this.context, name, this.settings.brokerWaitTimeoutSeconds, props),
      },
      () => this.configText(),
    );
  }
}

const OWN_AND_REFERENCED = 'added with topics or addTopics, and with addTopicsFrom';
const NO_LIST =
  'has no list of topics, so its runs change nothing; add one with topics, addTopics or addTopicsFrom';
const NOTHING_DECLARED =
  'prune is set without a list of topics, so that all topics which a list declared before count as removed; add the list, or remove prune';

function assertNew(list: TopicListConfig, others: readonly TopicListConfig[], problem: string): void {
  const { configMapName, namespace } = list;
  if (others.some((other) => other.namespace === namespace && other.configMapName === configMapName)) {
    throw new Error(`topic list '${namespace}/${configMapName}' is ${problem}; remove one of them`);
  }
}

function assertSameCluster({ _cluster: other, node }: TopicConfigMap, cluster: ClusterIdentity): void {
  if (other.clusterName !== cluster.clusterName || other.namespace !== cluster.namespace) {
    const named = ({ clusterName, namespace }: ClusterIdentity) =>
      `cluster '${clusterName}' in namespace '${namespace}'`;
    throw new Error(
      `topic list '${node.path}' is of ${named(other)}, and this TopicSyncCronJob is of ${named(cluster)}; use the same cluster for both`,
    );
  }
}

const synchronized = new WeakMap<IKafkaCluster, string>();

function assertSingle(scope: Construct, cluster: IKafkaCluster): void {
  const other = synchronized.get(cluster);
  if (other !== undefined) {
    throw new Error(
      `cluster '${cluster.clusterName}' has two TopicSyncCronJobs, '${other}' and '${scope.node.path}'; keep one, and add ` +
        'all lists of topics to it',
    );
  }
  synchronized.set(cluster, scope.node.path);
}
