import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { NodeIds } from './kafka/node-ids';
import { selectorLabels } from './kubernetes/labels';
import { assertHostName, assertStatefulSetName } from './kubernetes/names';
import { headlessService, podDisruptionBudget } from './kubernetes/objects';
import { ControllerQuorumContext } from './metadata/controller-quorum-context';
import { ControllerQuorumOptions, QuorumKind } from './metadata/controller-quorum-options';
import { controllerWorkload } from './metadata/controller-workload';
import { KraftMetadata } from './metadata/kraft-metadata';
import { MetadataStore } from './metadata/metadata-store';
import {
  Quorum,
  assertControllerCount,
  assertQuorumKind,
  clusterIdOf,
  quorumServers,
} from './metadata/quorum';
import { quorumObjects } from './metadata/quorum-members';
import { InterBrokerSecurity } from './network/inter-broker-security';
import { controllerListener, listenerPorts } from './network/listeners';
import { networkPolicy, podPeers } from './network/network-policies';
import { brokersName } from './network/super-users';
import { AGENT_PORT } from './seam/agent-config';
import { kafkaObjects } from './servers/kafka-workload';
import { mergePodProps } from './servers/pod-props';
import {
  claimMetadataSecrets,
  metadataCertificates,
  metadataClientSecretName,
} from './servers/pod-certificates';
import { isOfType, markType } from './input/type-mark';

/**
 * The KRaft controllers of a cluster: an odd number of servers that store its metadata, one for each node, spread over zones.
 * A controller is ready while the quorum has a leader and this voter keeps up with it. `KafkaCluster.controllers` returns the
 * controllers of a cluster.
 */
export class ControllerQuorum extends Construct {
  /** True if the value is a ControllerQuorum. */
  public static isControllerQuorum(value: unknown): value is ControllerQuorum {
    return isOfType(value, 'ControllerQuorum');
  }

  /** @internal */
  public static _create(
    scope: Construct,
    id: string,
    options: ControllerQuorumOptions,
    context: ControllerQuorumContext,
  ): ControllerQuorum {
    return new ControllerQuorum(scope, id, options, context);
  }

  /** Kafka's cluster id. */
  public readonly clusterId: string;
  /** Ids of the controllers. */
  public readonly nodeIds: NodeIds;
  /** Storage of the voter set. */
  public readonly quorumKind: QuorumKind;
  /** Secret with the certificate of the controllers. */
  public readonly tlsSecretName: string;
  /** The StatefulSet. */
  public readonly statefulSet: ApiObject;
  /** The headless Service that gives every controller a host name. */
  public readonly service: ApiObject;
  /** The PodDisruptionBudget: one controller may be evicted at a time. */
  public readonly disruptionBudget: ApiObject;
  /** The ConfigMap with the configuration of the controllers. */
  public readonly configMap: ApiObject;
  /** The ledger: a ConfigMap in which agents record the controllers that have been in the quorum. */
  public readonly ledger: ApiObject;
  /** The ServiceAccount. */
  public readonly serviceAccount: ApiObject;
  /** The Role. */
  public readonly role: ApiObject;
  /** The RoleBinding. */
  public readonly roleBinding: ApiObject;
  /** The ConfigMaps with the agent's programs; empty if an image contains them. */
  public readonly programConfigMaps: ApiObject[];
  /** The NetworkPolicy: ingress from controllers, brokers, the authority and metrics scrapers. */
  public readonly networkPolicy: ApiObject;

  private readonly quorum: Quorum;
  private readonly metadata: KraftMetadata;

