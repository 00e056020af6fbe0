import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ClusterContext, TopicSyncContext } from './cluster/cluster-context';
import { assertUniqueCluster, clusterHosts } from './cluster/cluster-names';
import { clusterObjects } from './cluster/cluster-objects';
import { SharedParts, createClusterContext } from './cluster/create-context';
import { IKafkaCluster, KafkaClusterAttributes } from './cluster/i-kafka-cluster';
import { ImportedCluster } from './cluster/imported-cluster';
import { internalTopicErrors, internalTopicWarnings } from './cluster/internal-topic-settings';
import { ControllerQuorum } from './controller-quorum';
import { Kind, checkedElsewhere, enumOf, kind, listOf, text } from './input/kinds';
import { PropTable, assertProps, optional, required, struct } from './input/props';
import { isOfType, markType } from './input/type-mark';
import { warnAtSynth } from './input/warnings';
import {
  INTERNAL_TOPICS_OPTIONS,
  InternalTopicsOptions,
  internalTopicValues,
  internalTopicsSize,
} from './kafka/internal-topics';
import { KAFKA_VERSION, KafkaVersion } from './kafka/kafka-version';
import { clusterSettings, replicationErrors, replicationWarnings } from './kafka/replication-settings';
import { providerWarnings, settingWarnings } from './kafka/setting-names';
import { ConfigFacts, assertClusterConfig } from './kafka/user-settings';
import { assertLabel, assertLength, clusterDomainOf, namespaceOf } from './kubernetes/names';
import { CONTROLLER_QUORUM_OPTIONS, ControllerQuorumOptions } from './metadata/controller-quorum-options';
import { MetadataStore } from './metadata/metadata-store';
import { CLIENT_LISTENER, ClientListener } from './network/client-listener';
import { InterBrokerSecurity } from './network/inter-broker-security';
import { KafkaClient } from './network/kafka-client';
import { assertDistinct, clientListener } from './network/listeners';
import { NETWORK_PEER, NetworkPeer } from './network/network-peer';
import { assertServersAuthorized, superUsers } from './network/super-users';
import { AGENT_PROGRAM, AgentProgram } from './servers/agent-program';
import { COMMON_POD_PROPS, CommonPodProps } from './servers/pod-props';
import { ZOOKEEPER_ENSEMBLE, ZookeeperEnsemble } from './zookeeper-ensemble';
import { SETTINGS, Settings } from './kafka/properties';
import { ANNOTATIONS } from './kubernetes/pod-metadata';

/** Properties of a `KafkaCluster`. */
export interface KafkaClusterProps {
  /** Name of the cluster, unique in its namespace. The names of all its objects start with it. It cannot change. */
  readonly clusterName: string;

  /** Kafka version of the brokers. Changing it restarts the brokers one by one. */
  readonly version: KafkaVersion;

  /**
   * Kafka version of the controllers, not older than `version`. For an upgrade, raise it first and apply; when all
   * controllers are ready, raise `version`. Changing it restarts the controllers one by one.
   *
   * @see https://github.com/cdk8s-kafka/cdk8s-kafka/blob/main/docs/upgrading.md
   * @default - `version`
   */
  readonly controllerVersion?: KafkaVersion;

  /**
   * The KRaft controllers.
   *
   * @default - three controllers, each with a network volume of 10 GiB of the default StorageClass
   */
  readonly controllers?: ControllerQuorumOptions;

  /**
   * A ZooKeeper ensemble in the namespace of the cluster, in place of controllers. Kafka 3.9 only.
   *
   * @default - KRaft controllers
   */
  readonly zookeeper?: ZookeeperEnsemble;

  /**
   * Kafka's cluster id: 16 bytes in URL-safe base64. It is on every disk and must not change. Set it to use disks of
   * another cluster. With ZooKeeper, Kafka chooses the id.
   *
   * @default - derived from namespace and name of the cluster
   */
  readonly clusterId?: string;

  /**
   * Map and replicas of Kafka's internal topics.
   *
   * @default - the `KafkaMap` that is defined first, 3 replicas, 50 partitions
   */
  readonly internalTopics?: InternalTopicsOptions;

  /**
   * Kafka settings of all brokers and controllers. Settings that Kafka can change dynamically take effect on brokers within
   * minutes. All other changes restart the brokers one by one, and the controllers if they read the setting.
   *
   * @see https://github.com/cdk8s-kafka/cdk8s-kafka/blob/main/docs/how-it-works.md
   * @default - none
   */
  readonly config?: { [setting: string]: string };

