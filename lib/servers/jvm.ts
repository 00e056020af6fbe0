import { format } from '../input/format';
import { Size } from 'cdk8s';
import { mebibytesOf } from '../kubernetes/quantities';

/** Options of every Kafka JVM. The user's `jvmOptions` follow and override them. */
const OPTIONS = [
  '-server',
  '-Djava.awt.headless=true',
  // Defaults of Kafka's scripts.
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  // A broker without free heap must exit at once: otherwise it can remain in the ISR although it acknowledges no record.
  '-XX:+ExitOnOutOfMemoryError',
  // Performance data files in /tmp stall garbage collection while the disk is busy.
  '-XX:+PerfDisableSharedMem',
  // A recreated pod has a new address. By default the JVM would use the old one for another 30 s.
  '-Dsun.net.inetaddr.ttl=5',
];

/** Environment variables that Kafka's official scripts read. */
export function jvmEnvironment(
  heap: Size,
  extraOptions: readonly string[],
  logConfig: string,
): Record<string, string> {
  const megabytes = mebibytesOf(heap);
  return {
    KAFKA_HEAP_OPTS: `-Xms${megabytes}m -Xmx${megabytes}m`,
    KAFKA_JVM_PERFORMANCE_OPTS: [...OPTIONS, ...extraOptions].join(' '),
    KAFKA_LOG4J_OPTS: logConfig,
    // The scripts' default adds a garbage collection log file.
    EXTRA_ARGS: '-name kafkaServer',
    // The scripts create this folder, and the root file system is read-only.
    LOG_DIR: '/tmp/kafka-logs',
  };
}

/** Environment of `kafka-storage`: a small JVM that starts fast. */
export const TOOL_ENVIRONMENT: Record<string, string> = {
  KAFKA_HEAP_OPTS: '-Xmx128m',
  KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1',
  LOG_DIR: '/tmp/kafka-logs',
};

/** All options that set the heap, old short forms included. */
const HEAP =
  /^-X?m[sx]|^-XX:((Max|Min|Initial)(HeapSize|RAMPercentage|RAMFraction)|MaxRAM|SoftMaxHeapSize)=|^-XX:\+AggressiveHeap$/;

/** @throws when an option is not a single JVM option, or sets the heap regardless of the memory limit */
export function assertJvmOptions(owner: string, options: readonly string[] = []): void {
  // Kafka's scripts split the variable at white space.
  const several = (options as readonly unknown[]).find(
    (option) => typeof option !== 'string' || !/^-\S+$/.test(option),
  );
  if (several !== undefined) {
    throw new Error(
      `jvmOptions of ${owner} contain ${format(several)}; each item must be one option that starts with '-' and has no white space`,
    );
  }
  const heap = options.find((option) => HEAP.test(option));
  if (heap !== undefined) {
    throw new Error(
      `jvmOptions of ${owner} contain '${heap}'; use the property heap, which is checked against the memory limit`,
    );
  }
}
