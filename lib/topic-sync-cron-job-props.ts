import { Cron, Duration } from 'cdk8s';
import { IKafkaCluster, IMPORTABLE_CLUSTER } from './cluster/i-kafka-cluster';
import { BOOLEAN, DURATION, listOf, wholeNumber } from './input/kinds';
import { PropTable, optional, required, struct } from './input/props';
import { CRON } from './kubernetes/cron';
import { ANNOTATIONS } from './kubernetes/pod-metadata';
import { NODE_GROUP, NodeGroup } from './nodes/node-group';
import { COMMON_POD_PROPS, CommonPodProps } from './servers/pod-props';
import { AGENT_RESOURCES, AgentResources } from './servers/server-props';
import { TOPIC_CONFIG_MAP, TopicConfigMap } from './topic-config-map';
import { TOPIC_DRIFT, TOPIC_PRUNE, TopicDrift, TopicPrune } from './topics/topic-sync-options';

/** Properties of a `TopicSyncCronJob`. */
export interface TopicSyncCronJobProps extends CommonPodProps {
  /** The cluster of the topics. */
  readonly cluster: IKafkaCluster;

  /** Lists of topics. `addTopics` and `addTopicsFrom` add more. */
  readonly topics: TopicConfigMap[];

  /**
   * Schedule of the runs. A run without changes takes about a second.
   *
   * @default - every five minutes
   */
  readonly schedule?: Cron;

  /**
   * True for a Job that runs once for each change of the topics or of this construct, in addition to the schedule. New topics then
   * exist a few seconds after the YAML is applied and the brokers are ready.
   *
   * @default true
   */
  readonly runOnChange?: boolean;

  /**
   * Action of runs on topics that differ from their declaration.
   *
   * @default - settings and missing partitions are corrected, everything else is reported
   */
  readonly drift?: TopicDrift;

  /**
   * Deletion of topics that are no longer declared.
   *
   * @default - topics are never deleted
   */
  readonly prune?: TopicPrune;

  /**
   * Time that a run waits for brokers that are not registered yet. Then it creates the topics that it can create. Before the first
   * successful run, runs wait an hour for the first broker, because the cluster is being created.
   *
   * @default Duration.minutes(2)
   */
  readonly brokerWaitTimeout?: Duration;

  /**
   * Number of successful Jobs of the CronJob that are kept.
   *
   * @default 1
   */
  readonly successfulJobsHistoryLimit?: number;

  /**
   * Number of failed Jobs of the CronJob that are kept.
   *
   * @default 3
   */
  readonly failedJobsHistoryLimit?: number;

  /**
   * True to suspend the runs of the schedule. `cdk8s-kafka topics apply` and the Job of `runOnChange` still run.
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

/** Kubernetes stores the numbers of a CronJob in 32 bits. */
const MAX_INT = 2 ** 31 - 1;

/** Properties of TopicSyncCronJobProps. */
export const TOPIC_SYNC_CRON_JOB_PROPS: PropTable<TopicSyncCronJobProps> = {
  ...COMMON_POD_PROPS,
  cluster: required(IMPORTABLE_CLUSTER),
  topics: required(listOf(TOPIC_CONFIG_MAP)),
  schedule: optional(CRON),
  runOnChange: optional(BOOLEAN),
  drift: optional(struct(TOPIC_DRIFT)),
  prune: optional(struct(TOPIC_PRUNE)),
  brokerWaitTimeout: optional(DURATION),
  successfulJobsHistoryLimit: optional(wholeNumber(1, 0, MAX_INT)),
  failedJobsHistoryLimit: optional(wholeNumber(3, 0, MAX_INT)),
  suspend: optional(BOOLEAN),
  nodeGroup: optional(NODE_GROUP),
  agentResources: optional(struct(AGENT_RESOURCES)),
  serviceAccountAnnotations: optional(ANNOTATIONS),
};
