import { ApiObject, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { AgentProgram } from './servers/agent-program';
import { KafkaVersion } from './kafka/kafka-version';
import { InterBrokerSecurity } from './network/inter-broker-security';
import { IMetadataStore, MetadataMode } from './metadata/metadata-store';
import { NetworkPeer } from './network/network-peer';
import { ServerStorage } from './nodes/server-storage';
import { NodeGroup } from './nodes/node-group';
import {
  PodCertificates,
  claimMetadataSecrets,
  metadataCertificates,
} from './certificates/cluster-certificates';
import { AGENT_PORT, CERTIFICATE_SETS } from './seam/agent-config';
import { storeFile } from './network/listeners';
import { networkPolicy, podPeers } from './network/network-policies';
import { selectorLabels } from './kubernetes/labels';
import { assertStrings } from './kafka/user-settings';
import {
  assertHostName,
  assertImage,
  assertLabel,
  assertStatefulSetName,
  clusterDomainOf,
  namespaceOf,
} from './kubernetes/names';
import { headlessService, podDisruptionBudget, clusterIpService } from './kubernetes/objects';
import { ensembleWorkload } from './metadata/ensemble-workload';
import { quorumObjects } from './metadata/quorum-members';
import { KINDS, SERVER_KINDS, assertItems, assertKinds, assertEnum } from './input/kinds';
import { warnAtSynth, warnUnknownProps } from './input/warnings';
import { PROPERTIES } from './input/props';
import { Settings } from './kafka/properties';
import {
  ELECTION_PORT,
  METRICS_PORT,
  PEER_PORTS,
  clientPort,
  servicePorts,
} from './metadata/zookeeper-ports';
import { zookeeperConfigMap, zookeeperStatefulSet } from './metadata/zookeeper-workload';

/** Properties of a `ZookeeperEnsemble`. */
export interface ZookeeperEnsembleProps {
  /**
   * Name of the ensemble: of its StatefulSet and the start of its pods' names. It cannot change.
   *
   * @default 'zookeeper'
   */
  readonly ensembleName?: string;

  /**
   * Number of servers, odd and at most 9. One server serves only trials. Choose it for the life of the ensemble: servers of
   * the old and the new number would count their majorities differently while one after another restarts, so that two of
   * them could lead at once. To change it, take brokers and servers down together.
   *
   * @default 3
   */
  readonly replicas?: number;

  /**
   * Container image with ZooKeeper's official scripts. Servers before 3.9.0 do not take over certificates while they run.
   *
   * @default 'zookeeper:3.9.4'
   */
  readonly image?: string;

  /**
   * Disk of each server. One disk is used.
   *
   * @default - a volume of 10 GiB of the default StorageClass
   */
  readonly storage?: ServerStorage;

  /**
   * Nodes that servers may run on. They may share nodes with brokers.
   *
   * @default NodeGroup.any()
   */
  readonly nodeGroup?: NodeGroup;

  /**
   * CPU request of each server. There is no limit.
   *
   * @default Cpu.millis(500)
   */
  readonly cpu?: Cpu;

  /**
   * Memory request and limit of each server.
   *
   * @default Size.gibibytes(2)
   */
  readonly memory?: Size;

  /**
   * Heap of each server.
   *
   * @default - half of the memory, at most 6 GiB; of less than 1.5 GiB what leaves 768 MiB beside it, at least a quarter
   */
  readonly heap?: Size;

  /**
   * Further settings for `zoo.cfg`.
   *
   * @default - none
   */
  readonly config?: { [setting: string]: string };

  /**
   * Longest time that a planned stop of a server is held back until the others are a majority without it. Then it stops all
   * the same. It comes before `shutdownGracePeriod`, and whoever deletes the pod with a grace period of its own cuts both. At most 7 days.
   *
   * @default Duration.minutes(5)
   */
  readonly preStopTimeout?: Duration;

  /**
   * Time a server gets to stop before it is killed.
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
   * The program beside each server.
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
   * How servers talk among themselves and with brokers. The clusters must have the same. Changing it on an ensemble that
   * runs is an outage: the two kinds do not understand each other.
   *
   * @default InterBrokerSecurity.MUTUAL_TLS
   */
  readonly interBrokerSecurity?: InterBrokerSecurity;

  /**
   * Who may read the metrics of the servers, at port 7000, and those of their agents, at port 8080.
   *
   * @default - nobody
   */
  readonly metricsScrapers?: NetworkPeer[];
}

/**
 * A ZooKeeper ensemble for Kafka 3.9: an odd number of servers, one per node, spread over zones. Several clusters may
 * share it; each keeps its data below its own name. A server is ready while it leads or follows, and stops when the others
 * are a majority without it.
 */
export class ZookeeperEnsemble extends Construct implements IMetadataStore {
  /** Brokers find the metadata in ZooKeeper. */
  public readonly mode: MetadataMode = MetadataMode.ZOOKEEPER;
  /** Name of the ensemble. */
  public readonly ensembleName: string;
  /** The StatefulSet of the servers. */
  public readonly statefulSet: ApiObject;
  /** The Service that gives every server a host name. */
  public readonly service: ApiObject;
  /** The Service that leads tools to ready servers. */
  public readonly clientService: ApiObject;
  /** The budget that lets one server be evicted at a time. */
  public readonly disruptionBudget: ApiObject;
  /** The ConfigMap with `zoo.cfg`. */
  public readonly configMap: ApiObject;
  /** The ConfigMap in which agents remember which servers have been in the quorum. */
  public readonly ledger: ApiObject;
  /** The Lease by which the servers stop one after another. */
  public readonly stopLease: ApiObject;
  /** The ServiceAccount of the servers. */
  public readonly serviceAccount: ApiObject;
  /** The Role of the servers. */
  public readonly role: ApiObject;
  /** The RoleBinding that gives the Role to the ServiceAccount. */
  public readonly roleBinding: ApiObject;
  /** The ConfigMap with the agent's program; undefined where an image brings it. */
  public readonly programConfigMap?: ApiObject;
  /** The NetworkPolicy that lets servers and the brokers of the ensemble's clusters in. */
  public readonly networkPolicy: ApiObject;
  /** Secret with the certificates of the servers, which their own authority keeps. */
  public readonly tlsSecretName: string;

  /** The certificates of the servers, as brokers have them. @internal */
  public readonly _certificates: readonly PodCertificates[];
  /** The DNS domain of the Kubernetes cluster. @internal */
  public readonly _clusterDomain: string;
  /** How servers and brokers talk. @internal */
  public readonly _interBrokerSecurity: InterBrokerSecurity;
  /** The brokers of all clusters on this ensemble: they hold connections to it, and its certificates. @internal */
  public readonly _brokerStatefulSets: { readonly statefulSet: string; readonly brokers: number }[] = [];
  /** Where ready servers are found. @internal */
  public readonly _clientAddress: { readonly host: string; readonly port: number };
  /** Host name behind which all servers are found. @internal */
  public readonly _serviceHost: string;
  /** Namespace of the servers. @internal */
  public readonly _namespace: string;

  private readonly hosts: string[];
  private readonly clusters = new Set<string>();
  private authority?: string;

  constructor(scope: Construct, id: string, props: ZookeeperEnsembleProps = {}) {
    super(scope, id);
    assertKinds('a ZookeeperEnsemble', props, {
      ...SERVER_KINDS,
      nodeGroup: KINDS.nodeGroup,
      storage: KINDS.storage,
      agent: KINDS.agent,
    });
    if (new.target === ZookeeperEnsemble) {
      warnUnknownProps('a ZookeeperEnsemble', props, PROPERTIES.ZOOKEEPER_ENSEMBLE);
    }
    assertItems('a ZookeeperEnsemble', 'monitors', props.metricsScrapers, KINDS.peers);
    const namespace = namespaceOf(this);
    const name = props.ensembleName ?? 'zookeeper';
    const replicas = props.replicas ?? 3;
    const storage = props.storage ?? ServerStorage.networkVolume({ size: Size.gibibytes(10) });
    assertLabel('ensembleName', name);
    assertStatefulSetName(name, replicas, 'ensembleName');
    assertReplicas(replicas);
    if (props.image !== undefined) {
      assertImage(`image of ZooKeeper ensemble '${name}'`, props.image);
    }
    storage._assertOneDisk(`ZooKeeper ensemble '${name}'`);
    assertConfig(props.config ?? {});

    this.ensembleName = name;
    const serviceName = `${name}-servers`;
    this._clusterDomain = clusterDomainOf(props.clusterDomain);
    const serviceHost = `${serviceName}.${namespace}.svc.${this._clusterDomain}`;
    this.hosts = Array.from({ length: replicas }, (_, index) => `${name}-${index + 1}.${serviceHost}`);
    this.hosts.forEach(assertHostName);
    assertEnum(`ZooKeeper ensemble '${name}'`, 'interBrokerSecurity', props.interBrokerSecurity, InterBrokerSecurity);
    const traffic = props.interBrokerSecurity ?? InterBrokerSecurity.MUTUAL_TLS;
    const isTls = traffic === InterBrokerSecurity.MUTUAL_TLS;
    this._interBrokerSecurity = traffic;
    this._namespace = namespace;
    this._serviceHost = serviceHost;
    this._clientAddress = {
      host: `${name}-client.${namespace}.svc.${this._clusterDomain}`,
      port: clientPort(isTls),
    };
    this.tlsSecretName = `${name}-tls`;
    const certificates = (reload: 'dynamic' | 'restart') =>
      isTls ? [metadataCertificates(this.tlsSecretName, [serviceHost], reload)] : [];
    this._certificates = certificates('restart');
    if (isTls) {
      claimMetadataSecrets(this, namespace, name, this.tlsSecretName);
    }

    warnAtSynth(this, () =>
      this.clusters.size > 0
        ? []
        : [
            `ZooKeeper ensemble '${name}' keeps the metadata of no KafkaCluster, so nobody certifies it and its pods wait for ` +
              'ever; give it to a cluster, or leave it out',
          ],
    );
    const selector = selectorLabels('zookeeper', name);
    const program = props.agent ?? AgentProgram.bundled();
    const workload = ensembleWorkload(props, {
      name,
      namespace,
      serviceName,
      serviceHost,
      hosts: this.hosts,
      certificates: certificates('dynamic'),
      selector,
      program,
      storage,
    });
    const objects = quorumObjects(this, { namespace, name, selector, program });
    this.serviceAccount = objects.serviceAccount;
    this.role = objects.role;
    this.roleBinding = objects.roleBinding;
    this.programConfigMap = objects.programConfigMap;
    this.ledger = objects.ledger;
    this.stopLease = objects.stopLease;
    this.service = headlessService(this, 'Service', namespace, serviceName, selector, servicePorts(isTls));
    this.clientService = clusterIpService(this, 'ClientService', namespace, `${name}-client`, selector, [
      { name: 'client', port: clientPort(isTls) },
    ]);
    this.configMap = zookeeperConfigMap(this, workload);
    this.statefulSet = zookeeperStatefulSet(this, workload);
    this.disruptionBudget = podDisruptionBudget(this, namespace, name, selector);
    const monitors = props.metricsScrapers ?? [];
    this.networkPolicy = networkPolicy(this, 'NetworkPolicy', namespace, name, selector, () => [
      { ports: PEER_PORTS, from: podPeers(selector) },
      { ports: [clientPort(isTls)], from: this.clientPods(selector) },
      ...(isTls ? [{ ports: [ELECTION_PORT], from: this.pods(['authority']) }] : []),
      { ports: [METRICS_PORT, AGENT_PORT], from: monitors },
    ]);
  }

  private clientPods(selector: Record<string, string>): NetworkPeer[] {
    return [...podPeers(selector), ...this.pods(['broker', 'authority'])];
  }

  private pods(components: readonly ('broker' | 'authority')[]): NetworkPeer[] {
    return podPeers(
      ...[...this.clusters].flatMap((cluster) =>
        components.map((component) => selectorLabels(component, cluster)),
      ),
    );
  }

  /** Addresses of all servers, `host:port`. */
  public get servers(): string[] {
    const port = clientPort(this._certificates.length > 0);
    return this.hosts.map((host) => `${host}:${port}`);
  }

  /** Settings that brokers need to reach the servers. */
  public brokerSettings(clusterName: string): { [setting: string]: string } {
    return {
      'zookeeper.connect': `${this.servers.join(',')}/${clusterName}`,
      ...(this._certificates.length > 0 ? CLIENT_TLS : {}),
    };
  }

  /** Whether the authority of a cluster keeps the certificates of the servers: that of the first one does. @internal */
  public _isKeptBy(clusterName: string): boolean {
    return this._keeper(clusterName) === clusterName;
  }

  /** The cluster whose authority keeps the certificates of the servers; the one that asks first. @internal */
  public _keeper(clusterName: string): string {
    this.authority ??= clusterName;
    return this.authority;
  }

  /**
   * Takes a cluster into care.
   *
   * @throws when the version does not run on ZooKeeper, or another cluster of that name is kept here
   */
  public attach(clusterName: string, version: KafkaVersion): void {
    if (this.clusters.has(clusterName)) {
      throw new Error(
        `ZooKeeper ensemble '${this.ensembleName}' keeps two clusters of the name '${clusterName}', which would share ` +
          'their metadata; choose another clusterName, or give each an ensemble of its own',
      );
    }
    if (!version.supportsZookeeper) {
      throw new Error(
        `cluster '${clusterName}' runs Kafka ${version.version} on a ZookeeperEnsemble, which Kafka gave up in 4.0; ` +
          'use KafkaVersion.V3_9, or a ControllerQuorum as metadata',
      );
    }
    this.clusters.add(clusterName);
  }
}

const MOST_SERVERS = 9;

function assertReplicas(replicas: number): void {
  if (!Number.isInteger(replicas) || replicas < 1 || replicas % 2 === 0) {
    throw new Error(
      `replicas of a ZooKeeper ensemble are ${replicas}; choose an odd number, best 3 or 5, as an even one survives no ` +
        'more failures than one server less',
    );
  }
  if (replicas > MOST_SERVERS) {
    throw new Error(
      `replicas of a ZooKeeper ensemble are ${replicas}, which all have to agree; choose 3 or 5, ${MOST_SERVERS} at most`,
    );
  }
}

const OWNED = [
  '4lw.commands.whitelist',
  'admin.enableServer',
  'client.certReload',
  'clientPort',
  'clientPortAddress',
  'dataDir',
  'dataLogDir',
  'dynamicConfigFile',
  'leaderServes',
  'metricsProvider.httpPort',
  'peerType',
  'portUnification',
  'quorumListenOnAllIPs',
  'reconfigEnabled',
  'secureClientPort',
  'secureClientPortAddress',
  'standaloneEnabled',
];

function assertConfig(config: Settings): void {
  assertStrings('a ZooKeeper ensemble', config);
  const owned = Object.keys(config).find(
    (name) =>
      OWNED.includes(name) ||
      /^(server|group|weight|quorum\.auth)\.|^ssl\.|^ssl[Qq]uorum|^serverCnxnFactory$|^client\.portUnification$/.test(
        name,
      ),
  );
  if (owned !== undefined) {
    throw new Error(
      `setting '${owned}' of a ZooKeeper ensemble is '${config[owned]}', but the construct decides it; leave it out`,
    );
  }
  const noNumber = NUMBERS.find((name) => name in config && !/^-?\d+$/.test(config[name]));
  if (noNumber !== undefined) {
    throw new Error(
      `setting '${noNumber}' of a ZooKeeper ensemble is '${config[noNumber]}', with which it does not start; write a whole number`,
    );
  }
}

/** Settings that ZooKeeper reads as numbers before it does anything else. */
const NUMBERS = [
  'autopurge.purgeInterval',
  'autopurge.snapRetainCount',
  'connectToLearnerMasterLimit',
  'globalOutstandingLimit',
  'initLimit',
  'maxClientCnxns',
  'maxSessionTimeout',
  'minSessionTimeout',
  'snapCount',
  'syncLimit',
  'tickTime',
];

/** How brokers reach servers that speak TLS only. */
const CLIENT_TLS: Settings = {
  'zookeeper.ssl.client.enable': 'true',
  // The default transport of the client knows no TLS.
  'zookeeper.clientCnxnSocket': 'org.apache.zookeeper.ClientCnxnSocketNetty',
  'zookeeper.ssl.keystore.type': 'PEM',
  'zookeeper.ssl.keystore.location': storeFile(CERTIFICATE_SETS.metadata, 'keyStore'),
  'zookeeper.ssl.truststore.type': 'PEM',
  'zookeeper.ssl.truststore.location': storeFile(CERTIFICATE_SETS.metadata, 'trustStore'),
};
