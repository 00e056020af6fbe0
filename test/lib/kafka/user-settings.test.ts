/*
 * What a user may write into `config`, wherever there is one.
 */
import { KafkaVersion, ControllerQuorum, ZookeeperEnsemble } from '../../lib';
import { newBrokers, newCluster, newTopics } from '../support/cases';
import { NO_POSITIVE_INTEGERS, noPositiveInteger } from '../support/messages';
import { messageOf, newChart, readProperties } from '../support/testing';

type Config = Record<string, string>;
type Owner = [owner: string, define: (config: Config) => unknown];

const CLUSTER: Owner = ["cluster 'events'", (config) => newCluster(newChart(), { config })];
const MAP: Owner = ["map 'streams'", (config) => newBrokers(newCluster(newChart()), { config })];
const CONTROLLERS: Owner = [
  "the controllers of cluster 'events'",
  (config) =>
    new ControllerQuorum(newChart(), 'Controllers', {
      clusterName: 'events',
      version: KafkaVersion.V4_4,
      config,
    }),
];
const ENSEMBLE: Owner = [
  'a ZooKeeper ensemble',
  (config) => new ZookeeperEnsemble(newChart(), 'Zookeeper', { config }),
];
const TOPIC: Owner = ["topic 'events.clicks'", (config) => newTopics(newChart(), { config })];

