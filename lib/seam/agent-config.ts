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
  /** A folder for each set of certificates, as its source has them; the kubelet renews them. */
  certificates: '/etc/cdk8s-kafka-certificates',
  /** The same folders with what Kafka reads: checked, in Kafka's format, renewed by the agent. */
  stores: '/run/cdk8s-kafka-stores',
  serviceAccount: '/var/run/secrets/kubernetes.io/serviceaccount',
} as const;

/** Files below `PATHS.config` and `PATHS.runtime`. */
export const FILES = {
  agentConfig: 'agent.json',
  serverProperties: 'server.properties',
  /** Beside a broker. Unlike the others it is read again whenever it changes. */
  liveSettings: 'live-settings.json',
} as const;

/** Files in a folder below `PATHS.certificates`: PEM, the leaf before its intermediates, one or more trusted CAs. */
export const CERTIFICATE_FILES = { certificate: 'tls.crt', key: 'tls.key', trusted: 'ca.crt' } as const;

/** Files in a folder below `PATHS.stores`: PEM as Kafka reads it. */
export const STORE_FILES = {
  /** Private key (PKCS#8), then the chain, leaf first. */
  keyStore: 'keystore.pem',
  trustStore: 'truststore.pem',
} as const;

/** A set of certificates: a folder below `PATHS.certificates`. */
export const CERTIFICATE_SETS = {
  /** Of brokers, towards each other and their clients. */
  cluster: 'cluster',
  /** Of the controller listener, or of ZooKeeper; brokers have it as well, as clients. */
  metadata: 'metadata',
} as const;

/** Port of the agent's HTTP endpoints: /readyz, /livez, /metrics. */
export const AGENT_PORT = 8080;

/**
 * Port on which the kubelet asks before it stops Kafka. A question takes the turn to stop, so this is for nobody else:
 * no NetworkPolicy opens it, while the port above is open to whoever may read metrics.
 */
export const PRE_STOP_PORT = 8081;

/** What the kubelet asks there; the answer comes when Kafka may stop. */
export const PRE_STOP_PATH = '/pre-stop';

/** Annotations of the status ConfigMap by which people ask for something. Each new value is a new request. */
export const ROTATION_ANNOTATIONS = {
  /** New certificates by the same CA. Value: `<name>: <reason>`. */
  renew: 'cdk8s-kafka.io/renew-certificates',
  /** A new CA and then new certificates. Value: `<name>: <reason>`. */
  rotate: 'cdk8s-kafka.io/rotate-ca',
  /** The same two for the controllers' or ZooKeeper's own authority, which costs restarts. */
  renewMetadata: 'cdk8s-kafka.io/renew-metadata-certificates',
  rotateMetadata: 'cdk8s-kafka.io/rotate-metadata-ca',
  /** Nothing is begun or gone on with while it is there. Value: `<name>: <reason>`. */
  pause: 'cdk8s-kafka.io/pause-rotation',
} as const;

/** Annotation of a pod template that makes a StatefulSet restart for new certificates. */
export const RESTART_CERTIFICATES_ANNOTATION = 'cdk8s-kafka.io/restart-certificates';

/** Port of a ZooKeeper server that knows no TLS; with TLS it is open to its pod only. */
export const ZOOKEEPER_PLAINTEXT_PORT = 2181;

/** Label of a node that says which zone it is in, as every cloud provider sets it. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** Annotation of a pod by which somebody accepts that its empty disk costs data. Value: `<name>: <reason>`. */
export const ACCEPT_DATA_LOSS_ANNOTATION = 'cdk8s-kafka.io/accept-data-loss';

/**
 * Annotation of a pod by which somebody declares it ready although it is not, for a while. Value:
 * `until=<ISO 8601>; by=<name>; reason=<text>`, or JSON with these three.
 */
export const FORCE_READY_ANNOTATION = 'cdk8s-kafka.io/force-ready';

/** Annotation of a stop Lease by which somebody lets the servers of its StatefulSet stop at once, for a while. Value as above. */
export const FORCE_STOP_ANNOTATION = 'cdk8s-kafka.io/force-stop';

/** Name of the Lease that makes the servers of a StatefulSet stop one after another. */
export function stopLeaseName(statefulSet: string): string {
  return `${statefulSet}-stop`;
}

