/*
 * Replication of topics without their own settings: defaults, checks and warnings.
 */
import { Settings } from './properties';

const REPLICAS = 'default.replication.factor';
const MIN_IN_SYNC = 'min.insync.replicas';

/** Config of a KafkaCluster with the defaults that all its servers share. */
export function clusterSettings(config: Settings): Settings {
  return {
    // Three replicas in three zones survive the loss of a zone.
    [REPLICAS]: '3',
    // With two replicas in sync, an acknowledged record survives the loss of any one broker, and one broker can restart.
    // Controllers need the value too: with eligible leader replicas they make their own value the default of the cluster.
    [MIN_IN_SYNC]: config[REPLICAS] === '1' ? '1' : '2',
    // A replica that lacks acknowledged records must never lead. This is also Kafka's default; it is explicit because
    // data depends on it.
    'unclean.leader.election.enable': 'false',
    ...config,
  };
}

/** @throws when more replicas must be in sync than exist */
export function assertReplication(owner: string, config: Settings): void {
  const { [REPLICAS]: replicas, [MIN_IN_SYNC]: minInSync } = clusterSettings(config);
  if (Number(minInSync) > Number(replicas)) {
    throw new Error(
      `${MIN_IN_SYNC} of ${owner} is ${minInSync}, and ${REPLICAS} is ${replicas}; ` +
        `lower ${MIN_IN_SYNC} or raise ${REPLICAS}`,
    );
  }
}

/** Warnings about the settings of a cluster. */
export function replicationWarnings(clusterName: string, config: Settings): string[] {
  const { [REPLICAS]: replicas, [MIN_IN_SYNC]: minInSync } = clusterSettings(config);
  // No warning for one replica: the user accepts that partitions are unavailable during restarts.
  return replicas !== '1' && minInSync === replicas
    ? [
        `cluster '${clusterName}' has ${MIN_IN_SYNC} ${minInSync} and ${REPLICAS} ${replicas}: writes with acks=all to a ` +
          `topic with that many replicas fail while one of its brokers restarts; lower ${MIN_IN_SYNC} or raise ${REPLICAS}`,
      ]
    : [];
}

/** Errors in the replicas that a user chose, when the number of brokers is known. */
export function replicationErrors(clusterName: string, config: Settings, brokers: number): string[] {
  const replicas = Number(config[REPLICAS] ?? 1);
  return brokers > 0 && replicas > brokers
    ? [
        `cluster '${clusterName}' has ${REPLICAS} ${replicas} and ${brokers} brokers, so Kafka could not create the topics ` +
          `of clients; set ${REPLICAS} to ${brokers} or less in KafkaCluster.config, or add brokers`,
      ]
    : [];
}
