import { NodeIds } from '../kafka/node-ids';
import { Settings } from '../kafka/properties';
import { Listener } from '../network/listeners';
import { BrokerConfig, PkiConfig, RecoveryGroupConfig } from '../seam/agent-config';
import { PodCertificates } from '../servers/pod-certificates';

/** The fields of a broker's agent.json that depend on the metadata store. */
export type MetadataAgentConfig = Pick<
  BrokerConfig,
  'metadataMode' | 'clusterId' | 'controllerAddresses' | 'controllerCertificateFolder' | 'zookeeperAddress'
>;

/** The brokers of one StatefulSet. */
export interface BrokerGroup {
  readonly statefulSet: string;
  readonly count: number;
}

/** The fields of a PkiConfig that depend on the metadata store. */
export type MetadataPki = Pick<
  PkiConfig,
  'stateSecret' | 'stateLabels' | 'commonName' | 'certificates' | 'endpoints' | 'restartedStatefulSets'
>;

/** Interface of the metadata store of a cluster: KRaft controllers or a ZooKeeper ensemble. */
export interface MetadataStore {
  /** Name of the store in messages. */
  readonly description: string;
  /** Ids of the store's servers, if they share one range with brokers. */
  readonly nodeIds?: NodeIds;
  /** Settings of brokers that the user may override. */
  readonly brokerDefaults: Settings;
  /** Listeners of the store that brokers connect to. */
  readonly listeners: readonly Listener[];
  /** Certificates with which brokers connect to the store; empty without TLS. */
  readonly certificates: readonly PodCertificates[];
  /** Arguments of `kafka-storage format` for brokers; undefined if brokers need no format. */
  readonly formatArguments?: readonly string[];
  readonly agentConfig: MetadataAgentConfig;
  /** Name of the Secret with the private keys of the store's CA. */
  readonly caSecret: string;

  /** Settings with which the brokers of a cluster connect to the store. */
  brokerSettings(clusterName: string): Settings;

  /** Time after which the store considers a silent broker dead, in milliseconds. */
  sessionTimeoutMs(settings: Settings): number;

  /** Command of the Kafka container of brokers. */
  startCommand(settings: Settings): readonly string[];

  /** Registers the brokers of a map: they connect to the store, and restart for its certificates. */
  addBrokers(brokers: BrokerGroup): void;

  /** The CA of the store's servers; undefined without TLS, or if the authority of another cluster issues it. */
  pki(clusterName: string): MetadataPki | undefined;

  /** Name of the cluster whose authority issues the certificates of the store's servers. */
  authorityOwner(clusterName: string): string;

  /** The servers of the store, if they are in a namespace and their volumes are lost with their node. */
  recoveryGroup(namespace: string): RecoveryGroupConfig | undefined;

  /** Number of servers that restart when the certificates of the store are renewed. */
  restartedServers(): number;
}
