/* All properties of pods and servers, and the values in them. */
import { Chart, Duration, Size } from 'cdk8s';
import { Cpu, DnsPolicy, EnvValue, HostAlias, Secret, TaintEffect } from 'cdk8s-plus-27';
import {
  AgentResources,
  InstanceType,
  InternalTopicsOptions,
  LocalVolumeOptions,
  LogFormat,
  LogLevel,
  LoggingOptions,
  NetworkVolumeOptions,
  NodeGroup,
  NodeGroupOptions,
  NodeTaint,
  PodDnsOptions,
  PodIds,
  CommonPodProps,
  PodSecurity,
  PodVolume,
  PodVolumeOptions,
  ServerProps,
  SidecarContainer,
  SidecarVolumeMount,
} from '../../lib';

const taint: Required<NodeTaint> = { key: 'dedicated', value: 'kafka', effect: TaintEffect.NO_SCHEDULE };

const nodeGroupOptions: Required<NodeGroupOptions> = {
  taints: [taint, { key: 'storage' }],
  zones: ['zone-a', 'zone-b', 'zone-c'],
  zoneLabel: 'example.com/rack',
  requireZoneSpread: true,
  instanceType: InstanceType.I3EN_2XLARGE,
};

/** A node group with all properties. */
export const nodeGroup = NodeGroup.labeled(
  { 'example.com/group': 'kafka', disktype: 'nvme' },
  nodeGroupOptions,
);

/** Local volumes with all properties. */
export const localVolume: Required<LocalVolumeOptions> = {
  storageClassName: 'local-nvme',
  size: Size.gibibytes(1700),
  disks: 2,
  sharedFileSystem: false,
};

/** Network volumes with all properties. */
export const networkVolume: Required<NetworkVolumeOptions> = {
  storageClassName: 'fast',
  size: Size.gibibytes(20),
  disks: 1,
};

/** Internal topics with all properties. */
export const internalTopics: Required<InternalTopicsOptions> = {
  mapName: 'archive',
  replicationFactor: 2,
  partitions: 20,
};

const podIds: Required<PodIds> = { user: 1001, group: 1002, fsGroup: 1003 };

const dns: Required<PodDnsOptions> = {
  policy: DnsPolicy.NONE,
  nameservers: ['10.96.0.10'],
  searches: ['example.com'],
  options: [{ name: 'ndots', value: '2' }],
};

const hostAlias: HostAlias = { ip: '10.0.0.7', hostnames: ['registry.example.com'] };

/** All properties of pods. */
export const pods: Required<CommonPodProps> = {
  podLabels: { team: 'platform' },
  podAnnotations: { 'example.com/owner': 'platform' },
  imagePullSecrets: ['registry'],
  priorityClassName: 'kafka',
  securityContext: PodSecurity.ids(podIds),
  runtimeClassName: 'sandboxed',
  dns,
  hostAliases: [hostAlias],
};

/** Logging of Kafka with all properties. */
export const logging: Required<LoggingOptions> = {
  level: LogLevel.WARN,
  loggers: { 'kafka.server.ReplicaManager': LogLevel.DEBUG },
  format: LogFormat.JSON,
};

/** Resources of an agent with all properties. */
export const agentResources: Required<AgentResources> = { cpu: Cpu.millis(70), memory: Size.mebibytes(384) };

const sidecarMount: Required<SidecarVolumeMount> = {
  volumeName: 'scratch',
  mountPath: '/scratch',
  readOnly: false,
};

const mounted: Required<PodVolumeOptions> = { mountPath: '/opt/plugins', readOnly: true };

function envVariables(chart: Chart, id: string): Record<string, EnvValue> {
  const secret = Secret.fromSecretName(chart, id, 'vault');
  return {
    REGION: EnvValue.fromValue('eu-central-1'),
    VAULT_TOKEN: EnvValue.fromSecretValue({ secret, key: 'token' }),
  };
}

function sidecar(name: string, chart: Chart): Required<SidecarContainer> {
  return {
    name,
    image: `registry.example.com/${name}:1.0.0`,
    command: [`/bin/${name}`],
    args: ['--verbose'],
    envVariables: envVariables(chart, `Vault of ${name}`),
    ports: { [`${name}-http`]: 9404 },
    cpu: Cpu.millis(20),
    memory: Size.mebibytes(96),
    volumeMounts: [{ volumeName: 'tmp', mountPath: '/tmp' }, sidecarMount],
  };
}

/** All properties of servers, except `config`, which differs between them. */
export function servers(chart: Chart): Required<ServerProps> {
  return {
    ...pods,
    cpu: Cpu.millis(3500),
    memory: Size.gibibytes(24),
    heap: Size.gibibytes(5),
    jvmOptions: ['-XX:MaxGCPauseMillis=50', '-Dexample=yes'],
    preStopTimeout: Duration.minutes(45),
    shutdownGracePeriod: Duration.minutes(20),
    startupTimeout: Duration.hours(12),
    maxForceDuration: Duration.hours(1),
    logging,
    agentResources,
    envVariables: envVariables(chart, 'Vault'),
    volumes: [
      PodVolume.fromConfigMap('plugins', 'kafka-plugins', mounted),
      PodVolume.fromSecret('keytab', 'kafka-keytab', { mountPath: '/etc/keytab' }),
      PodVolume.fromEmptyDir('scratch', Size.mebibytes(512)),
      PodVolume.fromPersistentVolumeClaim('dumps', 'heap-dumps', { mountPath: '/dumps', readOnly: false }),
    ],
    sidecars: [sidecar('exporter', chart), { name: 'shipper', image: 'registry.example.com/shipper:1.0.0' }],
    initContainers: [sidecar('fetch', chart)],
  };
}
