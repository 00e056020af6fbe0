import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { authorityWorkload } from './authority/authority-workload';
import { certManagerCertificates } from './authority/cert-manager';
import { claimIssuedSecrets } from './authority/claims';
import { clusterPki, metadataPki } from './authority/pkis';
import { CERTIFICATE_ISSUER, CertificateIssuer } from './certificates/certificate-issuer';
import {
  DAY,
  MetadataLifetimes,
  assertCaLifetime,
  assertCertificateLifetime,
  lifetimeErrors,
  lifetimeSeconds,
} from './certificates/lifetimes';
import { ClusterContext } from './cluster/cluster-context';
import { checkedDuration, secondsOf } from './input/durations';
import { BOOLEAN, DURATION } from './input/kinds';
import { PropTable, assertProps, optional, required, struct } from './input/props';
import { KAFKA_CLUSTER, KafkaCluster } from './kafka-cluster';
import { selectorLabels } from './kubernetes/labels';
import { runtimeConfigMap } from './kubernetes/objects';
import { NODE_GROUP, NodeGroup } from './nodes/node-group';
import { AGENT_RESOURCES, AgentResources } from './servers/server-props';
import { PkiConfig } from './seam/agent-config';
import { COMMON_POD_PROPS, CommonPodProps, mergePodProps } from './servers/pod-props';
import { ANNOTATIONS } from './kubernetes/pod-metadata';
import { isOfType, markType } from './input/type-mark';

/** Properties of a `CertRotation`. */
export interface CertRotationProps extends CommonPodProps {
  /** The cluster. */
  readonly cluster: KafkaCluster;

  /**
   * Issuer of the certificates of brokers and clients. To change it, use a CA bundle with both CAs until all certificates are
   * replaced.
   */
  readonly issuer: CertificateIssuer;

  /**
   * Lifetime of the CA of controllers, or of ZooKeeper servers. It issues no other certificates. Its replacement causes three
   * rolling restarts of brokers and controllers, because neither Kafka's Raft client nor its ZooKeeper client reloads
   * certificates. ZooKeeper servers need no restart.
   *
   * @default Duration.days(3650)
   */
  readonly metadataCaLifetime?: Duration;

  /**
   * Lifetime of the certificates of controllers, or of ZooKeeper servers. They are renewed after two thirds of it, by a rolling
   * restart of the servers that restart for a new CA.
   *
   * @default Duration.days(1095)
   */
  readonly metadataCertificateLifetime?: Duration;

  /**
   * Time between the announcement of such a rolling restart and its start.
   *
   * @default Duration.days(7)
   */
  readonly restartNotice?: Duration;

  /**
   * Time after which a rotation continues without an unreachable server. The server reads the newest certificates at its next
   * start.
   *
   * @default Duration.minutes(5)
   */
  readonly unreachableTimeout?: Duration;

  /**
   * Nodes that the authority may run on.
   *
   * @default NodeGroup.any()
   */
  readonly nodeGroup?: NodeGroup;

  /**
   * Resources of the authority.
   *
   * @default - 50 millicores, 256 MiB
   */
  readonly agentResources?: AgentResources;

  /**
   * Annotations of the ServiceAccount of the authority.
   *
   * @default - none
   */
  readonly serviceAccountAnnotations?: { [key: string]: string };

  /**
   * True to limit the authority with a ValidatingAdmissionPolicy. RBAC lets it patch whole StatefulSets and create any Secret, so its
   * token is worth as much as the namespace. The policy allows only the annotation that restarts pods, and the Secrets of its
   * certificates and CAs. It needs Kubernetes 1.30 or newer, and the right to apply cluster-scoped objects.
   *
   * @see https://github.com/cdk8s-kafka/cdk8s-kafka/blob/main/docs/certificates.md#rights-of-the-authority
   * @default false
   */
  readonly admissionPolicy?: boolean;
}

const CERT_ROTATION_PROPS: PropTable<CertRotationProps> = {
  ...COMMON_POD_PROPS,
  cluster: required(KAFKA_CLUSTER),
  issuer: required(CERTIFICATE_ISSUER),
  metadataCaLifetime: optional(DURATION),
  metadataCertificateLifetime: optional(DURATION),
  restartNotice: optional(DURATION),
  unreachableTimeout: optional(DURATION),
  nodeGroup: optional(NODE_GROUP),
  agentResources: optional(struct(AGENT_RESOURCES)),
  serviceAccountAnnotations: optional(ANNOTATIONS),
  admissionPolicy: optional(BOOLEAN),
};

/**
 * Issues the certificates of a cluster, and renews certificates and CAs. Brokers reload them without a restart.
 *
 * The ConfigMap `<cluster>-certificates` shows the state of the rotation. Annotations on it request a renewal or pause the
 * rotation.
 */
export class CertRotation extends Construct {
  /** True if the value is a CertRotation. */
  public static isCertRotation(value: unknown): value is CertRotation {
    return isOfType(value, 'CertRotation');
  }

