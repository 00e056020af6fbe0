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
    // With two replicas in sync, an acknowledged record survives the loss of any one broker. One replica less than there are,
    // so that one broker can restart. Controllers need the value too: with eligible leader replicas they make their own value
    // the default of the cluster.
    [MIN_IN_SYNC]: Number(config[REPLICAS] ?? 3) > 2 ? '2' : '1',
    // A replica that lacks acknowledged records must never lead. This is also Kafka's default; it is explicit because
    // data depends on it.
    'unclean.leader.election.enable': 'false',
    ...config,
  };
}

/** Warnings about the settings of a cluster. */
export function replicationWarnings(clusterName: string, config: Settings): string[] {
  const { [REPLICAS]: replicas, [MIN_IN_SYNC]: minInSync } = clusterSettings(config);
  // No warning for one replica: the user accepts that partitions are unavailable during restarts. Kafka does not require more
  // replicas in sync than a topic has.
  return Number(replicas) > 1 && Number(minInSync) >= Number(replicas)
    ? [
        `cluster '${clusterName}' has ${MIN_IN_SYNC} ${minInSync} and ${REPLICAS} ${replicas}: writes with acks=all to a ` +
          `topic with that many replicas fail while one of its brokers restarts; lower ${MIN_IN_SYNC} or raise ${REPLICAS}`,
      ]
    : [];
}

/** Errors in the replicas of topics without their own number, when the number of brokers is known. */
export function replicationErrors(clusterName: string, config: Settings, brokers: number): string[] {
  const replicas = Number(clusterSettings(config)[REPLICAS]);
  return brokers > 0 && replicas > brokers
    ? [
        `cluster '${clusterName}' has ${REPLICAS} ${replicas} and ${brokers} broker${brokers === 1 ? '' : 's'}, so Kafka could not create the topics ` +
          `of clients; set ${REPLICAS} to ${brokers}${brokers === 1 ? '' : ' or less'} in KafkaCluster.config, or add brokers`,
      ]
    : [];
}
