/* Every construct with its defaults, and with all its properties. */
import { Chart, Size } from 'cdk8s';
import { IConstruct } from 'constructs';
import {
  BrokerRecovery,
  BrokerStatefulSet,
  CertRotation,
  CertificateIssuer,
  ClientListener,
  KafkaCluster,
  KafkaMap,
  KafkaVersion,
  LocalVolumes,
  LogFormat,
  ServerStorage,
  TopicConfigMap,
  TopicSyncCronJob,
  ZookeeperEnsemble,
} from '../../lib';
import {
  allOfBrokers,
  allOfMap,
  allOfControllers,
  allOfCluster,
  allOfZookeeperCluster,
  allOfEnsemble,
  allOfCertRotation,
  allOfLocalVolumes,
  allOfRecovery,
  allOfTopics,
  allOfTopicSync,
  clusterAttributes,
} from './all-props';
import { builtIn, certManager, client, secretIssuer, tlsListener } from './certificate-cases';
import {
  newBrokers,
  newCertRotation,
  newCluster,
  newListedVolumes,
  newLocalVolumes,
  newMap,
  newRecovery,
  newTopicSync,
  newTopics,
  newUncertifiedCluster,
  newZookeeperCluster,
} from './defaults';
import { logging } from './server-props';

export * from './defaults';

/** A cluster that accepts client certificates of another CA, for issuers other than the built-in one. */
export function newClusterForOthers(chart: Chart): KafkaCluster {
  const cluster = newUncertifiedCluster(chart, {
    listeners: [ClientListener.tls(tlsListener)],
    clients: [client],
  });
  newMap(cluster);
  return cluster;
}

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
  'BrokerStatefulSet, ephemeral storage': (chart) =>
    newBrokers(newCluster(chart), { storage: ServerStorage.ephemeral({ size: Size.gibibytes(900) }) }),
  'BrokerStatefulSet, ephemeral storage of a class': (chart) =>
    newBrokers(newCluster(chart), {
      storage: ServerStorage.ephemeral({ size: Size.gibibytes(900), storageClassName: 'local-nvme' }),
    }),
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
  'BrokerRecovery, defaults': (chart) => {
    const cluster = newCluster(chart);
    newMap(cluster);
    return newRecovery(cluster);
  },
  'BrokerRecovery, all props': (chart) => {
    const cluster = newCluster(chart, { controllers: allOfControllers(chart) });
    newMap(cluster);
    return new BrokerRecovery(chart, 'Recovery', allOfRecovery(cluster));
  },
  'BrokerRecovery on cert-manager': (chart) => {
    const cluster = newClusterForOthers(chart);
    const recovery = newRecovery(cluster);
    new CertRotation(
      chart,
      'Certificates',
      allOfCertRotation(cluster, CertificateIssuer.certManager(certManager)),
    );
    return recovery;
  },
  'LocalVolumes, defaults': newLocalVolumes,
  'LocalVolumes, all props': (chart) => new LocalVolumes(chart, 'Disks', allOfLocalVolumes),
  'LocalVolumes of listed disks': newListedVolumes,
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
