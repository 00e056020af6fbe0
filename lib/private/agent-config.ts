/*
 * The seam between the two programs: lib/ writes this as agent.json, agent/ reads it. It is the only file
 * that both sides import, so a change here is a change of both.
 */

/** Where things lie inside a pod. */
export const PATHS = {
  program: '/opt/cdk8s-kafka',
  config: '/etc/cdk8s-kafka',
  /** What `init` writes for the containers after it. */
  runtime: '/run/cdk8s-kafka',
  /** The pod's own metadata, from the downward API. */
  podInfo: '/etc/cdk8s-kafka-pod',
  topics: '/etc/cdk8s-kafka-topics',
  serviceAccount: '/var/run/secrets/kubernetes.io/serviceaccount',
} as const;

/** Files below `PATHS.config` and `PATHS.runtime`. */
export const FILES = {
  agentConfig: 'agent.json',
  serverProperties: 'server.properties',
} as const;

/** Port of the agent's HTTP endpoints: /readyz, /livez, /metrics. */
export const AGENT_PORT = 8080;

/** Label of a node that says which zone it is in, as every cloud provider sets it. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** Annotation of a pod by which somebody accepts that its empty disk costs data. Value: `<name>: <reason>`. */
export const ACCEPT_DATA_LOSS_ANNOTATION = 'cdk8s-kafka.io/accept-data-loss';

/** How a cluster keeps its metadata. */
export type MetadataMode = 'kraft' | 'zookeeper';

/** One listener of a broker or controller, as clients of that listener see it. */
export interface ListenerConfig {
  readonly name: string;
  readonly port: number;
}

/** What every pod that runs Kafka has in common. */
interface ServerConfig {
  readonly clusterName: string;
  readonly namespace: string;
  /** Name of the StatefulSet: the pod's name without the id. */
  readonly statefulSet: string;
  /** Host name behind which all pods of this kind are found, ready or not. */
  readonly serviceHost: string;
  /** Absent where Kafka itself chooses the id: in ZooKeeper mode. */
  readonly clusterId?: string;
  readonly disks: readonly DiskConfig[];
  /** ConfigMap that remembers which ids have been in sync once. */
  readonly ledger: string;
}

/** One disk of a pod. */
export interface DiskConfig {
  readonly mountPath: string;
  /** Not the mount path itself: file systems put folders there that Kafka refuses. */
  readonly logDir: string;
}

/** agent.json of a broker. */
export interface BrokerConfig extends ServerConfig {
  readonly role: 'broker';
  readonly mapName: string;
  readonly metadataMode: MetadataMode;
  readonly brokerIds: IdRange;
  /** Addresses of the controllers; absent in ZooKeeper mode. */
  readonly controllers?: readonly { readonly host: string; readonly port: number }[];
  /** Listener of brokers and agents. */
  readonly internal: ListenerConfig;
  /** What clients may connect to, the internal listener included. */
  readonly advertised: readonly ListenerConfig[];
  /** Present on the map that holds the internal topics. */
  readonly internalTopics?: readonly TopicDefinitionConfig[];
}

/** agent.json of a KRaft controller. */
export interface ControllerConfig extends ServerConfig {
  readonly role: 'controller';
  readonly listener: ListenerConfig;
  readonly voters: readonly VoterConfig[];
  /** Whether the set of voters is kept in the log (KIP-853) or in the configuration. */
  readonly quorum: 'dynamic' | 'static';
}

/** One member of the controller quorum. */
export interface VoterConfig {
  readonly id: number;
  readonly host: string;
}

/** agent.json of the topic synchronisation. */
export interface TopicSyncConfig {
  readonly role: 'topics';
  readonly clusterName: string;
  /** Host name behind which all brokers are found, ready or not: topics must not wait for readiness. */
  readonly brokersHost: string;
  readonly internal: ListenerConfig;
  readonly maps: readonly MapConfig[];
  /** How long a run waits for brokers, in seconds. */
  readonly patienceSeconds: number;
}

/** Which topics live on which brokers. */
export interface MapConfig {
  readonly name: string;
  /** Regular expressions that match a whole topic name. */
  readonly patterns: readonly string[];
  readonly brokerIds: IdRange;
}

/** Ids from `first` to `last`, both included. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

/** One topic, as the files of a TopicConfigMap hold it. */
export interface TopicDefinitionConfig {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config?: { readonly [setting: string]: string };
}

/** Any agent.json. */
export type AgentConfig = BrokerConfig | ControllerConfig | TopicSyncConfig;
