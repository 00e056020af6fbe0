/*
 * Every construct with its defaults, and with all its properties. The types `Required<...>` do not compile until a new
 * property is in the case that has all.
 */
import { Chart, Cron, Duration, Size } from 'cdk8s';
import { Cpu, DnsPolicy, EnvValue, HostAlias, Secret } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import {
  AgentProgram,
  AgentResources,
  AtRiskTopics,
  BrokerStatefulSet,
  BrokerStatefulSetProps,
  CaBundle,
  CertRotation,
  CertRotationProps,
  CertificateIssuer,
  ClientListener,
  ControllerQuorumOptions,
  InstanceType,
  InterBrokerSecurity,
  InternalTopicsOptions,
  KafkaCluster,
  KafkaClusterAttributes,
  KafkaClusterProps,
  KafkaMap,
  KafkaMapAttributes,
  KafkaMapProps,
  KafkaVersion,
  LocalVolumeOptions,
  LogFormat,
  LogLevel,
  LoggingOptions,
  NetworkPeer,
  NetworkVolumeOptions,
  NodeGroup,
  NodeGroupOptions,
  NodeIds,
  NodeTaint,
  PodDnsOptions,
  PodIds,
  PodProps,
  PodSecurityContext,
  PodVolume,
  PodVolumeOptions,
  QuorumKind,
  ServerProps,
  ServerStorage,
  SidecarContainer,
  TaintEffect,
  TopicConfigMap,
  TopicConfigMapProps,
  TopicDefinition,
  TopicSyncCronJob,
  TopicSyncCronJobProps,
  ZookeeperEnsemble,
  ZookeeperEnsembleProps,
} from '../../lib';
import { builtIn, certManager, client, listeners, secretIssuer, tlsListener } from './certificate-cases';
import {
  newBrokers,
  newCertRotation,
  newCluster,
  newMap,
  newTopicSync,
  newTopics,
  newUncertifiedCluster,
  newZookeeperCluster,
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

const podIds: Required<PodIds> = { user: 1001, group: 1002, fsGroup: 1003 };

const dns: Required<PodDnsOptions> = {
  policy: DnsPolicy.NONE,
  nameservers: ['10.96.0.10'],
  searches: ['example.com'],
  options: [{ name: 'ndots', value: '2' }],
};

const hostAlias: HostAlias = { ip: '10.0.0.7', hostnames: ['registry.example.com'] };

const pods: Required<PodProps> = {
  podLabels: { team: 'platform' },
  podAnnotations: { 'example.com/owner': 'platform' },
  imagePullSecrets: ['registry'],
  priorityClassName: 'kafka',
  securityContext: PodSecurityContext.ids(podIds),
  runtimeClassName: 'sandboxed',
  dns,
  hostAliases: [hostAlias],
};

const logging: Required<LoggingOptions> = {
  level: LogLevel.WARN,
  loggers: { 'kafka.server.ReplicaManager': LogLevel.DEBUG },
  format: LogFormat.JSON,
};

const agentResources: Required<AgentResources> = { cpu: Cpu.millis(70), memory: Size.mebibytes(384) };

const mounted: Required<PodVolumeOptions> = { mountPath: '/opt/plugins', readOnly: true };

function envVariables(chart: Chart, id: string): Record<string, EnvValue> {
  const secret = Secret.fromSecretName(chart, id, 'vault');
  return {
    REGION: EnvValue.fromValue('eu-central-1'),
    VAULT_TOKEN: EnvValue.fromSecretValue({ secret, key: 'token' }),
  };
}

function sidecar(name: string, chart: Chart): Required<SidecarContainer> {
  return {
    name,
    image: `registry.example.com/${name}:1.0.0`,
    command: [`/bin/${name}`],
    args: ['--verbose'],
    envVariables: envVariables(chart, `Vault of ${name}`),
    ports: { [`${name}-http`]: 9404 },
    cpu: Cpu.millis(20),
    memory: Size.mebibytes(96),
    volumeMounts: { tmp: '/tmp', scratch: '/scratch' },
  };
}

/** All properties of servers, except `config`, which differs between them. */
function servers(chart: Chart): Required<ServerProps> {
  return {
    ...pods,
    cpu: Cpu.millis(3500),
    memory: Size.gibibytes(24),
    heap: Size.gibibytes(5),
    jvmOptions: ['-XX:MaxGCPauseMillis=50', '-Dexample=yes'],
    preStopTimeout: Duration.minutes(45),
    shutdownGracePeriod: Duration.minutes(20),
    startupTimeout: Duration.hours(12),
    maxForceDuration: Duration.hours(1),
    logging,
    agentResources,
    envVariables: envVariables(chart, 'Vault'),
    volumes: [
      PodVolume.fromConfigMap('plugins', 'kafka-plugins', mounted),
      PodVolume.fromSecret('keytab', 'kafka-keytab', { mountPath: '/etc/keytab' }),
      PodVolume.fromEmptyDir('scratch', Size.mebibytes(512)),
      PodVolume.fromPersistentVolumeClaim('dumps', 'heap-dumps', { mountPath: '/dumps', readOnly: false }),
    ],
    sidecars: [sidecar('exporter', chart), { name: 'shipper', image: 'registry.example.com/shipper:1.0.0' }],
    initContainers: [sidecar('fetch', chart)],
  };
}

function allOfBrokers(cluster: KafkaCluster): Required<BrokerStatefulSetProps> {
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

function allOfMap(cluster: KafkaCluster): Required<KafkaMapProps> {
  return { ...allOfBrokers(cluster), topics: ['archive\\..*', 'audit'] };
}

function allOfControllers(chart: Chart): Required<ControllerQuorumOptions> {
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

function allOfCluster(chart: Chart): Required<Omit<KafkaClusterProps, 'zookeeper'>> {
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

function allOfZookeeperCluster(
  chart: Chart,
): Required<CommonProps> & Required<Pick<KafkaClusterProps, 'zookeeper'>> {
  return {
    ...commonOfCluster(),
    version: KafkaVersion.V3_9,
    zookeeper: new ZookeeperEnsemble(chart, 'Zookeeper', allOfEnsemble(chart)),
  };
}

function allOfEnsemble(chart: Chart): Required<ZookeeperEnsembleProps> {
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
    metricsScrapers: [NetworkPeer.anyone()],
    logging: { ...logging, format: LogFormat.TEXT },
    serviceAccountAnnotations: { 'example.com/role': 'zookeeper' },
  };
}

function allOfCertRotation(cluster: KafkaCluster, issuer: CertificateIssuer): Required<CertRotationProps> {
  return {
    ...pods,
    cluster,
    issuer,
    metadataCaLifetime: Duration.days(3000),
    metadataCertificateLifetime: Duration.days(900),
    restartNotice: Duration.days(14),
    unreachableTimeout: Duration.minutes(2),
    nodeGroup,
    serviceAccountAnnotations: { 'example.com/role': 'authority' },
  };
}

/** A cluster that accepts client certificates of another CA, for issuers other than the built-in one. */
export function newClusterForOthers(chart: Chart): KafkaCluster {
  const cluster = newUncertifiedCluster(chart, {
    listeners: [ClientListener.tls(tlsListener)],
    clients: [client],
  });
  newMap(cluster);
  return cluster;
}

const topic: Required<TopicDefinition> = {
  name: 'events.views',
  partitions: 6,
  replicationFactor: 3,
  config: { 'retention.ms': '86400000', 'min.insync.replicas': '2' },
};

function allOfTopics(cluster: TopicConfigMapProps['cluster']): Required<TopicConfigMapProps> {
  return {
    cluster,
    configMapName: 'list',
    topics: [topic, { name: 'events.clicks', partitions: 12, replicationFactor: 3 }],
  };
}

function allOfTopicSync(
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
    brokerWaitTimeout: Duration.minutes(5),
    suspend: true,
    serviceAccountAnnotations: { 'example.com/role': 'topics' },
  };
}

const mapAttributes: Required<KafkaMapAttributes> = {
  mapName: 'streams',
  brokerIds: NodeIds.between(1001, 1003),
  topics: ['events\\..*'],
  zones: ['zone-a', 'zone-b', 'zone-c'],
};

const clusterAttributes: Required<KafkaClusterAttributes> = {
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

/** Defines a construct, and the constructs that it needs, in a chart. */
export type Definition = (chart: Chart) => IConstruct;

/** Every construct with defaults and with all props. */
export const CASES = {
  'KafkaCluster, defaults': (chart) => {
    const cluster = newCluster(chart);
    newMap(cluster);
    return cluster;
  },
  'KafkaCluster, all props': (chart) => {
    const cluster = new KafkaCluster(chart, 'Kafka', allOfCluster(chart));
    newCertRotation(cluster);
    newMap(cluster, { mapName: 'archive' });
    return cluster;
  },
  'KafkaCluster on ZooKeeper, all props': (chart) => {
    const cluster = new KafkaCluster(chart, 'Kafka', allOfZookeeperCluster(chart));
    newCertRotation(cluster);
    newMap(cluster, { mapName: 'archive' });
    return cluster;
  },
  'KafkaMap, defaults': (chart) => newMap(newCluster(chart)),
  'KafkaMap, all props': (chart) => new KafkaMap(chart, 'Map', allOfMap(newCluster(chart))),
  'BrokerStatefulSet, defaults': (chart) => newBrokers(newCluster(chart)),
  'BrokerStatefulSet, all props': (chart) =>
    new BrokerStatefulSet(chart, 'Brokers', allOfBrokers(newCluster(chart))),
  'BrokerStatefulSet on ZooKeeper, defaults': (chart) => newBrokers(newZookeeperCluster(chart)),
  'BrokerStatefulSet on ZooKeeper, all props': (chart) =>
    new BrokerStatefulSet(chart, 'Brokers', {
      ...allOfBrokers(newZookeeperCluster(chart)),
      logging: { ...logging, format: LogFormat.TEXT },
    }),
  'ControllerQuorum, defaults': (chart) => {
    const cluster = newCluster(chart);
    newMap(cluster);
    return cluster.controllers!;
  },
  'ControllerQuorum, all props': (chart) => {
    const cluster = newCluster(chart, { controllers: allOfControllers(chart) });
    newMap(cluster);
    return cluster.controllers!;
  },
  'ZookeeperEnsemble, defaults': (chart) => {
    const cluster = newZookeeperCluster(chart);
    newMap(cluster);
    return cluster.zookeeper!;
  },
  'ZookeeperEnsemble, all props': (chart) => {
    const zookeeper = new ZookeeperEnsemble(chart, 'Zookeeper', allOfEnsemble(chart));
    newMap(newZookeeperCluster(chart, { zookeeper }));
    return zookeeper;
  },
  'CertRotation, defaults': (chart) => {
    const cluster = newUncertifiedCluster(chart);
    newMap(cluster);
    return newCertRotation(cluster);
  },
  'CertRotation, all props': (chart) => {
    const cluster = newUncertifiedCluster(chart, { clients: [client] });
    newMap(cluster);
    const issuer = CertificateIssuer.builtIn(builtIn);
    return new CertRotation(chart, 'Certificates', allOfCertRotation(cluster, issuer));
  },
  'CertRotation on ZooKeeper': (chart) => {
    const zookeeper = new ZookeeperEnsemble(chart, 'Zookeeper');
    const cluster = newUncertifiedCluster(chart, { version: KafkaVersion.V3_9, zookeeper });
    newMap(cluster);
    return newCertRotation(cluster);
  },
  'CertRotation by cert-manager': (chart) =>
    new CertRotation(
      chart,
      'Certificates',
      allOfCertRotation(newClusterForOthers(chart), CertificateIssuer.certManager(certManager)),
    ),
  'CertRotation from Secrets': (chart) =>
    new CertRotation(
      chart,
      'Certificates',
      allOfCertRotation(newClusterForOthers(chart), CertificateIssuer.secret(secretIssuer)),
    ),
  'TopicConfigMap, defaults': (chart) => {
    const cluster = newCluster(chart);
    newMap(cluster);
    return newTopics(cluster);
  },
  'TopicConfigMap, all props': (chart) => {
    const cluster = newCluster(chart);
    newMap(cluster);
    return new TopicConfigMap(chart, 'TopicList', allOfTopics(cluster));
  },
  'TopicSyncCronJob, defaults': (chart) => {
    const cluster = newCluster(chart);
    newMap(cluster);
    return newTopicSync(cluster);
  },
  'TopicSyncCronJob, all props': (chart) => {
    const cluster = newCluster(chart);
    newMap(cluster);
    return new TopicSyncCronJob(chart, 'Topics', allOfTopicSync(chart, cluster));
  },
  'TopicSyncCronJob of an imported cluster': (chart) => {
    const cluster = KafkaCluster.fromAttributes(chart, 'Kafka', clusterAttributes);
    return new TopicSyncCronJob(chart, 'Topics', allOfTopicSync(chart, cluster));
  },
} satisfies Record<string, Definition>;

/** All cases as a table. */
export const ALL_CASES: [name: string, define: Definition][] = Object.entries(CASES);
