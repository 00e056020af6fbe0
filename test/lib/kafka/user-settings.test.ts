/*
 * Settings that a user can give as `config`.
 */
import { KNOWN_SETTINGS } from '../../../lib/kafka/known-settings';
import { CLUSTER, CONTROLLERS, Config, MAP, TOPIC } from '../../support/config-owners';
import { NO_POSITIVE_INTEGERS, noPositiveInteger } from '../../support/messages';
import { messageOf } from '../../support/testing';

const BROKER_IDS = 'brokerIds of the map and controllers.firstNodeId of the KafkaCluster';
const LISTENERS = 'KafkaCluster.listeners and KafkaCluster.interBrokerSecurity';
const SAME_LISTENERS = 'all brokers of a cluster have the same listeners';
const ADDRESSES = 'constructs know the addresses of controllers and ZooKeeper servers';
const METADATA = 'KafkaCluster.controllers or KafkaCluster.zookeeper';
const INTERNAL_MIN_IN_SYNC =
  'agents create the internal topics, with min.insync.replicas of the cluster or one less than their replicas if that is lower';
const REPLICAS = 'internalTopics.replicationFactor of the KafkaCluster';
const PARTITIONS = 'internalTopics.partitions of the KafkaCluster';
const INTERNAL_TOPICS = 'agents create the internal topics on the brokers of one map';
const ID = 'a server takes its id from its pod name';
const DISK = 'each disk has one data directory';
const CERTIFICATES = 'constructs mount the certificates and configure TLS of each listener';
const PRINCIPAL = "a principal is 'User:' and the common name of the certificate";

/** Settings that constructs decide, with the reason and the replacement in the message. */
const DECIDED: [setting: string, reason: string, decidedBy: string][] = [
  ['node.id', ID, BROKER_IDS],
  ['broker.id', ID, BROKER_IDS],
  ['broker.id.generation.enable', ID, BROKER_IDS],
  ['reserved.broker.max.id', ID, BROKER_IDS],
  [
    'broker.rack',
    'a broker takes its rack from the zone of its node',
    "the label 'topology.kubernetes.io/zone' of the node",
  ],
  [
    'process.roles',
    'brokers and controllers run in separate processes',
    'a KafkaMap for brokers and KafkaCluster.controllers for controllers',
  ],
  ['cluster.id', 'disks are formatted with the cluster id', 'KafkaCluster.clusterId'],
  ['listeners', SAME_LISTENERS, LISTENERS],
  ['advertised.listeners', SAME_LISTENERS, LISTENERS],
  ['listener.security.protocol.map', SAME_LISTENERS, LISTENERS],
  ['inter.broker.listener.name', SAME_LISTENERS, LISTENERS],
  ['security.inter.broker.protocol', SAME_LISTENERS, LISTENERS],
  ['control.plane.listener.name', SAME_LISTENERS, LISTENERS],
  ['early.start.listeners', SAME_LISTENERS, LISTENERS],
  ['controller.listener.names', SAME_LISTENERS, LISTENERS],
  ['controller.quorum.voters', ADDRESSES, METADATA],
  ['controller.quorum.bootstrap.servers', ADDRESSES, METADATA],
  ['controller.quorum.auto.join.enable', ADDRESSES, METADATA],
  ['zookeeper.connect', ADDRESSES, METADATA],
  [
    'zookeeper.metadata.migration.enable',
    'constructs do not migrate a cluster from ZooKeeper to controllers',
    METADATA,
  ],
  ['log.dir', DISK, 'storage'],
  ['log.dirs', DISK, 'storage'],
  ['metadata.log.dir', DISK, 'storage'],
  ['auto.create.topics.enable', 'Kafka would create the topic on the brokers of any map', 'a TopicConfigMap'],
  ['offsets.topic.num.partitions', INTERNAL_TOPICS, PARTITIONS],
  ['offsets.topic.replication.factor', INTERNAL_TOPICS, REPLICAS],
  ['transaction.state.log.num.partitions', INTERNAL_TOPICS, PARTITIONS],
  ['transaction.state.log.replication.factor', INTERNAL_TOPICS, REPLICAS],
  ['transaction.state.log.min.isr', INTERNAL_MIN_IN_SYNC, REPLICAS],
  ['share.coordinator.state.topic.num.partitions', INTERNAL_TOPICS, PARTITIONS],
  ['share.coordinator.state.topic.replication.factor', INTERNAL_TOPICS, REPLICAS],
  ['share.coordinator.state.topic.min.isr', INTERNAL_MIN_IN_SYNC, REPLICAS],
  ...[
    'sasl.enabled.mechanisms',
    'sasl.jaas.config',
    'sasl.mechanism.controller.protocol',
    'sasl.mechanism.inter.broker.protocol',
  ].map((name): [string, string, string] => [
    name,
    'each listener has its own authentication',
    'KafkaCluster.listeners',
  ]),
];

