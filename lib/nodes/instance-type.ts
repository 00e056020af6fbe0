import { Size } from 'cdk8s';
import { format } from '../input/format';
import { PropTable, assertProps, optional, required } from '../input/props';
import { allocatableMebibytes } from './allocatable-memory';
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
  /**
   * Network bandwidth of a node in megabits (10^6 bits) per second. Of a burstable one, the bandwidth that it always has.
   *
   * @default - unknown
   */
  readonly networkMegabits?: number;
  /**
   * Maximum number of pods of a node. On AWS it depends on the network interfaces, and the kubelet reserves memory for each pod.
   *
   * @default 110
   */
  readonly maxPods?: number;
}

const CAPACITY: PropTable<InstanceTypeCapacity> = {
  vcpus: required(number(8)),
  memory: required(SIZE),
  disks: required(number(2)),
  diskGigabytes: required(number(1900)),
  networkMegabits: optional(number(5000)),
  maxPods: optional(number(58)),
};

function memoryOf(gibibytes: number): Size {
  number(61).assert('memory of an InstanceType', gibibytes);
  return Size.gibibytes(gibibytes);
}

type AwsType = [...AzureType, maxPods: number];
type AzureType = [...GoogleType, networkMegabits: number];
type GoogleType = [name: string, vcpus: number, memoryGibibytes: number, disks: number, diskSize: number];

/**
 * An instance type with local disks. Defaults of CPU and memory requests, heap and volume sizes follow from its capacity, as
 * published by the providers.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/so.html
 * @see https://learn.microsoft.com/azure/virtual-machines/sizes/overview
 * @see https://cloud.google.com/compute/docs/disks/local-ssd
 */
