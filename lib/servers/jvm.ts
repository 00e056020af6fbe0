import { assertNoGaps } from '../input/kinds';
import { Size } from 'cdk8s';
import { mebibytesOf } from '../kubernetes/quantities';

/** Options of every Kafka JVM; `jvmOptions` of a user follow them and win. */
const OPTIONS = [
  '-server',
  '-Djava.awt.headless=true',
  // As Kafka's own scripts choose.
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  // A broker without heap must go at once: half alive it stays in its ISRs and acknowledges nothing.
  '-XX:+ExitOnOutOfMemoryError',
  // Statistics files in /tmp stall collections while the disk is busy.
  '-XX:+PerfDisableSharedMem',
  // A pod that comes back has a new address; the JVM would go on using the old one for 30 s.
  '-Dsun.net.inetaddr.ttl=5',
];

/** Kafka's official scripts read these variables. */
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
    // The scripts' default adds a garbage collection log, in a file nobody reads.
    EXTRA_ARGS: '-name kafkaServer',
    // The scripts create this folder, and the root file system is read-only.
    LOG_DIR: '/tmp/kafka-logs',
  };
}

/** For the short runs of kafka-storage: small, and quick to start. */
export const TOOL_ENVIRONMENT: Record<string, string> = {
  KAFKA_HEAP_OPTS: '-Xmx128m',
  KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1',
  LOG_DIR: '/tmp/kafka-logs',
};

/** Everything by which a JVM is told its heap, the short forms of old included. */
const HEAP =
  /^-X?m[sx]|^-XX:((Max|Min|Initial)(HeapSize|RAMPercentage|RAMFraction)|MaxRAM|SoftMaxHeapSize)=|^-XX:\+AggressiveHeap$/;

/** @throws when options are no list of options, or set the heap behind the back of the memory limit */
export function assertJvmOptions(owner: string, options: readonly string[] = []): void {
  if (!Array.isArray(options)) {
    throw new Error(
      `jvmOptions of ${owner} are ${JSON.stringify(options)}; write a list, one option in each string`,
    );
  }
  assertNoGaps(`jvmOptions of ${owner}`, options);
  // The scripts of Kafka cut their variables at white space, so that there would be another option in it.
  const several = (options as readonly unknown[]).find(
    (option) => typeof option !== 'string' || !/^-\S+$/.test(option),
  );
  if (several !== undefined) {
    throw new Error(
      `jvmOptions of ${owner} have ${JSON.stringify(several)}; write one option in each string, with '-' before it and no ` +
        'white space in it',
    );
  }
  const heap = (options as readonly string[]).find((option) => HEAP.test(option));
  if (heap !== undefined) {
    throw new Error(
      `jvmOptions of ${owner} have '${heap}'; choose heap, which is held against the memory limit`,
    );
  }
}
