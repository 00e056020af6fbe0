/*
 * The interface between lib/ and agent/: lib/ writes agent.json, and the programs of agent/ read it. Both sides
 * import this folder and no other, so a change here changes both.
 */

/** Paths inside a pod. */
export const PATHS = {
  program: '/opt/cdk8s-kafka',
  config: '/etc/cdk8s-kafka',
  /** Files that `init` writes for the containers that start after it. */
  runtime: '/run/cdk8s-kafka',
  /** Metadata of the pod, from the downward API. */
  podInfo: '/etc/cdk8s-kafka-pod',
  topics: '/etc/cdk8s-kafka-topics',
  /** One folder for each set of certificates, as the source provides them. The kubelet updates the files. */
  certificates: '/etc/cdk8s-kafka-certificates',
  /** The same folders in Kafka's format. The agent verifies certificates before it writes them here, and updates the files. */
  stores: '/run/cdk8s-kafka-stores',
  serviceAccount: '/var/run/secrets/kubernetes.io/serviceaccount',
} as const;

/** Files below `PATHS.config` and `PATHS.runtime`. */
export const FILES = {
  agentConfig: 'agent.json',
  serverProperties: 'server.properties',
  /** Arguments for `kafka-storage format` that depend on the state of the disks and of the quorum, or NOTHING_TO_FORMAT. */
  format: 'format',
  /** Live settings of brokers. Agents read the other files once, and this file again whenever it changes. */
  liveSettings: 'live-settings.json',
} as const;

/** Content of `FILES.format` if all disks are formatted. */
export const NOTHING_TO_FORMAT = 'nothing';

/** Files in a folder below `PATHS.certificates`, in PEM: the leaf followed by its intermediates, its key, the trusted CAs. */
export const CERTIFICATE_FILES = { certificate: 'tls.crt', key: 'tls.key', trusted: 'ca.crt' } as const;

/** Files in a folder below `PATHS.stores`, in Kafka's PEM format. */
export const STORE_FILES = {
  /** The private key (PKCS#8), followed by the certificate chain, leaf first. */
  keyStore: 'keystore.pem',
  trustStore: 'truststore.pem',
} as const;

/** A set of certificates: a folder below `PATHS.certificates`. */
export const CERTIFICATE_SETS = {
  /** Certificates of brokers, for their connections to each other and to clients. */
  cluster: 'cluster',
  /** Certificates of controllers or ZooKeeper servers. Brokers mount them too, as clients. */
  metadata: 'metadata',
} as const;

/** Port of the agent's HTTP endpoints: /readyz, /livez, /metrics. */
export const AGENT_PORT = 8080;

/**
 * Port of the preStop hook. A request acquires the stop lease, so only the kubelet may send one: no NetworkPolicy opens this
 * port. It differs from AGENT_PORT because that port is open to metrics scrapers.
 */
export const PRE_STOP_PORT = 8081;

/** Path of the preStop hook. The agent responds when Kafka may stop. */
export const PRE_STOP_PATH = '/pre-stop';

/** Annotations of the status ConfigMap with requests of operators. Each new value is a new request. */
export const ROTATION_ANNOTATIONS = {
  /** New certificates from the same CA. Value: `<name>: <reason>`. */
  renew: 'cdk8s-kafka.io/renew-certificates',
  /** A new CA, followed by new certificates. Value: `<name>: <reason>`. */
  rotate: 'cdk8s-kafka.io/rotate-ca',
  /** The same requests for the CA of controllers or ZooKeeper servers. They cause rolling restarts. */
  renewMetadata: 'cdk8s-kafka.io/renew-metadata-certificates',
  rotateMetadata: 'cdk8s-kafka.io/rotate-metadata-ca',
  /** Pauses the rotation while the annotation is set: no step starts or continues. Value: `<name>: <reason>`. */
  pause: 'cdk8s-kafka.io/pause-rotation',
} as const;

/** Annotation of a pod template. A new value restarts the pods of the StatefulSet, so that they use new certificates. */
export const RESTART_CERTIFICATES_ANNOTATION = 'cdk8s-kafka.io/restart-certificates';

/** Plaintext port of a ZooKeeper server. With TLS the server binds it to the loopback address. */
export const ZOOKEEPER_PLAINTEXT_PORT = 2181;

/** Label of a node with its zone, as cloud providers set it. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** Annotation of a pod with which an operator accepts the data loss of its disks. Value: as for force-ready. It is valid for one loss. */
export const ACCEPT_DATA_LOSS_ANNOTATION = 'cdk8s-kafka.io/accept-data-loss';