/** How a cluster keeps its metadata. */
export type MetadataMode = 'kraft' | 'zookeeper';

/** One listener of a broker or controller, as clients of that listener see it. */
export interface ListenerConfig {
  readonly name: string;
  readonly port: number;
  /** Folder of the certificates that the listener serves; absent where it is plaintext. */
  readonly certificateFolder?: string;
  /** Folder of the CAs whose clients the listener accepts; absent where it asks clients for no certificate. */
  readonly clientCaFolder?: string;
}

/** A set of certificates of a pod. */
export interface CertificatesConfig {
  /** Folder below `PATHS.certificates` and `PATHS.stores`. */
  readonly folder: string;
  /** Whether there is a certificate, or only CAs that others' certificates are checked against. */
  readonly hasCertificate: boolean;
  /** Names that the certificate must be valid for, beside the pod's own host name. */
  readonly dnsNames: readonly string[];
  /** Whether a new certificate is taken over while the server runs, or by a restart: what it cannot reload. */
  readonly reload: 'dynamic' | 'restart';
}

/** What every pod that runs a server has in common. */
interface ServerConfig {
  /** Name of the Kafka cluster, or of the ZooKeeper ensemble. */
  readonly clusterName: string;
  readonly namespace: string;
  /** Name of the StatefulSet: the pod's name without the id. */
  readonly statefulSet: string;
  /** Host name behind which all pods of this kind are found, ready or not. */
  readonly headlessServiceHost: string;
  /** Absent where Kafka itself chooses the id: in ZooKeeper mode. */
  readonly clusterId?: string;
  readonly disks: readonly DiskConfig[];
  /** ConfigMap that remembers which ids have been in sync once. */
  readonly ledgerConfigMap: string;
  /** Certificates that the pod has; none where all listeners are plaintext. */
  readonly certificates: readonly CertificatesConfig[];
  readonly stop: StopConfig;
  /** How far ahead the end of a forced readiness may lie, in seconds. */
  readonly maxForceSeconds: number;
}

/** How a server stops. */
export interface StopConfig {
  /** How long a stop is held at most, in seconds. */
  readonly preStopTimeoutSeconds: number;
  /** How long Kafka gets for its own shutdown after that, in seconds. */
  readonly shutdownGracePeriodSeconds: number;
  /** Whether a stop waits for partitions that cannot spare a replica, of which it costs the writes or all access. */
  readonly atRiskTopics: 'block' | 'allow';
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
  readonly controllerAddresses?: readonly { readonly host: string; readonly port: number }[];
  /** Where a ZooKeeper server that leads or follows is found; absent in KRaft mode, and where nobody can say. */
  readonly zookeeperAddress?: { readonly host: string; readonly port: number };
  /** Folder of the certificates that controllers are asked with; absent where their listener is plaintext. */
  readonly controllerCertificateFolder?: string;
  /** Listener of brokers and agents. */
  readonly internalListener: ListenerConfig;
  /** What clients may connect to, the internal listener included. */
  readonly advertisedListeners: readonly ListenerConfig[];
  /** How long Kafka counts a broker that has died as alive, in milliseconds. */
  readonly sessionTimeoutMs: number;
  /** Present on the map that holds the internal topics. */
  readonly internalTopics?: readonly TopicDefinitionConfig[];
}

/** agent.json of a KRaft controller. */
export interface ControllerConfig extends ServerConfig {
  readonly role: 'controller';
  readonly listener: ListenerConfig;
  readonly voters: readonly QuorumMemberConfig[];
  /** Whether the set of voters is kept in the log (KIP-853) or in the configuration. */
  readonly quorumKind: 'dynamic' | 'static';
}

/** agent.json of a ZooKeeper server. */
export interface ZookeeperConfig extends ServerConfig {
  readonly role: 'zookeeper';
  /** What brokers and tools connect to. */
  readonly listener: ListenerConfig;
  /** Where servers elect their leader. */
  readonly electionListener: ListenerConfig;
  /** All servers of the ensemble. */
  readonly servers: readonly QuorumMemberConfig[];
}

/** agent.json of a pod that runs a server. */
export type ServerPodConfig = BrokerConfig | ControllerConfig | ZookeeperConfig;