/** Further names that patterns of the table cover. */
const DECIDED_BY_PATTERN: [setting: string, reason: string, decidedBy: string][] = [
  ...[
    'ssl.keystore.type',
    'ssl.keystore.location',
    'ssl.keystore.certificate.chain',
    'ssl.truststore.certificates',
    'ssl.client.auth',
    'ssl.endpoint.identification.algorithm',
    'listener.name.client.ssl.client.auth',
    'listener.name.internal.ssl.keystore.location',
  ].map((name): [string, string, string] => [name, CERTIFICATES, LISTENERS]),
  ...['listener.name.client.sasl.enabled.mechanisms', 'listener.name.client.scram-sha-512.x'].map(
    (name): [string, string, string] => [
      name,
      'constructs configure the authentication of each listener',
      'KafkaCluster.listeners',
    ],
  ),
  ...['zookeeper.ssl.client.enable', 'zookeeper.ssl.keystore.location', 'zookeeper.clientCnxnSocket'].map(
    (name): [string, string, string] => [
      name,
      'constructs configure TLS between brokers and ZooKeeper',
      'KafkaCluster.interBrokerSecurity',
    ],
  ),
  ['ssl.principal.mapping.rules', PRINCIPAL, "'User:<common name>' in ACLs"],
  ['listener.name.client.ssl.principal.mapping.rules', PRINCIPAL, "'User:<common name>' in ACLs"],
];

/** Settings with names like those of listeners that a user can set. */
const NOT_DECIDED = [
  'ssl.cipher.suites',
  'ssl.enabled.protocols',
  'listener.name.client.max.connections',
  'listener.name.client.ssl.enabled.protocols',
  'zookeeper.session.timeout.ms',
];

const AUTHORIZE = 'brokers and controllers must authorize requests in the same way';
const MAPS = 'controllers use their own value for all maps';
const ONCE = 'the internal topics are created once for all maps';

/** Settings of the whole cluster, with a valid value and the reason in the message. */
const OF_THE_CLUSTER: [setting: string, value: string, reason: string][] = [
  ['allow.everyone.if.no.acl.found', 'true', AUTHORIZE],
  ['authorizer.class.name', 'Some', AUTHORIZE],
  ['principal.builder.class', 'Some', AUTHORIZE],
  ['super.users', 'User:root', AUTHORIZE],
  ['default.replication.factor', '3', 'controllers use their own value for topics of all maps'],
  ['min.insync.replicas', '1', 'brokers and controllers must count in-sync replicas in the same way'],
  ['unclean.leader.election.enable', 'true', 'controllers elect the leaders of all maps'],
  ['offsets.topic.segment.bytes', '1048576', ONCE],
  ['transaction.state.log.segment.bytes', '1048576', ONCE],
  ['share.coordinator.state.topic.segment.bytes', '1048576', ONCE],
  ['broker.session.timeout.ms', '9000', 'controllers use their own value for all brokers'],
  ['alter.config.policy.class.name', 'Some', MAPS],
  ['auto.leader.rebalance.enable', 'false', MAPS],
  ['create.topic.policy.class.name', 'Some', MAPS],
  ['delete.topic.enable', 'false', MAPS],
  ['leader.imbalance.check.interval.seconds', '10', MAPS],
  ['leader.imbalance.per.broker.percentage', '1', MAPS],
  ['num.partitions', '6', MAPS],
];

