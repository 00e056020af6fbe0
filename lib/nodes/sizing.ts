import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { InstanceType } from './instance-type';
import { mebibytesOf, quantity } from '../kubernetes/quantities';
import { warn } from '../input/warnings';

/** What a user may say about the size of a container with a JVM. */
export interface SizingProps {
  readonly cpu?: Cpu;
  readonly memory?: Size;
  readonly heap?: Size;
}

/** The size of a container with a JVM. */
export interface Sizing {
  readonly cpu: Cpu;
  readonly memory: Size;
  readonly heap: Size;
}

/** CPU request of an agent. It reads the cluster's metadata every few seconds. */
export const AGENT_CPU = Cpu.millis(50);

/** Memory of an agent: two views of the metadata of some 20 000 partitions, and what Node.js itself takes. */
export const AGENT_MEMORY = Size.mebibytes(256);

/*
 * A broker takes some 200 MiB beside its heap, and far more for moments: the JVM's compiler was seen to take 500 MiB for a
 * single method (LocalLog.read of Kafka 4.4.0 on Java 17), which killed brokers that had 450 MiB.
 */
const BESIDE_HEAP_MEBIBYTES = 768;

/**
 * Decides the size of a container with Kafka, and tells the user when it leaves little beside the heap.
 *
 * @throws when the heap leaves no memory for anything else
 */
export function kafkaSizingOf(...[owner, ...rest]: Parameters<typeof sizingOf>): Sizing {
  const sizing = sizingOf(owner, ...rest);
  const left = mebibytesOf(sizing.memory) - mebibytesOf(sizing.heap);
  if (left < BESIDE_HEAP_MEBIBYTES) {
    warn(
      `heap ${quantity(sizing.heap)} of ${owner} leaves ${left}Mi of its memory limit ${quantity(sizing.memory)}; ` +
        `the JVM may take more than that for moments, and is killed then, so leave ${BESIDE_HEAP_MEBIBYTES}Mi`,
    );
  }
  return sizing;
}

/**
 * Decides the size of a container from what the user said, the machine type, and `fallback`.
 *
 * @throws when the heap leaves no memory for anything else
 */
export function sizingOf(
  owner: string,
  props: SizingProps,
  instanceType: InstanceType | undefined,
  fallback: Sizing,
): Sizing {
  const cpu = props.cpu ?? cpuOf(instanceType) ?? fallback.cpu;
  const memory = props.memory ?? memoryOf(instanceType) ?? fallback.memory;
  const heap = props.heap ?? (props.memory || instanceType ? heapFor(memory) : fallback.heap);
  if (mebibytesOf(heap) < 1) {
    throw new Error(
      `${owner} would get a heap of ${quantity(heap)} out of a memory of ${quantity(memory)}; give it what a JVM needs`,
    );
  }
  if (mebibytesOf(heap) >= mebibytesOf(memory)) {
    throw new Error(
      `heap ${quantity(heap)} of ${owner} is not below its memory limit ${quantity(memory)}; ` +
        'the JVM needs memory beside its heap and Kafka lives off the page cache, so give it half or less',
    );
  }
  return { cpu, memory, heap };
}

// One CPU is left to the kubelet, the agent and DaemonSets.
function cpuOf(instanceType: InstanceType | undefined): Cpu | undefined {
  return instanceType && Cpu.units(Math.max(1, instanceType.vcpus - 1));
}

function memoryOf(instanceType: InstanceType | undefined): Size | undefined {
  return (
    instanceType && Size.mebibytes(mebibytesOf(instanceType.allocatableMemory) - mebibytesOf(AGENT_MEMORY))
  );
}

// Half of the memory, and no more than brokers use: beyond some 6 GiB the page cache makes better use of it. Where memory is
// short the JVM's own need comes first.
function heapFor(memory: Size): Size {
  const mebibytes = mebibytesOf(memory);
  const spare = Math.max(mebibytes - BESIDE_HEAP_MEBIBYTES, Math.floor(mebibytes / 4));
  return Size.mebibytes(Math.min(6 * 1024, Math.floor(mebibytes / 2), spare));
}
