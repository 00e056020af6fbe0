/*
 * Facts about Kafka settings that Kafka does not publish. `kafka-settings.ts` has the facts that it publishes.
 */

/** Facts about some settings. A setting can have several entries. */
export interface KnownSetting {
  /** Exact names, or a pattern for names. */
  readonly names: readonly string[] | RegExp;

  /** The property or object that decides the setting. A user cannot set it to another value. */
  readonly decidedBy?: string;

  /** The value that constructs give the setting on all servers. */
  readonly written?: string;

  /**
   * 'cluster': the setting works only if the whole cluster has the same value. A user sets it in config of the KafkaCluster
   * only. 'controllers': brokers do not read the setting, so it is not allowed in config of a map.
   */
  readonly scope?: 'cluster' | 'controllers';

  /** Controllers use their own value of the setting. They read it only when they start. */
  readonly readByControllers?: true;

  /**
   * Limit on live changes. False: agents do not change the setting, although Kafka can. 'cluster': agents change it for
   * all brokers and controllers together. Agents change all other dynamic settings for each broker.
   */
  readonly live?: false | 'cluster';

  /** A broker also reads the setting when it starts, so a change needs a restart although the setting is live. */
  readonly readAtStart?: true;

  /** A number that constructs calculate with. It must be known at synth, so it cannot refer to a config provider. */
  readonly positiveInteger?: true;

  /** Reason for these facts. Messages contain it. */
  readonly reason: string;
}

