import { quoted } from '../input/format';
import { posix } from 'path';
import { Size } from 'cdk8s';
import { BOOLEAN, Kind, SIZE, kind, text } from '../input/kinds';
import { PropTable, assertProps, optional } from '../input/props';
import { isOfType, markType } from '../input/type-mark';
import { assertLabel, assertLength, assertObjectName } from '../kubernetes/names';
import { quantity } from '../kubernetes/quantities';
import { VolumeMount } from './agent-containers';
import { assertMountPaths } from './mount-paths';

/** Options of every `PodVolume`. */
export interface PodVolumeOptions {
  /**
   * Path at which the server's container (Kafka or ZooKeeper) mounts the volume, for example `/opt/plugins`. It cannot be one
   * that hides Kafka, Java or the operating system.
   *
   * @default - not mounted there; sidecars and init containers mount it with `volumeMounts`
   */
  readonly mountPath?: string;

  /**
   * True to mount the volume read-only in the server's container.
   *
   * @default - true, but false for `fromEmptyDir`
   */
  readonly readOnly?: boolean;
}

const POD_VOLUME_OPTIONS: PropTable<PodVolumeOptions> = {
  mountPath: optional(text('/etc/keytab')),
  readOnly: optional(BOOLEAN),
};

/** Names of volumes and mount paths that the package uses itself. */
const OWN_VOLUMES =
  /^(config|agent-program|kubernetes-api|pod-info|runtime|stores|tmp|agent-tmp|topics|certificates-.*|data-\d+)$/;
const OWN_PATHS =
  /^\/(tmp|etc\/(cdk8s-kafka|zookeeper)[^/]*|(var\/)?run\/cdk8s-kafka[^/]*|opt\/cdk8s-kafka|var\/lib\/(kafka|zookeeper))(\/|$)/;
/** Folders that contain those of the package, and folders of Kafka: a volume would hide their content. */
const HIDING_PATHS =
  /^\/$|^\/(etc|(var\/)?run|opt|var|var\/lib|opt\/kafka(\/(bin|libs|config))?|usr|dev)\/?$/;
/** Folders of Java and of the operating system. */
const SYSTEM_PATHS = /^\/(opt\/java|(usr\/)?(s?bin|lib(32|64|x32)?)|proc|sys)(\/|$)/;

function isOwnPath(path: string): boolean {
  return [OWN_PATHS, HIDING_PATHS, SYSTEM_PATHS].some((paths) => paths.test(path));
}

/** A further volume of a pod. */
export class PodVolume {
  /** True if the value is a PodVolume. */
  public static isPodVolume(value: unknown): value is PodVolume {
    return isOfType(value, 'PodVolume');
  }

  /** A ConfigMap in the namespace of the pod. */
  public static fromConfigMap(
    volumeName: string,
    configMapName: string,
    options: PodVolumeOptions = {},
  ): PodVolume {
    assertObjectName(`ConfigMap of volume ${quoted(volumeName)}`, configMapName);
    return new PodVolume(volumeName, { configMap: { name: configMapName } }, options);
  }

  /** A Secret in the namespace of the pod. */
  public static fromSecret(
    volumeName: string,
    secretName: string,
    options: PodVolumeOptions = {},
  ): PodVolume {
    assertObjectName(`Secret of volume ${quoted(volumeName)}`, secretName);
    return new PodVolume(volumeName, { secret: { secretName } }, options);
  }

  /** An empty directory with a size limit, deleted with the pod. */
  public static fromEmptyDir(volumeName: string, sizeLimit: Size, options: PodVolumeOptions = {}): PodVolume {
    SIZE.assert(`sizeLimit of volume ${quoted(volumeName)}`, sizeLimit);
    return new PodVolume(volumeName, { emptyDir: { sizeLimit: quantity(sizeLimit) } }, options);
  }

  /** A PersistentVolumeClaim in the namespace of the pod. All pods share it. */
  public static fromPersistentVolumeClaim(
    volumeName: string,
    claimName: string,
    options: PodVolumeOptions = {},
  ): PodVolume {
    assertObjectName(`claim of volume ${quoted(volumeName)}`, claimName);
    return new PodVolume(volumeName, { persistentVolumeClaim: { claimName } }, options);
  }

  private constructor(
    /** Name of the volume. */
    public readonly volumeName: string,
    private readonly source: object,
    private readonly options: PodVolumeOptions,
  ) {
    markType(this, 'PodVolume');
    assertLabel('name of a PodVolume', volumeName);
    assertLength('name of a PodVolume', volumeName, 63, 'it');
    assertProps(`volume '${volumeName}'`, options, POD_VOLUME_OPTIONS);
    if (OWN_VOLUMES.test(volumeName)) {
      throw new Error(`volume name '${volumeName}' is used by the package; use another name`);
    }
    const { mountPath } = options;
    if (
      mountPath !== undefined &&
      (mountPath !== posix.normalize(mountPath) || !mountPath.startsWith('/') || isOwnPath(mountPath))
    ) {
      throw new Error(
        `mountPath '${mountPath}' of volume '${volumeName}' must be an absolute path without '..' or '//', outside the folders ` +
          "of the package, of Kafka, of Java and of the operating system, for example '/opt/plugins'",
      );
    }
  }

  /** The entry in `volumes` of a pod. @internal */
  public _toVolume(): object {
    return { name: this.volumeName, ...this.source };
  }

  /** The entries in `volumeMounts` of the server's container. @internal */
  public _toVolumeMounts(): VolumeMount[] {
    const { mountPath, readOnly = !('emptyDir' in this.source) } = this.options;
    return mountPath === undefined ? [] : [{ name: this.volumeName, mountPath, readOnly }];
  }
}

/** @throws when an item is not a PodVolume, or Kubernetes would reject two names or mount paths that are equal */
export function assertVolumes(owner: string, volumes: readonly PodVolume[] = []): void {
  const names = new Set<string>();
  for (const { volumeName } of volumes) {
    if (names.has(volumeName)) {
      throw new Error(`volume name '${volumeName}' is used twice in ${owner}; use another name`);
    }
    names.add(volumeName);
  }
  assertMountPaths(
    `volumes of ${owner}`,
    volumes.flatMap((volume) => volume._toVolumeMounts()),
  );
}

/** The kind of a PodVolume. */
export const POD_VOLUME: Kind<PodVolume> = kind(
  PodVolume.isPodVolume,
  "PodVolume.fromSecret('keytab', 'kafka-keytab')",
);
