/*
 * All properties of every construct. The types `Required<...>` do not compile until a new property is here.
 */
import { join } from 'node:path';
import { Chart, Cron, Duration, Size } from 'cdk8s';
import { PersistentVolumeReclaimPolicy } from 'cdk8s-plus-27';
import {
  DriftAction,
  AgentProgram,
  AtRiskTopics,
  BrokerRecoveryProps,
  BrokerStatefulSetProps,
  CaBundle,
  CertRotationProps,
  CertificateIssuer,
  CleanupPolicy,
  CompressionType,
  ControllerQuorumOptions,
  InterBrokerSecurity,
  KafkaCluster,
  KafkaClusterAttributes,
  KafkaClusterProps,
  KafkaMapAttributes,
  KafkaMapProps,
  KafkaVersion,
  LocalVolumeSource,
  LocalVolumesProps,
  LogFormat,
  NetworkPeer,
  NodeIds,
  QuorumKind,
  ServerStorage,
  TopicConfigMap,
  TopicConfigMapProps,
  TopicDefaults,
  TopicDefinition,
  TopicSettings,
  TopicSyncCronJobProps,
  ZookeeperEnsemble,
  ZookeeperEnsembleProps,
} from '../../lib';
import { client, listeners } from './certificate-cases';
import {
  agentResources,
  internalTopics,
  localVolume,
  logging,
  networkVolume,
  nodeGroup,
  pods,
  servers,
} from './server-props';

/** All properties of a BrokerStatefulSet. */
export function allOfBrokers(cluster: KafkaCluster): Required<BrokerStatefulSetProps> {
  return {
    ...servers(Chart.of(cluster)),
    cluster,
    mapName: 'archive',
    brokerIds: NodeIds.between(2001, 2006),
    nodeGroup,
    storage: ServerStorage.localVolume(localVolume),
    config: { 'num.io.threads': '16' },
    atRiskTopics: AtRiskTopics.BLOCK,
  };
}

const topicSettings: Required<TopicSettings> = {
  retention: Duration.days(3),
  retentionBytes: Size.gibibytes(20),
  cleanupPolicy: CleanupPolicy.COMPACT_AND_DELETE,
  minInSyncReplicas: 2,
  maxMessageBytes: Size.mebibytes(2),
  compressionType: CompressionType.ZSTD,
  config: { 'segment.ms': '86400000', 'compression.zstd.level': '5' },
};

const topicDefaults: Required<TopicDefaults> = { ...topicSettings, partitions: 24, replicationFactor: 3 };

/** All properties of a KafkaMap. */
export function allOfMap(cluster: KafkaCluster): Required<KafkaMapProps> {
  return { ...allOfBrokers(cluster), topicPatterns: ['archive\\..*', 'audit'], topicDefaults };
}

/** All properties of controllers. */
export function allOfControllers(chart: Chart): Required<ControllerQuorumOptions> {
  return {
    ...servers(chart),
    count: 5,
    firstNodeId: 11,
    quorumKind: QuorumKind.STATIC,
    storage: ServerStorage.networkVolume(networkVolume),
    nodeGroup,
    config: { 'metadata.max.idle.interval.ms': '1000' },
    serviceAccountAnnotations: { 'example.com/role': 'controllers' },
  };
}

/** Properties that a cluster with controllers and one with ZooKeeper can have. */
type CommonProps = Omit<
  KafkaClusterProps,
  'zookeeper' | 'controllers' | 'controllerVersion' | 'clusterId' | SetOnEnsemble
>;
type SetOnEnsemble = 'agent' | 'clusterDomain' | 'interBrokerSecurity';

function commonOfCluster(): Required<CommonProps> {
  return {
    clusterName: 'events',
    version: KafkaVersion.of('4.4.0', 'registry.example.com/kafka:4.4.0'),
    internalTopics,
    config: { 'min.insync.replicas': '1', 'log.retention.hours': '48' },
    listeners,
    clients: [client, { clientName: 'billing' }],
    metricsScrapers: [NetworkPeer.namespaces({ 'kubernetes.io/metadata.name': 'monitoring' })],
    podDefaults: pods,
    serviceAccountAnnotations: { 'example.com/role': 'brokers' },
  };
}

/** All properties of a KafkaCluster with controllers. */
export function allOfCluster(chart: Chart): Required<Omit<KafkaClusterProps, 'zookeeper'>> {
  return {
    ...commonOfCluster(),
    controllerVersion: KafkaVersion.of('4.4.1', 'registry.example.com/kafka:4.4.1'),
    controllers: allOfControllers(chart),
    clusterId: 'MkU3OEVBNTcwNTJENDM2Qg',
    agent: AgentProgram.image('registry.example.com/agent:0.1.0'),
    clusterDomain: 'k8s.example.com',
    interBrokerSecurity: InterBrokerSecurity.MUTUAL_TLS,
  };
}

/** All properties of a KafkaCluster on ZooKeeper. */
export function allOfZookeeperCluster(
  chart: Chart,
): Required<CommonProps> & Required<Pick<KafkaClusterProps, 'zookeeper'>> {
  return {
    ...commonOfCluster(),
    version: KafkaVersion.V3_9,
    zookeeper: new ZookeeperEnsemble(chart, 'Zookeeper', allOfEnsemble(chart)),
  };
}

