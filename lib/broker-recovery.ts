import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { ClusterContext } from './cluster/cluster-context';
import { checkedDuration, secondsOf } from './input/durations';
import { BOOLEAN, DURATION, wholeNumber } from './input/kinds';
import { PropTable, assertProps, optional, required, struct } from './input/props';
import { isOfType, markType } from './input/type-mark';
import { warnAtSynth } from './input/warnings';
import { KAFKA_CLUSTER, KafkaCluster } from './kafka-cluster';
import { ANNOTATIONS } from './kubernetes/pod-metadata';
import { NODE_GROUP, NodeGroup } from './nodes/node-group';
import { recoveryWorkload } from './recovery/recovery-workload';
import { COMMON_POD_PROPS, CommonPodProps, mergePodProps } from './servers/pod-props';
import { AGENT_RESOURCES, AgentResources } from './servers/server-props';

/** Properties of a `BrokerRecovery`. */
export interface BrokerRecoveryProps extends CommonPodProps {
  /** The cluster. */
  readonly cluster: KafkaCluster;

  /**
   * Time for which the Node object must be gone, or have the taint out-of-service, and its broker be fenced, before the claims are
   * deleted. Within it somebody can pause the recovery.
   *
   * @default Duration.minutes(5)
   */
  readonly nodeGoneAfter?: Duration;

  /**
   * Maximum number of nodes of a map, or of the controllers, that may be gone at once. With more of them, or with nodes of several
   * zones, the recovery deletes nothing until a person accepts the loss of these nodes.
   *
   * @default 2
   */
  readonly maxNodes?: number;

  /**
   * Maximum time for which a person can accept the loss of nodes with the annotation `cdk8s-kafka.io/accept-node-loss`.
   *
   * @default Duration.hours(24)
   */
  readonly maxConsentDuration?: Duration;

  /**
   * True to delete nothing, and only show what would be deleted.
   *
   * @default false
   */
  readonly dryRun?: boolean;

  /**
   * Nodes that the recovery may run on.
   *
   * @default NodeGroup.any()
   */
  readonly nodeGroup?: NodeGroup;

  /**
   * Resources of the recovery.
   *
   * @default - 50 millicores, 256 MiB
   */
  readonly agentResources?: AgentResources;

  /**
   * Annotations of the ServiceAccount of the recovery.
   *
   * @default - none
   */
  readonly serviceAccountAnnotations?: { [key: string]: string };
}

const BROKER_RECOVERY_PROPS: PropTable<BrokerRecoveryProps> = {
  ...COMMON_POD_PROPS,
  cluster: required(KAFKA_CLUSTER),
  nodeGoneAfter: optional(DURATION),
  maxNodes: optional(wholeNumber(2, 1, 1_000)),
  maxConsentDuration: optional(DURATION),
  dryRun: optional(BOOLEAN),
  nodeGroup: optional(NODE_GROUP),
  agentResources: optional(struct(AGENT_RESOURCES)),
  serviceAccountAnnotations: optional(ANNOTATIONS),
};

/**
 * Frees servers with local volumes whose node is gone: deletes the claims that are bound to the volumes of that node, and the pending
 * pod, so that the server starts with the same id on another node and replicates its data. It asks Kafka before: nothing is deleted
 * while the server may have the last copy of anything, while another server is not ready, or while too many nodes are gone at once.
 *
 * The ConfigMap `<cluster>-recovery-status` shows what the recovery does and what it waits for. Its annotations pause the recovery, or
 * accept the loss of nodes.
 */
export class BrokerRecovery extends Construct {
  /** True if the value is a BrokerRecovery. */
  public static isBrokerRecovery(value: unknown): value is BrokerRecovery {
    return isOfType(value, 'BrokerRecovery');
  }