  private constructor(
    scope: Construct,
    id: string,
    options: ControllerQuorumOptions,
    context: ControllerQuorumContext,
  ) {
    super(scope, id);
    markType(this, 'ControllerQuorum');
    const { clusterName, namespace } = context;
    const name = `${clusterName}-controllers`;
    const serviceHost = `${name}.${namespace}.svc.${context.clusterDomain}`;
    this.quorum = quorumOf(name, serviceHost, options, context);
    this.clusterId = this.quorum.clusterId;
    this.nodeIds = this.quorum.nodeIds;
    this.quorumKind = this.quorum.isDynamic ? QuorumKind.DYNAMIC : QuorumKind.STATIC;
    this.tlsSecretName = `${name}-tls`;
    const certificates = this.certificates(context.security, namespace, name, serviceHost);
    const listener = controllerListener(context.security);
    const selector = selectorLabels('controller', clusterName);
    this.metadata = new KraftMetadata({
      name,
      quorum: this.quorum,
      serviceHost,
      listener,
      certificates: certificates.map(() =>
        metadataCertificates(metadataClientSecretName(name), [], 'restart'),
      ),
      clusterName,
      clientName: brokersName(clusterName),
      secret: this.tlsSecretName,
      storage: options.storage,
    });

    const objects = quorumObjects(this, { ...options, ...context, name, selector });
    this.serviceAccount = objects.serviceAccount;
    this.role = objects.role;
    this.roleBinding = objects.roleBinding;
    this.programConfigMaps = objects.programConfigMaps;
    this.ledger = objects.ledger;
    this.service = headlessService(this, 'Service', namespace, name, selector, () =>
      listenerPorts([listener]),
    );
    const workload = controllerWorkload(
      { ...options, ...mergePodProps(context.podDefaults, options) },
      {
        ...context,
        name,
        serviceHost,
        quorum: this.quorum,
        clusterConfig: context.config,
        listener,
        certificates,
        selector,
      },
    );
    const { configMap, statefulSet } = kafkaObjects(this, workload);
    this.configMap = configMap;
    this.statefulSet = statefulSet;
    this.disruptionBudget = podDisruptionBudget(this, namespace, name, selector);
    this.networkPolicy = this.addNetworkPolicy(name, context, listener.port);
  }

  /** Addresses of all controllers, `host:port`. */
  public get servers(): string[] {
    return quorumServers(this.quorum);
  }

  private addNetworkPolicy(
    name: string,
    { clusterName, metricsScrapers, namespace }: ControllerQuorumContext,
    port: number,
  ): ApiObject {
    const clients = (['broker', 'controller', 'authority'] as const).map((component) =>
      selectorLabels(component, clusterName),
    );
    const selector = selectorLabels('controller', clusterName);
    return networkPolicy(this, 'NetworkPolicy', namespace, name, selector, () => [
      { ports: [port], from: podPeers(...clients) },
      { ports: [AGENT_PORT], from: metricsScrapers },
    ]);
  }

  private certificates(security: InterBrokerSecurity, namespace: string, name: string, serviceHost: string) {
    if (security !== InterBrokerSecurity.MUTUAL_TLS) {
      return [];
    }
    claimMetadataSecrets(this, namespace, name, this.tlsSecretName);
    return [metadataCertificates(this.tlsSecretName, [serviceHost], 'restart')];
  }

  /** The controllers as the metadata store of their cluster. @internal */
  public get _metadata(): MetadataStore {
    return this.metadata;
  }
}

function quorumOf(
  name: string,
  serviceHost: string,
  options: ControllerQuorumOptions,
  { clusterId, clusterName, namespace, version }: ControllerQuorumContext,
): Quorum {
  const { count = 3, firstNodeId = 1, quorumKind } = options;
  assertControllerCount(count);
  const isDynamic =
    quorumKind === undefined ? version.supportsDynamicQuorum : quorumKind === QuorumKind.DYNAMIC;
  assertQuorumKind(isDynamic, version);
  const nodeIds = NodeIds.between(firstNodeId, firstNodeId + count - 1);
  assertStatefulSetName(name, nodeIds.last, 'clusterName');
  const hosts = nodeIds.toList().map((nodeId) => `${name}-${nodeId}.${serviceHost}`);
  hosts.forEach(assertHostName);
  return { isDynamic, clusterId: clusterIdOf(clusterId, namespace, clusterName), nodeIds, hosts };
}