  /**
   * The agent's program. With `zookeeper` it is set on the ensemble.
   *
   * @default AgentProgram.bundled()
   */
  readonly agent?: AgentProgram;

  /**
   * DNS domain of the Kubernetes cluster. With `zookeeper` it is set on the ensemble.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;

  /**
   * Listeners for clients. `bootstrapServers` is the address of the first one. Changing them restarts the brokers one by one.
   *
   * @default [ClientListener.tls()]
   */
  readonly listeners?: ClientListener[];

  /**
   * Security of the traffic among brokers and controllers. Changing it on a running cluster is an outage: servers with
   * different values cannot connect to each other. With `zookeeper` it is set on the ensemble.
   *
   * @default InterBrokerSecurity.MUTUAL_TLS
   */
  readonly interBrokerSecurity?: InterBrokerSecurity;

  /**
   * Clients that may connect to brokers. `addClient` adds more.
   *
   * @default - none: NetworkPolicies deny all other connections
   */
  readonly clients?: KafkaClient[];

  /**
   * Sources that may read the metrics of agents, at port 8080. `addMetricsScraper` adds more.
   *
   * @default - none
   */
  readonly metricsScrapers?: NetworkPeer[];

  /**
   * Defaults for all pods of the cluster: brokers, controllers, topic synchronization, authority. Each construct can override
   * them, and add labels and annotations.
   *
   * @default - none
   */
  readonly podDefaults?: CommonPodProps;

  /**
   * Annotations of the ServiceAccounts of the brokers. Each map has its own ServiceAccount.
   *
   * @default - none
   */
  readonly serviceAccountAnnotations?: { [key: string]: string };
}

const KAFKA_CLUSTER_PROPS: PropTable<KafkaClusterProps> = {
  clusterName: required(text('events')),
  version: required(KAFKA_VERSION),
  controllerVersion: optional(KAFKA_VERSION),
  controllers: optional(struct(CONTROLLER_QUORUM_OPTIONS)),
  zookeeper: optional(ZOOKEEPER_ENSEMBLE),
  clusterId: optional(text('5L6g3nShT-eMCtK--X86sw')),
  internalTopics: optional(struct(INTERNAL_TOPICS_OPTIONS)),
  config: optional(SETTINGS),
  agent: optional(AGENT_PROGRAM),
  clusterDomain: optional(text('cluster.local')),
  listeners: optional(listOf(CLIENT_LISTENER)),
  interBrokerSecurity: optional(enumOf(InterBrokerSecurity)),
  clients: optional(listOf(checkedElsewhere<KafkaClient>())),
  metricsScrapers: optional(listOf(NETWORK_PEER)),
  podDefaults: optional(struct(COMMON_POD_PROPS)),
  serviceAccountAnnotations: optional(ANNOTATIONS),
};

/**
 * A Kafka cluster: the objects that all its brokers share, and its controllers. `KafkaMap`s add the brokers.
 */
export class KafkaCluster extends Construct implements IKafkaCluster {
  /**
   * A reference to a cluster that another app or chart defines, for topics and clients.
   *
   * @throws when the attributes are not valid
   */
  public static fromAttributes(
    scope: Construct,
    id: string,
    attributes: KafkaClusterAttributes,
  ): IKafkaCluster {
    return new ImportedCluster(scope, id, attributes);
  }

  /** True if the value is a KafkaCluster. */
  public static isKafkaCluster(value: unknown): value is KafkaCluster {
    return isOfType(value, 'KafkaCluster');
  }

  /** Name of the cluster. */
  public readonly clusterName: string;
  /** Namespace of the cluster. */
  public readonly namespaceName: string;
  /** Kafka version of the brokers. */
  public readonly version: KafkaVersion;
  /** The KRaft controllers; undefined with ZooKeeper. */
  public readonly controllers?: ControllerQuorum;
  /** The ZooKeeper ensemble; undefined with KRaft. */
  public readonly zookeeper?: ZookeeperEnsemble;
  /** Bootstrap servers for clients in the Kubernetes cluster: `host:port` of the first client listener. */
  public readonly bootstrapServers: string;
  /** The headless Service that gives every broker of every map a host name. */
  public readonly service: ApiObject;
  /** The Service that clients bootstrap from. */
  public readonly bootstrapService: ApiObject;
  /** The ClusterRole of the brokers: to read nodes, for their zones. */
  public readonly clusterRole: ApiObject;
  /** The ClusterRoleBinding of the brokers. */
  public readonly clusterRoleBinding: ApiObject;
  /** The ConfigMaps with the agent's programs of brokers; empty if an image contains them. */
  public readonly programConfigMaps: ApiObject[];

