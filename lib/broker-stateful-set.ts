import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { brokerAccount } from './cluster/broker-account';
import { brokerWorkload } from './cluster/broker-workload';
import { ClusterContext } from './cluster/cluster-context';
import { internalTopicsMap } from './cluster/internal-topic-settings';
import { enumOf, text } from './input/kinds';
import { PropTable, assertProps, optional, required } from './input/props';
import { warnAtSynth } from './input/warnings';
import { AtRiskTopics } from './kafka/at-risk-topics';
import { NODE_IDS, NodeIds } from './kafka/node-ids';
import { KAFKA_CLUSTER, KafkaCluster } from './kafka-cluster';
import { assertHostName, assertLabel, assertStatefulSetName } from './kubernetes/names';
import { ledgerConfigMap, podDisruptionBudget } from './kubernetes/objects';
import { NODE_GROUP, NodeGroup } from './nodes/node-group';
import { SERVER_STORAGE, ServerStorage } from './nodes/server-storage';
import { recoveryGroup } from './servers/recovery-group';
import { kafkaObjects } from './servers/kafka-workload';
import { mergePodProps } from './servers/pod-props';
import { SERVER_PROPS, ServerProps } from './servers/server-props';
import { SETTINGS } from './kafka/properties';
import { isOfType, markType } from './input/type-mark';

/** Properties of a `BrokerStatefulSet`. */
export interface BrokerStatefulSetProps extends ServerProps {
  /** The cluster of the brokers. */
  readonly cluster: KafkaCluster;

  /**
   * Name of these brokers, unique in the cluster; also the name of the map if they get topics. It is part of the name of every
   * pod and cannot change: another name creates other brokers.
   */
  readonly mapName: string;

  /**
   * Ids of the brokers. Raise the end of the range to add brokers; no broker restarts. Lower it only when the last brokers
   * hold no data: otherwise their stop waits, up to `preStopTimeout`. The lowest id must not change: Kubernetes deletes every
   * broker below it.
   */
  readonly brokerIds: NodeIds;

  /** Nodes of the brokers, one broker for each node. */
  readonly nodeGroup: NodeGroup;

  /** Disks of each broker. They cannot change. */
  readonly storage: ServerStorage;

  /**
   * Kafka settings of these brokers, on top of `config` of the cluster. Settings that Kafka can change dynamically take
   * effect within minutes. All other changes restart the brokers one by one.
   *
   * @see https://github.com/cdk8s-kafka/cdk8s-kafka/blob/main/docs/how-it-works.md
   * @default - none
   */
  readonly config?: { [setting: string]: string };

  /**
   * Behavior of a planned stop for partitions that cannot lose a replica.
   *
   * @default AtRiskTopics.ALLOW
   */
  readonly atRiskTopics?: AtRiskTopics;
}

/** Properties of a BrokerStatefulSet. */
export const BROKER_STATEFUL_SET_PROPS: PropTable<BrokerStatefulSetProps> = {
  ...SERVER_PROPS,
  cluster: required(KAFKA_CLUSTER),
  mapName: required(text('streams')),
  brokerIds: required(NODE_IDS),
  nodeGroup: required(NODE_GROUP),
  storage: required(SERVER_STORAGE),
  config: optional(SETTINGS),
  atRiskTopics: optional(enumOf(AtRiskTopics)),
};

/*
 * A map is one StatefulSet by design. The StatefulSet controller recreates brokers even while no program of this package runs,
 * and maps share no partition, so they can restart at the same time. Brokers that need different properties belong in two
 * maps; there are no overrides for single pods.
 */

/**
 * Brokers in one StatefulSet whose pod names end in the broker ids, and a PodDisruptionBudget. Use a `KafkaMap` for brokers
 * with topics. Use a `BrokerStatefulSet` for brokers that hold no topics yet, for example before topics move to them.
 */
export class BrokerStatefulSet extends Construct {
  /** True if the value is a BrokerStatefulSet. */
  public static isBrokerStatefulSet(value: unknown): value is BrokerStatefulSet {
    return isOfType(value, 'BrokerStatefulSet');
  }

  /** Name of the brokers, and of their map if they get topics. */
  public readonly mapName: string;
  /** Ids of the brokers. */
  public readonly brokerIds: NodeIds;
  /** The StatefulSet. */
  public readonly statefulSet: ApiObject;
  /** The ConfigMap with the configuration of the brokers. */
  public readonly configMap: ApiObject;
  /** The ledger: a ConfigMap in which agents record the brokers that have been in sync. */
  public readonly ledger: ApiObject;
  /** The ServiceAccount of these brokers. */
  public readonly serviceAccount: ApiObject;
  /** The Role of these brokers. */
  public readonly role: ApiObject;
  /** The RoleBinding of these brokers. */
  public readonly roleBinding: ApiObject;
  /** The PodDisruptionBudget: one broker may be evicted at a time. */
  public readonly disruptionBudget: ApiObject;

  constructor(scope: Construct, id: string, props: BrokerStatefulSetProps) {
    super(scope, id);
    markType(this, 'BrokerStatefulSet');
    assertProps('a BrokerStatefulSet', props, BROKER_STATEFUL_SET_PROPS, {
      isSubclass: new.target !== BrokerStatefulSet,
    });
    const { brokerIds, cluster, mapName, nodeGroup, storage } = props;
    const context = cluster._context;
    const name = `${context.clusterName}-${mapName}`;
    assertLabel('mapName', mapName);
    assertStatefulSetName(name, brokerIds.last, 'clusterName or mapName');
    assertHostName(`${name}-${brokerIds.last}.${context.serviceHost}`);
    context.registry.addMap(mapName, brokerIds, nodeGroup.zones);
    this.mapName = mapName;
    this.brokerIds = brokerIds;

    const ledger = `${name}-ledger`;
    context.statefulSets.push(name);
    context.recoveryGroups.push(
      recoveryGroup(
        { kind: 'broker', owner: context.clusterName, statefulSet: name, ledgerConfigMap: ledger },
        brokerIds,
        storage,
      ),
    );
    context.metadata.addBrokers({ statefulSet: name, count: brokerIds.count });
    const workload = brokerWorkload(
      context,
      { ...props, ...mergePodProps(context.podDefaults, props) },
      {
        owner: `brokers '${mapName}'`,
        name,
        mapName,
        brokerIds,
        nodeGroup,
        storage,
        config: props.config,
        atRiskTopics: props.atRiskTopics ?? AtRiskTopics.ALLOW,
        ledger,
      },
    );
    const account = brokerAccount(this, context, {
      name,
      mapName: props.mapName,
      ledger,
      selector: workload.selector,
    });
    this.serviceAccount = account.serviceAccount;
    this.role = account.role;
    this.roleBinding = account.roleBinding;
    this.ledger = ledgerConfigMap(this, context.namespace, ledger, workload.selector);
    const { configMap, statefulSet } = kafkaObjects(this, workload);
    this.configMap = configMap;
    this.statefulSet = statefulSet;
    this.disruptionBudget = podDisruptionBudget(this, context.namespace, name, workload.selector);
    warnAtSynth(this, () => topicWarnings(context, mapName));
  }
}

function topicWarnings(context: ClusterContext, mapName: string): string[] {
  if (context.registry.hasTopics(mapName)) {
    return [];
  }
  const created =
    internalTopicsMap(context)?.name === mapName ? 'only internal topics are created' : 'no topic is created';
  return [
    `BrokerStatefulSet '${mapName}' has no topic patterns, so ${created} on its brokers; use a KafkaMap`,
  ];
}
