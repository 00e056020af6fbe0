import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentProgram } from './agent-program';
import { ControllerQuorum } from './controller-quorum';
import { InternalTopicsOptions } from './internal-topics';
import { KafkaVersion } from './kafka-version';
import { IMetadataStore, MetadataMode } from './metadata-store';
import { agentConfigMap } from './private/agent-bundle';
import { ClusterRegistry } from './private/cluster-registry';
import { ClusterContext } from './private/cluster-context';
import { assertInternalTopics, internalTopicsOf } from './private/internal-topics';
import { objectLabels, selectorLabels } from './private/labels';
import { BROKER_LISTENERS, CLIENT, listenerPorts } from './private/listeners';
import { assertLabel, assertLength, clusterDomainOf, namespaceOf } from './private/names';
import { KINDS, assertRequired } from './private/required';
import { headlessService, readyService } from './private/objects';
import { assertNotOwned } from './private/owned-settings';
import { mayKeepConfigMaps, mayReadNodes, serviceAccount } from './private/rbac';
import { assertClusterIsNew } from './private/cluster-names';
import { durabilitySettings } from './private/server-settings';
import { stopLeaseName, takesTurns } from './private/stop-turns';

/** Properties of a `KafkaCluster`. */
export interface KafkaClusterProps {
  /** Name of the cluster, unique in its namespace: the start of the names of all its objects. It cannot change. */
  readonly clusterName: string;

  /** Version of Kafka. Changing it restarts brokers and controllers one by one. */
  readonly version: KafkaVersion;

  /**
   * Where the cluster keeps its metadata: a `ControllerQuorum`, or a `ZookeeperEnsemble` with Kafka 3.9.
   *
   * @default - a ControllerQuorum of three with its own defaults
   */
  readonly metadata?: IMetadataStore;

  /**
   * Where Kafka's own topics live and how many copies they have.
   *
   * @default - the map that is defined first, 3 copies, 50 partitions
   */
  readonly internalTopics?: InternalTopicsOptions;

  /**
   * Kafka settings of all brokers, and of the controllers that the cluster makes for itself. Changing them restarts them one
   * by one. A `ControllerQuorum` of your own gets what controllers need as its own `config`.
   *
   * In KRaft mode from Kafka 4.1 on, the controllers write `min.insync.replicas` into the cluster when it is formed; what
   * is written there wins, so a later change needs `kafka-configs` as well.
   *
   * @see https://kafka.apache.org/documentation/#eligible_leader_replicas
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

  private readonly context: ClusterContext;

  constructor(scope: Construct, id: string, props: KafkaClusterProps) {
    super(scope, id);
    assertRequired('a KafkaCluster', props, { clusterName: KINDS.name, version: KINDS.version });
    const { clusterName, version } = props;
    const namespace = namespaceOf(this);
    const brokers = `${clusterName}-brokers`;
    const bootstrap = `${clusterName}-bootstrap`;
    assertLabel('clusterName', clusterName);
    assertLength('Service name', bootstrap, 63, 'clusterName');
    assertClusterIsNew(this, namespace, clusterName);

    const config = props.config ?? {};
    assertNotOwned(`cluster '${clusterName}'`, 'cluster', config);
    const metadata =
      props.metadata ??
      new ControllerQuorum(this, 'Controllers', {
        clusterName,
        version,
        config,
        agent: props.agent,
        clusterDomain: props.clusterDomain,
      });
    assertKnown(metadata);
    metadata.attach(clusterName, version);
    const durability = durabilitySettings(config);
    assertAgreement(clusterName, metadata, config, durability);
    assertSameDomain(clusterName, metadata, clusterDomainOf(props.clusterDomain));

    const program = props.agent ?? AgentProgram.bundled();
    const domain = clusterDomainOf(props.clusterDomain);
    const registry = new ClusterRegistry(clusterName);
    if (metadata instanceof ControllerQuorum) {
      registry.claimIds('the controllers', metadata.nodeIds);
    }
    const ledgers: string[] = [];
    const statefulSets: string[] = [];
    this.clusterName = clusterName;
    this.version = version;
    this.metadata = metadata;
    this.bootstrapServers = `${bootstrap}.${namespace}.svc.${domain}:${CLIENT.port}`;
    this.context = {
      clusterName,
      namespace,
      version,
      program,
      metadata,
      registry,
      ledgers,
      statefulSets,
      settings: durability,
      serviceName: brokers,
      serviceHost: `${brokers}.${namespace}.svc.${domain}`,
      serviceAccountName: brokers,
      agentConfigMapName: `${clusterName}-agent`,
      internalTopics: internalTopicsOf(props.internalTopics ?? {}, version, durability),
    };

    const selector = selectorLabels('broker', clusterName);
    const labels = objectLabels(selector);
    const account = { namespace, serviceAccount: brokers, labels };
    serviceAccount(this, account);
    mayReadNodes(this, account);
    mayKeepConfigMaps(
      this,
      account,
      Lazy.any({ produce: () => ledgers }),
      takesTurns(
        Lazy.any({ produce: () => statefulSets.map(stopLeaseName) }),
        Lazy.any({ produce: () => statefulSets }),
      ),
    );
    agentConfigMap(this, namespace, this.context.agentConfigMapName, labels, program);
    this.service = headlessService(
      this,
      'Service',
      namespace,
      brokers,
      selector,
      listenerPorts(BROKER_LISTENERS),
    );
    this.bootstrapService = readyService(
      this,
      'BootstrapService',
      namespace,
      bootstrap,
      selector,
      listenerPorts([CLIENT]),
    );

    this.node.addValidation({ validate: () => assertInternalTopics(this.context) });
  }

  /** What the parts of the cluster need of it. @internal */
  public get _context(): ClusterContext {
    return this.context;
  }
}

