import { KafkaVersion } from '../kafka/kafka-version';

/** How brokers keep the metadata of their cluster. */
export enum MetadataMode {
  /** In a quorum of Kafka controllers. */
  KRAFT = 'kraft',
  /** In a ZooKeeper ensemble. */
  ZOOKEEPER = 'zookeeper',
}

/** Where a cluster keeps its metadata: a `ControllerQuorum` or a `ZookeeperEnsemble`. */
export interface IMetadataStore {
  /** How it is kept. */
  readonly mode: MetadataMode;

  /** Addresses of all servers, `host:port`. */
  readonly servers: string[];

  /**
   * Settings that brokers need to reach the servers.
   *
   * @param clusterName the cluster of the brokers
   */
  brokerSettings(clusterName: string): { [setting: string]: string };

  /**
   * Takes a cluster into care. A `KafkaCluster` calls it, once.
   *
   * @param clusterName the cluster
   * @param version version of its brokers
   * @throws when the servers do not fit the cluster
   */
  attach(clusterName: string, version: KafkaVersion): void;
}
