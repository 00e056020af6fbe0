/* The pod of a server: an init container of the agent, the container of the server, and the container of the agent. */
import { ApiObject, Duration, Lazy, Size } from 'cdk8s';
import { secondsOf } from '../input/durations';
import { checksum } from '../kubernetes/checksum';
import { DOMAIN } from '../kubernetes/labels';
import { cpuQuantity, quantity } from '../kubernetes/quantities';
import { diskMounts } from '../nodes/disks';
import { AgentSizing, Sizing } from '../nodes/sizing';
import { Scheduling } from '../nodes/scheduling';
import { AGENT_PORT, FILES, PRE_STOP_PATH, PRE_STOP_PORT, ServerPodConfig } from '../seam/agent-config';
import { SERVER_PROGRAMS, programChecksum } from './agent-bundle';
import { agentChecksums } from './agent-checksums';
import {
  AGENT_TMP_MOUNT,
  AGENT_TMP_VOLUME,
  POD_INFO_MOUNT,
  POD_INFO_VOLUME,
  STORES_MOUNT,
  TMP_MOUNT,
  TOKEN_MOUNT,
  TOKEN_VOLUME,
  VolumeMount,
  agentContainer,
  certificateMounts,
  certificateVolumes,
  programVolumes,
} from './agent-containers';
import { AgentProgram } from './agent-program';
import { serverEnvironment } from './environment';
import { PodCertificates } from './pod-certificates';
import { podFields } from './pod-props';
import { assertVolumes } from './pod-volume';
import { CONTAINER_SECURITY, EPHEMERAL_STORAGE } from './security';
import { ServerProps } from './server-props';
import { assertDistinctContainers, sidecars } from './sidecar-container';

/** A workload of servers: the parts that brokers, controllers and ZooKeeper servers have in common. */
export interface ServerWorkload {
  /** Name of the workload in messages. */
  readonly owner: string;
  readonly namespace: string;
  /** Name of the StatefulSet and of its ConfigMap. */
  readonly name: string;
  readonly serviceName: string;
  readonly serviceAccountName: string;
  /** ConfigMap with the agent's program. */
  readonly programConfigMapNames: readonly string[];
  readonly selector: Record<string, string>;
  readonly program: AgentProgram;
  readonly sizing: Sizing;
  readonly agentSizing: AgentSizing;
  readonly scheduling: Scheduling;
  readonly certificates: readonly PodCertificates[];
  readonly agentConfig: ServerPodConfig;
  readonly preStopTimeout: Duration;
  readonly shutdownGracePeriod: Duration;
  readonly startupTimeout: Duration;
  /** Properties of the user, with the cluster's defaults. */
  readonly props: ServerProps;
}

/** The parts of the pod that depend on the kind of server. */
export interface ServerContainer {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  /** Name of the port that the probes connect to. */
  readonly probedPort: string;
  /** Mounts other than those of keystores and truststores, temporary files and disks. */
  readonly mounts: readonly VolumeMount[];
  /** Mounts that `init` has too, writable. */
  readonly sharedMounts: readonly VolumeMount[];
  /** Init containers after that of the agent. */
  readonly initContainers: readonly object[];
  /** Volumes of `mounts` and `sharedMounts`, and disks without claims. */
  readonly volumes: readonly object[];
  /** Size of the disks that are in the ephemeral storage of the node, in MiB. */
  readonly ephemeralMebibytes?: number;
}

const STARTUP_PERIOD_SECONDS = 2;

/** The pod's spec. */
export function serverPodSpec(workload: ServerWorkload, server: ServerContainer): object {
  const { agentSizing, owner, program, props } = workload;
  const agentMounts = [
    AGENT_TMP_MOUNT,
    TOKEN_MOUNT,
    POD_INFO_MOUNT,
    ...certificateMounts(workload.certificates),
    ...storesMounts(workload),
  ];
  const { volumes = [] } = props;
  assertVolumes(owner, volumes);
  assertDistinctContainers(owner, props, [
    AGENT_PORT,
    PRE_STOP_PORT,
    ...server.ports.map(({ port }) => port),
  ]);
  const disks = diskMounts(workload.agentConfig.disks);
  const mountable = [
    ...volumes.map(({ volumeName }) => volumeName),
    TMP_MOUNT.name,
    ...disks.map(({ name }) => name),
  ];
  return {
    serviceAccountName: workload.serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // The time of the preStop hook is part of the grace period.
    terminationGracePeriodSeconds:
      secondsOf(workload.preStopTimeout) + secondsOf(workload.shutdownGracePeriod),
    ...workload.scheduling,
    ...podFields(owner, props),
    initContainers: [
      ...sidecars(owner, props.initContainers, mountable),
      agentContainer(program, 'init', agentSizing, [...server.sharedMounts, ...agentMounts, ...disks]),
      ...server.initContainers,
    ],
    containers: [
      serverContainer(workload, server),
      agentContainer(program, 'serve', agentSizing, agentMounts),
      ...sidecars(owner, props.sidecars, mountable),
    ],
    volumes: [
      { name: 'config', configMap: { name: workload.name } },
      ...programVolumes(program, ...workload.programConfigMapNames),
      TOKEN_VOLUME,
      POD_INFO_VOLUME,
      AGENT_TMP_VOLUME,
      ...certificateVolumes(workload.certificates),
      ...server.volumes,
      ...volumes.map((volume) => volume._toVolume()),
    ],
  };
}