/**
 * Annotation of a pod with a force-ready override: it declares the pod ready until a point in time, although it is not. Value:
 * `until=<ISO 8601>; by=<name>; reason=<text>`, or a JSON object with these three fields.
 */
export const FORCE_READY_ANNOTATION = 'cdk8s-kafka.io/force-ready';

/** Usual time of a restart. If the waiting servers need more time than they have, those of a zone stop together. */
export const RESTART_SECONDS = 60;

/**
 * Annotation of a StatefulSet with a force-stop override: until a point in time the servers of the StatefulSet stop without
 * delay. Value: as for force-ready.
 */
export const FORCE_STOP_ANNOTATION = 'cdk8s-kafka.io/force-stop';

/**
 * Annotation of a StatefulSet that accepts the removal of brokers that still have replicas: until a point in time they stop
 * like any other broker. Value: as for force-ready.
 */
export const ACCEPT_REMOVAL_ANNOTATION = 'cdk8s-kafka.io/accept-removal';

/**
 * Annotation of a StatefulSet that stops changes of live settings which delete data or weaken its safety, or of the status
 * ConfigMap of the topic synchronization, whose runs then change no settings of topics that exist. Value: `<name>: <reason>`.
 */
export const HOLD_SETTINGS_ANNOTATION = 'cdk8s-kafka.io/hold-settings';

/** Annotations of the status ConfigMap of the recovery. */
export const RECOVERY_ANNOTATIONS = {
  /** Pauses the recovery while it is set. Value: `<name>: <reason>`. */
  pause: 'cdk8s-kafka.io/pause-recovery',
  /**
   * States that all nodes which are gone are lost, so that the recovery continues although there are many of them. Value: as for
   * force-ready.
   */
  consent: 'cdk8s-kafka.io/accept-node-loss',
} as const;

/** Name of the stop Lease of a StatefulSet. Its servers acquire the Lease to stop, so they stop one after another. */
export function stopLeaseName(statefulSet: string): string {
  return `${statefulSet}-stop`;
}

/**
 * Annotation of the status ConfigMap of the topic synchronization that accepts a large decrease of the topic lists: until a point
 * in time, topics that are no longer declared are deleted. Value: as for force-ready.
 */
export const ACCEPT_PRUNE_ANNOTATION = 'cdk8s-kafka.io/accept-prune';

/** Names of the labels by which the topic synchronization finds the pods of the brokers of a map. */
export const POD_LABELS = {
  component: 'app.kubernetes.io/component',
  cluster: 'cdk8s-kafka.io/cluster',
  map: 'cdk8s-kafka.io/map',
} as const;

/** Metadata store of a cluster. */
export type MetadataMode = 'kraft' | 'zookeeper';

/** Maximum time that the first run of the topic synchronization waits for a cluster that is being created, in seconds. */
export const FIRST_START_SECONDS = 3_600;

/** A listener of a server, with the facts that its clients need. */
export interface ListenerConfig {
  readonly name: string;
  readonly port: number;
  /** Folder of the certificate that the listener serves; absent for plaintext. */
  readonly certificateFolder?: string;
  /** Folder of the CAs of client certificates; absent if clients need no certificate. */
  readonly clientCaFolder?: string;
}

/** A set of certificates of a pod. */
export interface CertificatesConfig {
  /** Folder below `PATHS.certificates` and `PATHS.stores`. */
  readonly folder: string;
  /** True if the folder contains a certificate with its key; false if it contains only trusted CAs. */
  readonly hasCertificate: boolean;
  /** DNS names that the certificate must be valid for, in addition to the host name of the pod. */
  readonly dnsNames: readonly string[];
  /** 'dynamic' if the running server reloads a renewed certificate; 'restart' if only a restart applies it. */
  readonly reload: 'dynamic' | 'restart';
}

/** Fields that the agent.json of every server has. */
interface ServerConfig {
  /** Name of the Kafka cluster, or of the ZooKeeper ensemble. */
  readonly clusterName: string;
  readonly namespace: string;
  /** Name of the StatefulSet. The name of a pod is this name, a dash and the id of the server. */
  readonly statefulSet: string;
  /** Host name of the headless Service. It resolves to all pods of this kind, ready or not. */
  readonly headlessServiceHost: string;
  /** Kafka's cluster id; absent in ZooKeeper mode, in which Kafka chooses it. */
  readonly clusterId?: string;
  /** Version of Kafka; absent in ZooKeeper mode, and if Kafka is configured to accept features in development. */
  readonly kafkaVersion?: string;
  readonly disks: readonly DiskConfig[];
  /**
   * Size that each claim of a local volume requests, in bytes; absent for other volumes, and for local volumes that are folders of a
   * shared file system.
   */
  readonly localVolumeBytes?: number;
  /** The ledger: the ConfigMap that records the ids of servers that have been in sync. */
  readonly ledgerConfigMap: string;
  /** Certificates that the pod mounts; empty if all listeners are plaintext. */
  readonly certificates: readonly CertificatesConfig[];
  readonly stop: StopConfig;
  /** Maximum duration of a force-ready or force-stop override, in seconds. */
  readonly maxForceSeconds: number;
}

