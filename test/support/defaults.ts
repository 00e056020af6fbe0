/* Constructs with the least that they ask for. */
import { Chart, Size } from 'cdk8s';
import {
  NodeIds,
  BrokerStatefulSet,
  BrokerStatefulSetProps,
  ServerStorage,
  CertRotation,
  CertRotationProps,
  CertificateIssuer,
  KafkaCluster,
  KafkaClusterProps,
  KafkaMap,
  KafkaMapProps,
  KafkaVersion,
  NodeGroup,
  TopicConfigMap,
  TopicDefinition,
  TopicSyncCronJob,
  TopicSyncCronJobProps,
  ZookeeperEnsemble,
} from '../../lib';

/** A cluster on controllers, with nothing chosen. */
export function newCluster(chart: Chart, props: Partial<KafkaClusterProps> = {}): KafkaCluster {
  const cluster = newUncertifiedCluster(chart, props);
  newCertRotation(cluster);
  return cluster;
}

/** A cluster whose certificates nobody issues yet. */
export function newUncertifiedCluster(chart: Chart, props: Partial<KafkaClusterProps> = {}): KafkaCluster {
  return new KafkaCluster(chart, props.clusterName ?? 'Kafka', {
    clusterName: 'events',
    version: KafkaVersion.V4_4,
    ...props,
  });
}

/** Certificates by the built-in issuer. */
export function newCertRotation(cluster: KafkaCluster, props: Partial<CertRotationProps> = {}): CertRotation {
  return new CertRotation(Chart.of(cluster), `Certificates of ${cluster.node.id}`, {
    cluster,
    issuer: CertificateIssuer.builtIn(),
    ...props,
  });
}

/** A cluster on ZooKeeper, with nothing chosen. */
export function newZookeeperCluster(chart: Chart, props: Partial<KafkaClusterProps> = {}): KafkaCluster {
  return newCluster(chart, {
    version: KafkaVersion.V3_9,
    metadata: props.metadata ?? new ZookeeperEnsemble(chart, 'Zookeeper'),
    ...props,
  });
}

/** What brokers cannot do without. */
export function brokers(cluster: KafkaCluster): BrokerStatefulSetProps {
  return {
    cluster,
    mapName: 'streams',
    brokerIds: NodeIds.between(1001, 1003),
    nodeGroup: NodeGroup.any(),
    storage: ServerStorage.networkVolume({ size: Size.gibibytes(100) }),
  };
}

/** Brokers with nothing chosen. */
export function newBrokers(
  cluster: KafkaCluster,
  props: Partial<BrokerStatefulSetProps> = {},
): BrokerStatefulSet {
  return new BrokerStatefulSet(Chart.of(cluster), props.mapName || 'Brokers', {
    ...brokers(cluster),
    ...props,
  });
}

/** A map with nothing chosen. */
export function newMap(cluster: KafkaCluster, props: Partial<KafkaMapProps> = {}): KafkaMap {
  return new KafkaMap(Chart.of(cluster), props.mapName ?? 'Map', {
    ...brokers(cluster),
    topics: ['events\\..*'],
    ...props,
  });
}

/** A list of topics on the map that `newMap` makes. */
export function newTopics(chart: Chart, ...topics: Partial<TopicDefinition>[]): TopicConfigMap {
  const clicks: TopicDefinition = { name: 'events.clicks', partitions: 12, replicationFactor: 3 };
  return new TopicConfigMap(chart, 'TopicList', { topics: topics.map((topic) => ({ ...clicks, ...topic })) });
}

/** Creates the topics of `newTopics`. */
export function newTopicSync(
  cluster: KafkaCluster,
  topics: readonly Partial<TopicDefinition>[] = [{}],
  props: Partial<TopicSyncCronJobProps> = {},
): TopicSyncCronJob {
  const chart = Chart.of(cluster);
  return new TopicSyncCronJob(chart, 'Topics', { cluster, topics: newTopics(chart, ...topics), ...props });
}