/** The table. If two entries have the same kind of fact about a setting, the first one wins. */
export const KNOWN_SETTINGS: readonly KnownSetting[] = [
  // Settings that constructs decide.
  {
    names: ['broker.id.generation.enable'],
    decidedBy: 'brokerIds of the map and controllers.firstNodeId of the KafkaCluster',
    written: 'false',
    reason: 'a server takes its id from its pod name',
  },
  {
    names: ['node.id', 'broker.id', 'reserved.broker.max.id'],
    decidedBy: 'brokerIds of the map and controllers.firstNodeId of the KafkaCluster',
    reason: 'a server takes its id from its pod name',
  },
  {
    names: ['broker.rack'],
    decidedBy: "the label 'topology.kubernetes.io/zone' of the node",
    reason: 'a broker takes its rack from the zone of its node',
  },
  {
    names: ['process.roles'],
    decidedBy: 'a KafkaMap for brokers and KafkaCluster.controllers for controllers',
    reason: 'brokers and controllers run in separate processes',
  },
  {
    names: ['cluster.id'],
    decidedBy: 'KafkaCluster.clusterId',
    reason: 'disks are formatted with the cluster id',
  },
  {
    names: [
      'listeners',
      'advertised.listeners',
      'listener.security.protocol.map',
      'inter.broker.listener.name',
      'security.inter.broker.protocol',
      'control.plane.listener.name',
      'early.start.listeners',
      'controller.listener.names',
    ],
    decidedBy: 'KafkaCluster.listeners and KafkaCluster.interBrokerSecurity',
    reason: 'all brokers of a cluster have the same listeners',
  },
  {
    names: [
      'controller.quorum.voters',
      'controller.quorum.bootstrap.servers',
      'controller.quorum.auto.join.enable',
      'zookeeper.connect',
    ],
    decidedBy: 'KafkaCluster.controllers or KafkaCluster.zookeeper',
    reason: 'constructs know the addresses of controllers and ZooKeeper servers',
  },
  {
    names: ['zookeeper.metadata.migration.enable'],
    decidedBy: 'KafkaCluster.controllers or KafkaCluster.zookeeper',
    written: 'false',
    reason: 'constructs do not migrate a cluster from ZooKeeper to controllers',
  },
  {
    names: ['log.dir', 'log.dirs', 'metadata.log.dir'],
    decidedBy: 'storage',
    reason: 'each disk has one data directory',
  },
  {
    names: ['auto.create.topics.enable'],
    decidedBy: 'a TopicConfigMap',
    written: 'false',
    reason: 'Kafka would create the topic on the brokers of any map',
  },
  {
    names: [
      'offsets.topic.num.partitions',
      'transaction.state.log.num.partitions',
      'share.coordinator.state.topic.num.partitions',
    ],
    decidedBy: 'internalTopics.partitions of the KafkaCluster',
    reason: 'agents create the internal topics on the brokers of one map',
  },
  {
    names: [
      'offsets.topic.replication.factor',
      'transaction.state.log.replication.factor',
      'share.coordinator.state.topic.replication.factor',
    ],
    decidedBy: 'internalTopics.replicationFactor of the KafkaCluster',
    reason: 'agents create the internal topics on the brokers of one map',
  },
  {
    names: ['transaction.state.log.min.isr', 'share.coordinator.state.topic.min.isr'],
    decidedBy: 'internalTopics.replicationFactor of the KafkaCluster',
    reason:
      'agents create the internal topics, with min.insync.replicas of the cluster or one less than their replicas if that is lower',
  },
  {
    names: /^(listener\.name\.[^.]+\.)?ssl\.principal\.mapping\.rules$/,
    decidedBy: "'User:<common name>' in ACLs",
    reason: "a principal is 'User:' and the common name of the certificate",
  },
  {
    names: /^(listener\.name\.[^.]+\.)?ssl\.(keystore|truststore|key\.|client\.auth|principal|endpoint)/,
    decidedBy: 'KafkaCluster.listeners and KafkaCluster.interBrokerSecurity',
    reason: 'constructs mount the certificates and configure TLS of each listener',
  },
  {
    names: /^listener\.name\.[^.]+\.(sasl|scram)/,
    decidedBy: 'KafkaCluster.listeners',
    reason: 'constructs configure the authentication of each listener',
  },
  {
    names: [
      'sasl.enabled.mechanisms',
      'sasl.jaas.config',
      'sasl.mechanism.controller.protocol',
      'sasl.mechanism.inter.broker.protocol',
    ],
    decidedBy: 'KafkaCluster.listeners',
    reason: 'each listener has its own authentication',
  },
  {
    names: /^zookeeper\.(ssl\.|clientCnxnSocket)/,
    decidedBy: 'KafkaCluster.interBrokerSecurity',
    reason: 'constructs configure TLS between brokers and ZooKeeper',
  },

  // Settings of the whole cluster.
  {
    names: [
      'allow.everyone.if.no.acl.found',
      'authorizer.class.name',
      'principal.builder.class',
      'super.users',
    ],
    scope: 'cluster',
    readByControllers: true,
    reason: 'brokers and controllers must authorize requests in the same way',
  },
  {
    names: ['default.replication.factor'],
    scope: 'cluster',
    readByControllers: true,
    positiveInteger: true,
    reason: 'controllers use their own value for topics of all maps',
  },
  {
    // Controllers with eligible leader replicas make their own value the default of the cluster, and reject a value for one
    // broker.
    names: ['min.insync.replicas'],
    scope: 'cluster',
    readByControllers: true,
    live: 'cluster',
    positiveInteger: true,
    reason: 'brokers and controllers must count in-sync replicas in the same way',
  },
  {
    names: ['unclean.leader.election.enable'],
    scope: 'cluster',
    readByControllers: true,
    live: 'cluster',
    reason: 'controllers elect the leaders of all maps',
  },
  {
    names: [
      'offsets.topic.segment.bytes',
      'transaction.state.log.segment.bytes',
      'share.coordinator.state.topic.segment.bytes',
    ],
    scope: 'cluster',
    positiveInteger: true,
    reason: 'the internal topics are created once for all maps',
  },
  {
    names: ['broker.session.timeout.ms'],
    scope: 'cluster',
    readByControllers: true,
    positiveInteger: true,
    reason: 'controllers use their own value for all brokers',
  },
  {
    names: [
      'alter.config.policy.class.name',
      'auto.leader.rebalance.enable',
      'create.topic.policy.class.name',
      'delete.topic.enable',
      'leader.imbalance.check.interval.seconds',
      'leader.imbalance.per.broker.percentage',
      'num.partitions',
    ],
    scope: 'cluster',
    readByControllers: true,
    reason: 'controllers use their own value for all maps',
  },
  {
    names: [
      'controller.performance.always.log.threshold.ms',
      'controller.performance.sample.period.ms',
      'controller.quorum.append.linger.ms',
      'controller.quorum.election.backoff.max.ms',
      'controller.quorum.election.timeout.ms',
      'controller.quota.window.num',
      'controller.quota.window.size.seconds',
      'eligible.leader.replicas.enable',
      'metadata.max.idle.interval.ms',
      'unclean.leader.election.interval.ms',
    ],
    scope: 'controllers',
    readByControllers: true,
    reason: 'only controllers read it',
  },

  // Settings that change live or need a restart.
  {
    names: ['config.providers', 'metric.reporters'],
    live: false,
    reason: 'the loaded plug-ins have settings that only a start applies',
  },
  {
    names: [
      'follower.replication.throttled.rate',
      'leader.replication.throttled.rate',
      'replica.alter.log.dirs.io.max.bytes.per.second',
    ],
    live: false,
    reason: 'reassignment tools set and remove these throttles',
  },
  {
    names: /^(advertised\.)?listener|^(principal|sasl|ssl)\./,
    live: false,
    reason: 'Kafka applies new values only to new listeners',
  },
  {
    names: /^(background|max\.connection|num\.)/,
    readByControllers: true,
    reason: 'controllers have threads and connections too',
  },
  {
    names: ['log.flush.scheduler.interval.ms'],
    readAtStart: true,
    reason: 'it is another unit of log.flush.interval.ms and also the interval of a task',
  },

  // Values.
  {
    names: ['zookeeper.session.timeout.ms'],
    positiveInteger: true,
    reason: 'a broker that starts again waits until its old session has expired',
  },
];

/** Entries by fact and name of a setting. Every map asks for the same names, and each search tries many patterns. */
const FOUND = new Map<string, KnownSetting | undefined>();

/** The entry with a fact about a setting; undefined if there is none. */
export function knownSetting(name: string, fact: keyof KnownSetting): KnownSetting | undefined {
  const key = `${fact} ${name}`;
  if (!FOUND.has(key)) {
    FOUND.set(key, find(name, fact));
  }
  return FOUND.get(key);
}

function find(name: string, fact: keyof KnownSetting): KnownSetting | undefined {
  return KNOWN_SETTINGS.find(
    ({ [fact]: value, names }) =>
      value !== undefined && (names instanceof RegExp ? names.test(name) : names.includes(name)),
  );
}