// Controllers decide by their own value of these, whatever brokers say.
const READ_BY_CONTROLLERS = [
  'allow.everyone.if.no.acl.found',
  'alter.config.policy.class.name',
  'authorizer.class.name',
  'auto.leader.rebalance.enable',
  'broker.session.timeout.ms',
  'create.topic.policy.class.name',
  'delete.topic.enable',
  'leader.imbalance.check.interval.seconds',
  'leader.imbalance.per.broker.percentage',
  'num.partitions',
  'principal.builder.class',
  'super.users',
];

function assertAgreement(
  clusterName: string,
  metadata: IMetadataStore,
  config: { [setting: string]: string },
  durability: { [setting: string]: string },
): void {
  if (!(metadata instanceof ControllerQuorum)) {
    return;
  }
  const shared = [
    ...Object.keys(durabilitySettings({})),
    ...READ_BY_CONTROLLERS.filter((name) => name in config),
  ];
  for (const name of shared) {
    const theirs = metadata._setting(name);
    if (theirs !== durability[name]) {
      throw new Error(
        `setting '${name}' is '${durability[name]}' in config of cluster '${clusterName}' and ` +
          `${theirs === undefined ? 'absent' : `'${theirs}'`} in config of its ControllerQuorum; brokers and controllers ` +
          'must agree, so give both the same value',
      );
    }
  }
}

function assertSameDomain(clusterName: string, metadata: IMetadataStore, domain: string): void {
  if (metadata instanceof ControllerQuorum && metadata._clusterDomain !== domain) {
    throw new Error(
      `clusterDomain of cluster '${clusterName}' is '${domain}' and that of its ControllerQuorum '${metadata._clusterDomain}'; ` +
        'they run in one Kubernetes cluster, so give both the same',
    );
  }
}

function assertKnown(metadata: IMetadataStore): void {
  if (metadata.mode === MetadataMode.KRAFT && !(metadata instanceof ControllerQuorum)) {
    throw new Error(
      'metadata is a KRaft quorum of an unknown kind; use the ControllerQuorum of this package, and see that the package is ' +
        'installed only once',
    );
  }
}