export class InstanceType {
  /** AWS i3.2xlarge: 8 vCPU, 61 GiB, 1 × 1900 GB, 2.5 Gbit/s. */
  public static readonly I3_2XLARGE = InstanceType.aws('i3.2xlarge', 8, 61, 1, 1900, 2500, 58);
  /** AWS i3.4xlarge: 16 vCPU, 122 GiB, 2 × 1900 GB, 5 Gbit/s. */
  public static readonly I3_4XLARGE = InstanceType.aws('i3.4xlarge', 16, 122, 2, 1900, 5000, 234);
  /** AWS i3.8xlarge: 32 vCPU, 244 GiB, 4 × 1900 GB, 10 Gbit/s. */
  public static readonly I3_8XLARGE = InstanceType.aws('i3.8xlarge', 32, 244, 4, 1900, 10000, 234);
  /** AWS i3en.xlarge: 4 vCPU, 32 GiB, 1 × 2500 GB, 4.2 Gbit/s. */
  public static readonly I3EN_XLARGE = InstanceType.aws('i3en.xlarge', 4, 32, 1, 2500, 4200, 58);
  /** AWS i3en.2xlarge: 8 vCPU, 64 GiB, 2 × 2500 GB, 8.4 Gbit/s. */
  public static readonly I3EN_2XLARGE = InstanceType.aws('i3en.2xlarge', 8, 64, 2, 2500, 8400, 58);
  /** AWS i3en.3xlarge: 12 vCPU, 96 GiB, 1 × 7500 GB, 12.5 Gbit/s. */
  public static readonly I3EN_3XLARGE = InstanceType.aws('i3en.3xlarge', 12, 96, 1, 7500, 12500, 58);
  /** AWS i3en.6xlarge: 24 vCPU, 192 GiB, 2 × 7500 GB, 25 Gbit/s. */
  public static readonly I3EN_6XLARGE = InstanceType.aws('i3en.6xlarge', 24, 192, 2, 7500, 25000, 234);
  /** AWS i3en.12xlarge: 48 vCPU, 384 GiB, 4 × 7500 GB, 50 Gbit/s. */
  public static readonly I3EN_12XLARGE = InstanceType.aws('i3en.12xlarge', 48, 384, 4, 7500, 50000, 234);
  /** AWS i4g.2xlarge (Arm): 8 vCPU, 64 GiB, 1 × 1875 GB, 4.687 Gbit/s. */
  public static readonly I4G_2XLARGE = InstanceType.aws('i4g.2xlarge', 8, 64, 1, 1875, 4687, 58);
  /** AWS i4g.4xlarge (Arm): 16 vCPU, 128 GiB, 1 × 3750 GB, 9.375 Gbit/s. */
  public static readonly I4G_4XLARGE = InstanceType.aws('i4g.4xlarge', 16, 128, 1, 3750, 9375, 234);
  /** AWS i4g.8xlarge (Arm): 32 vCPU, 256 GiB, 2 × 3750 GB, 18.75 Gbit/s. */
  public static readonly I4G_8XLARGE = InstanceType.aws('i4g.8xlarge', 32, 256, 2, 3750, 18750, 234);
  /** AWS i4i.2xlarge: 8 vCPU, 64 GiB, 1 × 1875 GB, 4.687 Gbit/s. */
  public static readonly I4I_2XLARGE = InstanceType.aws('i4i.2xlarge', 8, 64, 1, 1875, 4687, 58);
  /** AWS i4i.4xlarge: 16 vCPU, 128 GiB, 1 × 3750 GB, 9.375 Gbit/s. */
  public static readonly I4I_4XLARGE = InstanceType.aws('i4i.4xlarge', 16, 128, 1, 3750, 9375, 234);
  /** AWS i4i.8xlarge: 32 vCPU, 256 GiB, 2 × 3750 GB, 18.75 Gbit/s. */
  public static readonly I4I_8XLARGE = InstanceType.aws('i4i.8xlarge', 32, 256, 2, 3750, 18750, 234);
  /** AWS i7i.2xlarge: 8 vCPU, 64 GiB, 1 × 1875 GB, 4.687 Gbit/s. */
  public static readonly I7I_2XLARGE = InstanceType.aws('i7i.2xlarge', 8, 64, 1, 1875, 4687, 58);
  /** AWS i7i.4xlarge: 16 vCPU, 128 GiB, 1 × 3750 GB, 9.375 Gbit/s. */
  public static readonly I7I_4XLARGE = InstanceType.aws('i7i.4xlarge', 16, 128, 1, 3750, 9375, 234);
  /** AWS i7i.8xlarge: 32 vCPU, 256 GiB, 2 × 3750 GB, 25 Gbit/s. */
  public static readonly I7I_8XLARGE = InstanceType.aws('i7i.8xlarge', 32, 256, 2, 3750, 25000, 234);
  /** AWS i7i.12xlarge: 48 vCPU, 384 GiB, 3 × 3750 GB, 28.12 Gbit/s. */
  public static readonly I7I_12XLARGE = InstanceType.aws('i7i.12xlarge', 48, 384, 3, 3750, 28120, 234);
  /** AWS i7ie.xlarge: 4 vCPU, 32 GiB, 1 × 2500 GB, 4.166 Gbit/s. */
  public static readonly I7IE_XLARGE = InstanceType.aws('i7ie.xlarge', 4, 32, 1, 2500, 4166, 58);
  /** AWS i7ie.2xlarge: 8 vCPU, 64 GiB, 2 × 2500 GB, 8.333 Gbit/s. */
  public static readonly I7IE_2XLARGE = InstanceType.aws('i7ie.2xlarge', 8, 64, 2, 2500, 8333, 58);
  /** AWS i7ie.3xlarge: 12 vCPU, 96 GiB, 1 × 7500 GB, 12.5 Gbit/s. */
  public static readonly I7IE_3XLARGE = InstanceType.aws('i7ie.3xlarge', 12, 96, 1, 7500, 12500, 58);
  /** AWS i7ie.6xlarge: 24 vCPU, 192 GiB, 2 × 7500 GB, 12.5 Gbit/s. */
  public static readonly I7IE_6XLARGE = InstanceType.aws('i7ie.6xlarge', 24, 192, 2, 7500, 12500, 234);
  /** AWS i7ie.12xlarge: 48 vCPU, 384 GiB, 4 × 7500 GB, 25 Gbit/s. */
  public static readonly I7IE_12XLARGE = InstanceType.aws('i7ie.12xlarge', 48, 384, 4, 7500, 25000, 394);
  /** AWS i8g.2xlarge (Arm): 8 vCPU, 64 GiB, 1 × 1875 GB, 4.688 Gbit/s. */
  public static readonly I8G_2XLARGE = InstanceType.aws('i8g.2xlarge', 8, 64, 1, 1875, 4688, 58);
  /** AWS i8g.4xlarge (Arm): 16 vCPU, 128 GiB, 1 × 3750 GB, 9.375 Gbit/s. */
  public static readonly I8G_4XLARGE = InstanceType.aws('i8g.4xlarge', 16, 128, 1, 3750, 9375, 234);
  /** AWS i8g.8xlarge (Arm): 32 vCPU, 256 GiB, 2 × 3750 GB, 25 Gbit/s. */
  public static readonly I8G_8XLARGE = InstanceType.aws('i8g.8xlarge', 32, 256, 2, 3750, 25000, 234);
  /** AWS i8g.12xlarge (Arm): 48 vCPU, 384 GiB, 3 × 3750 GB, 28.12 Gbit/s. */
  public static readonly I8G_12XLARGE = InstanceType.aws('i8g.12xlarge', 48, 384, 3, 3750, 28120, 234);
  /** AWS i8ge.xlarge (Arm): 4 vCPU, 32 GiB, 1 × 2500 GB, 4.2 Gbit/s. */
  public static readonly I8GE_XLARGE = InstanceType.aws('i8ge.xlarge', 4, 32, 1, 2500, 4200, 58);
  /** AWS i8ge.2xlarge (Arm): 8 vCPU, 64 GiB, 2 × 2500 GB, 8.4 Gbit/s. */
  public static readonly I8GE_2XLARGE = InstanceType.aws('i8ge.2xlarge', 8, 64, 2, 2500, 8400, 58);
  /** AWS i8ge.3xlarge (Arm): 12 vCPU, 96 GiB, 1 × 7500 GB, 12.5 Gbit/s. */
  public static readonly I8GE_3XLARGE = InstanceType.aws('i8ge.3xlarge', 12, 96, 1, 7500, 12500, 176);
  /** AWS i8ge.6xlarge (Arm): 24 vCPU, 192 GiB, 2 × 7500 GB, 37.5 Gbit/s. */
  public static readonly I8GE_6XLARGE = InstanceType.aws('i8ge.6xlarge', 24, 192, 2, 7500, 37500, 292);
  /** AWS i8ge.12xlarge (Arm): 48 vCPU, 384 GiB, 4 × 7500 GB, 75 Gbit/s. */
  public static readonly I8GE_12XLARGE = InstanceType.aws('i8ge.12xlarge', 48, 384, 4, 7500, 75000, 350);
  /** AWS im4gn.xlarge (Arm): 4 vCPU, 16 GiB, 1 × 1875 GB, 6.25 Gbit/s. */
  public static readonly IM4GN_XLARGE = InstanceType.aws('im4gn.xlarge', 4, 16, 1, 1875, 6250, 58);
  /** AWS im4gn.2xlarge (Arm): 8 vCPU, 32 GiB, 1 × 3750 GB, 12.5 Gbit/s. */
  public static readonly IM4GN_2XLARGE = InstanceType.aws('im4gn.2xlarge', 8, 32, 1, 3750, 12500, 58);
  /** AWS im4gn.4xlarge (Arm): 16 vCPU, 64 GiB, 1 × 7500 GB, 25 Gbit/s. */
  public static readonly IM4GN_4XLARGE = InstanceType.aws('im4gn.4xlarge', 16, 64, 1, 7500, 25000, 234);
  /** AWS im4gn.8xlarge (Arm): 32 vCPU, 128 GiB, 2 × 7500 GB, 50 Gbit/s. */
  public static readonly IM4GN_8XLARGE = InstanceType.aws('im4gn.8xlarge', 32, 128, 2, 7500, 50000, 234);
  /** AWS is4gen.xlarge (Arm): 4 vCPU, 24 GiB, 1 × 3750 GB, 6.25 Gbit/s. */
  public static readonly IS4GEN_XLARGE = InstanceType.aws('is4gen.xlarge', 4, 24, 1, 3750, 6250, 58);
  /** AWS is4gen.2xlarge (Arm): 8 vCPU, 48 GiB, 1 × 7500 GB, 12.5 Gbit/s. */
  public static readonly IS4GEN_2XLARGE = InstanceType.aws('is4gen.2xlarge', 8, 48, 1, 7500, 12500, 58);
  /** AWS is4gen.4xlarge (Arm): 16 vCPU, 96 GiB, 2 × 7500 GB, 25 Gbit/s. */
  public static readonly IS4GEN_4XLARGE = InstanceType.aws('is4gen.4xlarge', 16, 96, 2, 7500, 25000, 234);
  /** AWS is4gen.8xlarge (Arm): 32 vCPU, 192 GiB, 4 × 7500 GB, 50 Gbit/s. */
  public static readonly IS4GEN_8XLARGE = InstanceType.aws('is4gen.8xlarge', 32, 192, 4, 7500, 50000, 234);
  /** AWS d3.xlarge (hard disks): 4 vCPU, 32 GiB, 3 × 1980 GB, 3 Gbit/s. */
  public static readonly D3_XLARGE = InstanceType.aws('d3.xlarge', 4, 32, 3, 1980, 3000, 10);
  /** AWS d3.2xlarge (hard disks): 8 vCPU, 64 GiB, 6 × 1980 GB, 6 Gbit/s. */
  public static readonly D3_2XLARGE = InstanceType.aws('d3.2xlarge', 8, 64, 6, 1980, 6000, 18);
  /** AWS d3.4xlarge (hard disks): 16 vCPU, 128 GiB, 12 × 1980 GB, 12.5 Gbit/s. */
  public static readonly D3_4XLARGE = InstanceType.aws('d3.4xlarge', 16, 128, 12, 1980, 12500, 38);
  /** AWS d3en.xlarge (hard disks): 4 vCPU, 16 GiB, 2 × 13980 GB, 6 Gbit/s. */
  public static readonly D3EN_XLARGE = InstanceType.aws('d3en.xlarge', 4, 16, 2, 13980, 6000, 10);
  /** AWS d3en.2xlarge (hard disks): 8 vCPU, 32 GiB, 4 × 13980 GB, 12.5 Gbit/s. */
  public static readonly D3EN_2XLARGE = InstanceType.aws('d3en.2xlarge', 8, 32, 4, 13980, 12500, 18);
  /** AWS d3en.4xlarge (hard disks): 16 vCPU, 64 GiB, 8 × 13980 GB, 25 Gbit/s. */
  public static readonly D3EN_4XLARGE = InstanceType.aws('d3en.4xlarge', 16, 64, 8, 13980, 25000, 38);
  /** Azure Standard_L8s_v3: 8 vCPU, 64 GiB, 1 × 1920 GB, up to 12.5 Gbit/s. */
  public static readonly STANDARD_L8S_V3 = InstanceType.azure('Standard_L8s_v3', 8, 64, 1, 1920, 12500);
  /** Azure Standard_L16s_v3: 16 vCPU, 128 GiB, 2 × 1920 GB, up to 12.5 Gbit/s. */
  public static readonly STANDARD_L16S_V3 = InstanceType.azure('Standard_L16s_v3', 16, 128, 2, 1920, 12500);
  /** Azure Standard_L32s_v3: 32 vCPU, 256 GiB, 4 × 1920 GB, up to 16 Gbit/s. */
  public static readonly STANDARD_L32S_V3 = InstanceType.azure('Standard_L32s_v3', 32, 256, 4, 1920, 16000);
  /** Azure Standard_L8s_v4: 8 vCPU, 64 GiB, 4 × 480 GB, up to 12.5 Gbit/s. */
  public static readonly STANDARD_L8S_V4 = InstanceType.azure('Standard_L8s_v4', 8, 64, 4, 480, 12500);
  /** Azure Standard_L16s_v4: 16 vCPU, 128 GiB, 4 × 960 GB, up to 12.5 Gbit/s. */
  public static readonly STANDARD_L16S_V4 = InstanceType.azure('Standard_L16s_v4', 16, 128, 4, 960, 12500);
  /** Azure Standard_L32s_v4: 32 vCPU, 256 GiB, 8 × 960 GB, up to 16 Gbit/s. */
  public static readonly STANDARD_L32S_V4 = InstanceType.azure('Standard_L32s_v4', 32, 256, 8, 960, 16000);
  /** Azure Standard_L48s_v4: 48 vCPU, 384 GiB, 6 × 1920 GB, up to 24 Gbit/s. */
  public static readonly STANDARD_L48S_V4 = InstanceType.azure('Standard_L48s_v4', 48, 384, 6, 1920, 24000);
  /** Google c3-standard-8-lssd: 8 vCPU, 32 GiB, 2 × 375 GiB. */
  public static readonly C3_STANDARD_8_LSSD = InstanceType.google('c3-standard-8-lssd', 8, 32, 2, 375);
  /** Google c3-standard-22-lssd: 22 vCPU, 88 GiB, 4 × 375 GiB. */
  public static readonly C3_STANDARD_22_LSSD = InstanceType.google('c3-standard-22-lssd', 22, 88, 4, 375);
  /** Google c4-standard-8-lssd: 8 vCPU, 30 GiB, 1 × 375 GiB. */
  public static readonly C4_STANDARD_8_LSSD = InstanceType.google('c4-standard-8-lssd', 8, 30, 1, 375);
  /** Google c4-standard-16-lssd: 16 vCPU, 60 GiB, 2 × 375 GiB. */
  public static readonly C4_STANDARD_16_LSSD = InstanceType.google('c4-standard-16-lssd', 16, 60, 2, 375);
  /** Google c4-standard-24-lssd: 24 vCPU, 90 GiB, 4 × 375 GiB. */
  public static readonly C4_STANDARD_24_LSSD = InstanceType.google('c4-standard-24-lssd', 24, 90, 4, 375);
  /** Google c4-standard-32-lssd: 32 vCPU, 120 GiB, 5 × 375 GiB. */
  public static readonly C4_STANDARD_32_LSSD = InstanceType.google('c4-standard-32-lssd', 32, 120, 5, 375);
  /** Google c4-standard-48-lssd: 48 vCPU, 180 GiB, 8 × 375 GiB. */
  public static readonly C4_STANDARD_48_LSSD = InstanceType.google('c4-standard-48-lssd', 48, 180, 8, 375);
  /** Google z3-highmem-14-standardlssd: 14 vCPU, 112 GiB, 1 × 3000 GiB. */
  public static readonly Z3_HIGHMEM_14_STANDARDLSSD = InstanceType.google(
    'z3-highmem-14-standardlssd',
    14,
    112,
    1,
    3000,
  );
  /** Google z3-highmem-22-standardlssd: 22 vCPU, 176 GiB, 2 × 3000 GiB. */
  public static readonly Z3_HIGHMEM_22_STANDARDLSSD = InstanceType.google(
    'z3-highmem-22-standardlssd',
    22,
    176,
    2,
    3000,
  );
  /** Google z3-highmem-44-standardlssd: 44 vCPU, 352 GiB, 3 × 3000 GiB. */
  public static readonly Z3_HIGHMEM_44_STANDARDLSSD = InstanceType.google(
    'z3-highmem-44-standardlssd',
    44,
    352,
    3,
    3000,
  );
  /** Google z3-highmem-88-standardlssd: 88 vCPU, 704 GiB, 6 × 3000 GiB. */
  public static readonly Z3_HIGHMEM_88_STANDARDLSSD = InstanceType.google(
    'z3-highmem-88-standardlssd',
    88,
    704,
    6,
    3000,
  );

