import { Size } from 'cdk8s';
import { Cpu, EnvValue } from 'cdk8s-plus-27';
import { BOOLEAN, CPU, ENV_VALUE, PORT, listOf, recordOf, sizeFrom, text } from '../input/kinds';
import { PropTable, optional, required, struct } from '../input/props';
import { assertImage, assertLabel, assertLength } from '../kubernetes/names';
import { cpuQuantity, quantity } from '../kubernetes/quantities';
import { environment } from './environment';
import { assertMountPaths } from './mount-paths';
import { CONTAINER_SECURITY, EPHEMERAL_STORAGE } from './security';

/** A mount of a volume in a sidecar or an init container. */
export interface SidecarVolumeMount {
  /** Name of one of the `volumes` of the same construct, or of a volume of the package: `tmp`, `data-0`. */
  readonly volumeName: string;

  /** Path of the mount. */
  readonly mountPath: string;

  /**
   * True to mount the volume read-only.
   *
   * @default true
   */
  readonly readOnly?: boolean;
}

const VOLUME_MOUNT_PROPS: PropTable<SidecarVolumeMount> = {
  volumeName: required(text('plugins')),
  mountPath: required(text('/etc/plugins')),
  readOnly: optional(BOOLEAN),
};

/** A further container of a pod, with the restricted security context of the package's own containers. */
export interface SidecarContainer {
  /** Name of the container. */
  readonly name: string;

  /** Container image. */
  readonly image: string;

  /**
   * Entry point.
   *
   * @default - that of the image
   */
  readonly command?: string[];

  /**
   * Arguments of the entry point.
   *
   * @default - those of the image
   */
  readonly args?: string[];

  /**
   * Environment variables. Values from Secrets do not appear in the YAML.
   *
   * @default - none
   */
  readonly envVariables?: { [name: string]: EnvValue };

  /**
   * Ports of the container by name, for example `{ metrics: 9404 }`.
   *
   * @default - none
   */
  readonly ports?: { [name: string]: number };

  /**
   * CPU request. There is no CPU limit.
   *
   * @default Cpu.millis(50)
   */
  readonly cpu?: Cpu;

  /**
   * Memory request and limit.
   *
   * @default Size.mebibytes(128)
   */
  readonly memory?: Size;

  /**
   * Mounts of volumes.
   *
   * @default - none
   */
  readonly volumeMounts?: SidecarVolumeMount[];
}

/** Properties of a SidecarContainer. */
export const SIDECAR_PROPS: PropTable<SidecarContainer> = {
  name: required(text('shipper')),
  image: required(text('registry.example.com/shipper:2.1')),
  command: optional(listOf(text('/bin/shipper'))),
  args: optional(listOf(text('--verbose'))),
  envVariables: optional(recordOf(ENV_VALUE, 'REGION')),
  ports: optional(recordOf(PORT, 'metrics')),
  cpu: optional(CPU),
  memory: optional(sizeFrom(1)),
  volumeMounts: optional(listOf(struct(VOLUME_MOUNT_PROPS))),
};

const OWN_CONTAINERS = ['agent', 'authority', 'format', 'init', 'kafka', 'topics', 'zookeeper'];

/**
 * The entries in `containers` or `initContainers` of a pod.
 *
 * @param volumeNames volumes that the containers can mount
 * @throws when a name or an image is not valid, a name is taken, or a volume does not exist
 */
export function sidecars(
  owner: string,
  containers: readonly SidecarContainer[] = [],
  volumeNames: readonly string[],
): object[] {
  return containers.map((container) => {
    assertLabel(`container name of ${owner}`, container.name);
    assertLength(`container name of ${owner}`, container.name, 63, 'it');
    assertImage(
      `image of container '${container.name}' of ${owner}`,
      container.image,
      'registry.example.com/shipper:2.1',
    );
    assertPortNames(`container '${container.name}' of ${owner}`, container.ports);
    assertMounts(`container '${container.name}' of ${owner}`, container.volumeMounts, volumeNames);
    return rendered(owner, container);
  });
}

/**
 * Checks that containers of one pod differ in name and port.
 *
 * @param ownPorts ports of the package's containers
 * @throws when a name is taken, or two containers that run at the same time have the same port
 */
export function assertDistinctContainers(
  owner: string,
  { sidecars: running = [], initContainers = [] }: PodContainers,
  ownPorts: readonly number[],
): void {
  const names = new Set(OWN_CONTAINERS);
  for (const { name } of [...initContainers, ...running]) {
    if (names.has(name)) {
      throw new Error(`container name '${name}' of ${owner} is taken; use another name`);
    }
    names.add(name);
  }
  const ports = new Set(ownPorts);
  for (const { name, ports: given = {} } of running) {
    for (const port of Object.values(given)) {
      if (ports.has(port)) {
        throw new Error(
          `port ${port} of container '${name}' of ${owner} is taken: all containers of a pod share its ports; use another port`,
        );
      }
      ports.add(port);
    }
  }
}

interface PodContainers {
  readonly sidecars?: readonly SidecarContainer[];
  readonly initContainers?: readonly SidecarContainer[];
}

function assertPortNames(owner: string, ports: { readonly [name: string]: number } = {}): void {
  for (const name of Object.keys(ports)) {
    if (!/^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
      throw new Error(
        `port name '${name}' of ${owner} is not valid; use up to 15 lower-case letters, digits and single '-'`,
      );
    }
  }
}

function assertMounts(
  owner: string,
  mounts: readonly SidecarVolumeMount[] = [],
  volumeNames: readonly string[],
): void {
  for (const mount of mounts) {
    if (!volumeNames.includes(mount.volumeName)) {
      throw new Error(
        `${owner} mounts volume '${mount.volumeName}', and the pod has only ${volumeNames.join(', ')} to mount; add it to ` +
          "'volumes', or use one of these",
      );
    }
  }
  assertMountPaths(owner, mounts);
}

function rendered(owner: string, container: SidecarContainer): object {
  const memory = quantity(container.memory ?? Size.mebibytes(128));
  return {
    name: container.name,
    image: container.image,
    imagePullPolicy: 'IfNotPresent',
    ...(container.command ? { command: [...container.command] } : {}),
    ...(container.args ? { args: [...container.args] } : {}),
    env: environment(`container '${container.name}' of ${owner}`, container.envVariables),
    ports: Object.entries(container.ports ?? {}).map(([name, containerPort]) => ({ name, containerPort })),
    resources: {
      requests: {
        cpu: cpuQuantity(container.cpu ?? Cpu.millis(50)),
        memory,
        'ephemeral-storage': EPHEMERAL_STORAGE.other,
      },
      limits: { memory },
    },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: (container.volumeMounts ?? []).map(({ volumeName, mountPath, readOnly = true }) => ({
      name: volumeName,
      mountPath,
      readOnly,
    })),
  };
}
