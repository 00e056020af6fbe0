import { ClusterCertificates } from '../certificates/cluster-certificates';
import { KafkaVersion } from '../kafka/kafka-version';
import { Settings } from '../kafka/properties';
import { MetadataStore } from '../metadata/metadata-store';
import { Listener } from '../network/listeners';
import { NetworkPeer } from '../network/network-peer';
import { ProgramRightsConfig, RecoveryGroupConfig, TopicDefinitionConfig } from '../seam/agent-config';
import { AgentProgram } from '../servers/agent-program';
import { CommonPodProps } from '../servers/pod-props';
import { ClusterRegistry, RegisteredMap } from './cluster-registry';

/** Kafka's internal topics and their map. */
export interface InternalTopics {
  /** Undefined for the first map with topic patterns. */
  readonly mapName?: string;
  readonly replicationFactor: number;
  readonly partitions: number;
  readonly topics: readonly TopicDefinitionConfig[];
}

/** Name and namespace of a cluster. Clusters in different namespaces can have the same name. */
export interface ClusterIdentity {
  readonly clusterName: string;
  readonly namespace: string;
}

/** The parts of a cluster that topics need, also of a cluster that another app defines. */
export interface TopicSyncContext extends ClusterIdentity {
  /** True if another app or chart defines the cluster, and can define its topic synchronization too. */
  readonly isImported: boolean;
  readonly program: AgentProgram;
  /** The listener between brokers, through which topics are created. */
  readonly internalListener: Listener;
  /** Host name of the headless Service of all brokers. */
  readonly serviceHost: string;
  /** Settings of the cluster: the user's and those that all servers share. */
  readonly settings: Settings;
  /** Defaults of all pods. */
  readonly podDefaults: CommonPodProps;
  /** Maps in the order of their definition; called at synth, because maps can be added until then. */
  maps(): RegisteredMap[];
  /** Sources of the certificate volume of the topic synchronization; can be a Lazy. */
  topicSyncSources(): unknown;
  /** Declares that the topic synchronization deletes topics. */
  declareDeletion(): void;
}

/** The parts of a cluster that its brokers, topics and certificates need. */
export interface ClusterContext extends TopicSyncContext {
  readonly version: KafkaVersion;
  readonly metadata: MetadataStore;
  readonly registry: ClusterRegistry;
  /** Listeners of every broker: the internal listener first, then those of clients. */
  readonly listeners: Listener[];
  readonly certificates: ClusterCertificates;
  /** The `super.users` setting. */
  readonly superUsers: Settings;
  /** Returns the programs that brokers give their rights by ACLs, called at synth; undefined if there are none. */
  programRights(): ProgramRightsConfig[] | undefined;
  /** Servers with local volumes. Every map adds its own. */
  readonly recoveryGroups: RecoveryGroupConfig[];
  /** Names of the StatefulSets of brokers, and of their ServiceAccounts; every map adds its own. */
  readonly statefulSets: string[];
  /** Config that the user gave to the cluster. */
  readonly config: Settings;
  readonly serviceName: string;
  /** Annotations of the ServiceAccounts of brokers. */
  readonly serviceAccountAnnotations: { readonly [key: string]: string };
  /** ConfigMaps with the agent's programs of brokers. */
  readonly programConfigMapNames: readonly string[];
  readonly metricsScrapers: NetworkPeer[];
  readonly internalTopics: InternalTopics;
}
