/* What a StatefulSet of controllers is made of, from what a user said and what the quorum has decided. */
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { AgentProgram } from '../servers/agent-program';
import { NodeIds } from '../kafka/node-ids';
import { ControllerQuorumProps } from '../controller-quorum';
import { ServerStorage } from '../nodes/server-storage';
import { NodeGroup } from '../nodes/node-group';
import { ControllerConfig } from '../seam/agent-config';
import { PodCertificates } from '../certificates/cluster-certificates';
import { Listener, listenerConfig, listenerSettings } from '../network/listeners';
import { controllerRestartSettings } from '../kafka/live-settings';
import { Settings } from '../kafka/properties';
import { ledgerName, programName } from './quorum-members';
import { Quorum, controllerFormat, quorumSettings } from './quorum';
import { CONNECTION_SETTINGS, durabilitySettings } from '../kafka/server-settings';
import { kafkaSizingOf } from '../nodes/sizing';
import { quorumStoppingOf } from '../servers/stopping';
import { disksOf } from '../nodes/disks';
import { KafkaWorkload, START_KAFKA } from '../servers/kafka-workload';
import { scheduling } from '../nodes/scheduling';

/** What a quorum has decided. */
export interface ControllerParts {
  readonly name: string;
  readonly namespace: string;
  readonly serviceHost: string;
  /** Host of each controller, in the order of the ids. */
  readonly hosts: readonly string[];
  readonly nodeIds: NodeIds;
  readonly quorum: Quorum;
  /** Settings of the user. */
  readonly settings: Settings;
  readonly listener: Listener;
  readonly certificates: readonly PodCertificates[];
  readonly superUsers: Settings;
  readonly selector: Record<string, string>;
  readonly program: AgentProgram;
  readonly storage: ServerStorage;
  readonly nodeGroup: NodeGroup;
}

/** @throws when a size or a time is none that Kubernetes can have */
export function controllerWorkload(props: ControllerQuorumProps, parts: ControllerParts): KafkaWorkload {
  const { name, namespace, quorum, nodeIds, listener, certificates, selector, storage } = parts;
  const owner = `the controllers of cluster '${props.clusterName}'`;
  const disks = disksOf(storage);
  const stopping = quorumStoppingOf(owner, props);
  const agentConfig: ControllerConfig = {
    role: 'controller',
    clusterName: props.clusterName,
    namespace,
    statefulSet: name,
    headlessServiceHost: parts.serviceHost,
    clusterId: quorum.clusterId,
    disks,
    ledgerConfigMap: ledgerName(name),
    listener: listenerConfig(listener),
    certificates: certificates.map(({ config }) => config),
    ...stopping.config,
    voters: nodeIds.toList().map((id, index) => ({ id, host: parts.hosts[index] })),
    quorumKind: quorum.isDynamic ? 'dynamic' : 'static',
  };
  const settings: Settings = {
    ...CONNECTION_SETTINGS,
    ...durabilitySettings(parts.settings),
    ...listenerSettings([listener], []),
    ...parts.superUsers,
    ...quorumSettings(quorum),
    'process.roles': 'controller',
    'log.dirs': disks.map(({ logDir }) => logDir).join(','),
  };
  return {
    namespace,
    name,
    serviceName: name,
    serviceAccountName: name,
    agentConfigMapName: programName(name),
    selector,
    firstId: nodeIds.first,
    count: nodeIds.count,
    version: props.version,
    program: parts.program,
    sizing: kafkaSizingOf(owner, props, undefined, {
      cpu: Cpu.millis(500),
      memory: Size.gibibytes(2),
      heap: Size.gibibytes(1),
    }),
    jvmOptions: props.jvmOptions ?? [],
    storage,
    disks,
    scheduling: scheduling(parts.nodeGroup, selector, selector, false),
    listeners: [listener],
    probed: listener,
    certificates,
    settings,
    restartSettings: controllerRestartSettings(props.version, settings),
    agentConfig,
    restartFree: [],
    formatArguments: controllerFormat(quorum),
    command: START_KAFKA,
    preStopTimeout: stopping.preStopTimeout,
    shutdownGracePeriod: stopping.shutdownGracePeriod,
    startupTimeout: Duration.hours(1),
    priorityClassName: props.priorityClassName,
  };
}
