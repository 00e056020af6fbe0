/*
 * The StatefulSet of Kafka servers, as brokers and controllers share it: an init container that gives the pod its
 * identity, one that formats empty disks, Kafka itself, and the agent beside it.
 */
import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentProgram } from './agent-program';
import { KafkaVersion } from '../kafka/kafka-version';
import { ServerStorage } from '../nodes/server-storage';
import {
  DiskConfig,
  FILES,
  LiveSettings,
  PATHS,
  PRE_STOP_PATH,
  PRE_STOP_PORT,
  ServerPodConfig,
} from '../seam/agent-config';
import { programChecksum } from './agent-bundle';
import { PodCertificates } from '../certificates/cluster-certificates';
import { checksum } from '../kubernetes/checksum';
import { configMap } from '../kubernetes/config-map';
import { TOOL_ENVIRONMENT, jvmEnvironment } from './jvm';
import { secondsOf } from '../input/durations';
import { DOMAIN, objectLabels } from '../kubernetes/labels';
import { Listener, listenerPorts } from '../network/listeners';
import { logConfig } from './log-config';
import { Settings, renderProperties } from '../kafka/properties';
import { cpuQuantity, quantity } from '../kubernetes/quantities';
import { Sizing } from '../nodes/sizing';
import { agentChecksums } from './agent-checksums';
import {
  POD_INFO_MOUNT,
  POD_INFO_VOLUME,
  VolumeMount,
  RUNTIME_MOUNT,
  SCRATCH_VOLUMES,
  STORES_MOUNT,
  TMP_MOUNT,
  TOKEN_MOUNT,
  TOKEN_VOLUME,
  agentContainer,
  certificateMounts,
  certificateVolumes,
  programVolumes,
} from './agent-containers';
import { diskMounts } from '../nodes/disks';
import { Scheduling, priority } from '../nodes/scheduling';
import { CONTAINER_SECURITY, POD_SECURITY } from './security';
import { serverStatefulSet } from './server-stateful-set';

/** Everything that makes one workload differ from another. */
export interface KafkaWorkload {
  readonly namespace: string;
  /** Name of the StatefulSet and of its ConfigMap. */
  readonly name: string;
  readonly serviceName: string;
  readonly serviceAccountName: string;
  /** Name of the ConfigMap with the agent's program. */
  readonly agentConfigMapName: string;
  readonly selector: Record<string, string>;
  readonly firstId: number;
  readonly count: number;
  readonly version: KafkaVersion;
  readonly program: AgentProgram;
  readonly sizing: Sizing;
  readonly jvmOptions: readonly string[];
  readonly storage: ServerStorage;
  readonly disks: readonly DiskConfig[];
  readonly scheduling: Scheduling;
  readonly listeners: readonly Listener[];
  /** Port that proves that the server is up. */
  readonly probed: Listener;
  readonly settings: Settings;
  /** Those of the settings whose change needs a restart. */
  readonly restartSettings: Settings;
  /** What agents apply while Kafka runs; absent where they apply nothing. */
  readonly liveSettings?: LiveSettings;
  readonly certificates: readonly PodCertificates[];
  /** Content of agent.json. */
  readonly agentConfig: ServerPodConfig;
  /** Fields of agent.json that running pods can do without: a change of them restarts nothing. */
  readonly restartFree: readonly string[];
  /** Arguments of `kafka-storage format`; absent where nothing has to be formatted. */
  readonly formatArguments?: readonly string[];
  /** Command of the Kafka container. */
  readonly command: readonly string[];
  readonly preStopTimeout: Duration;
  readonly shutdownGracePeriod: Duration;
  readonly startupTimeout: Duration;
  readonly priorityClassName?: string;
  readonly podLabels?: Record<string, string>;
  readonly podAnnotations?: Record<string, string>;
}

const STARTUP_PERIOD_SECONDS = 2;

/** Adds the ConfigMap with all configuration of the workload. */
export function kafkaConfigMap(scope: Construct, workload: KafkaWorkload): ApiObject {
  return configMap(scope, 'Config', workload.namespace, {
    name: workload.name,
    labels: objectLabels(workload.selector),
    data: configFiles(workload),
  });
}

/** Adds the StatefulSet. */
export function kafkaStatefulSet(scope: Construct, workload: KafkaWorkload): ApiObject {
  return serverStatefulSet(scope, {
    ...workload,
    podAnnotations: podAnnotations(workload),
    podSpec: podSpec(workload),
  });
}

