import { AgentProgram } from '../servers/agent-program';
import { KafkaVersion } from '../kafka/kafka-version';
import { IMetadataStore } from '../metadata/metadata-store';
import { NetworkPeer } from '../network/network-peer';
import { ClusterCertificates } from '../certificates/cluster-certificates';
import { ClusterRegistry } from './cluster-registry';
import { TopicDefinitionConfig } from '../seam/agent-config';
import { Listener } from '../network/listeners';
import { Settings } from '../kafka/properties';

/** Kafka's own topics, and where they live. */
export interface InternalTopics {
  /** Absent for the map that is defined first. */
  readonly mapName?: string;
  readonly replicationFactor: number;
  readonly partitions: number;
  readonly topics: readonly TopicDefinitionConfig[];
}

/** What the parts of a cluster need of it. */
export interface ClusterContext {
  readonly clusterName: string;
  readonly namespace: string;
  readonly version: KafkaVersion;
  readonly program: AgentProgram;
  readonly metadata: IMetadataStore;
  readonly registry: ClusterRegistry;
  /** What every broker listens on: the internal listener first, then those of clients. */
  readonly listeners: readonly Listener[];
  readonly certificates: ClusterCertificates;
  /** Settings that say whom Kafka trusts with everything. */
  readonly superUsers: Settings;
  /** Names of the ConfigMaps that agents of brokers keep; every map adds its own. */
  readonly ledgers: string[];
  /** Names of the StatefulSets of brokers; every map adds its own. */
  readonly statefulSets: string[];
  /** Settings of the cluster that a user gave or that all servers agree on. */
  readonly settings: Settings;
  readonly serviceName: string;
  readonly serviceHost: string;
  readonly serviceAccountName: string;
  readonly agentConfigMapName: string;
  /** DNS domain of the Kubernetes cluster. */
  readonly clusterDomain: string;
  readonly metricsScrapers: readonly NetworkPeer[];
  readonly internalTopics: InternalTopics;
}
