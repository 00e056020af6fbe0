import { BrokerStatefulSetProps } from '../broker-stateful-set';
import { CertRotationProps } from '../cert-rotation';
import { ControllerQuorumProps } from '../controller-quorum';
import { KafkaClusterProps } from '../kafka-cluster';
import { TopicConfigMapProps } from '../topic-config-map';
import { TopicSyncCronJobProps } from '../topic-sync-cron-job';
import { ZookeeperEnsembleProps } from '../zookeeper-ensemble';

/** Whoever adds a property to a construct hears of it here, from the compiler. */
function all<P>(names: Readonly<Record<keyof P, true>>): Readonly<Record<keyof P, true>> {
  return names;
}

/** The properties of each construct. */
export const PROPERTIES = {
  /** A `BrokerStatefulSet`. */
  MAP: all<BrokerStatefulSetProps>({
    cluster: true,
    mapName: true,
    brokerIds: true,
    nodeGroup: true,
    storage: true,
    cpu: true,
    memory: true,
    heap: true,
    config: true,
    jvmOptions: true,
    preStopTimeout: true,
    atRiskTopics: true,
    shutdownGracePeriod: true,
    maxForceDuration: true,
    startupTimeout: true,
    priorityClassName: true,
    podLabels: true,
    podAnnotations: true,
  }),
  /** A `CertRotation`. */
  CERT_ROTATION: all<CertRotationProps>({
    cluster: true,
    issuer: true,
    metadataCaLifetime: true,
    metadataCertificateLifetime: true,
    restartNotice: true,
    unreachableTimeout: true,
    nodeGroup: true,
  }),
  /** A `ControllerQuorum`. */
  CONTROLLER_QUORUM: all<ControllerQuorumProps>({
    clusterName: true,
    version: true,
    nodeIds: true,
    clusterId: true,
    quorumKind: true,
    storage: true,
    nodeGroup: true,
    cpu: true,
    memory: true,
    heap: true,
    config: true,
    jvmOptions: true,
    preStopTimeout: true,
    shutdownGracePeriod: true,
    maxForceDuration: true,
    priorityClassName: true,
    agent: true,
    clusterDomain: true,
    interBrokerSecurity: true,
  }),
  /** A `KafkaCluster`. */
  KAFKA_CLUSTER: all<KafkaClusterProps>({
    clusterName: true,
    version: true,
    metadata: true,
    internalTopics: true,
    config: true,
    agent: true,
    clusterDomain: true,
    listeners: true,
    interBrokerSecurity: true,
    clients: true,
    metricsScrapers: true,
  }),
  /** A `TopicConfigMap`. */
  TOPIC_CONFIG_MAP: all<TopicConfigMapProps>({
    configMapName: true,
    topics: true,
  }),
  /** A `TopicSyncCronJob`. */
  TOPIC_SYNC_CRON_JOB: all<TopicSyncCronJobProps>({
    cluster: true,
    topics: true,
    schedule: true,
    brokerWaitTimeout: true,
    suspend: true,
  }),
  /** A `ZookeeperEnsemble`. */
  ZOOKEEPER_ENSEMBLE: all<ZookeeperEnsembleProps>({
    ensembleName: true,
    replicas: true,
    image: true,
    storage: true,
    nodeGroup: true,
    cpu: true,
    memory: true,
    heap: true,
    config: true,
    preStopTimeout: true,
    shutdownGracePeriod: true,
    maxForceDuration: true,
    priorityClassName: true,
    agent: true,
    clusterDomain: true,
    interBrokerSecurity: true,
    metricsScrapers: true,
  }),
} as const;
