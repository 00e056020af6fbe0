import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { ControllerQuorum } from './controller-quorum';
import { KafkaCluster } from './kafka-cluster';
import { ZookeeperEnsemble } from './zookeeper-ensemble';
import { NodeGroup } from './nodes/node-group';
import { ClusterContext } from './cluster/cluster-context';
import { authorityWorkload } from './authority/authority-workload';
import { certManagerCertificates } from './authority/cert-manager';
import { claimIssuedSecrets } from './authority/claims';
import {
  DAY,
  assertCaLifetime,
  assertLeafLifetime,
  lifetimeSeconds,
  lifetimeErrors,
} from './certificates/lifetimes';
import { warnAtSynth, warnUnknownProps } from './input/warnings';
import { PROPERTIES } from './input/props';
import { clusterPki, metadataPki } from './authority/pkis';
import { checkedDuration, secondsOf } from './input/durations';
import { selectorLabels } from './kubernetes/labels';
import { runtimeConfigMap } from './kubernetes/objects';
import { KINDS, assertKinds, assertRequired } from './input/kinds';
import { CertificateIssuer } from './certificates/certificate-issuer';

/** Properties of a `CertRotation`. */
export interface CertRotationProps {
  /** The cluster that gets certificates. */
  readonly cluster: KafkaCluster;

  /** Who signs the certificates of brokers and clients. Changing it needs a bundle that holds both authorities meanwhile. */
  readonly issuer: CertificateIssuer;

  /**
   * Life of the authority of controllers, or of ZooKeeper. It certifies nobody else, and its replacement costs three rolling
   * restarts of brokers, and of controllers: neither Kafka's Raft client nor its ZooKeeper client reads a certificate again.
   * ZooKeeper's servers take it over while they run.
   *
   * @default Duration.days(3650)
   */
  readonly metadataCaLifetime?: Duration;

  /**
   * Life of the certificates of controllers, or of ZooKeeper. Their renewal, at two thirds of it, is a rolling
   * restart of those who have to restart for an authority.
   *
   * @default Duration.days(1095)
   */
  readonly metadataCertificateLifetime?: Duration;

  /**
   * How long before such a rolling restart it is announced.
   *
   * @default Duration.days(7)
   */
  readonly restartNotice?: Duration;

  /**
   * How long a server must be out of reach before a rotation goes on without it. It finds the newest certificates when it
   * starts again.
   *
   * @default Duration.minutes(5)
   */
  readonly unreachableTimeout?: Duration;

  /**
   * Nodes that the workload with the authorities may run on.
   *
   * @default NodeGroup.any()
   */
  readonly nodeGroup?: NodeGroup;
}

/**
 * Gives a cluster its certificates, and renews them and their authorities for ever: brokers take them over while they run.
 *
 * Annotations of the ConfigMap `<cluster>-certificates` ask for a renewal at once, or hold everything; what goes on is
 * written into it.
 */
export class CertRotation extends Construct {
  /** The ConfigMap that says what goes on, and that people annotate. */
  public readonly status: ApiObject;
  /** Names that the certificate of the brokers must be valid for. */
  public readonly dnsNames: string[];
  /** The workload that issues certificates; undefined where nobody needs one. */
  public readonly deployment?: ApiObject;
  /** The ServiceAccount of the workload, where there is one. */
  public readonly serviceAccount?: ApiObject;
  /** The Role of the workload, where there is one. */
  public readonly role?: ApiObject;
  /** The RoleBinding that gives the Role to the ServiceAccount. */
  public readonly roleBinding?: ApiObject;
  /** The ConfigMap with what the workload has to know of the cluster, where there is one. */
  public readonly configMap?: ApiObject;
  /** The ConfigMap with the program of the workload; undefined where there is none, or an image brings it. */
  public readonly programConfigMap?: ApiObject;
  /** The NetworkPolicy that closes the workload, where there is one. */
  public readonly networkPolicy?: ApiObject;
  private readonly certManager: ApiObject[];

