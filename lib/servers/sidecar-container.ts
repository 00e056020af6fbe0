import { Size } from 'cdk8s';
import { Cpu, EnvValue } from 'cdk8s-plus-27';
import { PropTable, assertProps } from '../input/props';
import { assertImage, assertLabel } from '../kubernetes/names';
import { cpuQuantity, quantity } from '../kubernetes/quantities';
import { environment } from './environment';
import { CONTAINER_SECURITY } from './security';

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
   * Mount paths by volume name: of the `volumes` of the same construct, or of the package's own volumes (`tmp`, `data-0`).
   *
   * @default - none
   */
  readonly volumeMounts?: { [volumeName: string]: string };
}

const SIDECAR_PROPS: PropTable<SidecarContainer> = {
  name: 'required',
  image: 'required',
  command: 'optional',
  args: 'optional',
  envVariables: 'optional',
  ports: 'optional',
  cpu: 'optional',
  memory: 'optional',
  volumeMounts: 'optional',
};

const OWN_CONTAINERS = ['agent', 'authority', 'format', 'init', 'kafka', 'topics', 'zookeeper'];

/**
 * The entries in `containers` or `initContainers` of a pod.
 *
 * @throws when a name or an image is not valid, or a name is taken
 */
export function sidecars(owner: string, containers: readonly SidecarContainer[] = []): object[] {
  const names = new Set(OWN_CONTAINERS);
  return containers.map((container) => {
    assertProps(`a container of ${owner}`, container, SIDECAR_PROPS);
    assertLabel(`container name of ${owner}`, container.name);
    assertImage(`image of container '${container.name}' of ${owner}`, container.image);
    if (names.has(container.name)) {
      throw new Error(`container name '${container.name}' of ${owner} is taken; use another name`);
    }
    names.add(container.name);
    return rendered(container);
  });
}

function rendered(container: SidecarContainer): object {
  const memory = quantity(container.memory ?? Size.mebibytes(128));
  return {
    name: container.name,
    image: container.image,
    imagePullPolicy: 'IfNotPresent',
    ...(container.command ? { command: [...container.command] } : {}),
    ...(container.args ? { args: [...container.args] } : {}),
    env: environment(container.envVariables),
    ports: Object.entries(container.ports ?? {}).map(([name, containerPort]) => ({ name, containerPort })),
    resources: {
      requests: { cpu: cpuQuantity(container.cpu ?? Cpu.millis(50)), memory },
      limits: { memory },
    },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: Object.entries(container.volumeMounts ?? {}).map(([name, mountPath]) => ({
      name,
      mountPath,
    })),
  };
}
