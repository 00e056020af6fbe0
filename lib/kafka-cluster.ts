import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentProgram } from './agent-program';
import { ControllerQuorum } from './controller-quorum';
import { InternalTopicsOptions } from './internal-topics';
import { KafkaVersion } from './kafka-version';
import { IMetadataStore } from './metadata-store';
import { agentConfigMap } from './private/agent-bundle';
import { ClusterRegistry } from './private/cluster-registry';
import { ClusterContext } from './private/cluster-context';
import { assertInternalTopics, internalTopicsOf } from './private/internal-topics';
import { objectLabels, selectorLabels } from './private/labels';
import { BROKER_LISTENERS, CLIENT, listenerPorts } from './private/listeners';
import { assertLabel, assertLength, namespaceOf } from './private/names';
import { headlessService, readyService } from './private/objects';
import { assertNotOwned } from './private/owned-settings';
import { mayKeepConfigMaps, mayReadNodes, serviceAccount } from './private/rbac';
import { assertClusterIsNew } from './private/cluster-names';
import { durabilitySettings } from './private/server-settings';

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
   * Kafka settings of all brokers. Changing them restarts the brokers one by one.
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
        config: sharedWithControllers(config),
        agent: props.agent,
        clusterDomain: props.clusterDomain,
      });
    metadata.attach(clusterName, version);
    const durability = durabilitySettings(config);
    assertAgreement(clusterName, metadata, durability);

    const program = props.agent ?? AgentProgram.bundled();
    const domain = props.clusterDomain ?? 'cluster.local';
    const registry = new ClusterRegistry(clusterName);
    if (metadata instanceof ControllerQuorum) {
      registry.claimIds('the controllers', metadata.nodeIds);
    }
    const ledgers: string[] = [];
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
    mayKeepConfigMaps(this, account, Lazy.any({ produce: () => ledgers }));
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

// A quorum that the cluster makes for itself must agree with its brokers; the rest of `config` is about brokers.
function sharedWithControllers(config: { [setting: string]: string }): { [setting: string]: string } {
  return Object.fromEntries(Object.entries(config).filter(([name]) => name in durabilitySettings({})));
}

function assertAgreement(
  clusterName: string,
  metadata: IMetadataStore,
  durability: Record<string, string>,
): void {
  if (!(metadata instanceof ControllerQuorum)) {
    return;
  }
  for (const name of Object.keys(durabilitySettings({}))) {
    const theirs = metadata._sharedSetting(name);
    if (theirs !== durability[name]) {
      throw new Error(
        `setting '${name}' is '${durability[name]}' in config of cluster '${clusterName}' and '${theirs}' in config of ` +
          'its ControllerQuorum; brokers and controllers must agree, so give both the same value',
      );
    }
  }
}