  /**
   * Any other instance type.
   *
   * @param name value of the node label `node.kubernetes.io/instance-type`
   * @throws when a capacity is not above 0
   */
  public static of(name: string, capacity: InstanceTypeCapacity): InstanceType {
    return new InstanceType(name, capacity);
  }

  private static aws(...[name, vcpus, gibibytes, disks, diskGigabytes, networkMegabits, maxPods]: AwsType) {
    const memory = memoryOf(gibibytes);
    return InstanceType.of(name, { vcpus, memory, disks, diskGigabytes, networkMegabits, maxPods });
  }

  private static azure(...[name, vcpus, gibibytes, disks, diskGigabytes, networkMegabits]: AzureType) {
    const memory = memoryOf(gibibytes);
    return InstanceType.of(name, { vcpus, memory, disks, diskGigabytes, networkMegabits, maxPods: 110 });
  }

  private static google(...[name, vcpus, gibibytes, disks, diskGibibytes]: GoogleType) {
    const memory = memoryOf(gibibytes);
    number(375).assert('size of a disk of an InstanceType', diskGibibytes);
    const diskGigabytes = Math.floor((diskGibibytes * 2 ** 30) / 1e9);
    return InstanceType.of(name, { vcpus, memory, disks, diskGigabytes, maxPods: 110 });
  }

