import { ApiObject, Cron, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { KafkaCluster } from './kafka-cluster';
import { CERTIFICATE_SETS, FILES, PATHS, TopicSyncConfig } from './seam/agent-config';
import { ClusterContext } from './cluster/cluster-context';
import { configMap } from './kubernetes/config-map';
import { checkedDuration, secondsOf } from './input/durations';
import { objectLabels, selectorLabels } from './kubernetes/labels';
import { listenerConfig } from './network/listeners';
import { manifest } from './kubernetes/manifest';
import { CRON_JOB_LIMIT, assertLength, namespaceOf } from './kubernetes/names';
import {
  TMP_MOUNT,
  agentContainer,
  certificateMount,
  certificateVolume,
  programVolumes,
} from './servers/agent-containers';
import { POD_SECURITY } from './servers/security';
import { serviceAccount } from './kubernetes/rbac';
import { KINDS, assertKinds, assertEnum, assertRequired } from './input/kinds';
import { checkTopicPlacement } from './topics/topic-checks';
import { warnAtSynth, warnUnknownProps } from './input/warnings';
import { PROPERTIES } from './input/props';
import { TopicConfigMap } from './topic-config-map';

/** Properties of a `TopicSyncCronJob`. */
export interface TopicSyncCronJobProps {
  /** The cluster that shall have the topics. */
  readonly cluster: KafkaCluster;

  /** The topics. */
  readonly topics: TopicConfigMap;

  /**
   * When to look. A run that finds nothing to do takes about a second.
   *
   * @default - every five minutes
   */
  readonly schedule?: Cron;

  /**
   * How long a run waits for brokers that are not there yet, before it makes the topics that it can make.
   *
   * @default Duration.minutes(2)
   */
  readonly brokerWaitTimeout?: Duration;

  /**
   * Whether runs are held back.
   *
   * @default false
   */
  readonly suspend?: boolean;
}

/**
 * Makes the topics of a list exist: missing ones are created on the brokers of their map, spread over zones. What
 * exists already is compared and never changed; differences are reported in the log of the run.
 */
export class TopicSyncCronJob extends Construct {
  /** The CronJob. */
  public readonly cronJob: ApiObject;
  /** The ServiceAccount of the runs, which has no rights. */
  public readonly serviceAccount: ApiObject;
  /** The ConfigMap with what a run has to know of the cluster. */
  public readonly configMap: ApiObject;

  constructor(scope: Construct, id: string, props: TopicSyncCronJobProps) {
    super(scope, id);
    assertRequired('a TopicSyncCronJob', props, { cluster: KINDS.cluster, topics: KINDS.topics });
    assertKinds('a TopicSyncCronJob', props, { schedule: KINDS.schedule, brokerWaitTimeout: KINDS.duration });
    if (new.target === TopicSyncCronJob) {
      warnUnknownProps('a TopicSyncCronJob', props, PROPERTIES.TOPIC_SYNC_CRON_JOB);
    }
    assertEnum('a TopicSyncCronJob', 'suspend', props.suspend, { yes: true, no: false });
    const context = props.cluster._context;
    const { clusterName, namespace } = context;
    const name = `${clusterName}-topics`;
    assertLength('CronJob name', name, CRON_JOB_LIMIT, 'clusterName');
    const topicsNamespace = namespaceOf(props.topics);
    if (topicsNamespace !== namespace) {
      throw new Error(
        `topics of cluster '${clusterName}' are in namespace '${topicsNamespace}' and the cluster in '${namespace}', where a ` +
          'pod cannot mount them; put the TopicConfigMap into the namespace of the cluster',
      );
    }
    assertOnlyOne(this, props.cluster);
    const selector = selectorLabels('topic-sync', clusterName);
    const labels = objectLabels(selector);
    const patience = checkedDuration(`patience of '${name}'`, props.brokerWaitTimeout ?? Duration.minutes(2));

    this.serviceAccount = serviceAccount(this, { namespace, serviceAccount: name, labels });
    this.configMap = configMap(this, 'Config', namespace, {
      name,
      labels,
      // Maps may be added to the cluster after this construct.
      data: { [FILES.agentConfig]: () => syncConfig(context, patience) },
    });
    this.cronJob = manifest(this, 'Resource', namespace, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name, labels },
      spec: {
        schedule: (props.schedule ?? Cron.schedule({ minute: '*/5' })).expressionString,
        // Two runs would make the same plan, and the second would fail on every topic.
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 120,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        suspend: props.suspend ?? false,
        jobTemplate: {
          metadata: { labels },
          spec: {
            // The next run is the retry.
            backoffLimit: 0,
            activeDeadlineSeconds: secondsOf(patience) + 300,
            template: { metadata: { labels }, spec: podSpec(context, name, props.topics) },
          },
        },
      },
    });

    const check = () => checkTopicPlacement(props.topics.topics, context.registry.maps, context.settings);
    this.node.addValidation({ validate: () => check().errors });
    warnAtSynth(this, () => check().warnings);
  }
}

const synchronised = new WeakMap<KafkaCluster, string>();

function assertOnlyOne(scope: Construct, cluster: KafkaCluster): void {
  const other = synchronised.get(cluster);
  if (other !== undefined) {
    throw new Error(
      `cluster '${cluster.clusterName}' has two TopicSyncCronJobs, '${other}' and '${scope.node.path}'; put the topics of both ` +
        'into one TopicConfigMap, and keep one',
    );
  }
  synchronised.set(cluster, scope.node.path);
}

function syncConfig(context: ClusterContext, patience: Duration): string {
  const [internal] = context.listeners;
  const config: TopicSyncConfig = {
    role: 'topics',
    clusterName: context.clusterName,
    bootstrapHost: context.serviceHost,
    internalListener: listenerConfig(internal),
    certificateFolder: internal.certificates,
    maps: context.registry.maps.map(({ name, brokerIds, patterns }) => ({
      name,
      patterns: patterns.map(({ source }) => source),
      brokerIds: { first: brokerIds.first, last: brokerIds.last },
    })),
    brokerWaitTimeoutSeconds: secondsOf(patience),
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function podSpec(context: ClusterContext, serviceAccountName: string, topics: TopicConfigMap): object {
  const folder = context.listeners[0].certificates === undefined ? undefined : CERTIFICATE_SETS.cluster;
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    securityContext: POD_SECURITY,
    containers: [
      agentContainer(context.program, 'topics', [
        TMP_MOUNT,
        { name: 'topics', mountPath: PATHS.topics, readOnly: true },
        ...(folder === undefined ? [] : [certificateMount(folder)]),
      ]),
    ],
    volumes: [
      { name: 'config', configMap: { name: serviceAccountName } },
      ...programVolumes(context.program, context.agentConfigMapName),
      {
        name: 'topics',
        projected: {
          sources: topics.configMapNames.map((name) => ({
            configMap: { name, items: [{ key: 'topics.json', path: `${name}.json` }] },
          })),
        },
      },
      ...(folder === undefined ? [] : [certificateVolume(folder, context.certificates.topicSyncSources())]),
      { name: TMP_MOUNT.name, emptyDir: { sizeLimit: '64Mi' } },
    ],
  };
}
