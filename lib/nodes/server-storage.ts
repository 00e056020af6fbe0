import { Size, SizeRoundingBehavior } from 'cdk8s';
import { mebibytesOf } from '../kubernetes/quantities';
import { assertObjectName } from '../kubernetes/names';
import { KINDS, assertRequired } from '../input/kinds';
import { InstanceType } from './instance-type';

/** Disks that belong to a node. */
export interface LocalVolumeOptions {
  /** StorageClass of the local volumes. It must bind late (`volumeBindingMode: WaitForFirstConsumer`). */
  readonly storageClassName: string;
  /** Least size of each volume. */
  readonly size: Size;
  /**
   * Disks of each broker; every one becomes a log directory.
   *
   * @default 1
   */
  readonly disks?: number;
}

/** Disks reached over the network. */
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
   * Volumes of each broker; every one becomes a log directory.
   *
   * @default 1
   */
  readonly disks?: number;
}

/** Disks of a machine type. */
export interface InstanceStoreOptions {
  /** StorageClass of the local volumes. It must bind late (`volumeBindingMode: WaitForFirstConsumer`). */
  readonly storageClassName: string;
  /**
   * Disks of each broker; every one becomes a log directory.
   *
   * @default - all disks of the machine type
   */
  readonly disks?: number;
}

/**
 * Where a broker, a controller or a ZooKeeper server keeps its data.
 *
 * Claims are kept when a StatefulSet is deleted or scaled down. A StatefulSet cannot change its claims: for other
 * storage, delete it with `--cascade=orphan`, apply at once, and only then replace the brokers one by one.
 */
export class ServerStorage {
  /**
   * Local volumes: fast, and gone with the node.
   *
   * @throws when there are no disks
   */
  public static localVolume(options: LocalVolumeOptions): ServerStorage {
    assertRequired('local volumes', options, { storageClassName: KINDS.name, size: KINDS.size });
    return new ServerStorage(options.size, options.disks ?? 1, options.storageClassName);
  }

  /**
   * Local volumes of the size and number that a machine type has.
   *
   * @throws when more disks are asked for than the machine has
   */
  public static instanceStore(instanceType: InstanceType, options: InstanceStoreOptions): ServerStorage {
    assertRequired('local volumes', { instanceType }, { instanceType: KINDS.instanceType });
    assertRequired('local volumes', options, { storageClassName: KINDS.name });
    const disks = options.disks ?? instanceType.disks;
    if (disks > instanceType.disks) {
      throw new Error(
        `${disks} disks on an ${instanceType.name}, which has ${instanceType.disks}; ask for ${instanceType.disks} or fewer`,
      );
    }
    return new ServerStorage(instanceType.volumeSize, disks, options.storageClassName);
  }

  /**
   * Volumes that a provisioner makes and that can follow a pod to another node.
   *
   * @throws when there are no disks
   */
  public static networkVolume(options: NetworkVolumeOptions): ServerStorage {
    assertRequired('network volumes', options, { size: KINDS.size });
    return new ServerStorage(options.size, options.disks ?? 1, options.storageClassName);
  }

  private constructor(
    /** Size of each volume. */
    public readonly size: Size,
    /** Number of volumes. */
    public readonly disks: number,
    /** StorageClass; absent for the default one of the Kubernetes cluster. */
    public readonly storageClassName?: string,
  ) {
    if (storageClassName !== undefined) {
      assertObjectName('storageClassName of a ServerStorage', storageClassName);
    }
    if (mebibytesOf(size) < 1) {
      throw new Error(
        `volumes of ${size.toKibibytes({ rounding: SizeRoundingBehavior.NONE })} KiB hold no data; ask for the size of the disks`,
      );
    }
    if (!Number.isInteger(disks) || disks < 1) {
      throw new Error(`${disks} disks: data needs a place; ask for 1 disk or more`);
    }
  }

  /** @internal */
  public _assertOneDisk(owner: string): void {
    if (this.disks !== 1) {
      throw new Error(`storage of ${owner} has ${this.disks} disks; it keeps one log, so give it 1 disk`);
    }
  }
}
