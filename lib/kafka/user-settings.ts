import { KafkaVersion } from './kafka-version';
import { Settings } from './properties';
import { assertObject } from '../input/kinds';
import { assertValues } from './setting-values';

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
  'early.start.listeners': 'listeners belong to the cluster',
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
const CLUSTER_WIDE = [
  'allow.everyone.if.no.acl.found',
  'authorizer.class.name',
  'default.replication.factor',
  'min.insync.replicas',
  'principal.builder.class',
  'super.users',
  // Read when internal topics are made, on whichever map they live.
  'offsets.topic.segment.bytes',
  'transaction.state.log.segment.bytes',
  'share.coordinator.state.topic.segment.bytes',
  'unclean.leader.election.enable',
];

/** Settings that constructs reckon with, so that nothing may be filled in later, whatever else Kafka would take. */
const COUNTED = [
  'default.replication.factor',
  'min.insync.replicas',
  'offsets.topic.segment.bytes',
  'transaction.state.log.segment.bytes',
  'share.coordinator.state.topic.segment.bytes',
  'broker.session.timeout.ms',
  'zookeeper.session.timeout.ms',
];

/** Names of settings that follow from listeners and certificates, whatever listener they are for. */
const OF_LISTENERS =
  /^(listener\.name\.[^.]+\.)?ssl\.(keystore|truststore|key\.|client\.auth|principal|endpoint)|^listener\.name\.[^.]+\.(sasl|scram)|^zookeeper\.(ssl\.|clientCnxnSocket)/;

/** Settings whose values let somebody in: whoever may read ConfigMaps would read them. */
const SECRET = /pass(word(?!\.encoder)|phrase)|secret|master\.key|sasl\.jaas\.config|ssl\.keystore\.key$/i;

/** A value that is nothing but what a config provider fills in, so that only its place is known here. */
const ONLY_REFERENCE = /^\$\{\w+:.*\}$/;

/**
 * Checks settings that a user gave.
 *
 * @param owner what they were given to, for the message
 * @param scope whether they hold for the whole cluster or for one map of it
 * @throws when one of them is not for the user to set there, or has a value that Kafka does not take
 */
export function assertSettings(
  owner: string,
  scope: 'cluster' | 'map',
  version: KafkaVersion,
  settings: Settings,
): void {
  assertStrings(owner, settings);
  for (const [name, value] of Object.entries(settings)) {
    if (Object.hasOwn(OWNED, name)) {
      throw new Error(
        `setting '${name}' of ${owner} is '${value}', but the construct decides it: ${OWNED[name]}`,
      );
    }
    if (OF_LISTENERS.test(name)) {
      throw new Error(
        `setting '${name}' of ${owner} is '${value}', but the construct decides it: ` +
          (name.endsWith('ssl.principal.mapping.rules')
            ? "a principal is 'User:' and the common name of the certificate"
            : 'choose listeners and interBrokerSecurity of the cluster'),
      );
    }
    if (scope === 'map' && CLUSTER_WIDE.includes(name)) {
      throw new Error(
        `setting '${name}' of ${owner} is '${value}', but it holds for the whole cluster; set it in config of KafkaCluster`,
      );
    }
  }
  for (const name of COUNTED) {
    positiveInteger(owner, settings, name);
  }
  const replicas = Number(settings['default.replication.factor'] ?? 3);
  const minInSync = Number(settings['min.insync.replicas'] ?? Math.min(2, replicas));
  if (minInSync > replicas) {
    throw new Error(
      `min.insync.replicas of ${owner} is ${minInSync}, and default.replication.factor ${replicas}; lower the one, or raise the other`,
    );
  }
  assertValues(owner, version, settings);
}

/** @throws when settings are not names and texts that a properties file can hold and that everybody may read */
export function assertStrings(owner: string, settings: Settings): void {
  assertObject(`config of ${owner}`, settings, "{ '<setting>': '<value>' }");
  for (const [name, value] of Object.entries<unknown>(settings)) {
    if (!/^[A-Za-z0-9._-]+$/.test(name)) {
      throw new Error(
        `setting '${name}' of ${owner} has a name that no setting has; use letters, digits, '.', '-' and '_'`,
      );
    }
    if (SECRET.test(name) && !(typeof value === 'string' && ONLY_REFERENCE.test(value))) {
      throw new Error(
        `setting '${name}' of ${owner} is a secret, and would stand in a ConfigMap; leave it out, or refer to its place ` +
          "through a config provider: '${provider:path:key}'",
      );
    }
    if (typeof value !== 'string') {
      const isScalar = typeof value === 'number' || typeof value === 'boolean';
      const mend = isScalar ? `'${value}'` : 'a string, or leave it out';
      throw new Error(
        `setting '${name}' of ${owner} is ${isScalar ? value : JSON.stringify(value)} and not a string; write ${mend}`,
      );
    }
  }
}

/** Kafka keeps most counts as a Java int. */
const MOST = 2_147_483_647;

/**
 * A setting as a number; undefined when it is not set.
 *
 * @throws when it is no whole number above zero
 */
export function positiveInteger(owner: string, settings: Settings, name: string): number | undefined {
  const text = settings[name];
  if (text !== undefined && (!/^[1-9]\d*$/.test(text) || Number(text) > MOST)) {
    throw new Error(`setting '${name}' of ${owner} is '${text}'; write a whole number from 1 to ${MOST}`);
  }
  return text === undefined ? undefined : Number(text);
}