/** Numbers that constructs calculate with. */
const NUMBERS = [
  'default.replication.factor',
  'min.insync.replicas',
  'offsets.topic.segment.bytes',
  'transaction.state.log.segment.bytes',
  'share.coordinator.state.topic.segment.bytes',
  'broker.session.timeout.ms',
  'zookeeper.session.timeout.ms',
];

/** Names that a properties file cannot hold. */
const INVALID_NAMES = ['', ' ', 'num io', 'a=b', 'a:b', '#a', 'a\\', 'ä', 'a\n'];

const CIRCULAR: Record<string, unknown> = {};
CIRCULAR.self = CIRCULAR;

/** Values that are not strings, as the message shows them, with the correction that it proposes. */
const NO_STRINGS: [value: unknown, shown: string, correction: string][] = [
  [3, '3', "'3'"],
  [0, '0', "'0'"],
  [true, 'true', "'true'"],
  [false, 'false', "'false'"],
  [null, 'null', 'a string, or remove the setting'],
  [undefined, 'undefined', 'a string, or remove the setting'],
  [NaN, 'NaN', 'a string, or remove the setting'],
  [2 ** 53 + 2, '9007199254740994', 'all its digits as a string: JavaScript rounds numbers of this size'],
  [BigInt('9223372036854775807'), '9223372036854775807n', "'9223372036854775807'"],
  [Symbol('a'), 'Symbol(a)', 'a string, or remove the setting'],
  [CIRCULAR, 'an object', 'a string, or remove the setting'],
  [['a', 1], 'a list', 'a string, or remove the setting'],
  [{ a: 1 }, 'an object', 'a string, or remove the setting'],
];

describe.each([CLUSTER, MAP, CONTROLLERS, TOPIC])('config of %s', (owner, check) => {
  test.each(NO_STRINGS)('fails when the value of a setting is %p', (value, shown, correction) => {
    // TypeScript refuses it, but other languages and `any` do not.
    const config = { 'segment.bytes': value } as Config;
    // Kafka has this setting for topics only, and the advice must be right about its range.
    const isRange = owner === TOPIC[0] && ['number', 'bigint', 'boolean'].includes(typeof value);

    expect(messageOf(() => check(config))).toBe(
      `setting 'segment.bytes' of ${owner} is ${shown}, not a string; write ` +
        (isRange ? 'a whole number from 1048576 to 2147483647' : correction),
    );
  });

  test('fails when the value of a setting contains a character that YAML cannot express', () => {
    expect(messageOf(() => check({ 'x.y': 'a\u2028b' }))).toBe(
      `setting 'x.y' of ${owner} is 'a\\u2028b', which contains U+2028, which YAML cannot express; remove it`,
    );
  });

  test.each(INVALID_NAMES)('fails when the name of a setting is %j', (setting) => {
    expect(messageOf(() => check({ [setting]: '1' }))).toBe(
      `setting '${setting.replace('\n', '\\n')}' of ${owner} has a name that a properties file cannot contain; use letters, digits, '.', '-' and '_'`,
    );
  });
});

