/*
 * Settings that a user can give as `config`.
 */
import fc from 'fast-check';
import { KafkaVersion } from '../../../lib/kafka/kafka-version';
import { KNOWN_SETTINGS } from '../../../lib/kafka/known-settings';
import { ServerSettings } from '../../../lib/kafka/server-settings';
import { assertClusterConfig, assertStrings, positiveInteger } from '../../../lib/kafka/user-settings';
import { NO_POSITIVE_INTEGERS, noPositiveInteger } from '../../support/messages';
import { messageOf } from '../../support/testing';

type Config = Record<string, string>;
type Owner = [owner: string, check: (config: Config) => unknown];

const version = KafkaVersion.V4_4;

const CLUSTER: Owner = ["cluster 'events'", (config) => assertClusterConfig(CLUSTER[0], version, config)];
const MAP: Owner = [
  "map 'streams'",
  (config) =>
    ServerSettings.ofBrokers({
      owner: MAP[0],
      version,
      vcpus: 4,
      internalTopicPartitions: 50,
      config,
      decided: {},
    }),
];
const CONTROLLERS: Owner = [
  "the controllers of cluster 'events'",
  (config) => ServerSettings.ofControllers({ owner: CONTROLLERS[0], version, config, decided: {} }),
];
const TOPIC: Owner = ["topic 'events.clicks'", (config) => assertStrings(TOPIC[0], config)];

const BROKER_IDS = 'brokerIds of the map and controllers.firstNodeId of the KafkaCluster';
const LISTENERS = 'KafkaCluster.listeners and KafkaCluster.interBrokerSecurity';
const SAME_LISTENERS = 'all brokers of a cluster have the same listeners';
const ADDRESSES = 'constructs know the addresses of controllers and ZooKeeper servers';
const METADATA = 'KafkaCluster.controllers or KafkaCluster.zookeeper';
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
  ['log.dir', DISK, 'storage'],
  ['log.dirs', DISK, 'storage'],
  ['metadata.log.dir', DISK, 'storage'],
  ['auto.create.topics.enable', 'Kafka would create the topic on the brokers of any map', 'a TopicConfigMap'],
  ['offsets.topic.num.partitions', INTERNAL_TOPICS, 'KafkaCluster.internalTopics'],
  ['offsets.topic.replication.factor', INTERNAL_TOPICS, 'KafkaCluster.internalTopics'],
  ['transaction.state.log.num.partitions', INTERNAL_TOPICS, 'KafkaCluster.internalTopics'],
  ['transaction.state.log.replication.factor', INTERNAL_TOPICS, 'KafkaCluster.internalTopics'],
  ['transaction.state.log.min.isr', INTERNAL_TOPICS, 'KafkaCluster.internalTopics'],
  ['share.coordinator.state.topic.num.partitions', INTERNAL_TOPICS, 'KafkaCluster.internalTopics'],
  ['share.coordinator.state.topic.replication.factor', INTERNAL_TOPICS, 'KafkaCluster.internalTopics'],
  ['share.coordinator.state.topic.min.isr', INTERNAL_TOPICS, 'KafkaCluster.internalTopics'],
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

/** Settings whose values are secrets. */
const SECRETS = [
  'ssl.keystore.password',
  'ssl.key.password',
  'listener.name.client.ssl.truststore.password',
  'ssl.keystore.key',
  'listener.name.client.ssl.keystore.key',
  'sasl.jaas.config',
  'listener.name.client.scram-sha-512.sasl.jaas.config',
  'delegation.token.secret.key',
  'password.encoder.secret',
  'password.encoder.old.secret',
  'delegation.token.master.key',
  'ssl.quorum.keyStore.password',
  'sasl.oauthbearer.assertion.private.key.passphrase',
];

/** Settings with names like those of secrets. */
const NO_SECRETS = ['password.encoder.iterations', 'password.encoder.key.length'];

/** Names that a properties file cannot hold. */
const INVALID_NAMES = ['', ' ', 'num io', 'a=b', 'a:b', '#a', 'a\\', 'ä', 'a\n'];

/** Values that are not strings, as the message shows them, with the correction that it proposes. */
const NO_STRINGS: [value: unknown, shown: string, correction: string][] = [
  [3, '3', "'3'"],
  [0, '0', "'0'"],
  [true, 'true', "'true'"],
  [false, 'false', "'false'"],
  [null, 'null', 'a string, or remove the setting'],
  [undefined, 'undefined', 'a string, or remove the setting'],
  [NaN, 'NaN', "'NaN'"],
  [['a', 1], '["a",1]', 'a string, or remove the setting'],
  [{ a: 1 }, '{"a":1}', 'a string, or remove the setting'],
];