  private readonly policies: ApiObject[];
  private readonly context: ClusterContext;
  private readonly clientListeners: ClientListener[];

  constructor(scope: Construct, id: string, props: KafkaClusterProps) {
    super(scope, id);
    markType(this, 'KafkaCluster');
    assertProps('a KafkaCluster', props, KAFKA_CLUSTER_PROPS, { isSubclass: new.target !== KafkaCluster });
    this.namespaceName = namespaceOf(this);
    assertCluster(props, this.namespaceName);
    assertUniqueCluster(this, this.namespaceName, props.clusterName);
    this.clusterName = props.clusterName;
    this.version = props.version;
    this.zookeeper = props.zookeeper;
    this.clientListeners = [...(props.listeners ?? [ClientListener.tls()])];
    const shared = sharedParts(this.namespaceName, props);
    this.controllers = props.zookeeper ? undefined : createControllers(this, props, shared);
    this.context = createClusterContext({
      ...shared,
      clusterName: props.clusterName,
      version: props.version,
      config: props.config ?? {},
      internalTopics: props.internalTopics ?? {},
      clientListeners: this.clientListeners,
      metadata: this.connectMetadata(),
      serviceAccountAnnotations: props.serviceAccountAnnotations ?? {},
    });
    this.bootstrapServers = `${shared.hosts.bootstrap}:${this.clientListeners[0].port}`;
    const objects = clusterObjects(this, this.context);
    this.service = objects.service;
    this.bootstrapService = objects.bootstrapService;
    this.clusterRole = objects.clusterRole;
    this.clusterRoleBinding = objects.clusterRoleBinding;
    this.programConfigMaps = objects.programConfigMaps;
    this.policies = objects.networkPolicies;
    props.clients?.forEach((client) => this.addClient(client));
    this.validateAtSynth(props.config ?? {}, configFacts(props));
  }

  /** The NetworkPolicies of brokers, controllers and topic synchronization. They deny all ingress except what each pod serves. */
  public get networkPolicies(): ApiObject[] {
    return [...this.policies, ...(this.controllers ? [this.controllers.networkPolicy] : [])];
  }

  /** Declared clients. */
  public get clients(): KafkaClient[] {
    return this.context.certificates.clients;
  }

  /** Listeners for clients. */
  public get listeners(): ClientListener[] {
    return [...this.clientListeners];
  }

  /**
   * Allows a client to connect, and issues its certificate if the issuer issues certificates of clients.
   *
   * @returns name of the Secret with the certificate of the client; with `CertificateIssuer.secret()` nothing writes this Secret
   * @throws when the name is not valid, or is taken
   */
  public addClient(client: KafkaClient): string {
    this.context.certificates.addClient(client);
    return this.clientSecretName(client.clientName);
  }

  /**
   * Adds a listener for clients. Add listeners before the first map.
   *
   * @throws when the cluster has a map already, or a listener with the same name or port
   */
  public addListener(listener: ClientListener): void {
    CLIENT_LISTENER.assert(`a listener of cluster '${this.clusterName}'`, listener);
    const { listeners, registry } = this.context;
    if (registry.maps.length > 0) {
      throw new Error(
        `listener ${listener.name} is added to cluster '${this.clusterName}' after map '${registry.maps[0].name}'; ` +
          'add listeners before the first map',
      );
    }
    const added = clientListener(listener);
    assertDistinct(this.clusterName, [...listeners, added]);
    this.clientListeners.push(listener);
    listeners.push(added);
  }

  /** Allows a source to read the metrics of agents, at port 8080. */
  public addMetricsScraper(peer: NetworkPeer): void {
    NETWORK_PEER.assert(`a metrics scraper of cluster '${this.clusterName}'`, peer);
    this.context.metricsScrapers.push(peer);
  }

  /**
   * Name of the Secret with the certificate of a client. The client must be declared before or after.
   *
   * @param clientName name of the client
   * @throws when the name is not valid
   */
  public clientSecretName(clientName: string): string {
    return this.context.certificates.clientSecret(clientName);
  }

  /** The parts of the cluster that its brokers, topics and certificates need. @internal */
  public get _context(): ClusterContext {
    return this.context;
  }

  /** The parts of the cluster that topics need. @internal */
  public get _topicSync(): TopicSyncContext {
    return this.context;
  }

  private connectMetadata(): MetadataStore {
    this.zookeeper?._addCluster(this.clusterName, this.version);
    return (this.controllers ?? this.zookeeper)!._metadata;
  }