/** Every setting that the constructs decide, and what a message proposes instead. */
const OWNED_SETTINGS: [setting: string, mend: string][] = [
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
  ['early.start.listeners', 'listeners belong to the cluster'],
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
const CLUSTER_WIDE_SETTINGS = [
  'default.replication.factor',
  'min.insync.replicas',
  'super.users',
  'unclean.leader.election.enable',
];

/** Settings whose values are secrets. */
const SECRET_SETTINGS = [
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

/** Settings that sound like secrets and are none. */
const NO_SECRET_SETTINGS = ['password.encoder.iterations', 'password.encoder.key.length'];

/** Settings that follow from listeners and certificates. */
const LISTENER_SETTINGS = [
  'ssl.keystore.type',
  'ssl.keystore.location',
  'ssl.keystore.certificate.chain',
  'ssl.truststore.certificates',
  'ssl.client.auth',
  'listener.name.client.ssl.client.auth',
  'listener.name.internal.ssl.keystore.location',
  'listener.name.client.sasl.enabled.mechanisms',
  'zookeeper.ssl.client.enable',
  'zookeeper.ssl.keystore.location',
  'zookeeper.clientCnxnSocket',
];

/** Settings that sound like those of listeners and are the user's. */
const OTHER_SETTINGS = [
  'ssl.cipher.suites',
  'ssl.enabled.protocols',
  'listener.name.client.max.connections',
  'listener.name.client.ssl.enabled.protocols',
  'zookeeper.session.timeout.ms',
];

/** Names that no properties file could give back. */
const NO_SETTING_NAMES = ['', ' ', 'num io', 'a=b', 'a:b', '#a', 'a\\', 'ä', 'a\n'];

/** Values that are not strings, as the message shows them, and what it proposes instead. */
const NO_TEXTS: [value: unknown, shown: string, mend: string][] = [
  [3, '3', "'3'"],
  [0, '0', "'0'"],
  [true, 'true', "'true'"],
  [false, 'false', "'false'"],
  [null, 'null', 'a string, or leave it out'],
  [undefined, 'undefined', 'a string, or leave it out'],
  [NaN, 'NaN', "'NaN'"],
  [['a', 1], '["a",1]', 'a string, or leave it out'],
  [{ a: 1 }, '{"a":1}', 'a string, or leave it out'],
];

/** What is no set of settings, as the message shows it. */
const NO_SETTINGS: [config: unknown, shown: string][] = [
  [['num.io.threads=8'], '["num.io.threads=8"]'],
  ['num.io.threads=8', '"num.io.threads=8"'],
  [new Map([['num.io.threads', '8']]), '{}'],
];

describe.each([CLUSTER, MAP, CONTROLLERS, ENSEMBLE, TOPIC])('config of %s', (owner, define) => {
  test.each(NO_SETTINGS)('fails when it is %j', (config, shown) => {
    expect(messageOf(() => define(config as Config))).toBe(
      `config of ${owner} is ${shown}; write an object: { '<setting>': '<value>' }`,
    );
  });

  test.each(NO_TEXTS)('fails when the value of a setting is %j', (value, shown, mend) => {
    // TypeScript would refuse it, other languages and `any` would not.
    const config = { 'segment.bytes': value } as Config;

    expect(messageOf(() => define(config))).toBe(
      `setting 'segment.bytes' of ${owner} is ${shown} and not a string; write ${mend}`,
    );
  });

  test.each(NO_SETTING_NAMES)('fails when a setting is called %j', (setting) => {
    expect(messageOf(() => define({ [setting]: '1' }))).toBe(
      `setting '${setting}' of ${owner} has a name that no setting has; use letters, digits, '.', '-' and '_'`,
    );
  });
});

describe.each([CLUSTER, MAP, CONTROLLERS, ENSEMBLE, TOPIC])('config of %s', (owner, define) => {
  test.each(SECRET_SETTINGS)('fails when it has %s, a secret, and keeps its value back', (setting) => {
    expect(messageOf(() => define({ [setting]: 'hunter2' }))).toBe(
      `setting '${setting}' of ${owner} is a secret, and would stand in a ConfigMap; leave it out, or refer to its ` +
        "place through a config provider: '${provider:path:key}'",
    );
  });

  test('keeps back a secret that is not even a string', () => {
    expect(messageOf(() => define({ 'ssl.key.password': 4711 } as unknown as Config))).not.toContain('4711');
  });

  const others = SECRET_SETTINGS.filter((setting) => !/ssl|scram/.test(setting) || owner === TOPIC[0]);
  test.each(others)('may refer to the place of %s', (setting) => {
    expect(messageOf(() => define({ [setting]: '${file:/etc/secrets/kafka:key}' }))).toBe(
      'nothing was thrown',
    );
  });

  test.each(NO_SECRET_SETTINGS)('may have %s, which is no secret', (setting) => {
    expect(messageOf(() => define({ [setting]: '1' }))).toBe('nothing was thrown');
  });
});

describe.each([CLUSTER, MAP, CONTROLLERS])('config of %s', (owner, define) => {
  test.each(OWNED_SETTINGS)('fails when it has %s, which is decided elsewhere', (setting, mend) => {
    expect(messageOf(() => define({ [setting]: '1' }))).toBe(
      `setting '${setting}' of ${owner} is '1', but the construct decides it: ${mend}`,
    );
  });
});

describe.each([CLUSTER, MAP, CONTROLLERS])('listeners in config of %s', (owner, define) => {
  test.each(LISTENER_SETTINGS)('fail when they are given by %s', (setting) => {
    expect(messageOf(() => define({ [setting]: '1' }))).toBe(
      `setting '${setting}' of ${owner} is '1', but the construct decides it: choose listeners and interBrokerSecurity of ` +
        'the cluster',
    );
  });

  test.each(['ssl.principal.mapping.rules', 'listener.name.client.ssl.principal.mapping.rules'])(
    'fail when %s is to say who a client is',
    (setting) => {
      expect(messageOf(() => define({ [setting]: '1' }))).toBe(
        `setting '${setting}' of ${owner} is '1', but the construct decides it: a principal is 'User:' and the common name ` +
          'of the certificate',
      );
    },
  );

  test.each(OTHER_SETTINGS)('leave %s to the user', (setting) => {
    expect(messageOf(() => define({ [setting]: '1000' }))).toBe('nothing was thrown');
  });
});

describe.each([CLUSTER, CONTROLLERS])('config of %s', (owner, define) => {
  describe.each(['default.replication.factor', 'min.insync.replicas'])('%s', (setting) => {
    test.each(NO_POSITIVE_INTEGERS)("fails when it is '%s'", (text) => {
      expect(messageOf(() => define({ [setting]: text }))).toBe(noPositiveInteger(owner, setting, text));
    });
  });
});

test.each([CLUSTER, MAP, CONTROLLERS])(
  'fails when config of %s has a value that Kafka does not take',
  (owner, define) => {
    expect(messageOf(() => define({ 'num.io.threads': 'many' }))).toBe(
      `setting 'num.io.threads' of ${owner} is 'many', which Kafka 4.4.0 does not take; write a whole number from 1 to 2147483647`,
    );
  },
);

describe.each([CLUSTER, CONTROLLERS])('replicas of %s', (owner, define) => {
  test.each<[config: Config, minInSync: number, replicas: number]>([
    [{ 'min.insync.replicas': '4' }, 4, 3],
    [{ 'min.insync.replicas': '2', 'default.replication.factor': '1' }, 2, 1],
    [{ 'min.insync.replicas': '10', 'default.replication.factor': '9' }, 10, 9],
  ])('fails when more are to be in sync than there are: %j', (config, minInSync, replicas) => {
    expect(messageOf(() => define(config))).toBe(
      `min.insync.replicas of ${owner} is ${minInSync}, and default.replication.factor ${replicas}; ` +
        'lower the one, or raise the other',
    );
  });

  test.each<[config: Config]>([
    [{ 'min.insync.replicas': '3' }],
    [{ 'min.insync.replicas': '1', 'default.replication.factor': '1' }],
    [{ 'min.insync.replicas': '9', 'default.replication.factor': '10' }],
  ])('may be as many as there are: %j', (config) => {
    expect(messageOf(() => define(config))).toBe('nothing was thrown');
  });
});

test.each(CLUSTER_WIDE_SETTINGS)('fails when a map has %s, which is not for one map', (setting) => {
  const [owner, define] = MAP;

  expect(messageOf(() => define({ [setting]: '1' }))).toBe(
    `setting '${setting}' of ${owner} is '1', but it holds for the whole cluster; set it in config of KafkaCluster`,
  );
});

test('names with all letters that are allowed, and any text, reach the server', () => {
  const { configMap } = newBrokers(newCluster(newChart()), { config: { 'A-z_0.9': ' a=b\n' } });

  expect(readProperties(configMap.toJson().data['server.properties'])).toMatchObject({ 'A-z_0.9': ' a=b\n' });
});