/** Limits of a planned stop. */
export interface StopConfig {
  /** Maximum time that preStop delays a stop, in seconds. */
  readonly preStopTimeoutSeconds: number;
  /** Time for the controlled shutdown after preStop, in seconds. */
  readonly shutdownGracePeriodSeconds: number;
  /** 'block' if a stop waits for partitions that cannot lose a replica: without it they reject writes, or are unavailable. */
  readonly atRiskTopics: 'block' | 'allow';
}

/** A disk of a pod. */
export interface DiskConfig {
  readonly mountPath: string;
  /** Name of the claim template. The name of a claim is this name, a dash and the name of the pod. */
  readonly claim: string;
  /**
   * Data directory, a folder of the mount path. It is not the mount path itself, because file systems create folders such as
   * lost+found there, and Kafka rejects them.
   */
  readonly logDir: string;
}

/** agent.json of a broker. */
export interface BrokerConfig extends ServerConfig {
  readonly role: 'broker';
  readonly mapName: string;
  readonly metadataMode: MetadataMode;
  /** Label of nodes that names their zone. */
  readonly zoneLabel: string;
  readonly brokerIds: IdRange;
  /** Addresses of the controllers; absent in ZooKeeper mode. */
  readonly controllerAddresses?: readonly { readonly host: string; readonly port: number }[];
  /** Address of the ready ZooKeeper servers, which lead or follow; absent in KRaft mode, or if it is unknown. */
  readonly zookeeperAddress?: { readonly host: string; readonly port: number };
  /** Folder of the certificate for connections to controllers; absent if their listener is plaintext. */
  readonly controllerCertificateFolder?: string;
  /** Listener for brokers and agents. */
  readonly internalListener: ListenerConfig;
  /** All listeners of the broker: the internal listener and those for clients. */
  readonly advertisedListeners: readonly ListenerConfig[];
  /** Time after which Kafka considers a silent broker dead, in milliseconds. */
  readonly sessionTimeoutMs: number;
  /** The internal topics; present only on the map that holds them. */
  readonly internalTopics?: readonly TopicDefinitionConfig[];
  /** ConfigMap with the result of the topic synchronization, for metrics; present only on the same map. */
  readonly topicStatusConfigMap?: string;
  /** Present only on the same map. */
  readonly programRights?: readonly ProgramRightsConfig[];
}

/** A program that gets its rights by ACLs. */
export interface ProgramRightsConfig {
  readonly program: 'topics' | 'recovery';
  readonly principal: string;
  /** True if it deletes topics that are no longer declared. */
  readonly canDelete: boolean;
}

/** agent.json of a KRaft controller. */
export interface ControllerConfig extends ServerConfig {
  readonly role: 'controller';
  readonly listener: ListenerConfig;
  /** The controllers. In a dynamic quorum the voters can differ from them, while their number changes. */
  readonly voters: readonly QuorumMemberConfig[];
  /** 'dynamic' if the voters are stored in the metadata log (KIP-853); 'static' if the configuration lists them. */
  readonly quorumKind: 'dynamic' | 'static';
}

/** agent.json of a ZooKeeper server. */
export interface ZookeeperConfig extends ServerConfig {
  readonly role: 'zookeeper';
  /** Listener for brokers and tools. */
  readonly listener: ListenerConfig;
  /** Listener for leader elections among the servers. */
  readonly electionListener: ListenerConfig;
  /** All servers of the ensemble. */
  readonly servers: readonly QuorumMemberConfig[];
}

/** agent.json of a pod that runs a server. */
export type ServerPodConfig = BrokerConfig | ControllerConfig | ZookeeperConfig;

/** A member of a quorum: a controller or a ZooKeeper server. */
export interface QuorumMemberConfig {
  readonly id: number;
  readonly host: string;
  /** Id of the log directory with which a controller forms a dynamic quorum. */
  readonly directoryId?: string;
}

