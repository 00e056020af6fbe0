import { KafkaVersion } from '../../../lib';
import { settingWarnings } from '../../../lib/kafka/setting-names';
import { settingNames } from '../../../lib/kafka/version-settings';
import { MetadataMode } from '../../../lib/seam/agent-config';
import { newBrokers, newCluster } from '../../support/cases';
import { collectWarnings, newChart } from '../../support/testing';

const OWNER = "cluster 'events'";

function warnings(name: string, version = KafkaVersion.V4_4, mode: MetadataMode = 'kraft'): string[] {
  return settingWarnings(OWNER, { version, mode }, { [name]: 'hunter2' });
}

test.each([
  [
    'unclean.leader.election.enabled',
    "Kafka 4.4.0 has no such setting; did you mean 'unclean.leader.election.enable'?",
  ],
  ['num.partition', "Kafka 4.4.0 has no such setting; did you mean 'num.partitions'?"],
  [
    'listener.name.client.ssl.enabled.protocol',
    "Kafka 4.4.0 has no such setting; did you mean 'ssl.enabled.protocols'?",
  ],
  ['log.message.format.version', 'Kafka 4.0 removed it; remove it'],
  ['inter.broker.protocol.version', 'Kafka 4.0 removed it; remove it'],
  ['group.share.max.groups', 'Kafka 4.1 removed it; remove it'],
  ['advertised.host.name', 'Kafka 3.0 removed it; remove it'],
  ['retention.ms', "it is a setting of topics; the setting of brokers is 'log.retention.ms'"],
])('warns about %s', (name, reason) => {
  expect(warnings(name)).toEqual([`setting '${name}' of ${OWNER} has no effect: ${reason}`]);
});

test('warns about a setting that is newer than the version', () => {
  expect(warnings('cordoned.log.dirs', KafkaVersion.V4_0)).toEqual([
    `setting 'cordoned.log.dirs' of ${OWNER} has no effect: Kafka 4.3 introduced it, and this is Kafka 4.0.2; remove it, or upgrade`,
  ]);
});

test.each<[mode: MetadataMode, name: string]>([
  ['kraft', 'zookeeper.session.timeout.ms'],
  ['zookeeper', 'broker.session.timeout.ms'],
  ['zookeeper', 'controller.quorum.election.timeout.ms'],
])('with %s, warns about %s', (mode, name) => {
  expect(warnings(name, KafkaVersion.V3_9, mode)[0]).toMatch(/has no effect: it is for clusters with/);
  const other = mode === 'kraft' ? 'zookeeper' : 'kraft';
  expect(warnings(name, KafkaVersion.V3_9, other)).toEqual([]);
});

test.each([
  'confluent.tier.feature',
  'config.providers.vault.class',
  'client.quota.callback.static.produce',
  'cruise.control.metrics.reporter.topic',
  'rsm.config.storage.backend.class',
  'my.authorizer.cache.size',
  'listener.name.client.max.connections',
  'x'.repeat(100_000),
])('does not warn about %.40s', (name) => {
  expect(warnings(name)).toEqual([]);
});

test('no setting of a version causes a warning, except those of listeners and of the other metadata store', () => {
  const names = settingNames(KafkaVersion.V4_4).flatMap((name) => warnings(name));
  expect(names.filter((warning) => !warning.includes('each listener'))).toEqual([]);
});

test('a warning is printed once, and hides the value', () => {
  const lines = collectWarnings();
  const chart = newChart();
  const cluster = newCluster(chart, { config: { 'num.partition': '17' } });
  newBrokers(cluster, { config: { 'log.retention.hour': '18' } });

  chart.toJson();
  chart.toJson();

  const printed = lines.filter((line) => line.includes('has no effect'));
  expect(printed).toHaveLength(2);
  expect(printed.join()).not.toMatch(/1[78]/);
});
