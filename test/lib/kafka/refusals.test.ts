/*
 * All refusals of one `config` in one message, and advice that is accepted when a user follows it.
 */
import { KafkaVersion, ZookeeperEnsemble } from '../../../lib';
import { SETTING_VALUES } from '../../../lib/kafka/kafka-settings';
import { KNOWN_SETTINGS } from '../../../lib/kafka/known-settings';
import { relationRefusals } from '../../../lib/kafka/setting-relations';
import { assertClusterConfig, assertServerConfig } from '../../../lib/kafka/user-settings';
import { newBrokers, newCluster } from '../../support/cases';
import { messageOf, newChart } from '../../support/testing';

const OWNER = "cluster 'events'";
const facts = { version: KafkaVersion.V4_4, mode: 'kraft' } as const;
const check = (config: object) =>
  messageOf(() => assertClusterConfig(OWNER, facts, config as Record<string, string>));

const NOTHING = 'nothing was thrown';

test('one message reports all settings that would not work, each once', () => {
  expect(
    check({
      'broker.id': '3',
      'log.retention.hours': 168,
      'ssl.keystore.password': 'hunter2',
      'a b': '1',
      'num.io.threads': '0',
      'delegation.token.secret.key': 'hunter2',
      'log.segment.bytes': '1073741824',
    }),
  ).toBe(
    `config of ${OWNER} has 6 settings that would not work:
- setting 'broker.id' is '3', but a server takes its id from its pod name; remove it and use brokerIds of the map and controllers.firstNodeId of the KafkaCluster
- setting 'log.retention.hours' is 168, not a string; write '168'
- setting 'ssl.keystore.password' is set, but constructs mount the certificates and configure TLS of each listener; remove it and use KafkaCluster.listeners and KafkaCluster.interBrokerSecurity
- setting 'a b' has a name that a properties file cannot contain; use letters, digits, '.', '-' and '_'
- setting 'num.io.threads' is '0', which Kafka 4.4.0 does not accept; write a whole number from 1 to 2147483647
- setting 'delegation.token.secret.key' is a secret, and a ConfigMap would expose it; remove it, or refer to it through a config provider: '\${provider:path:key}'`,
  );
});

test('settings that do not fit each other are reported with settings of other refusals', () => {
  const config = {
    'num.io.threads': '0',
    'replica.lag.time.max.ms': '499',
    'log.cleaner.threads': '200',
    // Whether a value that is not valid fits others is unknown.
    'replica.socket.timeout.ms': 'soon',
    'max.connections.per.ip': '0',
    'max.connections.per.ip.overrides': 5,
  };
  const message = check(config);
  const names = [...message.matchAll(/^- setting '([^']+)'/gm)].map(([, name]) => name);
  expect(names).toEqual([
    'num.io.threads',
    'replica.socket.timeout.ms',
    'max.connections.per.ip.overrides',
    'replica.lag.time.max.ms',
    'log.cleaner.threads',
  ]);
  const ofMap = messageOf(() =>
    assertServerConfig(
      OWNER,
      { ...facts, clusterConfig: { 'replica.fetch.wait.max.ms': '600' } },
      { 'replica.lag.time.max.ms': '550', 'num.io.threads': '0' },
      [],
    ),
  );
  expect(ofMap).toMatch(
    /2 settings[^]*'num.io.threads'[^]*'replica.fetch.wait.max.ms' is '600', and replica.lag.time.max.ms is 550/,
  );
});

test('a secret without an effect is not to be replaced by a reference', () => {
  expect(check({ 'delegation.token.master.key': 'hunter2' })).toBe(
    `setting 'delegation.token.master.key' of ${OWNER} is a secret, and a ConfigMap would expose it; it has no effect: Kafka 4.0 removed it; remove it`,
  );
});

test.each<[construct: string, define: (config: Record<string, string>) => unknown]>([
  ['a KafkaCluster', (config) => newCluster(newChart(), { config })],
  ['a BrokerStatefulSet', (config) => newBrokers(newCluster(newChart()), { config })],
  ['controllers', (config) => newCluster(newChart(), { controllers: { config } })],
  ['a ZookeeperEnsemble', (config) => new ZookeeperEnsemble(newChart(), 'Zookeeper', { config })],
])('%s reports all settings at once', (_, define) => {
  const config = { 'a b': '1', 'c d': '2', 'some.password': 'x' };

  expect(messageOf(() => define(config))).toMatch(/ 3 (settings|problems).*'a b'.*'c d'.*'some.password'/s);
});

test('long names and values are cut', () => {
  expect(check({ ['x y'.repeat(10_000)]: 'a', 'num.io.threads': '9'.repeat(10_000) }).length).toBeLessThan(
    800,
  );
});

