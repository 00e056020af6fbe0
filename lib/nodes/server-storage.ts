import { Size, SizeRoundingBehavior } from 'cdk8s';
import { format } from '../input/format';
import { PropTable, assertProps, optional, required } from '../input/props';
import { assertObjectName } from '../kubernetes/names';
import { mebibytesOf } from '../kubernetes/quantities';
import { INSTANCE_TYPE, InstanceType } from './instance-type';
import { isOfType, markType } from '../input/type-mark';
import { BOOLEAN, Kind, SIZE, kind, number, text } from '../input/kinds';

/** Options of `ServerStorage.localVolume()`. */
export interface LocalVolumeOptions {
  /** StorageClass of the local volumes, with `volumeBindingMode: WaitForFirstConsumer`. */
  readonly storageClassName: string;
  /** Minimum size of each volume. */
  readonly size: Size;
  /**
   * Number of volumes of each server; each becomes a log directory.
   *
   * @default 1
   */
  readonly disks?: number;
  /**
   * True if the volumes are folders of a file system that they share with each other or with the node. Then a server cannot tell a
   * disk that is not mounted on its node from an empty disk, and does not check that.
   *
   * @default false
   */
  readonly sharedFileSystem?: boolean;
}

/** Options of `ServerStorage.networkVolume()`. */
export interface NetworkVolumeOptions {
  /**
   * StorageClass of the volumes.
   *
   * @default - the default StorageClass of the Kubernetes cluster
   */
  readonly storageClassName?: string;
  /** Size of each volume. */
  readonly size: Size;
  /**
   * Number of volumes of each server; each becomes a log directory.
   *
   * @default 1
   */
  readonly disks?: number;
}

/** Options of `ServerStorage.ephemeral()`. */
export interface EphemeralStorageOptions {
  /**
   * Size of the volume. Without a StorageClass, it is a request of `ephemeral-storage`, so that the scheduler reserves it on the node. There
   * is no limit: a pod above a limit is evicted, with its data.
   */
  readonly size: Size;
  /**
   * StorageClass of a generic ephemeral volume.
   *
   * @default - an `emptyDir` in the ephemeral storage of the node
   */
  readonly storageClassName?: string;
}

/** Options of `ServerStorage.instanceStore()`. */
export interface InstanceStoreOptions {
  /** StorageClass of the local volumes, with `volumeBindingMode: WaitForFirstConsumer`. */
  readonly storageClassName: string;
  /**
   * Number of volumes of each server; each becomes a log directory.
   *
   * @default - all disks of the instance type
   */
  readonly disks?: number;
}

const LOCAL_VOLUME: PropTable<LocalVolumeOptions> = {
  storageClassName: required(text('local-nvme')),
  size: required(SIZE),
  disks: optional(number(2)),
  sharedFileSystem: optional(BOOLEAN),
};
const NETWORK_VOLUME: PropTable<NetworkVolumeOptions> = {
  storageClassName: optional(text('ssd')),
  size: required(SIZE),
  disks: optional(number(2)),
};
const EPHEMERAL: PropTable<EphemeralStorageOptions> = {
  size: required(SIZE),
  storageClassName: optional(text('local-nvme')),
};
const INSTANCE_STORE: PropTable<InstanceStoreOptions> = {
  storageClassName: required(text('local-nvme')),
  disks: optional(number(2)),
};

/** No node has more disks. */
const MAX_DISKS = 128;

/** Volumes of a server. A local volume is the file system of a disk of its node, or a folder of one. */
type VolumeKind = 'network' | 'local-disk' | 'local-folder' | 'ephemeral';

/**
 * Storage of a broker, a controller or a ZooKeeper server.
 *
 * Claims are retained when a StatefulSet is deleted or scaled down. The claims of a StatefulSet cannot change: for other
 * storage, delete the StatefulSet with `--cascade=orphan`, apply the YAML at once, and then replace the servers one by one.
 */
export class ServerStorage {
  /**
   * Local volumes: fast, and lost with the node.
   *
   * @throws when `disks` is not from 1 to 128
   */
  public static localVolume(options: LocalVolumeOptions): ServerStorage {
    assertProps('ServerStorage.localVolume()', options, LOCAL_VOLUME);
    const { disks = 1, sharedFileSystem = false, size, storageClassName } = options;
    return new ServerStorage(sharedFileSystem ? 'local-folder' : 'local-disk', size, disks, storageClassName);
  }