  /** The status ConfigMap, whose annotations are requests. */
  public readonly status: ApiObject;
  /** The Deployment. */
  public readonly deployment: ApiObject;
  /** The ConfigMap with the configuration. */
  public readonly configMap: ApiObject;
  /** The ConfigMap with the program; undefined if an image contains it. */
  public readonly programConfigMap?: ApiObject;
  /** The ServiceAccount. */
  public readonly serviceAccount: ApiObject;
  /** The Role. */
  public readonly role: ApiObject;
  /** The RoleBinding. */
  public readonly roleBinding: ApiObject;
  /** The ClusterRole, to read nodes and volumes. */
  public readonly clusterRole: ApiObject;
  /** The ClusterRoleBinding. */
  public readonly clusterRoleBinding: ApiObject;
  /** The NetworkPolicy. */
  public readonly networkPolicy: ApiObject;

  /** @throws when a duration is too short, or the cluster has a recovery already */
  constructor(scope: Construct, id: string, props: BrokerRecoveryProps) {
    super(scope, id);
    markType(this, 'BrokerRecovery');
    const owner = 'a BrokerRecovery';
    assertProps(owner, props, BROKER_RECOVERY_PROPS, { isSubclass: new.target !== BrokerRecovery });
    const context = props.cluster._context;
    const { clusterName } = context;
    if (context.certificates.hasRecovery) {
      throw new Error(`cluster '${clusterName}' has two BrokerRecoveries, which would act twice; keep one`);
    }
    context.certificates.declareRecovery();
    const objects = recoveryWorkload(this, context, {
      nodeGroup: props.nodeGroup ?? NodeGroup.any(),
      agentResources: props.agentResources,
      pod: mergePodProps(context.podDefaults, props),
      serviceAccountAnnotations: props.serviceAccountAnnotations,
      limits: {
        nodeGoneSeconds: nodeGoneSeconds(clusterName, props.nodeGoneAfter),
        maxNodes: props.maxNodes ?? 2,
        maxConsentSeconds: secondsOf(
          checkedDuration(
            `maxConsentDuration of the BrokerRecovery of '${clusterName}'`,
            props.maxConsentDuration ?? Duration.hours(24),
            '1 minute',
          ),
        ),
        isDryRun: props.dryRun ?? false,
      },
    });
    this.status = objects.status;
    this.deployment = objects.deployment;
    this.configMap = objects.configMap;
    this.programConfigMap = objects.programConfigMap;
    this.serviceAccount = objects.serviceAccount;
    this.role = objects.role;
    this.roleBinding = objects.roleBinding;
    this.clusterRole = objects.clusterRole;
    this.clusterRoleBinding = objects.clusterRoleBinding;
    this.networkPolicy = objects.networkPolicy;
    this.node.addValidation({ validate: () => claimErrors(context) });
    warnAtSynth(this, () =>
      context.recoveryGroups.some(({ claims }) => claims.length > 0)
        ? []
        : [
            `BrokerRecovery of cluster '${clusterName}' has nothing to do: no server has local volumes, and Kubernetes starts pods ` +
              'with other volumes on other nodes by itself; remove it',
          ],
    );
  }
}

/** A Role with the names of more claims would be too large for `kubectl apply`. */
const MAX_CLAIMS = 3_000;

function claimErrors({ clusterName, recoveryGroups }: ClusterContext): string[] {
  const count = recoveryGroups.reduce(
    (sum, { claims, ids: { first, last } }) => sum + claims.length * (last - first + 1),
    0,
  );
  return count <= MAX_CLAIMS
    ? []
    : [
        `cluster '${clusterName}' has ${count} claims of local volumes, and the Role of its BrokerRecovery can name ${MAX_CLAIMS}; ` +
          'combine the disks of a node to fewer volumes, or use several clusters',
      ];
}

function nodeGoneSeconds(clusterName: string, nodeGoneAfter = Duration.minutes(5)): number {
  // A Node object can be gone while its node restarts.
  return secondsOf(
    checkedDuration(`nodeGoneAfter of the BrokerRecovery of '${clusterName}'`, nodeGoneAfter, '1 minute'),
  );
}