function serverContainer(workload: ServerWorkload, server: ServerContainer): object {
  const { owner, props, sizing } = workload;
  const memory = quantity(sizing.memory);
  const probe = { tcpSocket: { port: server.probedPort } };
  return {
    name: server.name,
    image: server.image,
    imagePullPolicy: 'IfNotPresent',
    command: server.command,
    env: serverEnvironment(owner, server.environment, props.envVariables),
    ports: server.ports.map(({ name, port }) => ({ name, containerPort: port })),
    // No CPU limit: a throttled broker falls out of sync. The memory request equals the limit, so that a node under memory
    // pressure evicts other pods first.
    resources: {
      requests: {
        cpu: cpuQuantity(sizing.cpu),
        memory,
        'ephemeral-storage': quantity(
          Size.mebibytes(EPHEMERAL_STORAGE.serverMebibytes + (server.ephemeralMebibytes ?? 0)),
        ),
      },
      limits: { memory },
    },
    securityContext: CONTAINER_SECURITY,
    // The agent responds when the cluster can lose this server. The port is a number, because a name must be that of a port of
    // this container.
    lifecycle: { preStop: { httpGet: { path: PRE_STOP_PATH, port: PRE_STOP_PORT } } },
    // The port opens after log recovery, which can take hours. A restart would begin the recovery again.
    startupProbe: {
      ...probe,
      periodSeconds: STARTUP_PERIOD_SECONDS,
      timeoutSeconds: 2,
      failureThreshold: Math.ceil(secondsOf(workload.startupTimeout) / STARTUP_PERIOD_SECONDS),
    },
    livenessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    volumeMounts: [
      ...serverMounts(workload, server),
      ...(props.volumes ?? []).flatMap((volume) => volume._toVolumeMounts()),
    ],
  };
}

/** Mounts of the server's container, which other containers with the server's image share. */
export function serverMounts(workload: ServerWorkload, server: Pick<ServerContainer, 'mounts'>): object[] {
  return [
    ...server.mounts,
    TMP_MOUNT,
    ...storesMounts(workload).map((mount) => ({ ...mount, readOnly: true })),
    ...diskMounts(workload.agentConfig.disks),
  ];
}

function storesMounts({ certificates }: ServerWorkload): VolumeMount[] {
  return certificates.length > 0 ? [STORES_MOUNT] : [];
}

/** The part of a workload's ConfigMap that makes its pods restart, by cause. */
export interface RestartCauses {
  /** Key of the file with the server's settings, and those of its settings whose change needs a restart. */
  readonly settings: { readonly file: string; readonly rendered: string; readonly restarting: string };
  /** Key and content of the logging configuration, if any. */
  readonly logging?: { readonly file: string; readonly content: string };
  /** Fields of agent.json whose change restarts nothing. */
  readonly restartFree: readonly string[];
}

/**
 * Annotations of the pods. Each cause of a restart has a separate checksum, so that a diff of the YAML shows why pods restart.
 * The checksums are computed after all patches of the user, from the ConfigMap that is applied.
 */
export function serverPodAnnotations(
  { program, props }: ServerWorkload,
  container: string,
  configMap: ApiObject,
  { settings, logging, restartFree }: RestartCauses,
): unknown {
  return Lazy.any({
    produce: () => {
      const applied: Readonly<Record<string, string | undefined>> = configMap.toJson().data ?? {};
      const text = applied[settings.file] ?? '';
      const { identity, stopping } = agentChecksums(
        JSON.parse(applied[FILES.agentConfig] ?? '{}'),
        restartFree,
      );
      return {
        ...props.podAnnotations,
        'kubectl.kubernetes.io/default-container': container,
        [`${DOMAIN}/restart-agent`]: programChecksum(program, SERVER_PROGRAMS),
        [`${DOMAIN}/restart-identity`]: identity,
        [`${DOMAIN}/restart-stopping`]: stopping,
        ...(logging ? { [`${DOMAIN}/restart-logging`]: checksum(applied[logging.file] ?? '') } : {}),
        [`${DOMAIN}/restart-settings`]:
          text === settings.rendered ? checksum(settings.restarting) : checksum(settings.restarting, text),
      };
    },
  });
}
