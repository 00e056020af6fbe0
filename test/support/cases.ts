/*
 * Every construct twice: with the least that it asks for, and with everything that it takes. The types `Required<...>`
 * see to it that a new prop does not compile until it stands here.
 */
import { Chart, Cron, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import {
  AgentProgram,
  AtRiskTopics,
  NodeIds,
  BrokerStatefulSet,
  BrokerStatefulSetProps,
  ServerStorage,
  CertRotation,
  CertRotationProps,
  CertificateIssuer,
  ClientListener,
  ControllerQuorum,
  ControllerQuorumProps,
  InstanceType,
  InternalTopicsOptions,
  InterBrokerSecurity,
  KafkaCluster,
  KafkaClusterProps,
  KafkaMap,
  KafkaMapProps,
  KafkaVersion,
  LocalVolumeOptions,
  NetworkPeer,
  NetworkVolumeOptions,
  NodeGroup,
  NodeGroupOptions,
  NodeTaint,
  QuorumKind,
  TaintEffect,
  TopicConfigMap,
  TopicConfigMapProps,
  TopicDefinition,
  TopicSyncCronJob,
  TopicSyncCronJobProps,
  ZookeeperEnsemble,
  ZookeeperEnsembleProps,
} from '../../lib';
import { tlsListener, listeners, client, builtIn, certManager, secretIssuer } from './certificate-cases';
import {
  newCluster,
  newUncertifiedCluster,
  newCertRotation,
  newZookeeperCluster,
  newBrokers,
  newMap,
  newTopics,
  newTopicSync,
} from './defaults';

export * from './defaults';

const taint: Required<NodeTaint> = { key: 'dedicated', value: 'kafka', effect: TaintEffect.NO_SCHEDULE };

const nodeGroupOptions: Required<NodeGroupOptions> = {
  taints: [taint, { key: 'storage' }],
  zones: ['zone-a', 'zone-b', 'zone-c'],
  instanceType: InstanceType.I3EN_2XLARGE,
};

const nodeGroup = NodeGroup.labeled({ 'example.com/group': 'kafka', disktype: 'nvme' }, nodeGroupOptions);

const localVolume: Required<LocalVolumeOptions> = {
  storageClassName: 'local-nvme',
  size: Size.gibibytes(1700),
  disks: 2,
};

const networkVolume: Required<NetworkVolumeOptions> = {
  storageClassName: 'fast',
  size: Size.gibibytes(20),
  disks: 1,
};

const internalTopics: Required<InternalTopicsOptions> = {
  mapName: 'archive',
  replicationFactor: 2,
  partitions: 20,
};

function everythingOfBrokers(cluster: KafkaCluster): Required<BrokerStatefulSetProps> {
  return {
    cluster,
    mapName: 'archive',
    brokerIds: NodeIds.between(2001, 2006),
    nodeGroup,
    storage: ServerStorage.localVolume(localVolume),
    cpu: Cpu.millis(3500),
    memory: Size.gibibytes(24),
    heap: Size.gibibytes(5),
    config: { 'num.io.threads': '16' },
    jvmOptions: ['-XX:MaxGCPauseMillis=50', '-Dexample=yes'],
    preStopTimeout: Duration.minutes(45),
    atRiskTopics: AtRiskTopics.BLOCK,
    shutdownGracePeriod: Duration.minutes(20),
    maxForceDuration: Duration.hours(1),
    startupTimeout: Duration.hours(12),
    priorityClassName: 'kafka',
    podLabels: { team: 'platform' },
    podAnnotations: { 'prometheus.io/scrape': 'true' },
  };
}

function everythingOfMap(cluster: KafkaCluster): Required<KafkaMapProps> {
  return { ...everythingOfBrokers(cluster), topics: ['archive\\..*', 'audit'] };
}

function everythingOfControllers(): Required<ControllerQuorumProps> {
  return {
    clusterName: 'events',
    version: KafkaVersion.V4_4,
    nodeIds: NodeIds.between(11, 15),
    clusterId: 'MkU3OEVBNTcwNTJENDM2Qg',
    quorumKind: QuorumKind.STATIC,
    storage: ServerStorage.networkVolume(networkVolume),
    nodeGroup,
    cpu: Cpu.units(2),
    memory: Size.gibibytes(8),
    heap: Size.gibibytes(3),
    config: { 'min.insync.replicas': '1', 'metadata.max.idle.interval.ms': '1000' },
    jvmOptions: ['-Dexample=yes'],
    preStopTimeout: Duration.minutes(10),
    shutdownGracePeriod: Duration.minutes(5),
    maxForceDuration: Duration.hours(1),
    priorityClassName: 'kafka',
    agent: AgentProgram.image('registry.example.com/agent:0.1.0'),
    clusterDomain: 'k8s.example.com',
    interBrokerSecurity: InterBrokerSecurity.MUTUAL_TLS,
  };
}

function everythingOfCluster(chart: Chart): Required<KafkaClusterProps> {
  return {
    clusterName: 'events',
    version: KafkaVersion.of('4.4.0', 'registry.example.com/kafka:4.4.0'),
    metadata: new ControllerQuorum(chart, 'Controllers', everythingOfControllers()),
    internalTopics,
    config: { 'min.insync.replicas': '1', 'log.retention.hours': '48' },
    agent: AgentProgram.image('registry.example.com/agent:0.1.0'),
    clusterDomain: 'k8s.example.com',
    listeners,
    interBrokerSecurity: InterBrokerSecurity.MUTUAL_TLS,
    clients: [client, { clientName: 'billing' }],
    metricsScrapers: [NetworkPeer.namespaces({ 'kubernetes.io/metadata.name': 'monitoring' })],
  };
}

function everythingOfEnsemble(): Required<ZookeeperEnsembleProps> {
  return {
    ensembleName: 'zk',
    replicas: 5,
    image: 'registry.example.com/zookeeper:3.9.4',
    storage: ServerStorage.networkVolume(networkVolume),
    nodeGroup,
    cpu: Cpu.units(1),
    memory: Size.gibibytes(4),
    heap: Size.gibibytes(1),
    config: { maxSessionTimeout: '60000', tickTime: '1000' },
    preStopTimeout: Duration.minutes(3),
    shutdownGracePeriod: Duration.minutes(1),
    maxForceDuration: Duration.hours(1),
    priorityClassName: 'kafka',
    agent: AgentProgram.image('registry.example.com/agent:1'),
    clusterDomain: 'k8s.example.com',
    interBrokerSecurity: InterBrokerSecurity.MUTUAL_TLS,
    metricsScrapers: [NetworkPeer.anyone()],
  };
}

function everythingOfCertRotation(
  cluster: KafkaCluster,
  issuer: CertificateIssuer,
): Required<CertRotationProps> {
  return {
    cluster,
    issuer,
    metadataCaLifetime: Duration.days(3000),
    metadataCertificateLifetime: Duration.days(900),
    restartNotice: Duration.days(14),
    unreachableTimeout: Duration.minutes(2),
    nodeGroup,
  };
}

/** A cluster whose clients show certificates of an authority of their own, as issuers of others need it. */
export function newClusterForOthers(chart: Chart): KafkaCluster {
  const cluster = newUncertifiedCluster(chart, {
    listeners: [ClientListener.tls(tlsListener)],
    clients: [client],
  });
  newMap(cluster);
  return cluster;
}

const everythingOfTopic: Required<TopicDefinition> = {
  name: 'events.views',
  partitions: 6,
  replicationFactor: 3,
  config: { 'retention.ms': '86400000', 'min.insync.replicas': '2' },
};

const everythingOfTopics: Required<TopicConfigMapProps> = {
  configMapName: 'list',
  topics: [everythingOfTopic, { name: 'events.clicks', partitions: 12, replicationFactor: 3 }],
};

function everythingOfTopicSync(chart: Chart): Required<TopicSyncCronJobProps> {
  const cluster = newCluster(chart);
  newMap(cluster);
  return {
    cluster,
    topics: new TopicConfigMap(chart, 'TopicList', everythingOfTopics),
    schedule: Cron.schedule({ minute: '17', hour: '3' }),
    brokerWaitTimeout: Duration.minutes(5),
    suspend: true,
  };
}

/** Defines a construct, and around it what it needs, in a chart. */
export type Definition = (chart: Chart) => IConstruct;

/** Every construct with defaults and with all props. */
export const CASES = {
  'KafkaCluster, defaults': (chart) => {
    const cluster = newCluster(chart);
    newMap(cluster);
    return cluster;
  },
  'KafkaCluster, all props': (chart) => {
    const cluster = new KafkaCluster(chart, 'Kafka', everythingOfCluster(chart));
    newCertRotation(cluster);
    newMap(cluster, { mapName: 'archive' });
    return cluster;
  },
  'KafkaMap, defaults': (chart) => newMap(newCluster(chart)),
  'KafkaMap, all props': (chart) => new KafkaMap(chart, 'Map', everythingOfMap(newCluster(chart))),
  'BrokerStatefulSet, defaults': (chart) => newBrokers(newCluster(chart)),
  'BrokerStatefulSet, all props': (chart) =>
    new BrokerStatefulSet(chart, 'Brokers', everythingOfBrokers(newCluster(chart))),
  'BrokerStatefulSet on ZooKeeper, defaults': (chart) => newBrokers(newZookeeperCluster(chart)),
  'BrokerStatefulSet on ZooKeeper, all props': (chart) =>
    new BrokerStatefulSet(chart, 'Brokers', everythingOfBrokers(newZookeeperCluster(chart))),
  'ControllerQuorum, defaults': (chart) =>
    new ControllerQuorum(chart, 'Controllers', { clusterName: 'events', version: KafkaVersion.V4_4 }),
  'ControllerQuorum, all props': (chart) =>
    new ControllerQuorum(chart, 'Controllers', everythingOfControllers()),
  'ZookeeperEnsemble, defaults': (chart) => new ZookeeperEnsemble(chart, 'Zookeeper'),
  'ZookeeperEnsemble, all props': (chart) =>
    new ZookeeperEnsemble(chart, 'Zookeeper', everythingOfEnsemble()),
  'CertRotation, defaults': (chart) => {
    const cluster = newUncertifiedCluster(chart);
    newMap(cluster);
    return newCertRotation(cluster);
  },
  'CertRotation, all props': (chart) => {
    const cluster = newUncertifiedCluster(chart, { clients: [client] });
    newMap(cluster);
    const issuer = CertificateIssuer.builtIn(builtIn);
    return new CertRotation(chart, 'Certificates', everythingOfCertRotation(cluster, issuer));
  },
  'CertRotation on ZooKeeper': (chart) => {
    const metadata = new ZookeeperEnsemble(chart, 'Zookeeper');
    const cluster = newUncertifiedCluster(chart, { version: KafkaVersion.V3_9, metadata });
    newMap(cluster);
    return newCertRotation(cluster);
  },
  'CertRotation by cert-manager': (chart) =>
    new CertRotation(
      chart,
      'Certificates',
      everythingOfCertRotation(newClusterForOthers(chart), CertificateIssuer.certManager(certManager)),
    ),
  'CertRotation from Secrets': (chart) =>
    new CertRotation(
      chart,
      'Certificates',
      everythingOfCertRotation(newClusterForOthers(chart), CertificateIssuer.secret(secretIssuer)),
    ),
  'TopicConfigMap, defaults': (chart) => newTopics(chart, {}),
  'TopicConfigMap, all props': (chart) => new TopicConfigMap(chart, 'TopicList', everythingOfTopics),
  'TopicSyncCronJob, defaults': (chart) => {
    const cluster = newCluster(chart);
    newMap(cluster);
    return newTopicSync(cluster);
  },
  'TopicSyncCronJob, all props': (chart) =>
    new TopicSyncCronJob(chart, 'Topics', everythingOfTopicSync(chart)),
} satisfies Record<string, Definition>;

/** All cases as a table. */
export const ALL_CASES: [name: string, define: Definition][] = Object.entries(CASES);