  /** The status ConfigMap, whose annotations request renewals. */
  public readonly status: ApiObject;
  /** The authority: a Deployment that issues certificates; undefined if it has no certificate to issue. */
  public readonly deployment?: ApiObject;
  /** The ServiceAccount of the authority; undefined without an authority. */
  public readonly serviceAccount?: ApiObject;
  /** The Role of the authority; undefined without an authority. */
  public readonly role?: ApiObject;
  /** The RoleBinding of the authority; undefined without an authority. */
  public readonly roleBinding?: ApiObject;
  /** The ConfigMap with the configuration of the authority; undefined without an authority. */
  public readonly configMap?: ApiObject;
  /** The ConfigMap with the program of the authority; undefined without an authority, or if an image contains it. */
  public readonly programConfigMap?: ApiObject;
  /** The NetworkPolicy of the authority; undefined without an authority. */
  public readonly networkPolicy?: ApiObject;
  /** The policy that limits the authority; undefined without `admissionPolicy`. */
  public readonly validatingAdmissionPolicy?: ApiObject;
  /** The binding of the policy; undefined without `admissionPolicy`. */
  public readonly validatingAdmissionPolicyBinding?: ApiObject;
  private readonly names: string[];
  private readonly certManagerObjects: ApiObject[];

  constructor(scope: Construct, id: string, props: CertRotationProps) {
    super(scope, id);
    markType(this, 'CertRotation');
    const owner = 'a CertRotation';
    assertProps(owner, props, CERT_ROTATION_PROPS, { isSubclass: new.target !== CertRotation });
    const { cluster, issuer } = props;
    const context = cluster._context;
    const { clusterName, namespace } = context;
    const lifetimes = metadataLifetimes(props);
    context.certificates.setIssuer(issuer);
    claimIssuedSecrets(this, context, issuer);
    const status = `${clusterName}-certificates`;
    const selector = selectorLabels('authority', clusterName);
    this.names = [...context.certificates.dnsNames, `*.${context.serviceHost}`];
    this.status = runtimeConfigMap(this, 'Status', namespace, status, selector);
    this.certManagerObjects = issuer._isCertManager ? certManagerCertificates(this, context, issuer) : [];
    const authority = authorityWorkload(this, context, {
      status,
      selector,
      nodeGroup: props.nodeGroup ?? NodeGroup.any(),
      agentResources: props.agentResources,
      pod: mergePodProps(context.podDefaults, props),
      serviceAccountAnnotations: props.serviceAccountAnnotations,
      hasAdmissionPolicy: props.admissionPolicy ?? false,
      pkis: pkisOf(context, props, lifetimes),
    });
    this.deployment = authority?.deployment;
    this.serviceAccount = authority?.serviceAccount;
    this.role = authority?.role;
    this.roleBinding = authority?.roleBinding;
    this.configMap = authority?.configMap;
    this.programConfigMap = authority?.programConfigMap;
    this.networkPolicy = authority?.networkPolicy;
    this.validatingAdmissionPolicy = authority?.validatingAdmissionPolicy;
    this.validatingAdmissionPolicyBinding = authority?.validatingAdmissionPolicyBinding;
    this.node.addValidation({
      validate: () => [...ignoredLifetimes(context, props), ...restartErrors(context, lifetimes)],
    });
  }

  /** Names that the certificate of the brokers must be valid for. */
  public get dnsNames(): string[] {
    return [...this.names];
  }

  /** The Certificates of cert-manager, if it is the issuer. */
  public get certificates(): ApiObject[] {
    return [...this.certManagerObjects];
  }
}

/** @throws when a lifetime is too short for a renewal */
function metadataLifetimes(props: CertRotationProps): MetadataLifetimes {
  const restartNoticeSeconds = lifetimeSeconds('restartNotice', props.restartNotice, 7 * DAY);
  const caLifetimeSeconds = lifetimeSeconds('metadataCaLifetime', props.metadataCaLifetime, 3650 * DAY);
  const certificateLifetimeSeconds = lifetimeSeconds(
    'metadataCertificateLifetime',
    props.metadataCertificateLifetime,
    1095 * DAY,
  );
  assertCertificateLifetime('metadataCertificateLifetime', certificateLifetimeSeconds, restartNoticeSeconds);
  assertCaLifetime('metadataCaLifetime', caLifetimeSeconds, certificateLifetimeSeconds, restartNoticeSeconds);
  return { caLifetimeSeconds, certificateLifetimeSeconds, restartNoticeSeconds };
}

/** The CAs of the cluster, called at synth. */
function pkisOf(
  context: ClusterContext,
  { cluster, issuer, unreachableTimeout }: CertRotationProps,
  lifetimes: MetadataLifetimes,
): () => PkiConfig[] {
  const timeout = secondsOf(
    checkedDuration(
      `unreachableTimeout of '${cluster.clusterName}-certificates'`,
      unreachableTimeout ?? Duration.minutes(5),
    ),
  );
  return () => [
    ...(issuer._isBuiltIn ? clusterPki(context, issuer, timeout) : []),
    ...metadataPki(context, lifetimes, timeout),
  ];
}

const METADATA_LIFETIMES = ['metadataCaLifetime', 'metadataCertificateLifetime', 'restartNotice'] as const;

/** Errors of lifetimes for servers whose certificates another cluster's authority issues. */
function ignoredLifetimes({ clusterName, metadata }: ClusterContext, props: CertRotationProps): string[] {
  const given = METADATA_LIFETIMES.filter((name) => props[name] !== undefined);
  const owner = metadata.authorityOwner(clusterName);
  return given.length === 0 || owner === clusterName
    ? []
    : [
        `CertRotation of cluster '${clusterName}' has ${given.join(', ')}, but the authority of cluster '${owner}' issues the ` +
          `certificates of ${metadata.description}; set it there, and leave it out here`,
      ];
}

/** Errors of lifetimes that are too short for the rolling restarts of all servers. */
function restartErrors({ clusterName, metadata }: ClusterContext, lifetimes: MetadataLifetimes): string[] {
  return metadata.pki(clusterName) ? lifetimeErrors(lifetimes, metadata.restartedServers()) : [];
}
