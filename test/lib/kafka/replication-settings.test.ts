import {
  clusterSettings,
  replicationErrors,
  replicationWarnings,
} from '../../../lib/kafka/replication-settings';
import { Settings } from '../../../lib/kafka/properties';

const replicas = (count: string): Settings => ({ 'default.replication.factor': count });
const inSync = (count: string): Settings => ({ 'min.insync.replicas': count });

test('by default topics have three replicas, two of them in sync, and no unclean leader', () => {
  expect(clusterSettings({})).toEqual({
    'default.replication.factor': '3',
    'min.insync.replicas': '2',
    'unclean.leader.election.enable': 'false',
  });
});

test.each<[config: Settings, minInSync: string]>([
  [{}, '2'],
  [replicas('1'), '1'],
  [replicas('2'), '1'],
  [replicas('5'), '2'],
  [{ ...replicas('1'), ...inSync('1') }, '1'],
  [inSync('1'), '1'],
])('of %j, min.insync.replicas is %s', (config, minInSync) => {
  expect(clusterSettings(config)['min.insync.replicas']).toBe(minInSync);
});

test('other settings of the user are included', () => {
  expect(clusterSettings({ x: 'y' })).toMatchObject({ x: 'y' });
});

test.each<[config: Settings, minInSync: string, count: string]>([
  [inSync('3'), '3', '3'],
  [inSync('4'), '4', '3'],
  [{ ...inSync('2'), ...replicas('2') }, '2', '2'],
])('warns when all replicas must be in sync: %j', (config, minInSync, count) => {
  expect(replicationWarnings('events', config)).toEqual([
    `cluster 'events' has min.insync.replicas ${minInSync} and default.replication.factor ${count}: writes with acks=all to a ` +
      'topic with that many replicas fail while one of its brokers restarts; lower min.insync.replicas or raise ' +
      'default.replication.factor',
  ]);
});

test.each<[config: Settings]>([
  [{}],
  [inSync('1')],
  [replicas('1')],
  // The warning would be about the own choice of the construct.
  [replicas('2')],
  // Kafka requires one replica in sync of a topic with one replica.
  [{ ...inSync('2'), ...replicas('1') }],
])('does not warn about %j', (config) => {
  expect(replicationWarnings('events', config)).toEqual([]);
});

test.each<[config: Settings, brokers: number, found: string, remedy: string]>([
  [{}, 1, '1 broker', '1'],
  [replicas('3'), 1, '1 broker', '1'],
  [{}, 2, '2 brokers', '2 or less'],
])('fails when %j leads to more replicas than there are brokers', (config, brokers, found, remedy) => {
  expect(replicationErrors('events', config, brokers)).toEqual([
    `cluster 'events' has default.replication.factor 3 and ${found}, so Kafka could not create the topics of clients; ` +
      `set default.replication.factor to ${remedy} in KafkaCluster.config, or add brokers`,
  ]);
});

test('fails when the user chooses more replicas than there are brokers', () => {
  expect(replicationErrors('events', replicas('4'), 3)).toEqual([
    "cluster 'events' has default.replication.factor 4 and 3 brokers, so Kafka could not create the topics of clients; " +
      'set default.replication.factor to 3 or less in KafkaCluster.config, or add brokers',
  ]);
});

test.each<[config: Settings, brokers: number]>([
  [{}, 3],
  [replicas('1'), 1],
  [replicas('3'), 3],
  // Another check reports that the cluster has no map.
  [{}, 0],
])('accepts the replicas of %j on %i brokers', (config, brokers) => {
  expect(replicationErrors('events', config, brokers)).toEqual([]);
});
