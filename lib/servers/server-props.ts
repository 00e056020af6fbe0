import { Duration, Size } from 'cdk8s';
import { Cpu, EnvValue } from 'cdk8s-plus-27';
import { PropTable, optional, struct } from '../input/props';
import { LOGGING_OPTIONS, LoggingOptions } from './logging';
import { COMMON_POD_PROPS, CommonPodProps } from './pod-props';
import { POD_VOLUME, PodVolume } from './pod-volume';
import { SIDECAR_PROPS, SidecarContainer } from './sidecar-container';
import { CPU, DURATION, ENV_VALUE, SIZE, listOf, recordOf, sizeFrom, text } from '../input/kinds';

/** Resources of the agent container. */
export interface AgentResources {
  /**
   * CPU request. There is no CPU limit.
   *
   * @default Cpu.millis(50)
   */
  readonly cpu?: Cpu;

  /**
   * Memory request and limit. An agent keeps two copies of the metadata of the cluster in memory: 256 MiB are sufficient for
   * about 20 000 partitions. The minimum is 64 MiB.
   *
   * @default - 1/32 of the memory of a broker, between 256 MiB and 1 GiB; 256 MiB for controllers and ZooKeeper servers
   */
  readonly memory?: Size;
}

/** Node.js does not start with less. */
const MIN_AGENT_MEBIBYTES = 64;

/** Properties of AgentResources. */
export const AGENT_RESOURCES: PropTable<AgentResources> = {
  cpu: optional(CPU),
  memory: optional(sizeFrom(MIN_AGENT_MEBIBYTES)),
};

/** Properties of every server: brokers, controllers and ZooKeeper servers. */
export interface ServerProps extends CommonPodProps {
  /**
   * CPU request of each server. There is no CPU limit: throttled brokers fall out of sync. Changing it restarts the servers
   * one by one.
   *
   * @default - brokers: all but one CPU of the node group's instance type, without one Cpu.units(1); controllers and ZooKeeper: Cpu.millis(500)
   */
  readonly cpu?: Cpu;

  /**
   * Memory request and limit of each server, heap and page cache together. Changing it restarts the servers one by one.
   *
   * @default - brokers: the allocatable memory of the node group's instance type, without one Size.gibibytes(4); controllers and ZooKeeper: Size.gibibytes(2)
   */
  readonly memory?: Size;

  /**
   * Heap of each server. Changing it restarts the servers one by one.
   *
   * @default - half of the memory, at most 6 GiB; below 1.5 GiB of memory the heap leaves 768 MiB free, but is at least a quarter
   */
  readonly heap?: Size;

  /**
   * Further JVM options. They follow the default options and override them. A garbage collector replaces G1 and its options.
   *
   * @default - none
   */
  readonly jvmOptions?: string[];

  /**
   * Maximum time that preStop delays a planned stop while the cluster cannot lose this server. The server then stops
   * anyway. `shutdownGracePeriod` follows. A deletion with a shorter grace period shortens
   * both. At most 7 days.
   *
   * @default - Duration.minutes(20) for brokers, Duration.minutes(5) for controllers and ZooKeeper
   */
  readonly preStopTimeout?: Duration;

  /**
   * Time for a controlled shutdown before the server is killed. Kafka can take five minutes to move leaders, and a
   * kill causes log recovery at the next start.
   *
   * @default - Duration.minutes(10) for brokers, Duration.minutes(2) for controllers and ZooKeeper
   */
  readonly shutdownGracePeriod?: Duration;

  /**
   * Time for a start. Log recovery after a crash takes hours with many terabytes. If the server is killed meanwhile, the
   * recovery starts from the beginning.
   *
   * @default - Duration.hours(6) for brokers, Duration.hours(1) for controllers, Duration.minutes(30) for ZooKeeper
   */
  readonly startupTimeout?: Duration;

  /**
   * Maximum duration of a force-ready or force-stop override: from 5 minutes to 7 days.
   *
   * @see https://github.com/cdk8s-kafka/cdk8s-kafka/blob/main/docs/restarts.md
   * @default Duration.hours(4)
   */
  readonly maxForceDuration?: Duration;

  /**
   * Log levels and log format. Changing it restarts the servers one by one.
   *
   * @default - level INFO, text
   */
  readonly logging?: LoggingOptions;

  /**
   * Resources of the agent container.
   *
   * @default - 50 millicores, and memory that grows with the memory of a broker
   */
  readonly agentResources?: AgentResources;

  /**
   * Further environment variables of the server's container.
   *
   * @default - none
   */
  readonly envVariables?: { [name: string]: EnvValue };

  /**
   * Further volumes of the pods.
   *
   * @default - none
   */
  readonly volumes?: PodVolume[];

  /**
   * Further containers of the pods. A pod is ready only when they are ready too.
   *
   * @default - none
   */
  readonly sidecars?: SidecarContainer[];

  /**
   * Further init containers. They run before those of the package.
   *
   * @default - none
   */
  readonly initContainers?: SidecarContainer[];
}

/** Properties of ServerProps. */
export const SERVER_PROPS: PropTable<ServerProps> = {
  ...COMMON_POD_PROPS,
  cpu: optional(CPU),
  memory: optional(SIZE),
  heap: optional(SIZE),
  jvmOptions: optional(listOf(text('-XX:MaxGCPauseMillis=50', { isSensitive: true }))),
  preStopTimeout: optional(DURATION),
  shutdownGracePeriod: optional(DURATION),
  startupTimeout: optional(DURATION),
  maxForceDuration: optional(DURATION),
  logging: optional(struct(LOGGING_OPTIONS)),
  agentResources: optional(struct(AGENT_RESOURCES)),
  envVariables: optional(recordOf(ENV_VALUE, 'REGION')),
  volumes: optional(listOf(POD_VOLUME)),
  sidecars: optional(listOf(struct(SIDECAR_PROPS))),
  initContainers: optional(listOf(struct(SIDECAR_PROPS))),
};
