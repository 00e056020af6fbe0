/* The workload of KRaft controllers. */
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { checkedDuration } from '../input/durations';
import { KafkaVersion } from '../kafka/kafka-version';
import { Settings } from '../kafka/properties';
import { ServerSettings } from '../kafka/server-settings';
import { Listener, listenerConfig, listenerSettings } from '../network/listeners';
import { disksOf, logDirsOf } from '../nodes/disks';
import { NodeGroup } from '../nodes/node-group';
import { scheduling } from '../nodes/scheduling';
import { ServerStorage } from '../nodes/server-storage';
import { agentSizingOf, kafkaSizingOf } from '../nodes/sizing';
import { ControllerConfig } from '../seam/agent-config';
import { AgentProgram } from '../servers/agent-program';
import { KafkaWorkload, START_KAFKA } from '../servers/kafka-workload';
import { PodCertificates } from '../servers/pod-certificates';
import { quorumStoppingOf } from '../servers/stopping';
import { assertJvmOptions } from '../servers/jvm-options';
import { ControllerQuorumOptions } from './controller-quorum-options';
import { Quorum, controllerFormat, quorumMembers, quorumSettings } from './quorum';
import { ledgerName } from './quorum-members';
import { serverProgramNames } from '../servers/agent-bundle';

/** The parts of a controller quorum. */
export interface ControllerParts {
  readonly clusterName: string;
  /** Name of the StatefulSet. */
  readonly name: string;
  readonly namespace: string;
  readonly serviceHost: string;
  readonly version: KafkaVersion;
  readonly quorum: Quorum;
  /** Config of the cluster. */
  readonly clusterConfig: Settings;
  readonly listener: Listener;
  readonly certificates: readonly PodCertificates[];
  readonly superUsers: Settings;
  readonly selector: Record<string, string>;
  readonly program: AgentProgram;
}

/** @throws when a size or a duration is not valid */
export function controllerWorkload(options: ControllerQuorumOptions, parts: ControllerParts): KafkaWorkload {
  const { clusterName, name, namespace, quorum, listener, selector, version } = parts;
  const owner = `the controllers of cluster '${clusterName}'`;
  assertJvmOptions(owner, options.jvmOptions);
  const storage = options.storage ?? ServerStorage.networkVolume({ size: Size.gibibytes(10) });
  storage._assertForMetadata(owner);
  const stopping = quorumStoppingOf(owner, options);
  const decided: Settings = {
    ...listenerSettings([listener], []),
    ...parts.superUsers,
    ...quorumSettings(quorum),
    'process.roles': 'controller',
    'log.dirs': logDirsOf(storage),
  };
  return {
    owner,
    namespace,
    name,
    serviceName: name,
    serviceAccountName: name,
    programConfigMapNames: serverProgramNames(name),
    selector,
    firstId: quorum.nodeIds.first,
    count: quorum.nodeIds.count,
    version,
    program: parts.program,
    sizing: kafkaSizingOf(owner, options, undefined, {
      cpu: Cpu.millis(500),
      memory: Size.gibibytes(2),
      heap: Size.gibibytes(1),
    }),
    agentSizing: agentSizingOf(options.agentResources),
    storage,
    scheduling: scheduling(options.nodeGroup ?? NodeGroup.any(), selector, selector),
    listeners: [listener],
    probed: listener,
    certificates: parts.certificates,
    settings: ServerSettings.ofControllers({
      owner,
      version,
      mode: 'kraft',
      clusterConfig: parts.clusterConfig,
      config: options.config,
      decided,
    }),
    agentConfig: { ...agentConfig(parts, storage), ...stopping.config },
    // Agents learn the voters from the quorum, so more or fewer controllers restart none.
    restartFree: ['voters', 'localVolumeBytes'],
    formatArguments: controllerFormat(quorum),
    command: START_KAFKA,
    preStopTimeout: stopping.preStopTimeout,
    shutdownGracePeriod: stopping.shutdownGracePeriod,
    startupTimeout: checkedDuration(
      `startupTimeout of ${owner}`,
      options.startupTimeout ?? Duration.hours(1),
      '1 minute',
    ),
    props: options,
  };
}

function agentConfig(
  { certificates, clusterName, listener, name, namespace, quorum, serviceHost }: ControllerParts,
  storage: ServerStorage,
): Omit<ControllerConfig, 'stop' | 'maxForceSeconds'> {
  return {
    role: 'controller',
    clusterName,
    namespace,
    statefulSet: name,
    headlessServiceHost: serviceHost,
    clusterId: quorum.clusterId,
    disks: disksOf(storage),
    localVolumeBytes: storage._localVolumeBytes,
    ledgerConfigMap: ledgerName(name),
    listener: listenerConfig(listener),
    certificates: certificates.map(({ config }) => config),
    voters: quorumMembers(quorum),
    quorumKind: quorum.isDynamic ? 'dynamic' : 'static',
  };
}
