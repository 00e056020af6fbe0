import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentProgram } from './servers/agent-program';
import { ControllerQuorum } from './controller-quorum';
import { InternalTopicsOptions } from './kafka/internal-topics';
import { KafkaVersion } from './kafka/kafka-version';
import { ClientListener } from './network/client-listener';
import { InterBrokerSecurity } from './network/inter-broker-security';
import { IMetadataStore } from './metadata/metadata-store';
import { KafkaClient } from './network/kafka-client';
import { NetworkPeer } from './network/network-peer';
import { programConfigMap } from './servers/agent-bundle';
import { ClusterRegistry } from './cluster/cluster-registry';
import { ClusterContext } from './cluster/cluster-context';
import { internalTopicErrors, internalTopicWarnings, internalTopicsOf } from './cluster/internal-topic-settings';
import { objectLabels, selectorLabels } from './kubernetes/labels';
import { ClusterCertificates } from './certificates/cluster-certificates';
import { assertDistinct, clientListener, internalListener, listenerPorts } from './network/listeners';
import { assertLabel, assertLength, clusterDomainOf, namespaceOf } from './kubernetes/names';
import {
  KINDS,
  assertItems,
  assertKinds,
  assertObject,
  assertEnum,
  assertRequired,
} from './input/kinds';
import { headlessService, clusterIpService } from './kubernetes/objects';
import { assertSettings } from './kafka/user-settings';
import {
  assertAgreement,
  assertKnown,
  assertSameDomain,
  assertSameNamespace,
  assertSameTraffic,
} from './cluster/metadata-agreement';
import { brokersNetworkPolicy, controllersNetworkPolicy, topicSyncNetworkPolicy } from './cluster/cluster-network';
import { CREATE_EVENTS, patchConfigMaps, readNodes, role, serviceAccount } from './kubernetes/rbac';
import { assertClusterIsNew } from './kubernetes/cluster-names';
import { defaultReplicationErrors, durabilityWarnings, durabilitySettings } from './kafka/server-settings';
import { stopLeaseRules } from './servers/stop-lease';
import { assertServersAuthorized, superUsers } from './network/super-users';
import { warnAtSynth, warnUnknownProps } from './input/warnings';
import { PROPERTIES } from './input/props';

/** Properties of a `KafkaCluster`. */
export interface KafkaClusterProps {
  /** Name of the cluster, unique in its namespace: the start of the names of all its objects. It cannot change. */
  readonly clusterName: string;

  /** Version of Kafka. Changing it restarts brokers and controllers one by one. */
  readonly version: KafkaVersion;

  /**
   * Where the cluster keeps its metadata: a `ControllerQuorum`, or a `ZookeeperEnsemble` with Kafka 3.9, in the namespace of
   * the cluster.
   *
   * @default - a ControllerQuorum of three with its own defaults, each on a network volume of 10 GiB of the default StorageClass
   */
  readonly metadata?: IMetadataStore;

  /**
   * Where Kafka's own topics live and how many copies they have.
   *
   * @default - the map that is defined first, 3 copies, 50 partitions
   */
  readonly internalTopics?: InternalTopicsOptions;

  /**
   * Kafka settings of all brokers, and of the controllers that the cluster makes for itself. What Kafka can change while it
   * runs, brokers take over within minutes; changing anything else restarts them one by one. Controllers restart for what
   * they use. A `ControllerQuorum` of your own gets what controllers need as its own `config`.
   *
   * @see docs/how-it-works.md
   * @default - none
   */
  readonly config?: { [setting: string]: string };

  /**
   * The program beside each broker.
   *
   * @default AgentProgram.bundled()
   */
  readonly agent?: AgentProgram;

  /**
   * DNS domain of the Kubernetes cluster.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;

  /**
   * What brokers listen on for their clients; the first one is where `bootstrapServers` points. Changing them restarts the
   * brokers one by one.
   *
   * @default [ClientListener.tls()]
   */
  readonly listeners?: ClientListener[];

  /**
   * How brokers and controllers talk among themselves. A `ControllerQuorum` or `ZookeeperEnsemble` of your own must have the
   * same. Changing it on a cluster that runs is an outage: the two kinds do not understand each other.
   *
   * @default InterBrokerSecurity.MUTUAL_TLS
   */
  readonly interBrokerSecurity?: InterBrokerSecurity;