/** True if a value does not fit the default of another setting, which has advice of its own. */
const isRelated = (name: string, value: string) => relationRefusals({ [name]: value }).length > 0;

describe('advice', () => {
  const values = SETTING_VALUES.flatMap((rule) => rule.names.map((name) => ({ ...rule, name }))).filter(
    ({ lines, name }) =>
      lines.includes('4.4') &&
      !KNOWN_SETTINGS.some(
        ({ decidedBy, names }) =>
          decidedBy && (names instanceof RegExp ? names.test(name) : names.includes(name)),
      ),
  );

  /** Values that the advice of a message names. */
  function advised(message: string): string[] {
    const [, advice] = /; write (.*)$/.exec(message) ?? [];
    const [, least, most] = /number from (\S+) to ([^\s,]+)/.exec(advice ?? '') ?? [];
    const quoted = [...(advice ?? '').matchAll(/'([^']*)'/g)].map(([, text]) => text);
    const [, or] = /, or (-?\d+)/.exec(advice ?? '') ?? [];
    return [...(least === undefined ? [] : [least, most]), ...quoted, ...(or === undefined ? [] : [or])];
  }

  test.each(
    values.filter(({ type, oneOf }) => oneOf || !['string', 'list', 'class', 'password'].includes(type)),
  )('for $name is accepted', ({ name, type }) => {
    const all = advised(check({ [name]: 'no such value' }));
    const texts = all.filter((text) => !isRelated(name, text));

    expect(all.length > 0 || type === 'double').toBe(true);
    expect(texts.map((text) => check({ [name]: text }))).toEqual(texts.map(() => NOTHING));
  });

  test.each([3, 0, -1, 2.5, 1e300, true, false, 2 ** 31, 3n, 99_999_999_999n, 2n ** 64n])(
    'for the value %p is accepted',
    (value) => {
      const names = values.map(({ name }) => name);
      const refused = names.flatMap((name) =>
        advised(check({ [name]: value }))
          .filter((text) => !isRelated(name, text))
          .map((text) => check({ [name]: text }))
          .filter((message) => message !== NOTHING),
      );
      expect(refused).toEqual([]);
    },
  );

  test.each([
    ['replica.lag.time.max.ms', '100', { 'replica.lag.time.max.ms': '500' }],
    [
      'replica.lag.time.max.ms',
      '100',
      { 'replica.lag.time.max.ms': '100', 'replica.fetch.wait.max.ms': '100' },
    ],
    [
      'log.cleaner.threads',
      '200',
      { 'log.cleaner.threads': '200', 'log.cleaner.dedupe.buffer.size': '209715201' },
    ],
    ['max.connections.per.ip', '0', { 'max.connections.per.ip': '1' }],
  ])('for %s=%s, which does not fit another setting, is accepted', (name, value, followed) => {
    expect(check({ [name]: value })).not.toBe(NOTHING);
    expect(check(followed)).toBe(NOTHING);
  });

  test('for a setting in config of a map is accepted in config of the cluster', () => {
    const refused = values.filter(({ name }) =>
      messageOf(() => assertServerConfig('map', facts, { [name]: '1' }, ['cluster', 'controllers'])).endsWith(
        'set it in KafkaCluster.config',
      ),
    );
    expect(refused.length).toBeGreaterThan(15);
    expect(refused.map(({ name, type }) => check({ [name]: type === 'boolean' ? 'true' : '1' }))).toEqual(
      refused.map(() => NOTHING),
    );
  });

  test('for internal topics is accepted', () => {
    const config = {
      'offsets.topic.replication.factor': '5',
      'offsets.topic.num.partitions': '20',
      'transaction.state.log.min.isr': '1',
    };
    expect(messageOf(() => newCluster(newChart(), { config }))).toMatch(
      /replication.factor' is '5'.*use internalTopics.replicationFactor.*use internalTopics.partitions/s,
    );
    const internalTopics = { replicationFactor: 5, partitions: 20 };
    expect(() => newCluster(newChart(), { internalTopics })).not.toThrow();
  });
});

test('a real file with the settings that constructs write anyway is accepted, and brokers keep their own values', () => {
  const config = {
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '3',
    'offsets.topic.num.partitions': '50',
    'transaction.state.log.replication.factor': '3',
    'transaction.state.log.min.isr': '2',
    'share.coordinator.state.topic.replication.factor': '3',
  };
  const properties = (given: object) =>
    newBrokers(newCluster(newChart(), { config: given as Record<string, string> })).configMap.toJson().data[
      'server.properties'
    ];

  expect(properties(config)).toBe(properties({}));
});