  constructor(scope: Construct, id: string, props: CertRotationProps) {
    super(scope, id);
    assertRequired('a CertRotation', props, {
      cluster: KINDS.cluster,
      issuer: { kind: 'a CertificateIssuer, for example CertificateIssuer.builtIn()', has: '_source' },
    });
    if (new.target === CertRotation) {
      warnUnknownProps('a CertRotation', props, PROPERTIES.CERT_ROTATION);
    }
    assertKinds('a CertRotation', props, { nodeGroup: KINDS.nodeGroup });
    const context = props.cluster._context;
    const { clusterName, namespace } = context;
    const status = `${clusterName}-certificates`;
    const noticeSeconds = lifetimeSeconds('restartNotice', props.restartNotice, 7 * DAY);
    const metadataLives = {
      caSeconds: lifetimeSeconds('metadataCaLifetime', props.metadataCaLifetime, 3650 * DAY),
      leafSeconds: lifetimeSeconds('metadataCertificateLifetime', props.metadataCertificateLifetime, 1095 * DAY),
      noticeSeconds,
    };
    assertLeafLifetime('metadataCertificateLifetime', metadataLives.leafSeconds, noticeSeconds);
    assertCaLifetime(
      'metadataCaLifetime',
      metadataLives.caSeconds,
      metadataLives.leafSeconds,
      noticeSeconds,
    );
    context.certificates.setIssuer(props.issuer);
    const { 'authorizer.class.name': authorizer, 'super.users': users } = context.settings;
    if (props.issuer.kind === 'secret' && authorizer && !users) {
      warnAtSynth(this, () => [
        `cluster '${clusterName}' has the authorizer '${authorizer}' and certificates of a PKI of your own: add the common ` +
          "names of its brokers and of its topic synchronisation to 'super.users' in config, or they may do nothing",
      ]);
    }
    claimIssuedSecrets(this, context, props.issuer);
    const absenceSeconds = secondsOf(
      checkedDuration(`absence of '${status}'`, props.unreachableTimeout ?? Duration.minutes(5)),
    );

    const selector = selectorLabels('authority', clusterName);
    this.dnsNames = [...context.certificates.dnsNames, `*.${context.serviceHost}`];
    this.status = runtimeConfigMap(this, 'Status', namespace, status, selector);
    this.certManager =
      props.issuer.kind === 'cert-manager' ? certManagerCertificates(this, context, props.issuer) : [];
    const pkis = () => [
      ...(props.issuer.kind === 'built-in' ? clusterPki(context, props.issuer, absenceSeconds) : []),
      ...metadataPki(context, metadataLives, absenceSeconds),
    ];
    this.node.addValidation({ validate: () => livesInVain(context, props) });
    this.node.addValidation({
      validate: () => {
        const { metadata, registry } = context;
        const controllers = metadata instanceof ControllerQuorum ? metadata.nodeIds.count : 0;
        const servers =
          metadata instanceof ZookeeperEnsemble
            ? metadata._brokerStatefulSets.reduce((sum, { brokers }) => sum + brokers, 0)
            : controllers + registry.brokerCount;
        return metadataPki(context, metadataLives, absenceSeconds).length === 0
          ? []
          : lifetimeErrors(metadataLives, servers);
      },
    });
    const authority = authorityWorkload(this, context, {
      status,
      selector,
      nodeGroup: props.nodeGroup ?? NodeGroup.any(),
      pkis,
    });
    this.deployment = authority?.deployment;
    this.serviceAccount = authority?.serviceAccount;
    this.role = authority?.role;
    this.roleBinding = authority?.roleBinding;
    this.configMap = authority?.configMap;
    this.programConfigMap = authority?.programConfigMap;
    this.networkPolicy = authority?.networkPolicy;
  }

  /** The Certificates of cert-manager, if it is the issuer. */
  public get certificates(): ApiObject[] {
    return [...this.certManager];
  }
}

const METADATA_LIVES = ['metadataCaLifetime', 'metadataCertificateLifetime', 'restartNotice'] as const;

/** What is set for servers of ZooKeeper that another cluster certifies. */
function livesInVain({ clusterName, metadata }: ClusterContext, props: CertRotationProps): string[] {
  const given = METADATA_LIVES.filter((name) => props[name] !== undefined);
  if (given.length === 0 || !(metadata instanceof ZookeeperEnsemble) || metadata._isKeptBy(clusterName)) {
    return [];
  }
  const keeper = metadata._keeper(clusterName);
  return [
    `CertRotation of cluster '${clusterName}' has ${given.join(', ')}, but the authority of cluster '${keeper}' certifies ` +
      `ZooKeeper ensemble '${metadata.ensembleName}'; set it there, and leave it out here`,
  ];
}
