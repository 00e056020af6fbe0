import { Size } from 'cdk8s';
import { format } from '../input/format';
import { PropTable, assertProps, required } from '../input/props';
import { isOfType, markType } from '../input/type-mark';
import { Kind, SIZE, kind, number, text } from '../input/kinds';

/** Capacity of an instance type. */
export interface InstanceTypeCapacity {
  /** Virtual CPUs. */
  readonly vcpus: number;
  /** Memory of the machine, including what Kubernetes reserves. */
  readonly memory: Size;
  /** Number of local disks. */
  readonly disks: number;
  /** Capacity of one local disk in gigabytes (10^9 bytes), as providers publish it. */
  readonly diskGigabytes: number;
}

const CAPACITY: PropTable<InstanceTypeCapacity> = {
  vcpus: required(number(8)),
  memory: required(SIZE),
  disks: required(number(2)),
  diskGigabytes: required(number(1900)),
};

/**
 * An instance type with local disks. Defaults of CPU and memory requests, heap and volume sizes follow from its capacity, as
 * published by the providers.
 */
export class InstanceType {
  /** AWS i3.2xlarge: 8 vCPU, 61 GiB, 1 × 1900 GB. */
  public static readonly I3_2XLARGE = InstanceType.machine('i3.2xlarge', 8, 61, 1, 1900);
  /** AWS i3.4xlarge: 16 vCPU, 122 GiB, 2 × 1900 GB. */
  public static readonly I3_4XLARGE = InstanceType.machine('i3.4xlarge', 16, 122, 2, 1900);
  /** AWS i3.8xlarge: 32 vCPU, 244 GiB, 4 × 1900 GB. */
  public static readonly I3_8XLARGE = InstanceType.machine('i3.8xlarge', 32, 244, 4, 1900);
  /** AWS i3en.xlarge: 4 vCPU, 32 GiB, 1 × 2500 GB. */
  public static readonly I3EN_XLARGE = InstanceType.machine('i3en.xlarge', 4, 32, 1, 2500);
  /** AWS i3en.2xlarge: 8 vCPU, 64 GiB, 2 × 2500 GB. */
  public static readonly I3EN_2XLARGE = InstanceType.machine('i3en.2xlarge', 8, 64, 2, 2500);
  /** AWS i3en.3xlarge: 12 vCPU, 96 GiB, 1 × 7500 GB. */
  public static readonly I3EN_3XLARGE = InstanceType.machine('i3en.3xlarge', 12, 96, 1, 7500);
  /** AWS i3en.6xlarge: 24 vCPU, 192 GiB, 2 × 7500 GB. */
  public static readonly I3EN_6XLARGE = InstanceType.machine('i3en.6xlarge', 24, 192, 2, 7500);
  /** AWS i4i.2xlarge: 8 vCPU, 64 GiB, 1 × 1875 GB. */
  public static readonly I4I_2XLARGE = InstanceType.machine('i4i.2xlarge', 8, 64, 1, 1875);
  /** AWS i4i.4xlarge: 16 vCPU, 128 GiB, 1 × 3750 GB. */
  public static readonly I4I_4XLARGE = InstanceType.machine('i4i.4xlarge', 16, 128, 1, 3750);
  /** AWS i4i.8xlarge: 32 vCPU, 256 GiB, 2 × 3750 GB. */
  public static readonly I4I_8XLARGE = InstanceType.machine('i4i.8xlarge', 32, 256, 2, 3750);
  /** AWS im4gn.xlarge (Arm): 4 vCPU, 16 GiB, 1 × 1875 GB. */
  public static readonly IM4GN_XLARGE = InstanceType.machine('im4gn.xlarge', 4, 16, 1, 1875);
  /** AWS im4gn.2xlarge (Arm): 8 vCPU, 32 GiB, 1 × 3750 GB. */
  public static readonly IM4GN_2XLARGE = InstanceType.machine('im4gn.2xlarge', 8, 32, 1, 3750);
  /** AWS im4gn.4xlarge (Arm): 16 vCPU, 64 GiB, 1 × 7500 GB. */
  public static readonly IM4GN_4XLARGE = InstanceType.machine('im4gn.4xlarge', 16, 64, 1, 7500);
  /** AWS d3.xlarge (hard disks): 4 vCPU, 32 GiB, 3 × 1980 GB. */
  public static readonly D3_XLARGE = InstanceType.machine('d3.xlarge', 4, 32, 3, 1980);
  /** AWS d3.2xlarge (hard disks): 8 vCPU, 64 GiB, 6 × 1980 GB. */
  public static readonly D3_2XLARGE = InstanceType.machine('d3.2xlarge', 8, 64, 6, 1980);
  /** Azure Standard_L8s_v3: 8 vCPU, 64 GiB, 1 × 1920 GB. */
  public static readonly STANDARD_L8S_V3 = InstanceType.machine('Standard_L8s_v3', 8, 64, 1, 1920);
  /** Azure Standard_L16s_v3: 16 vCPU, 128 GiB, 2 × 1920 GB. */
  public static readonly STANDARD_L16S_V3 = InstanceType.machine('Standard_L16s_v3', 16, 128, 2, 1920);
  /** Google c3-standard-8-lssd: 8 vCPU, 32 GiB, 2 × 375 GiB. */
  public static readonly C3_STANDARD_8_LSSD = InstanceType.machine('c3-standard-8-lssd', 8, 32, 2, 402);
  /** Google c3-standard-22-lssd: 22 vCPU, 88 GiB, 4 × 375 GiB. */
  public static readonly C3_STANDARD_22_LSSD = InstanceType.machine('c3-standard-22-lssd', 22, 88, 4, 402);