describe.each([CLUSTER, MAP, CONTROLLERS])('config of %s', (owner, check) => {
  test('accepts names of all valid characters and any text', () => {
    expect(() => check({ 'A-z_0.9': ' a=b\n', constructor: '' })).not.toThrow();
  });

  test.each([...DECIDED, ...DECIDED_BY_PATTERN])(
    'fails when it has %s, which constructs decide',
    (setting, reason, decidedBy) => {
      expect(messageOf(() => check({ [setting]: '1' }))).toBe(
        `setting '${setting}' of ${owner} ${setting === 'sasl.jaas.config' ? 'is set' : "is '1'"}, but ${reason}; remove it and use ${decidedBy}`,
      );
    },
  );

  test('hides the value of a secret that constructs decide', () => {
    expect(messageOf(() => check({ 'ssl.keystore.password': 'hunter2' }))).toBe(
      `setting 'ssl.keystore.password' of ${owner} is set, but ${CERTIFICATES}; remove it and use ${LISTENERS}`,
    );
  });

  test.each([
    ['auto.create.topics.enable', 'False '],
    ['zookeeper.metadata.migration.enable', 'false'],
    ['broker.id.generation.enable', 'false'],
  ])('accepts %s=%j, which constructs write anyway', (setting, value) => {
    expect(() => check({ [setting]: value })).not.toThrow();
  });

  test.each(NOT_DECIDED)('accepts %s', (setting) => {
    expect(() => check({ [setting]: '1000' })).not.toThrow();
  });

  test('fails when Kafka does not accept a value', () => {
    expect(messageOf(() => check({ 'num.io.threads': 'many' }))).toBe(
      `setting 'num.io.threads' of ${owner} is 'many', which Kafka 4.4.0 does not accept; ` +
        'write a whole number from 1 to 2147483647',
    );
  });
});

/** Settings that only controllers read. */
const OF_CONTROLLERS = [
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
];

describe.each(OF_CONTROLLERS)('%s, which only controllers read', (setting) => {
  test('fails in config of a map', () => {
    expect(messageOf(() => MAP[1]({ [setting]: '7' }))).toBe(
      `setting '${setting}' of map 'streams' is '7', but only controllers read it; set it in KafkaCluster.config`,
    );
  });

  test.each([CLUSTER, CONTROLLERS])('is accepted in config of %s', (_, check) => {
    expect(() => check({ [setting]: '7' })).not.toThrow();
  });
});

describe.each([MAP, CONTROLLERS])('config of %s', (owner, check) => {
  test.each(OF_THE_CLUSTER)('fails when it has %s, a setting of the cluster', (setting, value, reason) => {
    expect(messageOf(() => check({ [setting]: value }))).toBe(
      `setting '${setting}' of ${owner} is '${value}', but ${reason}; set it in KafkaCluster.config`,
    );
  });

  test.each(NO_POSITIVE_INTEGERS)("fails when zookeeper.session.timeout.ms is '%s'", (text) => {
    expect(messageOf(() => check({ 'zookeeper.session.timeout.ms': text }))).toBe(
      noPositiveInteger(owner, 'zookeeper.session.timeout.ms', text),
    );
  });
});

describe('config of a cluster', () => {
  const [owner, check] = CLUSTER;

  test.each(OF_THE_CLUSTER)('accepts %s', (setting, value) => {
    expect(() => check({ [setting]: value })).not.toThrow();
  });

  describe.each(NUMBERS)('%s', (setting) => {
    test.each([...NO_POSITIVE_INTEGERS, '${env:NUMBER}'])("fails when it is '%s'", (text) => {
      expect(messageOf(() => check({ [setting]: text }))).toBe(noPositiveInteger(owner, setting, text));
    });
  });

  test('accepts more replicas in sync than exist, of which Kafka requires only those that exist', () => {
    expect(() => check({ 'min.insync.replicas': '4' })).not.toThrow();
  });
});

test('the tables of this file name every exact name of the table of known settings', () => {
  const exact = (fact: 'decidedBy' | 'scope' | 'positiveInteger') =>
    KNOWN_SETTINGS.filter((known) => known[fact] !== undefined)
      .flatMap(({ names }) => (names instanceof RegExp ? [] : names))
      .sort();

  expect(DECIDED.map(([name]) => name).sort()).toEqual(exact('decidedBy'));
  expect([...OF_THE_CLUSTER.map(([name]) => name), ...OF_CONTROLLERS].sort()).toEqual(exact('scope'));
  expect([...NUMBERS].sort()).toEqual(exact('positiveInteger'));
});
