import { ApiObject, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { AgentProgram } from './servers/agent-program';
import { NodeIds } from './kafka/node-ids';
import { KafkaVersion } from './kafka/kafka-version';
import { IMetadataStore, MetadataMode } from './metadata/metadata-store';
import { ServerStorage } from './nodes/server-storage';
import { NodeGroup } from './nodes/node-group';
import { selectorLabels } from './kubernetes/labels';
import { InterBrokerSecurity } from './network/inter-broker-security';
import {
  PodCertificates,
  claimMetadataSecrets,
  metadataCertificates,
} from './certificates/cluster-certificates';
import { Listener, controllerListener, listenerPorts } from './network/listeners';
import {
  assertHostName,
  assertLabel,
  assertStatefulSetName,
  clusterDomainOf,
  namespaceOf,
} from './kubernetes/names';
import { KINDS, SERVER_KINDS, assertKinds, assertEnum, assertRequired } from './input/kinds';
import { warnAtSynth, warnUnknownProps } from './input/warnings';
import { PROPERTIES } from './input/props';
import { assertJvmOptions } from './servers/jvm';
import { headlessService, podDisruptionBudget } from './kubernetes/objects';
import { assertSettings } from './kafka/user-settings';
import { controllerWorkload } from './metadata/controller-workload';
import { kafkaConfigMap, kafkaStatefulSet } from './servers/kafka-workload';
import { Settings } from './kafka/properties';
import {
  Quorum,
  assertForms,
  assertOdd,
  brokerFormat,
  clusterIdOf,
  quorumServers,
  quorumSettings,
} from './metadata/quorum';
import { quorumObjects } from './metadata/quorum-members';
import { durabilitySettings } from './kafka/server-settings';
import { superUsers } from './network/super-users';

/** How a controller quorum knows its members. */
export enum QuorumKind {
  /** The set of voters is kept in the metadata log (KIP-853) and can change. */
  DYNAMIC = 'dynamic',
  /** The set of voters stands in the configuration of every broker and controller. */
  STATIC = 'static',
}

/** Properties of a `ControllerQuorum`. */
export interface ControllerQuorumProps {
  /** Name of the Kafka cluster that the controllers serve. It cannot change. */
  readonly clusterName: string;

  /**
   * Version of Kafka, not older than that of the brokers: controllers are upgraded first. Changing it restarts the
   * controllers one by one.
   */
  readonly version: KafkaVersion;

  /**
   * Ids of the controllers, an odd number. Brokers and controllers share one space of ids. They cannot change.
   *
   * @default NodeIds.between(1, 3)
   */
  readonly nodeIds?: NodeIds;

  /**
   * Kafka's cluster id: 16 bytes in URL-safe base64. Every disk carries it, so it must stay as it is for the life of
   * the data. Set it to take over disks of another cluster.
   *
   * @default - derived from the namespace and the cluster's name
   */
  readonly clusterId?: string;

  /**
   * How the quorum knows its members. A quorum stays what it was formed as: when a cluster that started with a
   * version below 4.2 moves to 4.2 or newer, write `QuorumKind.STATIC`.
   *
   * @default - QuorumKind.DYNAMIC from Kafka 4.2 on, else QuorumKind.STATIC
   */
  readonly quorumKind?: QuorumKind;

  /**
   * Disk of each controller. One disk is used.
   *
   * @default - a volume of 10 GiB of the default StorageClass
   */
  readonly storage?: ServerStorage;

  /**
   * Nodes that controllers may run on. They may share nodes with brokers.
   *
   * @default NodeGroup.any()
   */
  readonly nodeGroup?: NodeGroup;

  /**
   * CPU request of each controller. There is no limit.
   *
   * @default Cpu.millis(500)
   */
  readonly cpu?: Cpu;

  /**
   * Memory request and limit of each controller.
   *
   * @default Size.gibibytes(2)
   */
  readonly memory?: Size;

  /**
   * Heap of each controller.
   *
   * @default - half of the memory, at most 6 GiB; of less than 1.5 GiB what leaves 768 MiB beside it, at least a quarter
   */
  readonly heap?: Size;

  /**
   * Kafka settings of the controllers. Changing those that controllers use restarts them one by one. `min.insync.replicas`
   * and other settings of the whole cluster must be given here as to the `KafkaCluster`.
   *
   * @default - none
   */
  readonly config?: { [setting: string]: string };

  /**
   * Further options of the JVM. They follow the chosen ones and so win.
   *
   * @default - none
   */
  readonly jvmOptions?: string[];

  /**
   * Longest time that a planned stop of a controller is held back until the cluster can spare it. Then it stops all the same. It
   * comes before `shutdownGracePeriod`, and whoever deletes the pod with a grace period of its own cuts both. At most 7 days.
   *
   * @default Duration.minutes(5)
   */
  readonly preStopTimeout?: Duration;

  /**
   * Time a controller gets to stop before it is killed.
   *
   * @default Duration.minutes(2)
   */
  readonly shutdownGracePeriod?: Duration;

  /**
   * How far ahead the end of a forced readiness, or of a forced stop, may lie: from 5 minutes to 7 days.
   *
   * @see docs/restarts.md
   * @default Duration.hours(4)
   */
  readonly maxForceDuration?: Duration;

  /**
   * PriorityClass of the pods.
   *
   * @default - none
   */
  readonly priorityClassName?: string;

  /**
   * The program beside each controller.
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
   * How controllers talk among themselves and with brokers. The cluster must have the same. Changing it on a cluster that
   * runs is an outage: the two kinds do not understand each other.
   *
   * @default InterBrokerSecurity.MUTUAL_TLS
   */
  readonly interBrokerSecurity?: InterBrokerSecurity;
}

/**
 * The KRaft controllers of a cluster: an odd number of servers that keep its metadata, one per node, spread over
 * zones. A controller is ready while the quorum has a leader and this member keeps up with it.
 */
export class ControllerQuorum extends Construct implements IMetadataStore {
  /** Brokers find the metadata in the quorum. */
  public readonly mode: MetadataMode = MetadataMode.KRAFT;
  /** Kafka's cluster id. */
  public readonly clusterId: string;
  /** Ids of the controllers. */
  public readonly nodeIds: NodeIds;
  /** How the quorum knows its members. */
  public readonly quorumKind: QuorumKind;
  /** The StatefulSet of the controllers. */
  public readonly statefulSet: ApiObject;
  /** The Service that gives every controller a host name. */
  public readonly service: ApiObject;
  /** The budget that lets one controller be evicted at a time. */
  public readonly disruptionBudget: ApiObject;
  /** The ConfigMap with the configuration of the controllers. */
  public readonly configMap: ApiObject;
  /** The ConfigMap in which agents remember which controllers have been in sync. */
  public readonly ledger: ApiObject;
  /** The Lease by which the controllers stop one after another. */
  public readonly stopLease: ApiObject;
  /** The ServiceAccount of the controllers. */
  public readonly serviceAccount: ApiObject;
  /** The Role of the controllers. */
  public readonly role: ApiObject;
  /** The RoleBinding that gives the Role to the ServiceAccount. */
  public readonly roleBinding: ApiObject;
  /** The ConfigMap with the agent's program; undefined where an image brings it. */
  public readonly programConfigMap?: ApiObject;

  /** Secret with the certificates of the controllers, which their own authority keeps. */
  public readonly tlsSecretName: string;

  /** DNS domain of the Kubernetes cluster. @internal */
  public readonly _clusterDomain: string;
  /** What controllers listen on. @internal */
  public readonly _listener: Listener;
  /** The certificates of the controllers, which brokers have as well. @internal */
  public readonly _certificates: readonly PodCertificates[];
  /** Labels of the pods. @internal */
  public readonly _selector: Record<string, string>;
  /** Host name behind which all controllers are found. @internal */
  public readonly _serviceHost: string;
  /** Namespace of the controllers. @internal */
  public readonly _namespace: string;
  /** How controllers and brokers talk. @internal */
  public readonly _interBrokerSecurity: InterBrokerSecurity;

  private readonly clusterName: string;
  private readonly version: KafkaVersion;
  private readonly quorum: Quorum;
  private isAttached = false;
  private readonly config: Settings;

  constructor(scope: Construct, id: string, props: ControllerQuorumProps) {
    super(scope, id);
    assertRequired('a ControllerQuorum', props, { clusterName: KINDS.name, version: KINDS.version });
    assertKinds('a ControllerQuorum', props, {
      ...SERVER_KINDS,
      nodeIds: KINDS.ids,
      nodeGroup: KINDS.nodeGroup,
      storage: KINDS.storage,
      agent: KINDS.agent,
    });
    if (new.target === ControllerQuorum) {
      warnUnknownProps('a ControllerQuorum', props, PROPERTIES.CONTROLLER_QUORUM);
    }
    assertEnum('a ControllerQuorum', 'interBrokerSecurity', props.interBrokerSecurity, InterBrokerSecurity);
    assertEnum('a ControllerQuorum', 'quorumKind', props.quorumKind, QuorumKind);
    const namespace = namespaceOf(this);
    const name = `${props.clusterName}-controllers`;
    assertLabel('clusterName', props.clusterName);
    this.nodeIds = props.nodeIds ?? NodeIds.between(1, 3);
    assertOdd(this.nodeIds);
    assertStatefulSetName(name, this.nodeIds.last, 'clusterName');

    this.clusterName = props.clusterName;
    this.version = props.version;
    this.config = props.config ?? {};
    assertSettings(`the controllers of cluster '${props.clusterName}'`, 'cluster', this.version, this.config);
    this.quorumKind =
      props.quorumKind ?? (props.version.supportsDynamicQuorum ? QuorumKind.DYNAMIC : QuorumKind.STATIC);
    assertForms(this.quorumKind === QuorumKind.DYNAMIC, props.version);
    this.clusterId = clusterIdOf(props.clusterId, namespace, props.clusterName);
    assertJvmOptions(`the controllers of cluster '${props.clusterName}'`, props.jvmOptions);
    this._clusterDomain = clusterDomainOf(props.clusterDomain);
    const serviceHost = `${name}.${namespace}.svc.${this._clusterDomain}`;
    const traffic = props.interBrokerSecurity ?? InterBrokerSecurity.MUTUAL_TLS;
    this._interBrokerSecurity = traffic;
    this._namespace = namespace;
    this._serviceHost = serviceHost;
    this._listener = controllerListener(traffic);
    this.tlsSecretName = `${name}-tls`;
    this._certificates =
      traffic === InterBrokerSecurity.MUTUAL_TLS
        ? [metadataCertificates(this.tlsSecretName, [serviceHost], 'restart')]
        : [];
    if (this._certificates.length > 0) {
      claimMetadataSecrets(this, namespace, name, this.tlsSecretName);
    }
    const hosts = this.nodeIds.toList().map((nodeId) => `${name}-${nodeId}.${serviceHost}`);
    hosts.forEach(assertHostName);
    this.quorum = {
      isDynamic: this.quorumKind === QuorumKind.DYNAMIC,
      clusterId: this.clusterId,
      nodeIds: this.nodeIds,
      hosts,
    };

    warnAtSynth(this, () =>
      this.isAttached
        ? []
        : [
            `the ControllerQuorum of cluster '${props.clusterName}' is metadata of no KafkaCluster, so nobody certifies it ` +
              'and its pods wait for ever; give it to a cluster, or leave it out',
          ],
    );
    const program = props.agent ?? AgentProgram.bundled();
    const selector = selectorLabels('controller', props.clusterName);
    this._selector = selector;
    const storage = props.storage ?? ServerStorage.networkVolume({ size: Size.gibibytes(10) });
    storage._assertOneDisk(`the controllers of cluster '${props.clusterName}'`);
    const nodeGroup = props.nodeGroup ?? NodeGroup.any();
    const workload = controllerWorkload(props, {
      name,
      namespace,
      serviceHost,
      hosts,
      nodeIds: this.nodeIds,
      quorum: this.quorum,
      settings: this.config,
      listener: this._listener,
      certificates: this._certificates,
      superUsers: superUsers(traffic, props.clusterName, this.config),
      selector,
      program,
      storage,
      nodeGroup,
    });

    const objects = quorumObjects(this, { namespace, name, selector, program });
    this.serviceAccount = objects.serviceAccount;
    this.role = objects.role;
    this.roleBinding = objects.roleBinding;
    this.programConfigMap = objects.programConfigMap;
    this.ledger = objects.ledger;
    this.stopLease = objects.stopLease;
    this.service = headlessService(
      this,
      'Service',
      namespace,
      name,
      selector,
      listenerPorts([this._listener]),
    );
    this.configMap = kafkaConfigMap(this, workload);
    this.statefulSet = kafkaStatefulSet(this, workload);
    this.disruptionBudget = podDisruptionBudget(this, namespace, name, selector);
  }

  /** Addresses of all controllers, `host:port`. */
  public get servers(): string[] {
    return quorumServers(this.quorum);
  }

  /** Settings that brokers need to reach the controllers. */
  public brokerSettings(_clusterName: string): { [setting: string]: string } {
    return { 'process.roles': 'broker', ...quorumSettings(this.quorum) };
  }

  /**
   * Takes a cluster into care.
   *
   * @throws when the controllers were made for another cluster or version, or have a cluster already
   */
  public attach(clusterName: string, version: KafkaVersion): void {
    if (clusterName !== this.clusterName) {
      throw new Error(
        `metadata of cluster '${clusterName}' is the ControllerQuorum of cluster '${this.clusterName}'; ` +
          'a quorum serves one cluster, so give both the same clusterName',
      );
    }
    if (this.isAttached) {
      throw new Error(
        `the ControllerQuorum of cluster '${clusterName}' serves another KafkaCluster already; give each cluster its own`,
      );
    }
    if (this.version.isOlderThan(version)) {
      throw new Error(
        `cluster '${clusterName}' runs Kafka ${version.version} and its controllers ${this.version.version}; ` +
          'controllers are upgraded first, so give them the same version or a newer one',
      );
    }
    this.isAttached = true;
  }

  /** Value of a setting that was chosen for the controllers. @internal */
  public _setting(name: string): string | undefined {
    return durabilitySettings(this.config)[name];
  }

  /** Addresses of the controllers, for agents. @internal */
  public get _addresses(): { host: string; port: number }[] {
    return this.quorum.hosts.map((host) => ({ host, port: this._listener.port }));
  }

  /** Arguments of `kafka-storage format` for brokers. @internal */
  public _brokerFormatArguments(): string[] {
    return brokerFormat(this.quorum);
  }
}
