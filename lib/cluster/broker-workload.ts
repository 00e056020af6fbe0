/* The workload of the brokers of one map. */
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { checkedDuration, formatSeconds, secondsOf } from '../input/durations';
import { warn } from '../input/warnings';
import { AtRiskTopics } from '../kafka/at-risk-topics';
import { internalTopicValues } from '../kafka/internal-topics';
import { NodeIds } from '../kafka/node-ids';
import { Settings } from '../kafka/properties';
import { ServerSettings } from '../kafka/server-settings';
import { selectorLabels } from '../kubernetes/labels';
import { cpusOf, mebibytesOf } from '../kubernetes/quantities';
import { listenerConfig, listenerSettings } from '../network/listeners';
import { disksOf } from '../nodes/disks';
import { NodeGroup } from '../nodes/node-group';
import { HOSTNAME_LABEL, scheduling } from '../nodes/scheduling';
import { ServerStorage } from '../nodes/server-storage';
import { Sizing, agentSizingOf, kafkaSizingOf } from '../nodes/sizing';
import { BrokerConfig, DiskConfig, POD_LABELS, RESTART_SECONDS } from '../seam/agent-config';
import { KafkaWorkload } from '../servers/kafka-workload';
import { PodCertificates } from '../servers/pod-certificates';
import { ServerProps } from '../servers/server-props';
import { assertJvmOptions } from '../servers/jvm-options';
import { Stopping, stoppingOf } from '../servers/stopping';
import { ClusterContext } from './cluster-context';
import { topicStatusName } from './cluster-names';
import { internalTopicsMap } from './internal-topic-settings';

/** The parts of one map's brokers. */
export interface BrokerParts {
  /** Name of the construct in messages. */
  readonly owner: string;
  /** Name of the StatefulSet. */
  readonly name: string;
  readonly mapName: string;
  readonly brokerIds: NodeIds;
  readonly nodeGroup: NodeGroup;
  readonly storage: ServerStorage;
  /** Kafka settings of these brokers only. */
  readonly config?: Settings;
  readonly atRiskTopics: AtRiskTopics;
  /** Name of the ledger ConfigMap. */
  readonly ledger: string;
}

/**
 * Connections for each MiB of heap. A connection with TLS has 50 KiB of buffers, so they take up to a quarter of the heap. Beyond
 * the limit, clients wait for a connection, and other brokers do not.
 */
const CONNECTIONS_PER_MEBIBYTE = 5;

/** Maximum time that Kafka's controlled shutdown takes while controllers do not answer. */
const KAFKA_SHUTDOWN_SECONDS = 300;

// Brokers of all clusters and namespaces: two brokers would share disks, network and page cache of a node. Labels of
// app.kubernetes.io would also match the brokers of other packages.
const ANY_BROKER = POD_LABELS.map;

// A larger map or volume, another map for the internal topics, or more controllers must not restart running brokers.
const RESTART_FREE: readonly (keyof BrokerConfig)[] = [
  'brokerIds',
  'controllerAddresses',
  'internalTopics',
  'localVolumeBytes',
  'topicStatusConfigMap',
  'programRights',
];

/** @throws when a size, a duration or a setting is not valid */
export function brokerWorkload(
  context: ClusterContext,
  props: ServerProps,
  parts: BrokerParts,
): KafkaWorkload {
  const { listeners, metadata, version } = context;
  const { brokerIds, mapName, name, nodeGroup, owner, storage } = parts;
  assertJvmOptions(owner, props.jvmOptions);
  const selector = selectorLabels('broker', context.clusterName, mapName);
  const disks = disksOf(storage);
  const sizing = kafkaSizingOf(owner, props, nodeGroup.instanceType, {
    cpu: Cpu.units(1),
    memory: Size.gibibytes(4),
    heap: Size.gibibytes(2),
  });
  const stopping = brokerStopping(props, parts);
  const settings = brokerSettings(context, parts, disks, sizing);
  const certificates = [...context.certificates.brokerCertificates(), ...metadata.certificates];
  return {
    owner,
    namespace: context.namespace,
    name,
    serviceName: context.serviceName,
    serviceAccountName: name,
    programConfigMapNames: context.programConfigMapNames,
    selector,
    firstId: brokerIds.first,
    count: brokerIds.count,
    version,
    program: context.program,
    sizing,
    agentSizing: agentSizingOf(props.agentResources, sizing.memory),
    storage,
    scheduling: scheduling(nodeGroup, selector, ANY_BROKER),
    listeners,
    probed: listeners[0],
    settings,
    certificates,
    agentConfig: {
      ...agentConfig(context, parts, disks, certificates),
      localVolumeBytes: storage._localVolumeBytes,
      sessionTimeoutMs: metadata.sessionTimeoutMs(settings.effective),
      ...stopping.config,
    },
    agentConfigAtSynth: () => topicsOf(context, mapName),
    restartFree: RESTART_FREE,
    formatArguments: metadata.formatArguments,
    command: metadata.startCommand(settings.effective),
    preStopTimeout: stopping.preStopTimeout,
    shutdownGracePeriod: stopping.shutdownGracePeriod,
    startupTimeout: checkedDuration(
      `startupTimeout of ${owner}`,
      props.startupTimeout ?? Duration.hours(6),
      '1 minute',
    ),
    props,
  };
}