  /** Virtual CPUs. */
  public readonly vcpus: number;
  /** Memory of the machine. */
  public readonly memory: Size;
  /** Number of local disks. */
  public readonly disks: number;
  /** Network bandwidth in megabits (10^6 bits) per second: on AWS the baseline, on Azure the maximum; undefined if unknown. */
  public readonly networkMegabits?: number;
  private readonly diskGigabytes: number;
  private readonly maxPods: number;

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
    const { vcpus, memory, disks, diskGigabytes, networkMegabits, maxPods = 110 } = capacity;
    for (const [key, value] of Object.entries({
      vcpus,
      memory: memory.toMebibytes(),
      disks,
      diskGigabytes,
      maxPods,
      networkMegabits: networkMegabits ?? 1,
    })) {
      if (!(value > 0)) {
        throw new Error(`${key} of instance type '${name}' must be above 0, got ${format(value)}`);
      }
    }
    this.vcpus = vcpus;
    this.memory = memory;
    this.disks = disks;
    this.diskGigabytes = diskGigabytes;
    this.networkMegabits = networkMegabits;
    this.maxPods = maxPods;
  }

  /**
   * Allocatable memory of a node of this type, less 1 GiB for pods of DaemonSets.
   *
   * It is the least that the major cloud providers leave.
   *
   * @see https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
   * @see https://karpenter.sh/docs/reference/instance-types/
   */
  public get allocatableMemory(): Size {
    const allocatable = allocatableMebibytes(this.memory.toMebibytes(), this.maxPods);
    return Size.mebibytes(Math.max(512, Math.floor(allocatable - 1024)));
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
