import { ApiObject, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { AtRiskTopics } from './kafka/at-risk-topics';
import { NodeIds } from './kafka/node-ids';
import { ControllerQuorum } from './controller-quorum';
import { KafkaCluster } from './kafka-cluster';
import { MetadataMode } from './metadata/metadata-store';
import { ServerStorage } from './nodes/server-storage';
import { NodeGroup } from './nodes/node-group';
import { BrokerConfig } from './seam/agent-config';
import { ClusterContext } from './cluster/cluster-context';
import { selectorLabels } from './kubernetes/labels';
import { listenerConfig, listenerSettings } from './network/listeners';
import { assertHostName, assertLabel, assertStatefulSetName } from './kubernetes/names';
import { ledgerConfigMap, podDisruptionBudget } from './kubernetes/objects';
import { assertPodMetadata } from './kubernetes/pod-metadata';
import { KINDS, SERVER_KINDS, assertKinds, assertEnum, assertRequired } from './input/kinds';
import { assertJvmOptions } from './servers/jvm';
import { checkedDuration, secondsOf } from './input/durations';
import { assertSettings } from './kafka/user-settings';
import { disksOf } from './nodes/disks';
import { START_KAFKA, KafkaWorkload, kafkaConfigMap, kafkaStatefulSet } from './servers/kafka-workload';
import { scheduling } from './nodes/scheduling';
import { startAfterOldSession } from './metadata/zookeeper-mode';
import { liveSettings, restartSettings } from './kafka/live-settings';
import { Settings } from './kafka/properties';
import { cpusOf } from './kubernetes/quantities';
import {
  CONNECTION_SETTINGS,
  ZOOKEEPER_MODE_DEFAULTS,
  ZOOKEEPER_MODE_SETTINGS,
  brokerSettings,
} from './kafka/server-settings';
import { Sizing, kafkaSizingOf } from './nodes/sizing';
import { stopLease } from './servers/stop-lease';
import { stoppingOf } from './servers/stopping';
import { ZookeeperEnsemble } from './zookeeper-ensemble';
import { warn, warnUnknownProps } from './input/warnings';
import { PROPERTIES } from './input/props';

/** What Kafka allows itself for the hand-over of its leaders when controllers do not answer. */
const KAFKA_SHUTDOWN_SECONDS = 300;

/** Properties of a `BrokerStatefulSet`. */
export interface BrokerStatefulSetProps {
  /** The cluster of the brokers. */
  readonly cluster: KafkaCluster;

  /**
   * Name of the map, unique in its cluster. It is part of the name of every pod, and cannot change: the brokers of
   * another name are other brokers.
   */
  readonly mapName: string;

  /**
   * Ids of the brokers. Raise the end of the range to add brokers, which restarts none; lower it only when the last ones
   * hold no data. The lowest id must stay: Kubernetes deletes every broker below a higher one.
   */
  readonly brokerIds: NodeIds;

  /** Nodes that the brokers run on, one broker per node. */
  readonly nodeGroup: NodeGroup;

  /** Disks of each broker. They cannot change. */
  readonly storage: ServerStorage;

  /**
   * CPU request of each broker. There is no limit: throttled brokers fall out of sync. Changing it restarts the brokers
   * one by one.
   *
   * @default - all but one CPU of the node group's machine type; without one Cpu.units(1)
   */
  readonly cpu?: Cpu;

  /**
   * Memory request and limit of each broker, heap and page cache together. Changing it restarts the brokers one by one.
   *
   * @default - what Kubernetes leaves of the node group's machine type; without one Size.gibibytes(4)
   */
  readonly memory?: Size;

  /**
   * Heap of each broker. Changing it restarts the brokers one by one.
   *
   * @default - half of the memory, at most 6 GiB; of less than 1.5 GiB what leaves 768 MiB beside it, at least a quarter
   */
  readonly heap?: Size;

  /**
   * Kafka settings of these brokers, on top of those of the cluster. What Kafka can change while it runs, they take over within
   * minutes; changing anything else restarts them one by one.
   *
   * @see docs/how-it-works.md
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
   * Longest time that a planned stop of a broker is held back until the cluster can spare it. Then it stops all the same. It
   * comes before `shutdownGracePeriod`, and whoever deletes the pod with a grace period of its own cuts both. At most 7 days.
   *
   * @default Duration.minutes(20)
   */
  readonly preStopTimeout?: Duration;

  /**
   * What a planned stop does about partitions that cannot spare a replica.
   *
   * @default AtRiskTopics.ALLOW
   */
  readonly atRiskTopics?: AtRiskTopics;

  /**
   * Time a broker gets to hand over its leaderships and flush its logs before it is killed. Kafka allows itself five
   * minutes for the hand-over alone, and a kill turns the next start into log recovery.
   *
   * @default Duration.minutes(10)
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
   * Time a broker may take to start. After a crash it checks its logs, which takes hours with many terabytes; a broker
   * that is killed meanwhile starts all over.
   *
   * @default Duration.hours(6)
   */
  readonly startupTimeout?: Duration;

  /**
   * PriorityClass of the pods. Brokers should not be preempted.
   *
   * @default - none
   */
  readonly priorityClassName?: string;

  /**
   * Further labels of the pods.
   *
   * @default - none
   */
  readonly podLabels?: { [key: string]: string };

  /**
   * Further annotations of the pods, for example for the scraping of metrics.
   *
   * @default - none
   */
  readonly podAnnotations?: { [key: string]: string };
}

/*
 * A map is one StatefulSet on purpose: the StatefulSet controller keeps recreating brokers while none of our code
 * runs, and maps share no partition, so they can restart at the same time. What must differ between two brokers
 * belongs in two maps, not in a per-pod override.
 */

/**
 * The brokers of one map: a StatefulSet whose pods' names end in the ids of their brokers, and a budget that lets one of
 * them be evicted at a time. A `KafkaMap` adds the topics.
 */
export class BrokerStatefulSet extends Construct {
  /** Name of the map. */
  public readonly mapName: string;
  /** Ids of the brokers. */
  public readonly brokerIds: NodeIds;
  /** The StatefulSet. */
  public readonly statefulSet: ApiObject;
  /** The ConfigMap with the configuration of the brokers. */
  public readonly configMap: ApiObject;
  /** The ConfigMap in which agents remember which brokers have been in sync. */
  public readonly ledger: ApiObject;
  /** The Lease by which the brokers stop one after another. */
  public readonly stopLease: ApiObject;
  /** The budget that lets one broker be evicted at a time. */
  public readonly disruptionBudget: ApiObject;

  constructor(scope: Construct, id: string, props: BrokerStatefulSetProps) {
    super(scope, id);
    const { name: text, cluster, ids, nodeGroup, storage } = KINDS;
    assertRequired('a map', props, { cluster, mapName: text, brokerIds: ids, nodeGroup, storage });
    assertKinds('a map', props, { ...SERVER_KINDS, startupTimeout: KINDS.duration });
    if (new.target === BrokerStatefulSet) {
      warnUnknownProps('a map', props, PROPERTIES.MAP);
    }
    assertEnum('a map', 'atRiskTopics', props.atRiskTopics, AtRiskTopics);
    const context = props.cluster._context;
    const name = `${context.clusterName}-${props.mapName}`;
    const owner = `map '${props.mapName}'`;
    assertLabel('mapName', props.mapName);
    assertStatefulSetName(name, props.brokerIds.last, 'clusterName or mapName');
    assertHostName(`${name}-${props.brokerIds.last}.${context.serviceHost}`);
    assertSettings(owner, 'map', context.version, props.config ?? {});
    assertPodMetadata(owner, props.podLabels, props.podAnnotations);
    assertJvmOptions(owner, props.jvmOptions);
    context.registry.addMap(props.mapName, props.brokerIds, props.nodeGroup.zones);
    this.mapName = props.mapName;
    this.brokerIds = props.brokerIds;

    const sizing = kafkaSizingOf(owner, props, props.nodeGroup.instanceType, {
      cpu: Cpu.units(1),
      memory: Size.gibibytes(4),
      heap: Size.gibibytes(2),
    });
    const ledger = `${name}-ledger`;
    context.ledgers.push(ledger);
    context.statefulSets.push(name);
    if (context.metadata instanceof ZookeeperEnsemble) {
      context.metadata._brokerStatefulSets.push({ statefulSet: name, brokers: props.brokerIds.count });
    }
    const workload = brokerWorkload(context, props, name, sizing, ledger);
    this.ledger = ledgerConfigMap(this, context.namespace, ledger, workload.selector);
    this.stopLease = stopLease(this, context.namespace, name, workload.selector);
    this.configMap = kafkaConfigMap(this, workload);
    this.statefulSet = kafkaStatefulSet(this, workload);
    this.disruptionBudget = podDisruptionBudget(this, context.namespace, name, workload.selector);
  }
}

function brokerWorkload(
  context: ClusterContext,
  props: BrokerStatefulSetProps,
  name: string,
  sizing: Sizing,
  ledger: string,
): KafkaWorkload {
  const { listeners, metadata, version } = context;
  const selector = selectorLabels('broker', context.clusterName, props.mapName);
  const disks = disksOf(props.storage);
  const quorum = metadata instanceof ControllerQuorum ? metadata : undefined;
  const onZookeeper = metadata.mode === MetadataMode.ZOOKEEPER;
  const owner = `map '${props.mapName}'`;
  const stopping = stoppingOf(
    owner,
    props,
    { preStopTimeout: Duration.minutes(20), shutdownGracePeriod: Duration.minutes(10) },
    props.atRiskTopics ?? AtRiskTopics.ALLOW,
  );
  const graceSeconds = secondsOf(stopping.shutdownGracePeriod);
  if (graceSeconds < KAFKA_SHUTDOWN_SECONDS) {
    warn(
      `shutdownGracePeriod of ${owner} is ${graceSeconds} s, and Kafka's own shutdown can take ${KAFKA_SHUTDOWN_SECONDS} s: a broker ` +
        'that is killed meanwhile checks its logs at the next start',
    );
  }
  const [internal] = listeners;
  const certificates = [
    ...context.certificates.brokerCertificates(),
    ...(quorum?._certificates ?? []),
    ...(metadata instanceof ZookeeperEnsemble ? metadata._certificates : []),
  ];
  const settings: Settings = {
    ...CONNECTION_SETTINGS,
    ...brokerSettings(version, cpusOf(sizing.cpu), context.internalTopics.partitions),
    ...(onZookeeper ? ZOOKEEPER_MODE_DEFAULTS : {}),
    ...context.settings,
    ...props.config,
    ...(onZookeeper ? ZOOKEEPER_MODE_SETTINGS : {}),
    ...metadata.brokerSettings(context.clusterName),
    ...listenerSettings(listeners, quorum ? [quorum._listener] : []),
    ...context.superUsers,
    'inter.broker.listener.name': internal.name,
    'log.dirs': disks.map(({ logDir }) => logDir).join(','),
  };
  const agentConfig: BrokerConfig = {
    role: 'broker',
    clusterName: context.clusterName,
    mapName: props.mapName,
    namespace: context.namespace,
    statefulSet: name,
    headlessServiceHost: context.serviceHost,
    clusterId: quorum?.clusterId,
    disks,
    ledgerConfigMap: ledger,
    ...stopping.config,
    metadataMode: onZookeeper ? 'zookeeper' : 'kraft',
    brokerIds: { first: props.brokerIds.first, last: props.brokerIds.last },
    controllerAddresses: quorum?._addresses,
    zookeeperAddress: metadata instanceof ZookeeperEnsemble ? metadata._clientAddress : undefined,
    controllerCertificateFolder: quorum?._listener.certificates,
    internalListener: listenerConfig(internal),
    advertisedListeners: listeners.map(listenerConfig),
    certificates: certificates.map(({ config }) => config),
    sessionTimeoutMs: sessionTimeoutMs(metadata.mode, settings),
    internalTopics: holdsInternalTopics(context, props.mapName) ? context.internalTopics.topics : undefined,
  };
  return {
    namespace: context.namespace,
    name,
    serviceName: context.serviceName,
    serviceAccountName: context.serviceAccountName,
    agentConfigMapName: context.agentConfigMapName,
    selector,
    firstId: props.brokerIds.first,
    count: props.brokerIds.count,
    version,
    program: context.program,
    sizing,
    jvmOptions: props.jvmOptions ?? [],
    storage: props.storage,
    disks,
    scheduling: scheduling(props.nodeGroup, selector, ANY_BROKER, true),
    listeners,
    probed: internal,
    settings,
    restartSettings: restartSettings(version, settings),
    liveSettings: liveSettings(version, settings),
    certificates,
    agentConfig,
    // More brokers in a map, or another map in front of it, are no reason to restart those that run.
    restartFree: ['brokerIds', 'internalTopics'],
    formatArguments: quorum?._brokerFormatArguments(),
    command: onZookeeper ? startAfterOldSession(sessionTimeoutMs(metadata.mode, settings)) : START_KAFKA,
    preStopTimeout: stopping.preStopTimeout,
    shutdownGracePeriod: stopping.shutdownGracePeriod,
    startupTimeout: checkedDuration(
      `startupTimeout of ${owner}`,
      props.startupTimeout ?? Duration.hours(6),
      'a minute',
    ),
    priorityClassName: props.priorityClassName,
    podLabels: props.podLabels,
    podAnnotations: props.podAnnotations,
  };
}

// Brokers of all clusters and namespaces: two of them would share disks, network and page cache of a node.
const ANY_BROKER = { 'app.kubernetes.io/name': 'kafka', 'app.kubernetes.io/component': 'broker' };

function holdsInternalTopics({ internalTopics, registry }: ClusterContext, mapName: string): boolean {
  return (internalTopics.mapName ?? registry.maps[0].name) === mapName;
}

/** With Kafka's own defaults. */
function sessionTimeoutMs(mode: MetadataMode, settings: Settings): number {
  return mode === MetadataMode.ZOOKEEPER
    ? Number(settings['zookeeper.session.timeout.ms'] ?? 18_000)
    : Number(settings['broker.session.timeout.ms'] ?? 9_000);
}