/** Parts of the configuration that only the map of the internal topics has. Called at synth. */
function topicsOf(
  context: ClusterContext,
  mapName: string,
): Pick<BrokerConfig, 'internalTopics' | 'topicStatusConfigMap' | 'programRights'> {
  return internalTopicsMap(context)?.name === mapName
    ? {
        internalTopics: context.internalTopics.topics,
        topicStatusConfigMap: topicStatusName(context.clusterName),
        programRights: context.programRights(),
      }
    : {};
}

function brokerStopping(
  props: ServerProps,
  { owner, atRiskTopics, brokerIds, nodeGroup }: BrokerParts,
): Stopping {
  const stopping = stoppingOf(
    owner,
    props,
    { preStopTimeout: Duration.minutes(20), shutdownGracePeriod: Duration.minutes(10) },
    atRiskTopics,
  );
  const graceSeconds = secondsOf(stopping.shutdownGracePeriod);
  if (graceSeconds < KAFKA_SHUTDOWN_SECONDS) {
    warn(
      `shutdownGracePeriod of ${owner} is ${formatSeconds(graceSeconds)}, and Kafka's controlled shutdown can take ` +
        `${formatSeconds(KAFKA_SHUTDOWN_SECONDS)}: a broker killed meanwhile recovers its logs at the next start`,
    );
  }
  const stopSeconds = secondsOf(stopping.preStopTimeout);
  const rolloutSeconds = brokerIds.count * RESTART_SECONDS;
  if (nodeGroup.zoneLabel === HOSTNAME_LABEL && rolloutSeconds > stopSeconds) {
    warn(
      `preStopTimeout of ${owner} is ${formatSeconds(stopSeconds)}, and ${brokerIds.count} brokers without zones restart one ` +
        `after another in up to ${formatSeconds(rolloutSeconds)}: if all pods are deleted together, those that still wait after ` +
        'preStopTimeout stop together',
    );
  }
  return stopping;
}

function brokerSettings(
  context: ClusterContext,
  { owner, config }: BrokerParts,
  disks: readonly DiskConfig[],
  { cpu, heap }: Sizing,
): ServerSettings {
  const { clusterName, internalTopics, listeners, metadata, version } = context;
  return ServerSettings.ofBrokers({
    owner,
    version,
    vcpus: cpusOf(cpu),
    internalTopicPartitions: internalTopics.partitions,
    mode: metadata.agentConfig.metadataMode,
    written: internalTopicValues(internalTopics, context.settings),
    clusterConfig: context.config,
    config,
    defaults: {
      ...metadata.brokerDefaults,
      'max.connections': String(CONNECTIONS_PER_MEBIBYTE * mebibytesOf(heap)),
    },
    decided: {
      ...metadata.brokerSettings(clusterName),
      ...listenerSettings(listeners, metadata.listeners),
      ...context.superUsers,
      'inter.broker.listener.name': listeners[0].name,
      'log.dirs': disks.map(({ logDir }) => logDir).join(','),
    },
  });
}

function agentConfig(
  context: ClusterContext,
  { brokerIds, ledger, mapName, name, nodeGroup }: BrokerParts,
  disks: readonly DiskConfig[],
  certificates: readonly PodCertificates[],
): Omit<BrokerConfig, 'internalTopics' | 'sessionTimeoutMs' | 'stop' | 'maxForceSeconds'> {
  const { clusterName, listeners, metadata } = context;
  return {
    role: 'broker',
    clusterName,
    mapName,
    namespace: context.namespace,
    statefulSet: name,
    headlessServiceHost: context.serviceHost,
    disks,
    ledgerConfigMap: ledger,
    ...metadata.agentConfig,
    zoneLabel: nodeGroup.zoneLabel,
    brokerIds: { first: brokerIds.first, last: brokerIds.last },
    internalListener: listenerConfig(listeners[0]),
    advertisedListeners: listeners.map(listenerConfig),
    certificates: certificates.map(({ config }) => config),
  };
}