/** All properties of a ZookeeperEnsemble. */
export function allOfEnsemble(chart: Chart): Required<ZookeeperEnsembleProps> {
  return {
    ...servers(chart),
    ensembleName: 'zk',
    replicas: 5,
    image: 'registry.example.com/zookeeper:3.9.4',
    storage: ServerStorage.networkVolume(networkVolume),
    nodeGroup,
    config: { maxSessionTimeout: '60000', tickTime: '1000' },
    agent: AgentProgram.image('registry.example.com/agent:0.1.0'),
    clusterDomain: 'k8s.example.com',
    interBrokerSecurity: InterBrokerSecurity.MUTUAL_TLS,
    metricsScrapers: [NetworkPeer.any()],
    logging: { ...logging, format: LogFormat.TEXT },
    serviceAccountAnnotations: { 'example.com/role': 'zookeeper' },
  };
}

/** All properties of a CertRotation. */
export function allOfCertRotation(
  cluster: KafkaCluster,
  issuer: CertificateIssuer,
): Required<CertRotationProps> {
  return {
    ...pods,
    cluster,
    issuer,
    metadataCaLifetime: Duration.days(3000),
    metadataCertificateLifetime: Duration.days(900),
    restartNotice: Duration.days(14),
    unreachableTimeout: Duration.minutes(2),
    nodeGroup,
    agentResources,
    serviceAccountAnnotations: { 'example.com/role': 'authority' },
    admissionPolicy: true,
  };
}

const topic: Required<TopicDefinition> = {
  ...topicSettings,
  name: 'events.views',
  partitions: 6,
  replicationFactor: 3,
  owner: 'web-analytics',
  labels: { criticality: 'high', 'example.com/cost-center': '4711' },
};

/** All properties of a TopicConfigMap. */
export function allOfTopics(cluster: TopicConfigMapProps['cluster']): Required<TopicConfigMapProps> {
  return {
    cluster,
    configMapName: 'list',
    topicFiles: [join(__dirname, 'topics.yaml')],
    topics: [topic, { name: 'events.clicks', partitions: 12, replicationFactor: 3 }],
  };
}

/** All properties of a TopicSyncCronJob. */
export function allOfTopicSync(
  chart: Chart,
  cluster: TopicSyncCronJobProps['cluster'],
): Required<TopicSyncCronJobProps> {
  return {
    ...pods,
    cluster,
    topics: [
      new TopicConfigMap(chart, 'TopicList', allOfTopics(cluster)),
      new TopicConfigMap(chart, 'MoreTopics', { cluster }),
    ],
    schedule: Cron.schedule({ minute: '17', hour: '3' }),
    runOnChange: true,
    drift: {
      settings: DriftAction.REPORT,
      undeclaredSettings: DriftAction.CORRECT,
      partitions: DriftAction.IGNORE,
      undeclaredTopics: DriftAction.IGNORE,
    },
    prune: { minAge: Duration.days(3), maxPerRun: 5 },
    brokerWaitTimeout: Duration.minutes(5),
    successfulJobsHistoryLimit: 2,
    failedJobsHistoryLimit: 4,
    suspend: true,
    nodeGroup,
    agentResources,
    serviceAccountAnnotations: { 'example.com/role': 'topics' },
  };
}

const mapAttributes: Required<KafkaMapAttributes> = {
  mapName: 'streams',
  brokerIds: NodeIds.between(1001, 1003),
  topicPatterns: ['events\\..*'],
  zones: ['zone-a', 'zone-b', 'zone-c'],
  topicDefaults,
};

/** All attributes of an imported cluster. */
export const clusterAttributes: Required<KafkaClusterAttributes> = {
  clusterName: 'events',
  version: KafkaVersion.V4_4,
  namespaceName: 'kafka',
  maps: [mapAttributes],
  config: { 'min.insync.replicas': '2' },
  clusterDomain: 'k8s.example.com',
  interBrokerSecurity: InterBrokerSecurity.MUTUAL_TLS,
  bootstrapPort: 9192,
  topicsSecretName: 'company-topics',
  caBundle: CaBundle.configMap('company-roots'),
  agent: AgentProgram.image('registry.example.com/agent:0.1.0'),
};

/** All properties of LocalVolumes. */
export const allOfLocalVolumes: Required<LocalVolumesProps> = {
  storageClassName: 'local-nvme',
  source: LocalVolumeSource.discovered({
    nodeGroup,
    folder: '/mnt/nvme',
    image: 'registry.example.com/sig-storage/local-volume-provisioner:v2.8.1',
  }),
  reclaimPolicy: PersistentVolumeReclaimPolicy.DELETE,
};

/** All properties of a BrokerRecovery. */
export function allOfRecovery(cluster: KafkaCluster): Required<BrokerRecoveryProps> {
  return {
    ...pods,
    cluster,
    nodeGoneAfter: Duration.minutes(10),
    maxNodes: 3,
    maxConsentDuration: Duration.hours(8),
    dryRun: true,
    nodeGroup,
    agentResources,
    serviceAccountAnnotations: { 'example.com/role': 'recovery' },
  };
}
