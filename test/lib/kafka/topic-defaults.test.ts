/* Values for the topics of a map that do not set their own. topic-placement.test.ts has their effect on topics. */
import { Duration, Size } from 'cdk8s';
import { CleanupPolicy, CompressionType, KafkaVersion, NodeIds, TopicDefaults } from '../../../lib';
import { topicDefaultsConfig } from '../../../lib/kafka/topic-defaults';
import { newCluster, newMap } from '../../support/cases';
import { messageOf, newChart } from '../../support/testing';

const configOf = (topicDefaults?: TopicDefaults, version = KafkaVersion.V4_4) =>
  topicDefaultsConfig(version, { mapName: 'streams', brokerIds: NodeIds.between(1001, 1003), topicDefaults });

test('fields without a value are absent', () => {
  expect(configOf({})).toEqual({});
  expect(configOf({ partitions: undefined, config: {} })).toEqual({});
});

test('typed settings have the names of Kafka', () => {
  expect(
    configOf({
      partitions: 12,
      replicationFactor: 3,
      retention: Duration.hours(36),
      retentionBytes: Size.gibibytes(1),
      cleanupPolicy: CleanupPolicy.DELETE,
      minInSyncReplicas: 2,
      maxMessageBytes: Size.mebibytes(1),
      compressionType: CompressionType.LZ4,
      config: { 'segment.ms': '1000' },
    }),
  ).toEqual({
    partitions: 12,
    replicationFactor: 3,
    config: {
      'segment.ms': '1000',
      'retention.ms': '129600000',
      'retention.bytes': '1073741824',
      'cleanup.policy': 'delete',
      'min.insync.replicas': '2',
      'max.message.bytes': '1048576',
      'compression.type': 'lz4',
    },
  });
});

test.each<[topicDefaults: TopicDefaults, message: string]>([
  [
    { partitions: 0 },
    "partitions of topicDefaults of map 'streams' is 0; it must be a whole number from 1 to 9900",
  ],
  [
    { replicationFactor: 1.5 },
    "replicationFactor of topicDefaults of map 'streams' is 1.5; it must be a whole number from 1 to 32767",
  ],
  [
    { replicationFactor: 4 },
    "replicationFactor of topicDefaults of map 'streams' is 4, and the map has 3 brokers (1001-1003); lower it, or add brokers to the map",
  ],
  [
    { retention: Duration.days(1), config: { 'retention.ms': '-1' } },
    "topicDefaults of map 'streams' has retention and config['retention.ms'], which are the same setting; remove one of them",
  ],
  [
    { config: { 'cleanup.policy': 'compacted' } },
    "setting 'cleanup.policy' of topicDefaults of map 'streams' is 'compacted', which Kafka 4.4.0 does not accept; write one or more " +
      "of 'compact', 'delete', separated by commas",
  ],
])('fails for %j', (topicDefaults, message) => {
  expect(messageOf(() => configOf(topicDefaults))).toBe(message);
  expect(messageOf(() => newMap(newCluster(newChart()), { topicDefaults }))).toBe(message);
});

test('settings are checked with the version of the cluster', () => {
  const topicDefaults = { config: { 'message.downconversion.enable': 'false' } };

  expect(messageOf(() => configOf(topicDefaults, KafkaVersion.V3_9))).toBe('nothing was thrown');
  expect(messageOf(() => configOf(topicDefaults))).toContain('Kafka 4.0 removed it');
});

test.each<[topicDefaults: unknown, message: string]>([
  ['12', 'topicDefaults of a KafkaMap must be an object, got a string'],
  [{ partition: 12 }, "topicDefaults of a KafkaMap has no property 'partition'; did you mean 'partitions'?"],
  [
    { retention: '7d' },
    'topicDefaults.retention of a KafkaMap is "7d"; expected for example Duration.minutes(20)',
  ],
])('fails when topicDefaults are %j', (topicDefaults, message) => {
  expect(
    messageOf(() => newMap(newCluster(newChart()), { topicDefaults: topicDefaults as TopicDefaults })),
  ).toBe(message);
});
