import { KafkaVersion } from '../../../lib';
import { Settings } from '../../../lib/kafka/properties';
import { providerWarnings } from '../../../lib/kafka/setting-names';
import { relationRefusals } from '../../../lib/kafka/setting-relations';
import { ServerSettings } from '../../../lib/kafka/server-settings';
import { newBrokers, newCluster } from '../../support/cases';
import { collectWarnings, messageOf, newChart } from '../../support/testing';

const names = (settings: Settings) => relationRefusals(settings).map(({ name }) => name);

/** Settings with which Kafka 3.9.2 and 4.4.0 exit. */
test.each<[settings: Settings, refused: string[]]>([
  [{ 'replica.fetch.wait.max.ms': '60000' }, ['replica.fetch.wait.max.ms', 'replica.fetch.wait.max.ms']],
  [{ 'replica.lag.time.max.ms': '499' }, ['replica.lag.time.max.ms']],
  [{ 'replica.socket.timeout.ms': '499' }, ['replica.socket.timeout.ms']],
  [{ 'queued.max.request.bytes': '5' }, ['queued.max.request.bytes']],
  [{ 'connection.failed.authentication.delay.ms': '700000' }, ['connection.failed.authentication.delay.ms']],
  [{ 'group.consumer.session.timeout.ms': '44000' }, ['group.consumer.session.timeout.ms']],
  [{ 'group.consumer.session.timeout.ms': '61000' }, ['group.consumer.session.timeout.ms']],
  [{ 'group.share.heartbeat.interval.ms': '1000' }, ['group.share.heartbeat.interval.ms']],
  [{ 'log.cleaner.dedupe.buffer.size': '1048576' }, ['log.cleaner.dedupe.buffer.size']],
  [{ 'log.cleaner.threads': '200' }, ['log.cleaner.threads']],
  [{ 'max.connections.per.ip': '0' }, ['max.connections.per.ip']],
  [{ 'group.coordinator.rebalance.protocols': 'consumer' }, ['group.coordinator.rebalance.protocols']],
  [{ 'group.coordinator.rebalance.protocols': '' }, ['group.coordinator.rebalance.protocols']],
])('refuses %j', (settings, refused) => {
  expect(names(settings)).toEqual(refused);
});

/** Settings with which Kafka 3.9.2 and 4.4.0 start. */
test.each<[settings: Settings]>([
  [{}],
  [{ 'replica.lag.time.max.ms': '500' }],
  [{ 'queued.max.request.bytes': '104857600' }],
  [{ 'queued.max.request.bytes': '-1' }],
  [{ 'connections.max.idle.ms': '-1' }],
  [
    {
      'replica.fetch.wait.max.ms': '60000',
      'replica.lag.time.max.ms': ' 60000',
      'replica.socket.timeout.ms': '60000',
    },
  ],
  [{ 'replica.lag.time.max.ms': '${env:LAG}' }],
  [{ 'max.connections.per.ip': '0', 'max.connections.per.ip.overrides': '10.0.0.1:5' }],
  [{ 'group.coordinator.rebalance.protocols': 'consumer, classic' }],
])('accepts %j', (settings) => {
  expect(names(settings)).toEqual([]);
});

test('the config of a map is compared with that of the cluster', () => {
  const define = (config: Settings, clusterConfig: Settings) =>
    messageOf(() =>
      ServerSettings.ofBrokers({
        owner: "map 'streams'",
        version: KafkaVersion.V4_4,
        vcpus: 4,
        internalTopicPartitions: 50,
        decided: {},
        config,
        clusterConfig,
      }),
    );

  expect(define({ 'replica.lag.time.max.ms': '10000' }, { 'replica.fetch.wait.max.ms': '20000' })).toBe(
    "setting 'replica.fetch.wait.max.ms' of map 'streams' is '20000', and replica.lag.time.max.ms is 10000; Kafka does not start " +
      'with replica.fetch.wait.max.ms above replica.lag.time.max.ms; lower it, or raise replica.lag.time.max.ms',
  );
});

test('warns about references to config providers that are not loaded', () => {
  const config = { 'ldap.password': '${vault:a:b}${env:C}', 'config.providers': 'file, env' };

  expect(providerWarnings('x', config)).toEqual([
    "setting 'ldap.password' of x refers to the config provider 'vault', which is not loaded, so Kafka would use the text of the " +
      "reference; add it to 'config.providers'",
  ]);
});

test('the reference of a map can use a provider of the cluster, and a warning is printed once', () => {
  const lines = collectWarnings();
  const chart = newChart();
  const config = { 'config.providers': 'file', 'a.password': '${env:A}' };
  const cluster = newCluster(chart, { config });
  newBrokers(cluster, { config: { 'b.password': '${file:/b:b}', 'c.password': '${env:C}' } });

  chart.toJson();

  expect(lines.flatMap((line) => /setting '(.*)' of (.*) refers/.exec(line)?.slice(1) ?? [])).toEqual([
    ...['a.password', "cluster 'events'"],
    ...['c.password', "brokers 'streams'"],
  ]);
});