/** One member of a quorum: of controllers, or of ZooKeeper servers. */
export interface QuorumMemberConfig {
  readonly id: number;
  readonly host: string;
}

/** agent.json of the topic synchronisation. */
export interface TopicSyncConfig {
  readonly role: 'topics';
  readonly clusterName: string;
  /** Folder of the certificates that brokers are asked with; absent where their listener is plaintext. */
  readonly certificateFolder?: string;
  /** Host name behind which all brokers are found, ready or not: topics must not wait for readiness. */
  readonly bootstrapHost: string;
  readonly internalListener: ListenerConfig;
  readonly maps: readonly MapConfig[];
  /** How long a run waits for brokers, in seconds. */
  readonly brokerWaitTimeoutSeconds: number;
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

/** agent.json of the workload that issues certificates. */
export interface AuthorityConfig {
  readonly role: 'authority';
  readonly clusterName: string;
  readonly namespace: string;
  /** ConfigMap that people annotate to ask for something, and that says in return what goes on. */
  readonly statusConfigMap: string;
  readonly pkis: readonly PkiConfig[];
}

/** A certificate authority and what it issues. */
export interface PkiConfig {
  /** What it is called in logs and in the status. */
  readonly name: 'cluster' | 'metadata';
  /** Secret with its keys and the state of its rotation. Nobody else reads it. */
  readonly stateSecret: string;
  /** Common name of the CA, without the number that tells one CA from the next. */
  readonly commonName: string;
  readonly caLifetimeSeconds: number;
  readonly certificateLifetimeSeconds: number;
  /** How long everybody gets to learn of a new CA before it is used, and of new certificates before the old CA goes. */
  readonly overlapSeconds: number;
  /** How long a server must be out of reach before a rotation goes on without it. */
  readonly unreachableTimeoutSeconds: number;
  readonly certificates: readonly LeafConfig[];
  /** Listeners that must prove that they serve and trust what was issued. */
  readonly endpoints: readonly EndpointsConfig[];
  /**
   * StatefulSets that have to restart for every new certificate or CA, in this order, one after another. Empty where
   * everything is taken over without a restart.
   */
  readonly restartedStatefulSets: readonly string[];
  /** How long before a restart it is announced, in seconds; only where there are restarts. */
  readonly restartNoticeSeconds: number;
}

/** A certificate that an authority issues, in a Secret of type kubernetes.io/tls with `ca.crt` and `keystore.pem`. */
export interface LeafConfig {
  readonly secret: string;
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly labels: { readonly [key: string]: string };
}

/** Listeners of servers that are counted through: a list of hundreds of them would be too long for a ConfigMap. */
export interface EndpointsConfig {
  /** Host names, with `*` where the id of a server goes. */
  readonly hostPattern: string;
  readonly ids: IdRange;
  /** Secret of the leaf that they serve. */
  readonly secret: string;
  readonly ports: readonly EndpointPortConfig[];
}

/** A port of servers. */
export interface EndpointPortConfig {
  readonly port: number;
  /** Whether it accepts clients with certificates of this authority, which can then be proven too. */
  readonly requestsClientCertificate: boolean;
}

/** Any agent.json. */
export type AgentConfig = ServerPodConfig | TopicSyncConfig | AuthorityConfig;

/**
 * Settings that Kafka takes in several units: the one that it can change while it runs, and the others, which count where
 * the ones before them are not set.
 */
export const SETTING_SYNONYMS: { readonly [setting: string]: readonly string[] } = {
  'log.flush.interval.ms': ['log.flush.scheduler.interval.ms'],
  'log.retention.ms': ['log.retention.minutes', 'log.retention.hours'],
  'log.roll.jitter.ms': ['log.roll.jitter.hours'],
  'log.roll.ms': ['log.roll.hours'],
};

/** live-settings.json: Kafka settings that agents apply while Kafka runs, other units included. */
export interface LiveSettings {
  /** Of each broker by itself; null where nobody has set it, so that Kafka's own default holds. */
  readonly broker: { readonly [setting: string]: string | null };
  /** Of all brokers and controllers together; null as above. */
  readonly cluster: { readonly [setting: string]: string | null };
}