  /**
   * Any other instance type.
   *
   * @param name value of the node label `node.kubernetes.io/instance-type`
   * @throws when a capacity is not above 0
   */
  public static of(name: string, capacity: InstanceTypeCapacity): InstanceType {
    return new InstanceType(name, capacity);
  }

  private static machine(
    name: string,
    vcpus: number,
    memoryGibibytes: number,
    disks: number,
    diskGigabytes: number,
  ): InstanceType {
    const memory = Size.gibibytes(memoryGibibytes);
    return InstanceType.of(name, { vcpus, memory, disks, diskGigabytes });
  }

  /** Virtual CPUs. */
  public readonly vcpus: number;
  /** Memory of the machine. */
  public readonly memory: Size;
  /** Number of local disks. */
  public readonly disks: number;
  private readonly diskGigabytes: number;

  /** True if the value is a InstanceType. */
  public static isInstanceType(value: unknown): value is InstanceType {
    return isOfType(value, 'InstanceType');
  }

  private constructor(
    /** Value of the node label `node.kubernetes.io/instance-type`. */
    public readonly name: string,
    capacity: InstanceTypeCapacity,
  ) {
    markType(this, 'InstanceType');
    text('i3.2xlarge').assert('name of an InstanceType', name);
    assertProps(`the capacity of instance type '${name}'`, capacity, CAPACITY);
    const { vcpus, memory, disks, diskGigabytes } = capacity;
    for (const [key, value] of Object.entries({
      vcpus,
      memory: memory.toMebibytes(),
      disks,
      diskGigabytes,
    })) {
      if (!(value > 0)) {
        throw new Error(`${key} of instance type '${name}' must be above 0, got ${format(value)}`);
      }
    }
    this.vcpus = vcpus;
    this.memory = memory;
    this.disks = disks;
    this.diskGigabytes = diskGigabytes;
  }

  /**
   * Allocatable memory of a node of this type, less 1 GiB for pods of DaemonSets.
   *
   * The reservation is the largest one of the major cloud providers: 25 % of the first 4 GiB, 20 % of the next 4, 10 % of the
   * next 8, 6 % of the next 112, 2 % above, and 100 MiB for eviction.
   *
   * @see https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
   */
  public get allocatableMemory(): Size {
    const total = this.memory.toMebibytes();
    let left = total;
    let reserved = 100;
    for (const [gibibytes, share] of [
      [4, 0.25],
      [4, 0.2],
      [8, 0.1],
      [112, 0.06],
      [Infinity, 0.02],
    ]) {
      const part = Math.min(left, gibibytes * 1024);
      reserved += part * share;
      left -= part;
    }
    return Size.mebibytes(Math.max(512, Math.floor(total - reserved - 1024)));
  }

  /** Size of the claim for one disk: 95 % of its capacity, because the file system needs some space. */
  public get volumeSize(): Size {
    return Size.gibibytes(Math.floor((this.diskGigabytes * 1e9 * 0.95) / 2 ** 30));
  }
}

/** The kind of a InstanceType. */
export const INSTANCE_TYPE: Kind<InstanceType> = kind(
  InstanceType.isInstanceType,
  'InstanceType.I3EN_3XLARGE',
);