function podSpec(workload: KafkaWorkload): object {
  const certificates = [...certificateMounts(workload.certificates), ...storesMounts(workload)];
  return {
    serviceAccountName: workload.serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // The hook's time is part of the grace period.
    terminationGracePeriodSeconds: secondsOf(workload.preStopTimeout) + secondsOf(workload.shutdownGracePeriod),
    ...priority(workload.priorityClassName),
    ...workload.scheduling,
    securityContext: POD_SECURITY,
    initContainers: [
      agentContainer(workload.program, 'init', [
        RUNTIME_MOUNT,
        TMP_MOUNT,
        TOKEN_MOUNT,
        POD_INFO_MOUNT,
        ...certificates,
        ...diskMounts(workload.disks),
      ]),
      ...(workload.formatArguments ? [formatContainer(workload, workload.formatArguments)] : []),
    ],
    containers: [
      kafkaContainer(workload),
      agentContainer(workload.program, 'serve', [
        RUNTIME_MOUNT,
        TMP_MOUNT,
        TOKEN_MOUNT,
        POD_INFO_MOUNT,
        ...certificates,
      ]),
    ],
    volumes: [
      { name: 'config', configMap: { name: workload.name } },
      ...programVolumes(workload.program, workload.agentConfigMapName),
      TOKEN_VOLUME,
      POD_INFO_VOLUME,
      ...certificateVolumes(workload.certificates),
      ...SCRATCH_VOLUMES,
    ],
  };
}

function kafkaContainer(workload: KafkaWorkload): object {
  const { sizing, probed } = workload;
  const port = { tcpSocket: { port: probed.portName } };
  return {
    name: 'kafka',
    image: workload.version.image,
    imagePullPolicy: 'IfNotPresent',
    command: workload.command,
    env: environment(jvmEnvironment(sizing.heap, workload.jvmOptions, logConfig(workload.version).jvmOption)),
    ports: listenerPorts(workload.listeners).map(({ name, port: number }) => ({
      name,
      containerPort: number,
    })),
    resources: {
      // No CPU limit: a throttled broker falls out of sync. Memory is requested in full, so that a node under
      // pressure evicts others first.
      requests: { cpu: cpuQuantity(sizing.cpu), memory: quantity(sizing.memory) },
      limits: { memory: quantity(sizing.memory) },
    },
    securityContext: CONTAINER_SECURITY,
    // The agent answers when the cluster can spare this server. A name would mean a port of this container.
    lifecycle: { preStop: { httpGet: { path: PRE_STOP_PATH, port: PRE_STOP_PORT } } },
    // The port opens only after log recovery, which can take hours after a crash; killing it starts it again.
    startupProbe: {
      ...port,
      periodSeconds: STARTUP_PERIOD_SECONDS,
      timeoutSeconds: 2,
      failureThreshold: Math.ceil(secondsOf(workload.startupTimeout) / STARTUP_PERIOD_SECONDS),
    },
    livenessProbe: { ...port, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    volumeMounts: serverMounts(workload),
  };
}

function formatContainer(workload: KafkaWorkload, formatArguments: readonly string[]): object {
  return {
    name: 'format',
    image: workload.version.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['/opt/kafka/bin/kafka-storage.sh', 'format', ...formatArguments],
    env: environment(TOOL_ENVIRONMENT),
    resources: { requests: { cpu: '50m', memory: '256Mi' }, limits: { memory: '256Mi' } },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: serverMounts(workload),
  };
}

function serverMounts(workload: KafkaWorkload): object[] {
  return [
    { name: 'config', mountPath: PATHS.config, readOnly: true },
    { ...RUNTIME_MOUNT, readOnly: true },
    TMP_MOUNT,
    ...storesMounts(workload).map((mount) => ({ ...mount, readOnly: true })),
    ...diskMounts(workload.disks),
  ];
}

function storesMounts({ certificates }: KafkaWorkload): VolumeMount[] {
  return certificates.length > 0 ? [STORES_MOUNT] : [];
}

function configFiles(workload: KafkaWorkload): Record<string, string> {
  const log = logConfig(workload.version);
  return {
    [FILES.serverProperties]: renderProperties(workload.settings),
    [FILES.agentConfig]: json(workload.agentConfig),
    ...(workload.liveSettings ? { [FILES.liveSettings]: json(workload.liveSettings) } : {}),
    [log.fileName]: log.content,
  };
}

function json(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

// Each cause of a restart has a checksum of its own, so that a diff of the YAML says why pods restart.
function podAnnotations(workload: KafkaWorkload): Record<string, string> {
  const { [logConfig(workload.version).fileName]: logging } = configFiles(workload);
  return {
    ...workload.podAnnotations,
    'kubectl.kubernetes.io/default-container': 'kafka',
    [`${DOMAIN}/restart-agent`]: programChecksum(workload.program),
    ...agentChecksums(workload.agentConfig, workload.restartFree),
    [`${DOMAIN}/restart-logging`]: checksum(logging),
    [`${DOMAIN}/restart-settings`]: checksum(renderProperties(workload.restartSettings)),
  };
}

function environment(variables: Record<string, string>): object[] {
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

/** Path of the finished configuration of a server. */
export const SERVER_PROPERTIES = `${PATHS.runtime}/${FILES.serverProperties}`;

/** Starts Kafka as the first process of its container, so that it gets the signals itself. */
export const START_KAFKA = ['/opt/kafka/bin/kafka-server-start.sh', SERVER_PROPERTIES];
