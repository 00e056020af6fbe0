/*
 * Each construct with `config` checks it. user-settings.test.ts has all cases.
 */
import { ZookeeperEnsemble } from '../../../lib';
import { newBrokers, newCluster, newTopics } from '../../support/cases';
import { assertValid, messageOf, newChart, readProperties } from '../../support/testing';

type Config = Record<string, string>;

const CONSTRUCTS: [construct: string, define: (config: Config) => unknown][] = [
  ['KafkaCluster', (config) => newCluster(newChart(), { config })],
  ['BrokerStatefulSet', (config) => newBrokers(newCluster(newChart()), { config })],
  ['controllers of a KafkaCluster', (config) => newCluster(newChart(), { controllers: { config } })],
  ['ZookeeperEnsemble', (config) => new ZookeeperEnsemble(newChart(), 'Zookeeper', { config })],
  ['TopicConfigMap', (config) => assertValid(newTopics(newCluster(newChart()), { config }))],
];

test.each(CONSTRUCTS)('%s fails when a secret is in config', (_, define) => {
  expect(messageOf(() => define({ 'password.encoder.secret': 'x' }))).toMatch(
    /^setting 'password.encoder.secret' of .* is a secret/,
  );
});

test.each(CONSTRUCTS.slice(0, 3))('%s fails when a setting in config belongs to a construct', (_, define) => {
  expect(messageOf(() => define({ 'log.dirs': '/data' }))).toMatch(/remove it and use storage$/);
});

test('names with all valid characters and any text reach server.properties', () => {
  const { configMap } = newBrokers(newCluster(newChart()), { config: { 'A-z_0.9': ' a=b\n' } });

  expect(readProperties(configMap.toJson().data['server.properties'])).toMatchObject({ 'A-z_0.9': ' a=b\n' });
});
