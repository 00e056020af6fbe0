/* Constructs with their defaults: they have only the properties that are required. */
import { Chart, Size } from 'cdk8s';
import {
  BrokerRecovery,
  BrokerRecoveryProps,
  BrokerStatefulSet,
  BrokerStatefulSetProps,
  CertRotation,
  CertRotationProps,
  CertificateIssuer,
  IKafkaCluster,
  KafkaCluster,
  KafkaClusterProps,
  KafkaMap,
  KafkaMapProps,
  KafkaVersion,
  LocalVolumeSource,
  LocalVolumes,
  NodeGroup,
  NodeIds,
  ServerStorage,
  TopicConfigMap,
  TopicDefinition,
  TopicSyncCronJob,
  TopicSyncCronJobProps,
  ZookeeperEnsemble,
} from '../../lib';

/** A cluster with KRaft controllers and the built-in issuer. */
export function newCluster(chart: Chart, props: Partial<KafkaClusterProps> = {}): KafkaCluster {
  const cluster = newUncertifiedCluster(chart, props);
  newCertRotation(cluster);
  return cluster;
}

/** A cluster without an issuer of certificates. */
export function newUncertifiedCluster(chart: Chart, props: Partial<KafkaClusterProps> = {}): KafkaCluster {
  return new KafkaCluster(chart, props.clusterName || 'Kafka', {
    clusterName: 'events',
    version: KafkaVersion.V4_4,
    ...props,
  });
}

/** Certificates from the built-in issuer. */
export function newCertRotation(cluster: KafkaCluster, props: Partial<CertRotationProps> = {}): CertRotation {
  return new CertRotation(Chart.of(cluster), `Certificates of ${cluster.node.id}`, {
    cluster,
    issuer: CertificateIssuer.builtIn(),
    ...props,
  });
}

/** A cluster with a ZooKeeper ensemble. */
export function newZookeeperCluster(chart: Chart, props: Partial<KafkaClusterProps> = {}): KafkaCluster {
  return newCluster(chart, {
    version: KafkaVersion.V3_9,
    zookeeper: props.zookeeper ?? new ZookeeperEnsemble(chart, 'Zookeeper'),
    ...props,
  });
}

/** The required properties of brokers. */
export function brokers(cluster: KafkaCluster): BrokerStatefulSetProps {
  return {
    cluster,
    mapName: 'streams',
    brokerIds: NodeIds.between(1001, 1003),
    nodeGroup: NodeGroup.any(),
    storage: ServerStorage.networkVolume({ size: Size.gibibytes(100) }),
  };
}

/** Brokers without topics. */
export function newBrokers(
  cluster: KafkaCluster,
  props: Partial<BrokerStatefulSetProps> = {},
): BrokerStatefulSet {
  return new BrokerStatefulSet(Chart.of(cluster), props.mapName || 'Brokers', {
    ...brokers(cluster),
    ...props,
  });
}

/** A map. */
export function newMap(cluster: KafkaCluster, props: Partial<KafkaMapProps> = {}): KafkaMap {
  return new KafkaMap(Chart.of(cluster), props.mapName ?? 'Map', {
    ...brokers(cluster),
    topicPatterns: ['events\\..*'],
    ...props,
  });
}

/** A topic of the map that `newMap` defines. */
export const CLICKS: TopicDefinition = { name: 'events.clicks', partitions: 12, replicationFactor: 3 };

/** A list of topics; each overrides properties of `CLICKS`. */
export function newTopics(cluster: IKafkaCluster, ...topics: Partial<TopicDefinition>[]): TopicConfigMap {
  return new TopicConfigMap(Chart.of(cluster), 'TopicList', {
    cluster,
    topics: topics.map((topic) => ({ ...CLICKS, ...topic })),
  });
}

/** A topic synchronization with the topics of `newTopics`. */
export function newTopicSync(
  cluster: IKafkaCluster,
  topics: readonly Partial<TopicDefinition>[] = [{}],
  props: Partial<TopicSyncCronJobProps> = {},
): TopicSyncCronJob {
  const list = newTopics(cluster, ...topics);
  return new TopicSyncCronJob(Chart.of(cluster), 'Topics', { cluster, topics: [list], ...props });
}

/** Disks of a node group that a provisioner discovers. */
export function newLocalVolumes(chart: Chart): LocalVolumes {
  const source = LocalVolumeSource.discovered({ nodeGroup: NodeGroup.any() });
  return new LocalVolumes(chart, 'Disks', { storageClassName: 'local-nvme', source });
}

/** Disks that are listed. */
export function newListedVolumes(chart: Chart): LocalVolumes {
  const source = LocalVolumeSource.listed({
    nodes: [
      { hostname: 'node-1', zone: 'zone-a', paths: ['/mnt/disks/0', '/mnt/disks/1'] },
      { hostname: 'node-2', paths: ['/mnt/disks/0'] },
    ],
    size: Size.gibibytes(1700),
  });
  return new LocalVolumes(chart, 'Disks', { storageClassName: 'local-nvme', source });
}

/** A recovery of a cluster. */
export function newRecovery(cluster: KafkaCluster, props: Partial<BrokerRecoveryProps> = {}): BrokerRecovery {
  return new BrokerRecovery(Chart.of(cluster), 'Recovery', { cluster, ...props });
}
