import { Size } from 'cdk8s';
import { mebibytesOf } from '../kubernetes/quantities';
import { collectorsIn } from './jvm-options';

/** Options of every Kafka JVM. The user's `jvmOptions` follow and override them. */
const OPTIONS = [
  // A broker without free heap must exit at once: otherwise it can remain in the ISR although it acknowledges no record.
  '-XX:+ExitOnOutOfMemoryError',
  // Performance data files in /tmp stall garbage collection while the disk is busy.
  '-XX:+PerfDisableSharedMem',
  // A recreated pod has a new address. By default the JVM would use the old one for another 30 s.
  '-Dsun.net.inetaddr.ttl=5',
];

/** Defaults of Kafka's scripts. */
const SCRIPT_OPTIONS = ['-server', '-Djava.awt.headless=true'];

const G1 = '-XX:+UseG1GC';

/** Defaults of Kafka's scripts for G1. */
const G1_OPTIONS = [
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
];

/** The default options; a JVM does not start with two collectors, so a collector of the user replaces G1 and its options. */
function defaultOptions(extraOptions: readonly string[]): string[] {
  const [collector = G1] = collectorsIn(extraOptions);
  return [...SCRIPT_OPTIONS, ...(collector === G1 ? [G1, ...G1_OPTIONS] : []), ...OPTIONS];
}

/** Environment variables that Kafka's official scripts read. */
export function jvmEnvironment(
  heap: Size,
  extraOptions: readonly string[],
  logConfig: string,
): Record<string, string> {
  const megabytes = mebibytesOf(heap);
  return {
    KAFKA_HEAP_OPTS: `-Xms${megabytes}m -Xmx${megabytes}m`,
    KAFKA_JVM_PERFORMANCE_OPTS: [...defaultOptions(extraOptions), ...extraOptions].join(' '),
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