  /**
   * Clients that brokers let in. `addClient` adds more.
   *
   * @default - none: NetworkPolicies keep all others out
   */
  readonly clients?: KafkaClient[];

  /**
   * Who may read the metrics of the agents, at port 8080.
   *
   * @default - nobody
   */
  readonly metricsScrapers?: NetworkPeer[];
}

/**
 * A Kafka cluster: what all its brokers share. Brokers come with one or more `KafkaMap`s.
 */
export class KafkaCluster extends Construct {
  /** Name of the cluster. */
  public readonly clusterName: string;
  /** Version of Kafka. */
  public readonly version: KafkaVersion;
  /** Where the cluster keeps its metadata. */
  public readonly metadata: IMetadataStore;
  /** Where clients in the Kubernetes cluster start: `host:port` of the ready brokers. */
  public readonly bootstrapServers: string;
  /** The Service that gives every broker of every map a host name. */
  public readonly service: ApiObject;
  /** The Service that leads clients to ready brokers. */
  public readonly bootstrapService: ApiObject;
  /** The ServiceAccount of the brokers. */
  public readonly serviceAccount: ApiObject;
  /** The Role of the brokers. */
  public readonly role: ApiObject;
  /** The RoleBinding that gives the Role to the ServiceAccount. */
  public readonly roleBinding: ApiObject;
  /** The ClusterRole that lets brokers read nodes, for their zones. */
  public readonly clusterRole: ApiObject;
  /** The ClusterRoleBinding that gives the ClusterRole to the ServiceAccount. */
  public readonly clusterRoleBinding: ApiObject;
  /** The ConfigMap with the agent's program; undefined where an image brings it. */
  public readonly programConfigMap?: ApiObject;

  /** The NetworkPolicies that close the pods of the cluster but for what they are there for. */
  public readonly networkPolicies: ApiObject[];

  private readonly context: ClusterContext;

