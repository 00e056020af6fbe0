/*
 * The StatefulSet of ZooKeeper servers: an init container that looks at the disk, the server, and the agent beside it.
 */
import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentProgram } from '../servers/agent-program';
import { ServerStorage } from '../nodes/server-storage';
import { FILES, PRE_STOP_PATH, PRE_STOP_PORT, ZookeeperConfig } from '../seam/agent-config';
import { programChecksum } from '../servers/agent-bundle';
import { PodCertificates } from '../certificates/cluster-certificates';
import { checksum } from '../kubernetes/checksum';
import { configMap } from '../kubernetes/config-map';
import { secondsOf } from '../input/durations';
import { DOMAIN, objectLabels } from '../kubernetes/labels';
import { Settings } from '../kafka/properties';
import { cpuQuantity, mebibytesOf, quantity } from '../kubernetes/quantities';
import { Sizing } from '../nodes/sizing';
import { agentChecksums } from '../servers/agent-checksums';
import {
  POD_INFO_MOUNT,
  POD_INFO_VOLUME,
  STORES_MOUNT,
  TMP_MOUNT,
  TOKEN_MOUNT,
  TOKEN_VOLUME,
  agentContainer,
  certificateMounts,
  certificateVolumes,
  programVolumes,
} from '../servers/agent-containers';
import { diskMounts } from '../nodes/disks';
import { Scheduling, priority } from '../nodes/scheduling';
import { serverStatefulSet } from '../servers/server-stateful-set';
import { zooCfg } from './zoo-cfg';
import { servicePorts } from './zookeeper-ports';
import { CONTAINER_SECURITY, POD_SECURITY } from '../servers/security';

/** Everything that makes one ensemble differ from another. */
export interface ZookeeperWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly serviceName: string;
  readonly serviceAccountName: string;
  /** Name of the ConfigMap with the agent's program. */
  readonly agentConfigMapName: string;
  readonly program: AgentProgram;
  readonly selector: Record<string, string>;
  readonly image: string;
  readonly sizing: Sizing;
  readonly storage: ServerStorage;
  readonly scheduling: Scheduling;
  /** None where there is no TLS. */
  readonly certificates: readonly PodCertificates[];
  readonly settings: Settings;
  /** Content of agent.json. */
  readonly agentConfig: ZookeeperConfig;
  readonly preStopTimeout: Duration;
  readonly shutdownGracePeriod: Duration;
  readonly priorityClassName?: string;
}

const CONFIG = '/etc/zookeeper';
const ZOO_CFG = 'zoo.cfg';

/** Adds the ConfigMap with all configuration of the servers. */
export function zookeeperConfigMap(scope: Construct, workload: ZookeeperWorkload): ApiObject {
  return configMap(scope, 'Config', workload.namespace, {
    name: workload.name,
    labels: objectLabels(workload.selector),
    data: {
      [ZOO_CFG]: zooCfg(workload.agentConfig, workload.settings),
      [FILES.agentConfig]: `${JSON.stringify(workload.agentConfig, undefined, 2)}\n`,
    },
  });
}

/** Adds the StatefulSet. */
export function zookeeperStatefulSet(scope: Construct, workload: ZookeeperWorkload): ApiObject {
  return serverStatefulSet(scope, {
    ...workload,
    // ZooKeeper takes no server of the number 0.
    firstId: 1,
    count: workload.agentConfig.servers.length,
    podAnnotations: podAnnotations(workload),
    podSpec: podSpec(workload),
  });
}

// Each cause of a restart has a checksum of its own, so that a diff of the YAML says why pods restart.
function podAnnotations(workload: ZookeeperWorkload): Record<string, string> {
  return {
    'kubectl.kubernetes.io/default-container': 'zookeeper',
    [`${DOMAIN}/restart-agent`]: programChecksum(workload.program),
    ...agentChecksums(workload.agentConfig),
    [`${DOMAIN}/restart-settings`]: checksum(zooCfg(workload.agentConfig, workload.settings)),
  };
}

function podSpec(workload: ZookeeperWorkload): object {
  const stores = workload.certificates.length > 0 ? [STORES_MOUNT] : [];
  const disks = diskMounts(workload.agentConfig.disks);
  const agentMounts = [
    TMP_MOUNT,
    TOKEN_MOUNT,
    POD_INFO_MOUNT,
    ...certificateMounts(workload.certificates),
    ...stores,
  ];
  return {
    serviceAccountName: workload.serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // The hook's time is part of the grace period.
    terminationGracePeriodSeconds: secondsOf(workload.preStopTimeout) + secondsOf(workload.shutdownGracePeriod),
    ...priority(workload.priorityClassName),
    ...workload.scheduling,
    securityContext: POD_SECURITY,
    initContainers: [agentContainer(workload.program, 'init', [...agentMounts, ...disks])],
    containers: [
      serverContainer(workload, [...stores.map((mount) => ({ ...mount, readOnly: true })), ...disks]),
      agentContainer(workload.program, 'serve', agentMounts),
    ],
    volumes: [
      { name: 'config', configMap: { name: workload.name } },
      ...programVolumes(workload.program, workload.agentConfigMapName),
      TOKEN_VOLUME,
      POD_INFO_VOLUME,
      ...certificateVolumes(workload.certificates),
      { name: TMP_MOUNT.name, emptyDir: { sizeLimit: '256Mi' } },
    ],
  };
}

function serverContainer(workload: ZookeeperWorkload, mounts: readonly object[]): object {
  const { sizing, certificates } = workload;
  const port = { tcpSocket: { port: 'client' } };
  return {
    name: 'zookeeper',
    image: workload.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['zkServer.sh', 'start-foreground', `${CONFIG}/${ZOO_CFG}`],
    env: [
      { name: 'ZK_SERVER_HEAP', value: String(mebibytesOf(sizing.heap)) },
      { name: 'JMXDISABLE', value: 'true' },
      { name: 'ZOO_LOG_DIR', value: '/tmp/zookeeper-logs' },
      { name: 'SERVER_JVMFLAGS', value: '-XX:+ExitOnOutOfMemoryError -Dsun.net.inetaddr.ttl=5' },
    ],
    ports: servicePorts(certificates.length > 0).map(({ name, port: containerPort }) => ({
      name,
      containerPort,
    })),
    resources: {
      requests: { cpu: cpuQuantity(sizing.cpu), memory: quantity(sizing.memory) },
      limits: { memory: quantity(sizing.memory) },
    },
    securityContext: CONTAINER_SECURITY,
    // The agent answers when the ensemble can spare this server. A name would mean a port of this container.
    lifecycle: { preStop: { httpGet: { path: PRE_STOP_PATH, port: PRE_STOP_PORT } } },
    startupProbe: { ...port, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 900 },
    livenessProbe: { ...port, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    volumeMounts: [{ name: 'config', mountPath: CONFIG, readOnly: true }, TMP_MOUNT, ...mounts],
  };
}