  /**
   * Local volumes with the size and number of an instance type's disks.
   *
   * @throws when `disks` is above the number of disks of the instance type
   */
  public static instanceStore(instanceType: InstanceType, options: InstanceStoreOptions): ServerStorage {
    INSTANCE_TYPE.assert('instance type of ServerStorage.instanceStore()', instanceType);
    assertProps('ServerStorage.instanceStore()', options, INSTANCE_STORE);
    const disks = options.disks ?? instanceType.disks;
    if (Number.isInteger(disks) && disks <= MAX_DISKS && disks > instanceType.disks) {
      throw new Error(`disks must be at most ${instanceType.disks} on ${instanceType.name}, got ${disks}`);
    }
    return new ServerStorage('local-disk', instanceType.volumeSize, disks, options.storageClassName);
  }

  /**
   * Network volumes from a provisioner. A pod can use them on another node.
   *
   * @throws when `disks` is not from 1 to 128
   */
  public static networkVolume(options: NetworkVolumeOptions): ServerStorage {
    assertProps('ServerStorage.networkVolume()', options, NETWORK_VOLUME);
    return new ServerStorage('network', options.size, options.disks ?? 1, options.storageClassName);
  }

  /**
   * A volume that is deleted with its pod, for brokers only: an `emptyDir`, for example on nodes that use their instance store as
   * ephemeral storage, or a generic ephemeral volume.
   *
   * Each restart of a pod, also by a rollout, starts the broker on an empty disk, and it replicates all of its data. If all pods with
   * replicas of a partition are deleted together, its records are lost.
   */
  public static ephemeral(options: EphemeralStorageOptions): ServerStorage {
    assertProps('ServerStorage.ephemeral()', options, EPHEMERAL);
    return new ServerStorage('ephemeral', options.size, 1, options.storageClassName);
  }

  /** True if the value is a ServerStorage. */
  public static isServerStorage(value: unknown): value is ServerStorage {
    return isOfType(value, 'ServerStorage');
  }

  private constructor(
    private readonly volumes: VolumeKind,
    /** Size of each volume. */
    public readonly size: Size,
    /** Number of volumes. */
    public readonly disks: number,
    /** StorageClass; undefined for the default StorageClass of the Kubernetes cluster, and for an `emptyDir`. */
    public readonly storageClassName?: string,
  ) {
    markType(this, 'ServerStorage');
    if (storageClassName !== undefined) {
      assertObjectName('storageClassName', storageClassName);
    }
    if (mebibytesOf(size) < 1) {
      throw new Error(
        `size must be 1 MiB or more, got ${size.toKibibytes({ rounding: SizeRoundingBehavior.NONE })} KiB`,
      );
    }
    if (!Number.isInteger(disks) || disks < 1 || disks > MAX_DISKS) {
      throw new Error(`disks must be from 1 to ${MAX_DISKS}, got ${format(disks)}`);
    }
  }

  /** Size that each claim requests, in bytes, if its volume is the file system of a disk of its node. @internal */
  public get _localVolumeBytes(): number | undefined {
    return this.volumes === 'local-disk' ? mebibytesOf(this.size) * 1024 * 1024 : undefined;
  }

  /** True if the volumes are lost with their node. @internal */
  public get _isLocal(): boolean {
    return this.volumes === 'local-disk' || this.volumes === 'local-folder';
  }

  /** True if the volume is deleted with its pod. @internal */
  public get _isEphemeral(): boolean {
    return this.volumes === 'ephemeral';
  }

  /** Checks that there is exactly one disk, and that it outlives its pod. @internal */
  public _assertForMetadata(owner: string): void {
    if (this._isEphemeral) {
      throw new Error(
        `storage of ${owner} is ephemeral, and the metadata of the cluster would be lost with its pods; use ` +
          'ServerStorage.networkVolume() or ServerStorage.localVolume()',
      );
    }
    if (this.disks !== 1) {
      throw new Error(`storage of ${owner} must have exactly 1 disk, got ${this.disks}`);
    }
  }
}

/** The kind of a ServerStorage. */
export const SERVER_STORAGE: Kind<ServerStorage> = kind(
  ServerStorage.isServerStorage,
  'ServerStorage.networkVolume({ size: Size.gibibytes(100) })',
);