  private validateAtSynth(config: Settings, facts: ConfigFacts): void {
    const { clusterName, context } = this;
    this.node.addValidation({
      validate: () => [
        ...internalTopicErrors(context),
        ...replicationErrors(clusterName, config, context.registry.brokerCount),
        ...context.certificates.errors(),
      ],
    });
    warnAtSynth(this, () => [
      ...settingWarnings(`cluster '${clusterName}'`, facts, config),
      ...providerWarnings(`cluster '${clusterName}'`, config),
      ...replicationWarnings(clusterName, config),
      ...internalTopicWarnings(context),
      ...context.certificates.warnings(config),
    ]);
  }
}

// With ZooKeeper, the ensemble defines the shared values.
function sharedParts(namespace: string, props: KafkaClusterProps): SharedParts {
  const { clusterName, config = {}, zookeeper } = props;
  const clusterDomain = zookeeper?._clusterDomain ?? clusterDomainOf(props.clusterDomain);
  const security =
    zookeeper?._interBrokerSecurity ?? props.interBrokerSecurity ?? InterBrokerSecurity.MUTUAL_TLS;
  assertServersAuthorized(security, clusterName, config);
  return {
    namespace,
    program: zookeeper?._program ?? props.agent ?? AgentProgram.bundled(),
    clusterDomain,
    security,
    hosts: clusterHosts(clusterName, namespace, clusterDomain),
    superUsers: superUsers(security, clusterName, config),
    metricsScrapers: [...(props.metricsScrapers ?? [])],
    podDefaults: props.podDefaults ?? {},
  };
}

function createControllers(
  scope: Construct,
  props: KafkaClusterProps,
  shared: SharedParts,
): ControllerQuorum {
  return ControllerQuorum._create(scope, 'Controllers', props.controllers ?? {}, {
    ...shared,
    clusterName: props.clusterName,
    version: props.controllerVersion ?? props.version,
    clusterId: props.clusterId,
    config: props.config ?? {},
  });
}

function assertCluster(props: KafkaClusterProps, namespace: string): void {
  const { clusterName, controllerVersion, version } = props;
  const owner = `cluster '${clusterName}'`;
  assertLabel('clusterName', clusterName);
  assertLength('Service name', `${clusterName}-bootstrap`, 63, 'clusterName');
  assertClusterConfig(owner, configFacts(props), props.config ?? {});
  if (props.listeners?.length === 0) {
    throw new Error(
      `listeners of ${owner} are empty, so no client could connect; leave them out, or list one`,
    );
  }
  if (controllerVersion?.isOlderThan(version)) {
    throw new Error(
      `controllerVersion of ${owner} is ${controllerVersion.version}, older than version ${version.version}; controllers are ` +
        'upgraded first, so use the same version or a newer one',
    );
  }
  if (props.zookeeper) {
    assertZookeeper(props, props.zookeeper, namespace);
  }
}

function configFacts({
  config = {},
  internalTopics = {},
  version,
  zookeeper,
}: KafkaClusterProps): ConfigFacts {
  return {
    version,
    mode: zookeeper ? 'zookeeper' : 'kraft',
    written: internalTopicValues(internalTopicsSize(internalTopics), clusterSettings(config)),
  };
}

const ONLY_WITH_CONTROLLERS = ['controllers', 'controllerVersion', 'clusterId'] as const;
const SET_ON_ENSEMBLE = ['agent', 'clusterDomain', 'interBrokerSecurity'] as const;

function assertZookeeper(props: KafkaClusterProps, zookeeper: ZookeeperEnsemble, namespace: string): void {
  const owner = `cluster '${props.clusterName}'`;
  const conflict = ONLY_WITH_CONTROLLERS.find((name) => props[name] !== undefined);
  if (conflict !== undefined) {
    throw new Error(`${owner} has both zookeeper and ${conflict}; leave out one of them`);
  }
  const misplaced = SET_ON_ENSEMBLE.find((name) => props[name] !== undefined);
  if (misplaced !== undefined) {
    throw new Error(
      `${owner} has zookeeper and ${misplaced}; set ${misplaced} on the ZookeeperEnsemble instead`,
    );
  }
  if (zookeeper._namespace !== namespace) {
    throw new Error(
      `${owner} is in namespace '${namespace}' and ZooKeeper ensemble '${zookeeper.ensembleName}' in ` +
        `'${zookeeper._namespace}', whose Secrets its brokers cannot mount; use the same namespace for both`,
    );
  }
}

/** The kind of a KafkaCluster that this app defines. */
export const KAFKA_CLUSTER: Kind<KafkaCluster> = kind(
  KafkaCluster.isKafkaCluster,
  "new KafkaCluster(chart, 'Kafka', { … }) in this app",
);
