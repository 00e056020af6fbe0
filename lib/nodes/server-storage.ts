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
const INSTANCE_STORE: PropTable<InstanceStoreOptions> = {
  storageClassName: required(text('local-nvme')),
  disks: optional(number(2)),
};

/** No node has more disks. */
const MAX_DISKS = 128;

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
    return new ServerStorage(size, disks, storageClassName, { isWholeDisk: !sharedFileSystem });
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
    return new ServerStorage(instanceType.volumeSize, disks, options.storageClassName, { isWholeDisk: true });
  }

  /**
   * Network volumes from a provisioner. A pod can use them on another node.
   *
   * @throws when `disks` is not from 1 to 128
   */
  public static networkVolume(options: NetworkVolumeOptions): ServerStorage {
    assertProps('ServerStorage.networkVolume()', options, NETWORK_VOLUME);
    return new ServerStorage(options.size, options.disks ?? 1, options.storageClassName);
  }

  /** True if the value is a ServerStorage. */
  public static isServerStorage(value: unknown): value is ServerStorage {
    return isOfType(value, 'ServerStorage');
  }

  private constructor(
    /** Size of each volume. */
    public readonly size: Size,
    /** Number of volumes. */
    public readonly disks: number,
    /** StorageClass; undefined for the default StorageClass of the Kubernetes cluster. */
    public readonly storageClassName?: string,
    /** Local volumes; undefined for network volumes. */
    private readonly local?: {
      /** True if each volume is the file system of a disk of its node. */
      readonly isWholeDisk: boolean;
    },
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
    return this.local?.isWholeDisk ? mebibytesOf(this.size) * 1024 * 1024 : undefined;
  }

  /** True if the volumes are lost with their node. @internal */
  public get _isLocal(): boolean {
    return this.local !== undefined;
  }

  /** Checks that there is exactly one disk. @internal */
  public _assertOneDisk(owner: string): void {
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
