import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { InstanceType } from './instance-type';
import { mebibytesOf, quantity } from '../kubernetes/quantities';
import { warn } from '../input/warnings';

/** Size of a container with a JVM as the user sets it; unset values have defaults. */
export interface SizingProps {
  readonly cpu?: Cpu;
  readonly memory?: Size;
  readonly heap?: Size;
  readonly agentResources?: Partial<AgentSizing>;
}

/** Size of a container with a JVM. */
export interface Sizing {
  readonly cpu: Cpu;
  readonly memory: Size;
  readonly heap: Size;
}

/** Size of an agent container. */
export interface AgentSizing {
  readonly cpu: Cpu;
  readonly memory: Size;
}

/** Memory of an agent that does not keep the metadata of the cluster in memory, and minimum of all agents. */
const MIN_AGENT_MEBIBYTES = 256;
const MAX_AGENT_MEBIBYTES = 1024;

/**
 * Size of an agent. The agent of a broker keeps two copies of the metadata of the cluster in memory, and brokers with more
 * memory have more partitions. 256 MiB are sufficient for about 20 000 partitions.
 *
 * @param brokerMemory memory of the broker; undefined for all other agents
 */
export function agentSizingOf(given: Partial<AgentSizing> = {}, brokerMemory?: Size): AgentSizing {
  return { cpu: given.cpu ?? Cpu.millis(50), memory: given.memory ?? agentMemory(brokerMemory) };
}

function agentMemory(brokerMemory?: Size): Size {
  const share = brokerMemory ? Math.floor(mebibytesOf(brokerMemory) / 32) : 0;
  return Size.mebibytes(Math.min(MAX_AGENT_MEBIBYTES, Math.max(MIN_AGENT_MEBIBYTES, share)));
}

/*
 * Non-heap memory of a JVM. A broker needs about 200 MiB, and far more for short times: the JIT compiler allocated 500 MiB for
 * a single method (LocalLog.read of Kafka 4.4.0 on Java 17), and brokers with 450 MiB were killed.
 */
const NON_HEAP_MEBIBYTES = 768;

/**
 * Size of a container with Kafka. Warns if the heap leaves little memory for the rest of the JVM.
 *
 * @throws when the heap leaves no memory for anything else
 */
export function kafkaSizingOf(...[owner, ...rest]: Parameters<typeof sizingOf>): Sizing {
  const sizing = sizingOf(owner, ...rest);
  const left = mebibytesOf(sizing.memory) - mebibytesOf(sizing.heap);
  if (left < NON_HEAP_MEBIBYTES) {
    warn(
      `heap ${quantity(sizing.heap)} of ${owner} leaves ${left}Mi of its memory limit ${quantity(sizing.memory)}; the JVM ` +
        `can need more for short times and is then killed, so leave ${NON_HEAP_MEBIBYTES}Mi`,
    );
  }
  return sizing;
}

/**
 * Size of a container: the values of the user, else those of the instance type, else `fallback`.
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
  const memory = props.memory ?? memoryOf(instanceType, props.agentResources) ?? fallback.memory;
  const heap = props.heap ?? (props.memory || instanceType ? heapFor(memory) : fallback.heap);
  if (mebibytesOf(heap) < 1) {
    throw new Error(
      `heap of ${owner} is ${quantity(heap)} with memory ${quantity(memory)}; a JVM needs more, so raise memory`,
    );
  }
  if (mebibytesOf(heap) >= mebibytesOf(memory)) {
    throw new Error(
      `heap ${quantity(heap)} of ${owner} must be below its memory limit ${quantity(memory)}; the JVM needs memory outside ` +
        'its heap and Kafka relies on the page cache, so use half of the memory or less',
    );
  }
  return { cpu, memory, heap };
}

// One CPU remains for the kubelet, the agent and DaemonSets.
function cpuOf(instanceType: InstanceType | undefined): Cpu | undefined {
  return instanceType && Cpu.units(Math.max(1, instanceType.vcpus - 1));
}

function memoryOf(
  instanceType: InstanceType | undefined,
  agent: Partial<AgentSizing> | undefined,
): Size | undefined {
  if (!instanceType) {
    return undefined;
  }
  const allocatable = instanceType.allocatableMemory;
  return Size.mebibytes(mebibytesOf(allocatable) - mebibytesOf(agentSizingOf(agent, allocatable).memory));
}

// Half of the memory, at most 6 GiB: more memory is of better use in the page cache. With little memory the heap is smaller,
// because the JVM needs memory outside its heap.
function heapFor(memory: Size): Size {
  const mebibytes = mebibytesOf(memory);
  const spare = Math.max(mebibytes - NON_HEAP_MEBIBYTES, Math.floor(mebibytes / 4));
  return Size.mebibytes(Math.min(6 * 1024, Math.floor(mebibytes / 2), spare));
}