  constructor(scope: Construct, id: string, props: KafkaClusterProps) {
    super(scope, id);
    assertRequired('a KafkaCluster', props, { clusterName: KINDS.name, version: KINDS.version });
    const { list, metadata: store } = KINDS;
    assertKinds('a KafkaCluster', props, { listeners: list, metadata: store, agent: KINDS.agent });
    if (new.target === KafkaCluster) {
      warnUnknownProps('a KafkaCluster', props, PROPERTIES.KAFKA_CLUSTER);
    }
    assertItems('a KafkaCluster', 'clients', props.clients, KINDS.clients);
    assertItems('a KafkaCluster', 'monitors', props.metricsScrapers, KINDS.peers);
    assertObject('internalTopics of a KafkaCluster', props.internalTopics, '{ replicationFactor: 3 }');
    const { clusterName, version } = props;
    const namespace = namespaceOf(this);
    const brokers = `${clusterName}-brokers`;
    const bootstrap = `${clusterName}-bootstrap`;
    assertLabel('clusterName', clusterName);
    assertLength('Service name', bootstrap, 63, 'clusterName');
    assertClusterIsNew(this, namespace, clusterName);

    const config = props.config ?? {};
    assertSettings(`cluster '${clusterName}'`, 'cluster', version, config);
    assertEnum('a KafkaCluster', 'interBrokerSecurity', props.interBrokerSecurity, InterBrokerSecurity);
    const traffic = props.interBrokerSecurity ?? InterBrokerSecurity.MUTUAL_TLS;
    assertServersAuthorized(traffic, clusterName, config);
    const clientListeners = props.listeners ?? [ClientListener.tls()];
    const listeners = [internalListener(traffic), ...clientListeners.map(clientListener)];
    assertListeners(clusterName, clientListeners);
    assertDistinct(clusterName, listeners);
    const metadata =
      props.metadata ??
      new ControllerQuorum(this, 'Controllers', {
        clusterName,
        version,
        config,
        agent: props.agent,
        clusterDomain: props.clusterDomain,
        interBrokerSecurity: traffic,
      });
    assertKnown(metadata);
    metadata.attach(clusterName, version);
    const durability = durabilitySettings(config);
    assertAgreement(clusterName, metadata, config, durability);
    const domain = clusterDomainOf(props.clusterDomain);
    assertSameDomain(clusterName, metadata, domain);
    assertSameTraffic(clusterName, metadata, traffic);
    assertSameNamespace(clusterName, metadata, namespace);

    const program = props.agent ?? AgentProgram.bundled();
    const registry = new ClusterRegistry(clusterName);
    if (metadata instanceof ControllerQuorum) {
      registry.claimIds('the controllers', metadata.nodeIds);
    }
    const ledgers: string[] = [];
    const statefulSets: string[] = [];
    this.clusterName = clusterName;
    this.version = version;
    this.metadata = metadata;
    const serviceHost = `${brokers}.${namespace}.svc.${domain}`;
    const bootstrapHost = `${bootstrap}.${namespace}.svc.${domain}`;
    const [first] = clientListeners;
    this.bootstrapServers = `${bootstrapHost}:${first.port}`;
    this.context = {
      clusterName,
      namespace,
      version,
      program,
      metadata,
      registry,
      listeners,
      certificates: new ClusterCertificates(clusterName, listeners, clientListeners, [
        serviceHost,
        bootstrapHost,
      ]),
      superUsers: superUsers(traffic, clusterName, config),
      clusterDomain: domain,
      metricsScrapers: props.metricsScrapers ?? [],
      ledgers,
      statefulSets,
      settings: durability,
      serviceName: brokers,
      serviceHost,
      serviceAccountName: brokers,
      agentConfigMapName: `${clusterName}-agent`,
      internalTopics: internalTopicsOf(props.internalTopics ?? {}, version, durability),
    };

    const selector = selectorLabels('broker', clusterName);
    const labels = objectLabels(selector);
    const account = { namespace, serviceAccount: brokers, labels };
    this.serviceAccount = serviceAccount(this, account);
    const ofNodes = readNodes(this, account);
    this.clusterRole = ofNodes.role;
    this.clusterRoleBinding = ofNodes.roleBinding;
    const rights = role(this, account, [
      patchConfigMaps(() => ledgers),
      CREATE_EVENTS,
      ...stopLeaseRules(statefulSets),
    ]);
    this.role = rights.role;
    this.roleBinding = rights.roleBinding;
    this.programConfigMap = programConfigMap(
      this,
      namespace,
      this.context.agentConfigMapName,
      labels,
      program,
    );
    this.service = headlessService(this, 'Service', namespace, brokers, selector, listenerPorts(listeners));
    this.bootstrapService = clusterIpService(
      this,
      'BootstrapService',
      namespace,
      bootstrap,
      selector,
      listenerPorts(listeners.slice(1)),
    );

    props.clients?.forEach((client) => this.addClient(client));
    this.networkPolicies = [
      brokersNetworkPolicy(this, this.context),
      ...(metadata instanceof ControllerQuorum ? [controllersNetworkPolicy(this, this.context, metadata)] : []),
      topicSyncNetworkPolicy(this, this.context),
    ];

    this.node.addValidation({ validate: () => internalTopicErrors(this.context) });
    this.node.addValidation({
      validate: () => defaultReplicationErrors(clusterName, config, registry.brokerCount),
    });
    warnAtSynth(this, () => [
      ...durabilityWarnings(clusterName, durability),
      ...internalTopicWarnings(this.context),
    ]);
    this.node.addValidation({ validate: () => this.context.certificates.errors() });
  }

  /**
   * Lets a client in.
   *
   * @returns name of the Secret with the client's certificate, where the issuer makes one
   * @throws when the name cannot be that of a client, or is taken
   */
  public addClient(client: KafkaClient): string {
    this.context.certificates.addClient(client);
    return this.context.certificates.clientSecret(client.clientName);
  }

  /** Declared clients. */
  public get clients(): KafkaClient[] {
    return this.context.certificates.clients;
  }

  /** What the parts of the cluster need of it. @internal */
  public get _context(): ClusterContext {
    return this.context;
  }
}

function assertListeners(clusterName: string, listeners: readonly ClientListener[]): void {
  if (listeners.length === 0) {
    throw new Error(
      `cluster '${clusterName}' has no listener for clients, so nobody could use it; leave listeners out, or list one`,
    );
  }
}
