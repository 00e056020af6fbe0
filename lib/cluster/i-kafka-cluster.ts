import { IConstruct } from 'constructs';
import { NODE_IDS, NodeIds } from '../kafka/node-ids';
import { KAFKA_VERSION, KafkaVersion } from '../kafka/kafka-version';
import { TOPIC_DEFAULTS, TopicDefaults } from '../kafka/topic-defaults';
import { CA_BUNDLE, CaBundle } from '../kubernetes/ca-bundle';
import { InterBrokerSecurity } from '../network/inter-broker-security';
import { PropTable, optional, required, struct } from '../input/props';
import { AGENT_PROGRAM, AgentProgram } from '../servers/agent-program';
import { TopicSyncContext } from './cluster-context';
import { TOPIC_PATTERN } from './cluster-registry';
import { Kind, PORT, enumOf, kind, listOf, text } from '../input/kinds';
import { settingsLike } from '../kafka/properties';

/** A Kafka cluster: a `KafkaCluster`, or a reference to one that another app or chart defines. */
export interface IKafkaCluster extends IConstruct {
  /** Name of the cluster. */
  readonly clusterName: string;
  /** Namespace of the cluster. */
  readonly namespaceName: string;
  /** Kafka version of the brokers. */
  readonly version: KafkaVersion;
  /** Bootstrap servers for clients in the Kubernetes cluster, `host:port`. */
  readonly bootstrapServers: string;

  /**
   * Name of the Secret with the certificate of a declared client.
   *
   * @param clientName name of the client
   */
  clientSecretName(clientName: string): string;

  /** The parts of the cluster that topics need. @internal */
  readonly _topicSync: TopicSyncContext;
}

/** The kind of a cluster that topics refer to. */
export const IMPORTABLE_CLUSTER: Kind<IKafkaCluster> = kind(
  (value) => '_topicSync' in Object(value),
  "new KafkaCluster(chart, 'Kafka', { … })",
);

/** A map of a cluster that another app or chart defines. */
export interface KafkaMapAttributes {
  /** Name of the map. */
  readonly mapName: string;
  /** Ids of its brokers. */
  readonly brokerIds: NodeIds;
  /** Patterns of its topics, as `topicPatterns` of the `KafkaMap`. */
  readonly topicPatterns: string[];

  /**
   * Zones of its node group.
   *
   * @default - unknown
   */
  readonly zones?: string[];

  /**
   * Values for topics that do not set their own, as `topicDefaults` of the `KafkaMap`.
   *
   * @default - none
   */
  readonly topicDefaults?: TopicDefaults;
}

/** Attributes of a cluster that another app or chart defines. */
export interface KafkaClusterAttributes {
  /** Name of the cluster. */
  readonly clusterName: string;
  /** Kafka version of the brokers. */
  readonly version: KafkaVersion;

  /**
   * Namespace of the cluster.
   *
   * @default - the namespace of the chart
   */
  readonly namespaceName?: string;

  /**
   * Maps of the cluster. Topics are checked against them and created on their brokers.
   *
   * @default - none
   */
  readonly maps?: KafkaMapAttributes[];

  /**
   * Settings in `config` of the cluster that topics depend on: `min.insync.replicas`, `default.replication.factor`.
   *
   * @default - none
   */
  readonly config?: { [setting: string]: string };

  /**
   * DNS domain of the Kubernetes cluster.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;

  /**
   * Security of the traffic among brokers, as in the `KafkaCluster`.
   *
   * @default InterBrokerSecurity.MUTUAL_TLS
   */
  readonly interBrokerSecurity?: InterBrokerSecurity;

  /**
   * Port of the first client listener.
   *
   * @default 9092
   */
  readonly bootstrapPort?: number;

  /**
   * Secret with the certificate of the topic synchronization.
   *
   * @default - `<cluster>-topics-tls`, which the built-in issuer and cert-manager write
   */
  readonly topicsSecretName?: string;

  /**
   * CAs of the brokers.
   *
   * @default - `ca.crt` of the Secret with the certificate of the topic synchronization
   */
  readonly caBundle?: CaBundle;

  /**
   * The agent's program.
   *
   * @default AgentProgram.bundled()
   */
  readonly agent?: AgentProgram;
}

/** Properties of KafkaMapAttributes. */
export const KAFKA_MAP_ATTRIBUTES: PropTable<KafkaMapAttributes> = {
  mapName: required(text('streams')),
  brokerIds: required(NODE_IDS),
  topicPatterns: required(listOf(TOPIC_PATTERN)),
  zones: optional(listOf(text('zone-a'))),
  topicDefaults: optional(struct(TOPIC_DEFAULTS)),
};

/** Properties of KafkaClusterAttributes. */
export const KAFKA_CLUSTER_ATTRIBUTES: PropTable<KafkaClusterAttributes> = {
  clusterName: required(text('events')),
  version: required(KAFKA_VERSION),
  namespaceName: optional(text('kafka')),
  maps: optional(listOf(struct(KAFKA_MAP_ATTRIBUTES))),
  config: optional(settingsLike("{ 'min.insync.replicas': '2' }")),
  clusterDomain: optional(text('cluster.local')),
  interBrokerSecurity: optional(enumOf(InterBrokerSecurity)),
  bootstrapPort: optional(PORT),
  topicsSecretName: optional(text('events-topics-tls')),
  caBundle: optional(CA_BUNDLE),
  agent: optional(AGENT_PROGRAM),
};
