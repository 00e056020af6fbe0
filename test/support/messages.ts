/** Every setting that the constructs decide, and what a message proposes instead. */
export const OWNED_SETTINGS: [setting: string, mend: string][] = [
  ['node.id', 'choose brokerIds'],
  ['broker.id', 'choose brokerIds'],
  ['broker.id.generation.enable', 'choose brokerIds'],
  ['reserved.broker.max.id', 'choose brokerIds'],
  ['broker.rack', 'the zone of the node is used'],
  ['process.roles', 'brokers and controllers never share a process'],
  ['cluster.id', 'choose clusterId'],
  ['listeners', 'listeners belong to the cluster'],
  ['advertised.listeners', 'listeners belong to the cluster'],
  ['listener.security.protocol.map', 'listeners belong to the cluster'],
  ['inter.broker.listener.name', 'listeners belong to the cluster'],
  ['security.inter.broker.protocol', 'listeners belong to the cluster'],
  ['control.plane.listener.name', 'listeners belong to the cluster'],
  ['controller.listener.names', 'listeners belong to the cluster'],
  ['controller.quorum.voters', 'choose metadata of the cluster'],
  ['controller.quorum.bootstrap.servers', 'choose metadata of the cluster'],
  ['controller.quorum.auto.join.enable', 'choose metadata of the cluster'],
  ['zookeeper.connect', 'choose metadata of the cluster'],
  ['log.dir', 'choose storage'],
  ['log.dirs', 'choose storage'],
  ['metadata.log.dir', 'choose storage'],
  [
    'auto.create.topics.enable',
    'a topic made on demand would land on the brokers of any map, so list topics in a TopicConfigMap',
  ],
  ['offsets.topic.num.partitions', 'choose internalTopics of the cluster'],
  ['offsets.topic.replication.factor', 'choose internalTopics of the cluster'],
  ['transaction.state.log.num.partitions', 'choose internalTopics of the cluster'],
  ['transaction.state.log.replication.factor', 'choose internalTopics of the cluster'],
  ['transaction.state.log.min.isr', 'choose internalTopics of the cluster'],
  ['share.coordinator.state.topic.num.partitions', 'choose internalTopics of the cluster'],
  ['share.coordinator.state.topic.replication.factor', 'choose internalTopics of the cluster'],
  ['share.coordinator.state.topic.min.isr', 'choose internalTopics of the cluster'],
];

/** Settings that hold for the whole cluster. */
export const CLUSTER_WIDE_SETTINGS = [
  'default.replication.factor',
  'min.insync.replicas',
  'unclean.leader.election.enable',
];

/** Names that cannot start the name of a Kubernetes object. */
export const NO_LABELS = [
  '',
  'Events',
  '1events',
  '-events',
  'events-',
  'my_events',
  'my.events',
  'événements',
];

/** The message about a name of `NO_LABELS`. */
export function noLabel(property: string, name: string): string {
  return `${property} '${name}' is not a DNS label; use lower case letters, digits and '-', starting with a letter`;
}

/** A value that TypeScript would refuse, and other languages and `any` would not. */
export function asSetting(value: unknown): string {
  return value as string;
}