describe.each([CLUSTER, MAP, CONTROLLERS, TOPIC])('config of %s', (owner, check) => {
  test.each(NO_STRINGS)('fails when the value of a setting is %j', (value, shown, correction) => {
    // TypeScript refuses it, but other languages and `any` do not.
    const config = { 'segment.bytes': value } as Config;

    expect(messageOf(() => check(config))).toBe(
      `setting 'segment.bytes' of ${owner} is ${shown}, not a string; write ${correction}`,
    );
  });

  test.each(INVALID_NAMES)('fails when the name of a setting is %j', (setting) => {
    expect(messageOf(() => check({ [setting]: '1' }))).toBe(
      `'${setting}' in config of ${owner} is not a valid name of a setting; use letters, digits, '.', '-' and '_'`,
    );
  });

  test('accepts names of all valid characters and any text', () => {
    expect(() => check({ 'A-z_0.9': ' a=b\n', constructor: '' })).not.toThrow();
  });

  test.each(SECRETS)('fails when it has the secret %s, and the message hides the value', (setting) => {
    expect(messageOf(() => check({ [setting]: 'hunter2' }))).toBe(
      `setting '${setting}' of ${owner} is a secret, and a ConfigMap would expose it; remove it, or refer to it through a ` +
        "config provider: '${provider:path:key}'",
    );
  });

  test('the message hides a secret that is not a string', () => {
    expect(messageOf(() => check({ 'ssl.key.password': 4711 } as unknown as Config))).not.toContain('4711');
  });

  test('the message hides a secret beside a reference', () => {
    const config = { 'password.encoder.secret': 'hunter2${env:SUFFIX}' };

    expect(messageOf(() => check(config))).toMatch(/is a secret/);
    expect(messageOf(() => check(config))).not.toContain('hunter2');
  });

  const others = SECRETS.filter((setting) => !/ssl|scram/.test(setting) || owner === TOPIC[0]);
  test.each(others)('accepts a reference to %s', (setting) => {
    expect(() => check({ [setting]: '${file:/etc/secrets/kafka:key}' })).not.toThrow();
  });

  test.each(NO_SECRETS)('accepts %s, which is not a secret', (setting) => {
    expect(() => check({ [setting]: '1' })).not.toThrow();
  });
});

describe.each([CLUSTER, MAP, CONTROLLERS])('config of %s', (owner, check) => {
  test.each([...DECIDED, ...DECIDED_BY_PATTERN])(
    'fails when it has %s, which constructs decide',
    (setting, reason, decidedBy) => {
      expect(messageOf(() => check({ [setting]: '1' }))).toBe(
        `setting '${setting}' of ${owner} is '1', but ${reason}; remove it and use ${decidedBy}`,
      );
    },
  );

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

  test('fails when more replicas must be in sync than exist', () => {
    expect(messageOf(() => check({ 'min.insync.replicas': '4' }))).toBe(
      "min.insync.replicas of cluster 'events' is 4, and default.replication.factor is 3; " +
        'lower min.insync.replicas or raise default.replication.factor',
    );
  });
});

test('the tables of this file name every exact name of the table of known settings', () => {
  const exact = (fact: 'decidedBy' | 'scope' | 'positiveInteger') =>
    KNOWN_SETTINGS.filter((known) => known[fact] !== undefined)
      .flatMap(({ names }) => (names instanceof RegExp ? [] : names))
      .sort();

  expect(DECIDED.map(([name]) => name).sort()).toEqual(exact('decidedBy'));
  expect(OF_THE_CLUSTER.map(([name]) => name).sort()).toEqual(exact('scope'));
  expect([...NUMBERS].sort()).toEqual(exact('positiveInteger'));
});

describe('positiveInteger', () => {
  test('reads every whole number of an int', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_147_483_647 }), (number) => {
        expect(positiveInteger("topic 'a'", { x: String(number) }, 'x')).toBe(number);
      }),
    );
  });

  test('is undefined when the setting is not set', () => {
    expect(positiveInteger("topic 'a'", {}, 'x')).toBeUndefined();
  });

  test.each(NO_POSITIVE_INTEGERS)("fails when the text is '%s'", (text) => {
    expect(messageOf(() => positiveInteger("topic 'a'", { x: text }, 'x'))).toBe(
      noPositiveInteger("topic 'a'", 'x', text),
    );
  });
});