/** agent.json of the topic synchronization. */
export interface TopicSyncConfig {
  readonly role: 'topics';
  readonly clusterName: string;
  readonly namespace: string;
  /** Folder of the certificate for connections to brokers; absent if the internal listener is plaintext. */
  readonly certificateFolder?: string;
  /** Host name that resolves to all brokers, ready or not: the creation of topics must not wait for readiness. */
  readonly bootstrapHost: string;
  readonly internalListener: ListenerConfig;
  readonly maps: readonly MapConfig[];
  readonly lists: readonly TopicListConfig[];
  /** CronJob, which Events are about. */
  readonly cronJob: string;
  /** ConfigMap that shows the result of the last run, and remembers topics that were declared. */
  readonly statusConfigMap: string;
  readonly drift: DriftConfig;
  /** Absent if topics are never deleted. */
  readonly prune?: PruneConfig;
  /** Maximum time that a run waits for brokers, in seconds. */
  readonly brokerWaitTimeoutSeconds: number;
}

/** A map: topics and their brokers. */
export interface MapConfig {
  readonly name: string;
  /** Regular expressions that match a whole topic name. */
  readonly patterns: readonly string[];
  readonly brokerIds: IdRange;
  readonly topicDefaults?: TopicDefaultsConfig;
}

/** Values for topics of a map that do not declare their own. */
export interface TopicDefaultsConfig {
  readonly partitions?: number;
  readonly replicationFactor?: number;
  /** Settings; those of the topic take precedence one by one. */
  readonly config?: { readonly [setting: string]: string };
}

/** A list of topics. The ConfigMap has the topics, or names the ConfigMaps that have them; see `TOPIC_LIST_KEYS`. */
export interface TopicListConfig {
  readonly namespace: string;
  readonly configMapName: string;
  /** Regular expressions for the names that the list may declare; absent for all. */
  readonly topicPatterns?: readonly string[];
  /** Result of `topicsChecksum`; absent if another app defines the list. */
  readonly checksum?: string;
}

/** Keys of the ConfigMaps of a topic list. */
export const TOPIC_LIST_KEYS = {
  /** JSON array of `DeclaredTopicConfig`, one topic on each line. */
  topics: 'topics.json',
  /** Suffixes of the ConfigMaps that have the topics of a long list, one on each line: `0` is `<configMapName>-0`. */
  parts: 'parts',
} as const;

/** Action of a run on a difference between a topic and its declaration. */
export type DriftAction = 'correct' | 'report' | 'ignore';

/** Action of a run on each kind of difference. */
export interface DriftConfig {
  /** Settings that the declaration names. */
  readonly settings: DriftAction;
  /** Settings of a topic that neither its declaration nor the defaults of its map name. */
  readonly undeclaredSettings: DriftAction;
  /** Topics with fewer partitions than declared. */
  readonly partitions: DriftAction;
  /** Topics without a declaration on the brokers of their map: `report` or `ignore`. */
  readonly undeclaredTopics: DriftAction;
}

/** Conditions for the deletion of topics that are no longer declared. */
export interface PruneConfig {
  readonly minAgeSeconds: number;
  readonly maxPerRun: number;
}

/** Ids from `first` to `last`, both included. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

/** A topic in a topic list. */
export interface DeclaredTopicConfig {
  readonly name: string;
  /** Absent for the default of the map. */
  readonly partitions?: number;
  /** Absent for the default of the map. */
  readonly replicationFactor?: number;
  readonly config?: { readonly [setting: string]: string };
  /** Team or person that is responsible for the topic. */
  readonly owner?: string;
  readonly labels?: { readonly [key: string]: string };
}

