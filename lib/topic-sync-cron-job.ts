import { ApiObject, Cron, Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { TopicSyncContext } from './cluster/cluster-context';
import { IKafkaCluster, IMPORTABLE_CLUSTER } from './cluster/i-kafka-cluster';
import { checkedDuration, secondsOf } from './input/durations';
import { BOOLEAN, DURATION, Kind, kind, listOf } from './input/kinds';
import { PropTable, assertProps, optional, required, struct } from './input/props';
import { assertSchedule } from './kubernetes/cron';
import { configMap } from './kubernetes/config-map';
import { createdLabels, objectLabels, selectorLabels } from './kubernetes/labels';
import { manifest } from './kubernetes/manifest';
import { CRON_JOB_LIMIT, assertLength, namespaceOf } from './kubernetes/names';
import { serviceAccount } from './kubernetes/rbac';
import { listenerConfig } from './network/listeners';
import { NODE_GROUP, NodeGroup } from './nodes/node-group';
import { placement } from './nodes/scheduling';
import { agentSizingOf } from './nodes/sizing';
import { AGENT_RESOURCES, AgentResources } from './servers/server-props';
import { CERTIFICATE_SETS, FILES, PATHS, TopicSyncConfig } from './seam/agent-config';
import { programConfigMap } from './servers/agent-bundle';
import {
  TMP_MOUNT,
  agentContainer,
  certificateMount,
  certificateVolume,
  programVolumes,
} from './servers/agent-containers';
import { COMMON_POD_PROPS, CommonPodProps, mergePodProps, podFields } from './servers/pod-props';
import { TOPIC_CONFIG_MAP, TopicConfigMap } from './topic-config-map';
import { checkTopicPlacement, reportAtSynth } from './topics/topic-placement';
import { ANNOTATIONS } from './kubernetes/pod-metadata';
import { isOfType, markType } from './input/type-mark';

/** Properties of a `TopicSyncCronJob`. */
export interface TopicSyncCronJobProps extends CommonPodProps {
  /** The cluster of the topics. */
  readonly cluster: IKafkaCluster;

  /** Lists of topics, in the namespace of the cluster. `addTopics` adds more. */
  readonly topics: TopicConfigMap[];

  /**
   * Schedule of the runs. A run without changes takes about a second.
   *
   * @default - every five minutes
   */
  readonly schedule?: Cron;

  /**
   * Time that a run waits for brokers that are not registered yet. Then it creates the topics that it can create.
   *
   * @default Duration.minutes(2)
   */
  readonly brokerWaitTimeout?: Duration;

  /**
   * True to suspend the runs.
   *
   * @default false
   */
  readonly suspend?: boolean;

  /**
   * Nodes that runs may use.
   *
   * @default NodeGroup.any()
   */
  readonly nodeGroup?: NodeGroup;

  /**
   * Resources of the runs.
   *
   * @default - 50 millicores, 256 MiB
   */
  readonly agentResources?: AgentResources;

  /**
   * Annotations of the ServiceAccount of the runs.
   *
   * @default - none
   */
  readonly serviceAccountAnnotations?: { [key: string]: string };
}

const CRON_OBJECT: Kind<Cron> = kind(
  (value) => typeof (Object(value) as Cron).expressionString === 'string',
  "Cron.schedule({ minute: '*/5' })",
);
const CRON: Kind<Cron> = {
  ...CRON_OBJECT,
  assert: (what, value) => {
    CRON_OBJECT.assert(what, value);
    assertSchedule(what, (value as Cron).expressionString);
  },
};

const TOPIC_SYNC_CRON_JOB_PROPS: PropTable<TopicSyncCronJobProps> = {
  ...COMMON_POD_PROPS,
  cluster: required(IMPORTABLE_CLUSTER),
  topics: required(listOf(TOPIC_CONFIG_MAP)),
  schedule: optional(CRON),
  brokerWaitTimeout: optional(DURATION),
  suspend: optional(BOOLEAN),
  nodeGroup: optional(NODE_GROUP),
  agentResources: optional(struct(AGENT_RESOURCES)),
  serviceAccountAnnotations: optional(ANNOTATIONS),
};

/**
 * Creates missing topics on the brokers of their map, spread over zones. Existing topics are compared and never changed;
 * differences are in the log of the run.
 */
export class TopicSyncCronJob extends Construct {
  /** True if the value is a TopicSyncCronJob. */
  public static isTopicSyncCronJob(value: unknown): value is TopicSyncCronJob {
    return isOfType(value, 'TopicSyncCronJob');
  }

  /** The CronJob. */
  public readonly cronJob: ApiObject;
  /** The ServiceAccount of the runs. It has no permissions. */
  public readonly serviceAccount: ApiObject;
  /** The ConfigMap with the configuration of the runs. */
  public readonly configMap: ApiObject;
  /** The ConfigMap with the program of the runs; undefined if an image contains it. */
  public readonly programConfigMap?: ApiObject;

  private readonly context: TopicSyncContext;
  private readonly lists: TopicConfigMap[] = [];

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
    props.topics.forEach((list) => this.addTopics(list));
    const labels = objectLabels(selectorLabels('topic-sync', clusterName));
    const timeout = checkedDuration(
      `brokerWaitTimeout of '${name}'`,
      props.brokerWaitTimeout ?? Duration.minutes(2),
    );
    this.serviceAccount = serviceAccount(
      this,
      { namespace, serviceAccount: name, labels },
      props.serviceAccountAnnotations,
    );
    this.configMap = configMap(this, 'Config', namespace, {
      name,
      labels,
      // Maps can be added to the cluster after this construct.
      data: { [FILES.agentConfig]: () => syncConfig(this.context, this.lists, timeout) },
    });
    this.programConfigMap = programConfigMap(this, namespace, `${name}-program`, labels, program, 'topics');
    this.cronJob = this.addCronJob(name, labels, props, timeout);
    reportAtSynth(this, () => {
      const topics = this.lists.flatMap((list) => list._listed);
      return checkTopicPlacement(topics, this.context.maps(), this.context.settings);
    });
  }

  /**
   * Adds a list of topics.
   *
   * @throws when the list is of another cluster, or in another namespace
   */
  public addTopics(list: TopicConfigMap): void {
    TOPIC_CONFIG_MAP.assert('a list of topics', list);
    if (this.lists.includes(list)) {
      throw new Error(`topic list '${list.node.path}' is added twice; remove one of them`);
    }
    const { clusterName, namespace } = this.context;
    if (list._clusterName !== clusterName) {
      throw new Error(
        `topic list '${list.node.path}' is of cluster '${list._clusterName}', and this TopicSyncCronJob of cluster ` +
          `'${clusterName}'; use the same cluster for both`,
      );
    }
    const listNamespace = namespaceOf(list);
    if (listNamespace !== namespace) {
      throw new Error(
        `topic list '${list.node.path}' is in namespace '${listNamespace}', and cluster '${clusterName}' in '${namespace}', ` +
          'where pods cannot mount it; define the TopicConfigMap in a chart with the namespace of the cluster',
      );
    }
    list._synchronize();
    this.lists.push(list);
  }

  private addCronJob(
    name: string,
    labels: Record<string, string>,
    props: TopicSyncCronJobProps,
    timeout: Duration,
  ): ApiObject {
    const pod = mergePodProps(this.context.podDefaults, props);
    return manifest(this, 'Resource', this.context.namespace, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name, labels },
      spec: {
        schedule: (props.schedule ?? Cron.schedule({ minute: '*/5' })).expressionString,
        // Two runs would plan the same topics, and the second would fail to create them.
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 120,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        suspend: props.suspend ?? false,
        jobTemplate: {
          metadata: { labels: createdLabels(selectorLabels('topic-sync', this.context.clusterName)) },
          spec: {
            // The next run is the retry.
            backoffLimit: 0,
            activeDeadlineSeconds: secondsOf(timeout) + 300,
            template: { metadata: podMetadata(pod, labels), spec: this.podSpec(name, pod, props) },
          },
        },
      },
    });
  }

  private podSpec(name: string, pod: CommonPodProps, props: TopicSyncCronJobProps): object {
    const { clusterName, internalListener, program } = this.context;
    const folder = internalListener.certificates === undefined ? undefined : CERTIFICATE_SETS.cluster;
    return {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      ...placement(props.nodeGroup ?? NodeGroup.any()),
      ...podFields(`the topic synchronization of cluster '${clusterName}'`, pod),
      containers: [
        agentContainer(program, 'topics', agentSizingOf(props.agentResources), [
          TMP_MOUNT,
          { name: 'topics', mountPath: PATHS.topics, readOnly: true },
          ...(folder === undefined ? [] : [certificateMount(folder)]),
        ]),
      ],
      volumes: [
        { name: 'config', configMap: { name } },
        ...programVolumes(program, `${name}-program`),
        { name: 'topics', projected: { sources: Lazy.any({ produce: () => topicSources(this.lists) }) } },
        ...(folder === undefined ? [] : [certificateVolume(folder, this.context.topicSyncSources())]),
        { name: TMP_MOUNT.name, emptyDir: { sizeLimit: '64Mi' } },
      ],
    };
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

function topicSources(lists: readonly TopicConfigMap[]): object[] {
  return lists
    .flatMap(({ configMapNames: [root, ...parts] }) => (parts.length > 0 ? parts : [root]))
    .map((name) => ({ configMap: { name, items: [{ key: 'topics.json', path: `${name}.json` }] } }));
}

function podMetadata(
  { podAnnotations = {}, podLabels }: CommonPodProps,
  labels: Record<string, string>,
): object {
  return {
    labels: { ...podLabels, ...labels },
    ...(Object.keys(podAnnotations).length > 0 ? { annotations: podAnnotations } : {}),
  };
}

function syncConfig(
  context: TopicSyncContext,
  lists: readonly TopicConfigMap[],
  brokerWaitTimeout: Duration,
): string {
  const { internalListener } = context;
  const config: TopicSyncConfig = {
    role: 'topics',
    clusterName: context.clusterName,
    namespace: context.namespace,
    bootstrapHost: context.serviceHost,
    internalListener: listenerConfig(internalListener),
    certificateFolder: internalListener.certificates,
    maps: context.maps().map(({ name, brokerIds, patterns, topicDefaults }) => ({
      name,
      patterns: patterns.map(({ source }) => source),
      brokerIds: { first: brokerIds.first, last: brokerIds.last },
      topicDefaults,
    })),
    lists: lists.map((list) => list._list),
    statusConfigMap: `${context.clusterName}-topics-status`,
    drift: { settings: 'report', partitions: 'report' },
    brokerWaitTimeoutSeconds: secondsOf(brokerWaitTimeout),
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
