import { AgentProgram } from './agent-program';
import { AGENT_PORT, FILES, PATHS, PRE_STOP_PORT } from '../seam/agent-config';
import { PROGRAM_FILES, ProgramName } from './agent-bundle';
import { PodCertificates } from './pod-certificates';
import { cpuQuantity, mebibytesOf, quantity } from '../kubernetes/quantities';
import { AgentSizing } from '../nodes/sizing';
import { CONTAINER_SECURITY, EPHEMERAL_STORAGE } from './security';

/** A volume and its mount path. */
export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

/** A container that runs one command of the agent's programs. */
export function agentContainer(
  program: AgentProgram,
  command: ProgramName,
  sizing: AgentSizing,
  mounts: readonly object[],
): object {
  const memory = quantity(sizing.memory);
  return {
    name: command === 'serve' ? 'agent' : command,
    image: program.imageName,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', `${PATHS.program}/${PROGRAM_FILES[command]}`],
    args: [`${PATHS.config}/${FILES.agentConfig}`],
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
      { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      { name: 'NODE_OPTIONS', value: nodeOptions(sizing) },
      // Otherwise an image with glibc keeps freed memory for each thread.
      { name: 'MALLOC_ARENA_MAX', value: '1' },
    ],
    resources: {
      requests: { cpu: cpuQuantity(sizing.cpu), memory, 'ephemeral-storage': EPHEMERAL_STORAGE.other },
      limits: { memory },
    },
    securityContext: CONTAINER_SECURITY,
    ...(command === 'serve' || command === 'authority' || command === 'recovery' ? serving(command) : {}),
    volumeMounts: [
      ...(program.isBundled ? [PROGRAM_MOUNT] : []),
      { name: 'config', mountPath: PATHS.config, readOnly: true },
      ...mounts,
    ],
  };
}

// Without a limit Node.js lets the heap grow until the container is killed. The young generation is small: most new objects are
// garbage after one reconciliation, and a larger young generation would keep the garbage of many reconciliations.
function nodeOptions({ memory }: AgentSizing): string {
  return `--max-old-space-size=${Math.floor(mebibytesOf(memory) / 2)} --max-semi-space-size=1`;
}

function serving(command: 'serve' | 'authority' | 'recovery'): object {
  const ports = [{ name: 'agent', containerPort: AGENT_PORT }];
  return {
    ports: command === 'serve' ? [...ports, { name: 'stop', containerPort: PRE_STOP_PORT }] : ports,
    ...PROBES,
  };
}

const PROBES = {
  // The agent decides the readiness of the pod. The server's container has no readiness probe. On a busy node one response can be
  // late, so two have to fail: a negative response ends readiness within 4 s, an agent that hangs within 8 s.
  readinessProbe: {
    httpGet: { path: '/readyz', port: 'agent' },
    periodSeconds: 2,
    timeoutSeconds: 3,
    failureThreshold: 2,
  },
  livenessProbe: {
    httpGet: { path: '/livez', port: 'agent' },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 6,
    // The grace period of the pod is for Kafka. An agent that does not respond needs no such time to stop.
    terminationGracePeriodSeconds: 30,
  },
};

const PROGRAM_MOUNT: VolumeMount = { name: 'agent-program', mountPath: PATHS.program, readOnly: true };

/** Volume with the programs, from their ConfigMaps. */
export function programVolumes(program: AgentProgram, ...configMaps: readonly string[]): object[] {
  const sources = configMaps.map((name) => ({ configMap: { name } }));
  return program.isBundled ? [{ name: PROGRAM_MOUNT.name, projected: { sources } }] : [];
}

/** Mount of the token for the Kubernetes API. Only containers that use the API have it. */
export const TOKEN_MOUNT: VolumeMount = {
  name: 'kubernetes-api',
  mountPath: PATHS.serviceAccount,
  readOnly: true,
};

/** Volume with the files that `automountServiceAccountToken` would mount into every container. */
export const TOKEN_VOLUME = {
  name: TOKEN_MOUNT.name,
  projected: {
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  },
};

/** Mount of the pod's annotations. It is a file because the kubelet updates files, but not environment variables. */
export const POD_INFO_MOUNT: VolumeMount = { name: 'pod-info', mountPath: PATHS.podInfo, readOnly: true };

/** Volume of the pod's annotations. */
export const POD_INFO_VOLUME = {
  name: POD_INFO_MOUNT.name,
  downwardAPI: { items: [{ path: 'annotations', fieldRef: { fieldPath: 'metadata.annotations' } }] },
};

/** Mount for the files that `init` writes. */
export const RUNTIME_MOUNT: VolumeMount = { name: 'runtime', mountPath: PATHS.runtime };

/** Mount for keystores and truststores, which the agent writes and Kafka reads. */
export const STORES_MOUNT: VolumeMount = { name: 'stores', mountPath: PATHS.stores };

/** Mount of a set of certificates, as the source provides it. */
export function certificateMount(folder: string): VolumeMount {
  return { name: volumeName(folder), mountPath: `${PATHS.certificates}/${folder}`, readOnly: true };
}

/** Mounts of sets of certificates. */
export function certificateMounts(certificates: readonly PodCertificates[]): VolumeMount[] {
  return certificates.map(({ config: { folder } }) => certificateMount(folder));
}

/** Volumes of sets of certificates, and of their keystores and truststores. */
export function certificateVolumes(certificates: readonly PodCertificates[]): object[] {
  if (certificates.length === 0) {
    return [];
  }
  return [
    ...certificates.map(({ config: { folder }, sources }) => certificateVolume(folder, sources)),
    // In memory: private keys must not be on the disk of a node.
    { name: STORES_MOUNT.name, emptyDir: { medium: 'Memory', sizeLimit: '4Mi' } },
  ];
}

/**
 * Volume of one set of certificates. The kubelet retries the mount until the Secret exists. The volume is not optional,
 * although `init` could then log the Secret that it waits for: the kubelet adds a new Secret to a running pod only at its next
 * sync, a minute or more later, and every first start would take that much longer.
 */
export function certificateVolume(folder: string, sources: unknown): object {
  return { name: volumeName(folder), projected: { defaultMode: GROUP_READS, sources } };
}

const GROUP_READS = 0o440;

function volumeName(folder: string): string {
  return `certificates-${folder}`;
}

/** Mount for temporary files: root file systems are read-only. */
export const TMP_MOUNT: VolumeMount = { name: 'tmp', mountPath: '/tmp' };

/** Mount for temporary files of the agent in the pod of a server, apart from those of the server. */
export const AGENT_TMP_MOUNT: VolumeMount = { name: 'agent-tmp', mountPath: TMP_MOUNT.mountPath };

/** Volume of AGENT_TMP_MOUNT. */
export const AGENT_TMP_VOLUME = { name: AGENT_TMP_MOUNT.name, emptyDir: { sizeLimit: '16Mi' } };

/** Volumes of RUNTIME_MOUNT and TMP_MOUNT. */
export const SCRATCH_VOLUMES = [
  { name: RUNTIME_MOUNT.name, emptyDir: { sizeLimit: '1Mi' } },
  { name: TMP_MOUNT.name, emptyDir: { sizeLimit: '256Mi' } },
];
