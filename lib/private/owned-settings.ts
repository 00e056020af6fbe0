import { Settings } from './properties';

/** Settings that a construct decides, with what to do instead of setting them. */
const OWNED: Record<string, string> = {
  'node.id': 'choose brokerIds',
  'broker.id': 'choose brokerIds',
  'broker.id.generation.enable': 'choose brokerIds',
  'reserved.broker.max.id': 'choose brokerIds',
  'broker.rack': 'the zone of the node is used',
  'process.roles': 'brokers and controllers never share a process',
  'cluster.id': 'choose clusterId',
  listeners: 'listeners belong to the cluster',
  'advertised.listeners': 'listeners belong to the cluster',
  'listener.security.protocol.map': 'listeners belong to the cluster',
  'inter.broker.listener.name': 'listeners belong to the cluster',
  'security.inter.broker.protocol': 'listeners belong to the cluster',
  'control.plane.listener.name': 'listeners belong to the cluster',
  'controller.listener.names': 'listeners belong to the cluster',
  'controller.quorum.voters': 'choose metadata of the cluster',
  'controller.quorum.bootstrap.servers': 'choose metadata of the cluster',
  'controller.quorum.auto.join.enable': 'choose metadata of the cluster',
  'zookeeper.connect': 'choose metadata of the cluster',
  'log.dir': 'choose storage',
  'log.dirs': 'choose storage',
  'metadata.log.dir': 'choose storage',
  'auto.create.topics.enable':
    'a topic made on demand would land on the brokers of any map, so list topics in a TopicConfigMap',
  'offsets.topic.num.partitions': 'choose internalTopics of the cluster',
  'offsets.topic.replication.factor': 'choose internalTopics of the cluster',
  'transaction.state.log.num.partitions': 'choose internalTopics of the cluster',
  'transaction.state.log.replication.factor': 'choose internalTopics of the cluster',
  'transaction.state.log.min.isr': 'choose internalTopics of the cluster',
  'share.coordinator.state.topic.num.partitions': 'choose internalTopics of the cluster',
  'share.coordinator.state.topic.replication.factor': 'choose internalTopics of the cluster',
  'share.coordinator.state.topic.min.isr': 'choose internalTopics of the cluster',
};

/** Settings that mean something only when the whole cluster agrees on them. */
const CLUSTER_WIDE = ['default.replication.factor', 'min.insync.replicas', 'unclean.leader.election.enable'];

/**
 * Checks settings that a user gave.
 *
 * @param owner what they were given to, for the message
 * @param scope whether they hold for the whole cluster or for one map of it
 * @throws when one of them is not for the user to set there
 */
export function assertNotOwned(owner: string, scope: 'cluster' | 'map', settings: Settings): void {
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value !== 'string') {
      throw new Error(
        `setting '${name}' of ${owner} is ${typeof value} ${value}; write it as a string: '${value}'`,
      );
    }
    if (Object.hasOwn(OWNED, name)) {
      throw new Error(
        `setting '${name}' of ${owner} is '${value}', but the construct decides it: ${OWNED[name]}`,
      );
    }
    if (scope === 'map' && CLUSTER_WIDE.includes(name)) {
      throw new Error(
        `setting '${name}' of ${owner} is '${value}', but it holds for the whole cluster; set it in config of KafkaCluster`,
      );
    }
  }
}
