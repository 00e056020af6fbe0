/*
 * Every Kafka setting that is chosen here and may be overridden, with the reason for the choice. What is not listed
 * keeps Kafka's own default.
 */
import { KafkaVersion } from './kafka-version';
import { Settings } from './properties';

/** Settings on which brokers and controllers must agree. */
export function durabilitySettings(config: Settings): Settings {
  return {
    // Three copies in three zones survive the loss of a zone...
    'default.replication.factor': '3',
    // ...and with two in sync an acknowledged record survives the loss of any one broker, while one may restart.
    // Controllers need it too: with eligible leader replicas they turn their own value into the cluster's default.
    'min.insync.replicas': config['default.replication.factor'] === '1' ? '1' : '2',
    // A replica that lacks acknowledged records must never lead. This is Kafka's default; it stands here to be seen.
    'unclean.leader.election.enable': 'false',
    ...config,
  };
}

/** What is not safe about settings on which brokers and controllers agree. */
export function durabilityWarnings(clusterName: string, durability: Settings): string[] {
  const replicas = durability['default.replication.factor'];
  // Nobody who asks for one copy expects more of it.
  return replicas !== '1' && durability['min.insync.replicas'] === replicas
    ? [
        `cluster '${clusterName}' has min.insync.replicas ${replicas}, as many as default.replication.factor: writes with ` +
          'acks=all to a topic of that many replicas fail while any one of its brokers restarts; lower the one, or raise the other',
      ]
    : [];
}

/** What is wrong with the replicas that a user chose for topics which do not say theirs, once all maps are known. */
export function defaultReplicationErrors(clusterName: string, config: Settings, brokers: number): string[] {
  const replicas = Number(config['default.replication.factor'] ?? 1);
  return brokers > 0 && replicas > brokers
    ? [
        `default.replication.factor of cluster '${clusterName}' is ${replicas}, and it has ${brokers} brokers, so topics that ` +
          `clients create could not be made; set it to ${brokers} or less in config, or add brokers`,
      ]
    : [];
}

/** Settings of brokers and controllers, which either may have differently. */
export const CONNECTION_SETTINGS: Settings = {
  // A node that loses its power refuses no connection, and nothing else tells that it is gone. With Kafka's 10 s, then up
  // to 30 s, a broker that tries the dead controller first finds the new leader only after its own session (9 s) is over.
  'socket.connection.setup.timeout.ms': '2000',
  'socket.connection.setup.timeout.max.ms': '4000',
};

/** Settings of brokers. */
export function brokerSettings(version: KafkaVersion, vcpus: number, internalPartitions: number): Settings {
  return {
    // Consumers that name their zone in client.rack read from a replica there: less latency, no traffic between zones.
    'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
    // Recovery after a crash and flushing at a stop are what a broker does alone on its node, so it may use the
    // node; Kafka's default is one or two threads a disk. More than eight do not help one disk.
    'num.recovery.threads.per.data.dir': String(Math.min(8, Math.max(2, Math.floor(vcpus)))),
    // A topic made on demand would land on the brokers of any map.
    'auto.create.topics.enable': 'false',
    ...internalTopicSettings('offsets.topic', internalPartitions),
    ...internalTopicSettings('transaction.state.log', internalPartitions),
    ...(version.supportsShareGroups
      ? internalTopicSettings('share.coordinator.state.topic', internalPartitions)
      : {}),
  };
}

// The largest value that Kafka takes. No cluster has as many brokers, so the coordinators can never make their
// topics by themselves, on the brokers of any map: clients retry until the agent has made them on the right one.
const IMPOSSIBLE = '32767';

// A coordinator that starts before its topic exists takes the number of partitions from here and keeps it.
function internalTopicSettings(prefix: string, partitions: number): Settings {
  return { [`${prefix}.num.partitions`]: String(partitions), [`${prefix}.replication.factor`]: IMPOSSIBLE };
}

/** Settings of brokers that keep their metadata in ZooKeeper, which may be overridden. */
export const ZOOKEEPER_MODE_DEFAULTS: Settings = {
  // A broker that has no connection by then exits. The default is 18 s, and a first handshake of TLS with servers that
  // all start at once takes longer on a busy node.
  'zookeeper.connection.timeout.ms': '60000',
};

/** Settings of brokers that keep their metadata in ZooKeeper, which may not. */
export const ZOOKEEPER_MODE_SETTINGS: Settings = {
  // Without this Kafka refuses every id above reserved.broker.max.id (1000).
  'broker.id.generation.enable': 'false',
};
