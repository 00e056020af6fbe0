import { ApiObject, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { Kind, enumOf, kind, listOf, number, text } from './input/kinds';
import { PropTable, assertProps, optional } from './input/props';
import { isOfType, markType } from './input/type-mark';
import { warnAtSynth } from './input/warnings';
import { KafkaVersion } from './kafka/kafka-version';
import { selectorLabels } from './kubernetes/labels';
import {
  assertHostName,
  assertImage,
  assertLabel,
  assertStatefulSetName,
  clusterDomainOf,
  namespaceOf,
} from './kubernetes/names';
import { clusterIpService, headlessService, podDisruptionBudget } from './kubernetes/objects';
import { ensembleWorkload } from './metadata/ensemble-workload';
import { MetadataStore } from './metadata/metadata-store';
import { quorumObjects } from './metadata/quorum-members';
import { assertReplicas, assertZookeeperConfig } from './metadata/zookeeper-checks';
import { ZookeeperMetadata } from './metadata/zookeeper-metadata';
import {
  ELECTION_PORT,
  METRICS_PORT,
  PEER_PORTS,
  clientPort,
  servicePorts,
} from './metadata/zookeeper-ports';
import { ZookeeperObjects, zookeeperObjects } from './metadata/zookeeper-workload';
import { InterBrokerSecurity } from './network/inter-broker-security';
import { networkPolicy, podPeers } from './network/network-policies';
import { NETWORK_PEER, NetworkPeer } from './network/network-peer';
import { NODE_GROUP, NodeGroup } from './nodes/node-group';
import { SERVER_STORAGE, ServerStorage } from './nodes/server-storage';
import { AGENT_PORT } from './seam/agent-config';
import { AGENT_PROGRAM, AgentProgram } from './servers/agent-program';
import {
  claimMetadataSecrets,
  metadataCertificates,
  metadataClientSecretName,
} from './servers/pod-certificates';
import { SERVER_PROPS, ServerProps } from './servers/server-props';
import { settingsLike } from './kafka/properties';
import { ANNOTATIONS } from './kubernetes/pod-metadata';

/** Properties of a `ZookeeperEnsemble`. */
export interface ZookeeperEnsembleProps extends ServerProps {
  /**
   * Name of the ensemble and of its StatefulSet, and prefix of the names of its pods. It cannot change.
   *
   * @default 'zookeeper'
   */
  readonly ensembleName?: string;

  /**
   * Number of servers: 1, 3, 5, 7 or 9. One server is for tests only. It must not change while the ensemble runs: during the
   * rolling restart, servers with the old and the new number count their majorities differently, and two could lead at the
   * same time. To change it, stop all brokers and servers first.
   *
   * @default 3
   */
  readonly replicas?: number;

  /**
   * Container image with ZooKeeper's official scripts. Servers older than 3.9.0 do not reload certificates.
   *
   * @default 'docker.io/library/zookeeper:3.9.4'
   */
  readonly image?: string;

  /**
   * Disk of each server. Exactly one disk is used.
   *
   * @default - a network volume of 10 GiB of the default StorageClass
   */
  readonly storage?: ServerStorage;

  /**
   * Nodes that servers may run on.
   *
   * @default NodeGroup.any()
   */
  readonly nodeGroup?: NodeGroup;

  /**
   * Further settings of `zoo.cfg`.
   *
   * @default - none
   */
  readonly config?: { [setting: string]: string };

  /**
   * The agent's program, for the ensemble and for the clusters that use it.
   *
   * @default AgentProgram.bundled()
   */
  readonly agent?: AgentProgram;

  /**
   * DNS domain of the Kubernetes cluster, for the ensemble and for the clusters that use it.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;

  /**
   * Security of the traffic among servers and brokers, for the ensemble and for the clusters that use it. Changing it on a
   * running ensemble is an outage: servers with different values cannot connect to each other.
   *
   * @default InterBrokerSecurity.MUTUAL_TLS
   */
  readonly interBrokerSecurity?: InterBrokerSecurity;

  /**
   * Sources that may read metrics: of the servers at port 7000, of their agents at port 8080. `addMetricsScraper` adds more.
   *
   * @default - none
   */
  readonly metricsScrapers?: NetworkPeer[];

  /**
   * Annotations of the ServiceAccount of the servers.
   *
   * @default - none
   */
  readonly serviceAccountAnnotations?: { [key: string]: string };
}

const ZOOKEEPER_ENSEMBLE_PROPS: PropTable<ZookeeperEnsembleProps> = {
  ...SERVER_PROPS,
  ensembleName: optional(text('zookeeper')),
  replicas: optional(number(3)),
  image: optional(text('docker.io/library/zookeeper:3.9.4')),
  storage: optional(SERVER_STORAGE),
  nodeGroup: optional(NODE_GROUP),
  config: optional(settingsLike("{ 'autopurge.snapRetainCount': '5' }")),
  agent: optional(AGENT_PROGRAM),
  clusterDomain: optional(text('cluster.local')),
  interBrokerSecurity: optional(enumOf(InterBrokerSecurity)),
  metricsScrapers: optional(listOf(NETWORK_PEER)),
  serviceAccountAnnotations: optional(ANNOTATIONS),
};

/**
 * A ZooKeeper ensemble for Kafka 3.9: an odd number of servers, one for each node, spread over zones. Several clusters can
 * share it; each has its own path. A server is ready while it leads or follows. A planned stop of a server waits until the
 * other servers have a majority.
 */
export class ZookeeperEnsemble extends Construct {
  /** True if the value is a ZookeeperEnsemble. */
  public static isZookeeperEnsemble(value: unknown): value is ZookeeperEnsemble {
    return isOfType(value, 'ZookeeperEnsemble');
  }

  /** Name of the ensemble. */
  public readonly ensembleName: string;
  /** The StatefulSet. */
  public readonly statefulSet: ApiObject;
  /** The headless Service that gives every server a host name. */
  public readonly service: ApiObject;
  /** The Service with the ready servers, for tools. */
  public readonly clientService: ApiObject;
  /** The PodDisruptionBudget: one server may be evicted at a time. */
  public readonly disruptionBudget: ApiObject;
  /** The ConfigMap with `zoo.cfg`. */
  public readonly configMap: ApiObject;
  /** The ledger: a ConfigMap in which agents record the servers that have been in the quorum. */
  public readonly ledger: ApiObject;
  /** The ServiceAccount. */
  public readonly serviceAccount: ApiObject;
  /** The Role. */
  public readonly role: ApiObject;
  /** The RoleBinding. */
  public readonly roleBinding: ApiObject;
  /** The ConfigMaps with the agent's programs; empty if an image contains them. */
  public readonly programConfigMaps: ApiObject[];
  /** The NetworkPolicy: ingress from the servers, from brokers and authorities of the ensemble's clusters, and from `metricsScrapers`. */
  public readonly networkPolicy: ApiObject;
  /** Secret with the certificate of the servers. */
  public readonly tlsSecretName: string;

  /** The agent's program. @internal */
  public readonly _program: AgentProgram;
  /** DNS domain of the Kubernetes cluster. @internal */
  public readonly _clusterDomain: string;
  /** Security of the traffic among servers and brokers. @internal */
  public readonly _interBrokerSecurity: InterBrokerSecurity;
  /** Namespace of the ensemble. @internal */
  public readonly _namespace: string;

  private readonly hosts: string[];
  private readonly isTls: boolean;
  private readonly clusters = new Set<string>();
  private readonly scrapers: NetworkPeer[] = [];
  private readonly metadata: ZookeeperMetadata;

  constructor(scope: Construct, id: string, props: ZookeeperEnsembleProps = {}) {
    super(scope, id);
    markType(this, 'ZookeeperEnsemble');
    assertEnsemble(props, new.target !== ZookeeperEnsemble);
    const namespace = namespaceOf(this);
    const { ensembleName: name = 'zookeeper', replicas = 3 } = props;
    this.ensembleName = name;
    this._namespace = namespace;
    this._program = props.agent ?? AgentProgram.bundled();
    this._clusterDomain = clusterDomainOf(props.clusterDomain);
    this._interBrokerSecurity = props.interBrokerSecurity ?? InterBrokerSecurity.MUTUAL_TLS;
    this.isTls = this._interBrokerSecurity === InterBrokerSecurity.MUTUAL_TLS;
    this.tlsSecretName = `${name}-tls`;
    const serviceName = `${name}-servers`;
    const serviceHost = `${serviceName}.${namespace}.svc.${this._clusterDomain}`;
    this.hosts = Array.from({ length: replicas }, (_, index) => `${name}-${index + 1}.${serviceHost}`);
    this.hosts.forEach(assertHostName);
    this.metadata = this.createMetadata(serviceHost, props.storage);

    const selector = selectorLabels('zookeeper', name);
    const objects = quorumObjects(this, {
      namespace,
      name,
      selector,
      program: this._program,
      serviceAccountAnnotations: props.serviceAccountAnnotations,
    });
    this.serviceAccount = objects.serviceAccount;
    this.role = objects.role;
    this.roleBinding = objects.roleBinding;
    this.programConfigMaps = objects.programConfigMaps;
    this.ledger = objects.ledger;
    this.service = headlessService(this, 'Service', namespace, serviceName, selector, () =>
      servicePorts(this.isTls),
    );
    this.clientService = clusterIpService(
      this,
      'ClientService',
      namespace,
      `${name}-client`,
      selector,
      () => [{ name: 'client', port: clientPort(this.isTls) }],
      'ready',
    );
    const { configMap, statefulSet } = this.addServers(props, serviceName, serviceHost, selector);
    this.configMap = configMap;
    this.statefulSet = statefulSet;
    this.disruptionBudget = podDisruptionBudget(this, namespace, name, selector);
    this.scrapers.push(...(props.metricsScrapers ?? []));
    this.networkPolicy = this.addNetworkPolicy(selector);
    warnAtSynth(this, () => this.warnings());
  }

  /** Allows a source to read metrics: of the servers at port 7000, of their agents at port 8080. */
  public addMetricsScraper(peer: NetworkPeer): void {
    NETWORK_PEER.assert(`a metrics scraper of ZooKeeper ensemble '${this.ensembleName}'`, peer);
    this.scrapers.push(peer);
  }

  /** Addresses of all servers, `host:port`. */
  public get servers(): string[] {
    return this.hosts.map((host) => `${host}:${clientPort(this.isTls)}`);
  }

  /** The ensemble as the metadata store of its clusters. @internal */
  public get _metadata(): MetadataStore {
    return this.metadata;
  }

  /**
   * Registers a cluster that stores its metadata here.
   *
   * @throws when the version does not support ZooKeeper, or a cluster of the same name is registered
   * @internal
   */
  public _addCluster(clusterName: string, version: KafkaVersion): void {
    if (this.clusters.has(clusterName)) {
      throw new Error(
        `ZooKeeper ensemble '${this.ensembleName}' has two clusters with the name '${clusterName}', which would share their ` +
          'metadata; use another clusterName, or a separate ensemble',
      );
    }
    if (!version.supportsZookeeper) {
      throw new Error(
        `cluster '${clusterName}' uses Kafka ${version.version} with a ZookeeperEnsemble; Kafka 4.0 removed ZooKeeper mode, ` +
          'so use KafkaVersion.V3_9, or leave zookeeper out',
      );
    }
    this.clusters.add(clusterName);
  }

  private createMetadata(serviceHost: string, storage: ServerStorage | undefined): ZookeeperMetadata {
    const { _clusterDomain: domain, _namespace: namespace, ensembleName } = this;
    if (this.isTls) {
      claimMetadataSecrets(this, namespace, ensembleName, this.tlsSecretName);
    }
    return new ZookeeperMetadata({
      ensembleName,
      namespace,
      storage,
      serviceHost,
      servers: this.servers,
      clientAddress: {
        host: `${ensembleName}-client.${namespace}.svc.${domain}`,
        port: clientPort(this.isTls),
      },
      certificates: this.isTls
        ? [metadataCertificates(metadataClientSecretName(ensembleName), [], 'restart')]
        : [],
      secret: this.tlsSecretName,
    });
  }

  private addServers(
    props: ZookeeperEnsembleProps,
    serviceName: string,
    serviceHost: string,
    selector: Record<string, string>,
  ): ZookeeperObjects {
    const workload = ensembleWorkload(props, {
      name: this.ensembleName,
      namespace: this._namespace,
      serviceName,
      serviceHost,
      hosts: this.hosts,
      certificates: this.isTls ? [metadataCertificates(this.tlsSecretName, [serviceHost], 'dynamic')] : [],
      selector,
      program: this._program,
      image: props.image ?? 'docker.io/library/zookeeper:3.9.4',
      storage: props.storage ?? ServerStorage.networkVolume({ size: Size.gibibytes(10) }),
      nodeGroup: props.nodeGroup ?? NodeGroup.any(),
      settings: props.config ?? {},
    });
    return zookeeperObjects(this, workload);
  }

  private addNetworkPolicy(selector: Record<string, string>): ApiObject {
    const podsOf = (...components: ('broker' | 'authority')[]) =>
      podPeers(
        ...[...this.clusters].flatMap((cluster) =>
          components.map((component) => selectorLabels(component, cluster)),
        ),
      );
    const { _namespace: namespace, ensembleName } = this;
    return networkPolicy(this, 'NetworkPolicy', namespace, ensembleName, selector, () => [
      { ports: PEER_PORTS, from: podPeers(selector) },
      { ports: [clientPort(this.isTls)], from: [...podPeers(selector), ...podsOf('broker', 'authority')] },
      ...(this.isTls ? [{ ports: [ELECTION_PORT], from: podsOf('authority') }] : []),
      { ports: [METRICS_PORT, AGENT_PORT], from: this.scrapers },
    ]);
  }

  private warnings(): string[] {
    return this.clusters.size > 0
      ? []
      : [
          `ZooKeeper ensemble '${this.ensembleName}' is not used by any KafkaCluster, so no authority issues its certificates and ` +
            'its pods do not start; use it in a KafkaCluster, or leave it out',
        ];
  }
}

function assertEnsemble(props: ZookeeperEnsembleProps, isSubclass: boolean): void {
  const owner = 'a ZookeeperEnsemble';
  assertProps(owner, props, ZOOKEEPER_ENSEMBLE_PROPS, { isSubclass });
  const { ensembleName = 'zookeeper', replicas = 3, image } = props;
  assertLabel('ensembleName', ensembleName);
  assertReplicas(replicas);
  assertStatefulSetName(ensembleName, replicas, 'ensembleName');
  if (image !== undefined) {
    assertImage(`image of ZooKeeper ensemble '${ensembleName}'`, image, 'docker.io/library/zookeeper:3.9.4');
  }
  assertZookeeperConfig(props.config ?? {});
}

/** The kind of a ZookeeperEnsemble. */
export const ZOOKEEPER_ENSEMBLE: Kind<ZookeeperEnsemble> = kind(
  ZookeeperEnsemble.isZookeeperEnsemble,
  "new ZookeeperEnsemble(chart, 'Zookeeper')",
);