/** A topic with its numbers of partitions and replicas. */
export interface TopicDefinitionConfig extends DeclaredTopicConfig {
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** agent.json of the recovery. */
export interface RecoveryConfig {
  readonly role: 'recovery';
  readonly clusterName: string;
  readonly namespace: string;
  readonly metadataMode: MetadataMode;
  /** Folder of the certificate for connections to brokers; absent if the internal listener is plaintext. */
  readonly certificateFolder?: string;
  /** Host name that resolves to all brokers, ready or not. */
  readonly bootstrapHost: string;
  readonly internalListener: ListenerConfig;
  /** ConfigMap that shows what the recovery does and waits for. Its annotations are requests of operators. */
  readonly statusConfigMap: string;
  /** Lease whose holder acts. */
  readonly lease: string;
  readonly groups: readonly RecoveryGroupConfig[];
  /** Time for which a node must be gone, and its broker fenced, in seconds. */
  readonly nodeGoneSeconds: number;
  /** Maximum number of nodes of a StatefulSet that may be gone at once. */
  readonly maxNodes: number;
  /** Maximum time for which a person can accept the loss of nodes, in seconds. */
  readonly maxConsentSeconds: number;
  /** True if the recovery only shows what it would do. */
  readonly isDryRun: boolean;
}

/** A StatefulSet whose servers are recovered. */
export interface RecoveryGroupConfig {
  readonly kind: ServerPodConfig['role'];
  /** Name of the cluster or ensemble, which the labels of its pods have. */
  readonly owner: string;
  readonly statefulSet: string;
  readonly ledgerConfigMap: string;
  readonly ids: IdRange;
  /** Names of the claim templates. */
  readonly claims: readonly string[];
}

/** agent.json of the authority. */
export interface AuthorityConfig {
  readonly role: 'authority';
  readonly clusterName: string;
  readonly namespace: string;
  /** ConfigMap that shows the state of the rotation. Its annotations are requests of operators. */
  readonly statusConfigMap: string;
  readonly pkis: readonly PkiConfig[];
}

/** A CA, its certificates, and the endpoints that serve them. */
export interface PkiConfig {
  /** Name of the CA in logs and in the status. */
  readonly name: 'cluster' | 'metadata';
  /** Secret with the keys of the CA and the state of its rotation. Only the authority reads it. */
  readonly stateSecret: string;
  readonly stateLabels: { readonly [key: string]: string };
  /** Common name of the CA, without the number that distinguishes it from its predecessors. */
  readonly commonName: string;
  readonly caLifetimeSeconds: number;
  readonly certificateLifetimeSeconds: number;
  /** Time to trust a new CA before it is used, and to read new certificates before the old CA is removed, in seconds. */
  readonly overlapSeconds: number;
  /** Time after which a rotation continues without an unreachable server, in seconds. */
  readonly unreachableTimeoutSeconds: number;
  readonly certificates: readonly LeafConfig[];
  /** Endpoints whose certificate and trusted CAs the authority verifies before a rotation continues. */
  readonly endpoints: readonly EndpointsConfig[];
  /**
   * StatefulSets that restart for every new certificate or CA, one after another in this order. Empty if all servers reload
   * certificates without a restart.
   */
  readonly restartedStatefulSets: readonly string[];
  /** Time between the announcement of a rolling restart and its start, in seconds; 0 if there are no restarts. */
  readonly restartNoticeSeconds: number;
}

/** A certificate that the authority issues, in a Secret of type kubernetes.io/tls that also has `ca.crt` and `keystore.pem`. */
export interface LeafConfig {
  readonly secret: string;
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly labels: { readonly [key: string]: string };
}

/** Listeners of servers with the same certificate and ports. Hundreds of maps have to fit into one ConfigMap. */
export interface EndpointsConfig {
  /** Secret of the certificate that the servers present. */
  readonly secret: string;
  readonly ports: readonly EndpointPortConfig[];
  readonly servers: readonly ServersConfig[];
}

/** Servers with consecutive ids. */
export interface ServersConfig {
  /** Host name of the servers, with `*` in place of the id. */
  readonly hostPattern: string;
  readonly ids: IdRange;
}

/** A port of an endpoint. */
export interface EndpointPortConfig {
  readonly port: number;
  /** True if the port accepts client certificates of this CA, so that the authority can verify that too. */
  readonly requestsClientCertificate: boolean;
}

/** Any agent.json. */
export type AgentConfig = ServerPodConfig | TopicSyncConfig | AuthorityConfig | RecoveryConfig;

/**
 * Settings that Kafka accepts in several units. The key is the setting that Kafka can change while it runs. The values are its
 * synonyms in other units, in order of precedence: Kafka uses one only if all others before it are not set.
 */
export const SETTING_SYNONYMS: { readonly [setting: string]: readonly string[] } = {
  'log.flush.interval.ms': ['log.flush.scheduler.interval.ms'],
  'log.retention.ms': ['log.retention.minutes', 'log.retention.hours'],
  'log.roll.jitter.ms': ['log.roll.jitter.hours'],
  'log.roll.ms': ['log.roll.hours'],
};

/** live-settings.json: Kafka settings that agents apply while Kafka runs, including their synonyms. */
export interface LiveSettings {
  /** Settings of each broker; null for a setting that is not set, so that Kafka's default applies. */
  readonly broker: { readonly [setting: string]: string | null };
  /** Settings of all brokers and controllers together; null as above. */
  readonly cluster: { readonly [setting: string]: string | null };
}
