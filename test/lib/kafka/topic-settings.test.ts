import { KafkaVersion } from '../../../lib';
import { TOPIC_SETTING_VALUES } from '../../../lib/kafka/topic-setting-values';
import { assertTopicSettings } from '../../../lib/kafka/topic-settings';
import { newCluster, newTopics } from '../../support/cases';
import { assertValid, messageOf, newChart } from '../../support/testing';

const failureOf = (config: object, version = KafkaVersion.V4_4) =>
  messageOf(() => assertTopicSettings("topic 'orders'", version, config as Record<string, string>));

const ACCEPTED = 'nothing was thrown';
const of = (setting: string, text: string) => `setting '${setting}' of topic 'orders' ${text}`;

const EMPTY_POLICY =
  'so that Kafka would neither delete nor compact records, and the disks would fill; ' +
  "write 'delete', 'compact' or 'compact,delete'";

test.each([
  [{ 'retention.ms': '-1', 'cleanup.policy': 'compact, delete', 'min.cleanable.dirty.ratio': '0.50' }],
  [{ 'compression.type': 'zstd', 'compression.zstd.level': '-5', 'message.timestamp.type': 'LogAppendTime' }],
  [{ preallocate: 'True', 'segment.bytes': ' 1048576 ', 'max.message.bytes': '+10' }],
  [{ 'min.insync.replicas': '2', 'leader.replication.throttled.replicas': '*' }],
  [{ 'follower.replication.throttled.replicas': '0:1001, 1:1002' }],
  [{ 'follower.replication.throttled.replicas': '' }],
  [{ 'confluent.placement.constraints': '{}', 'internal.segment.bytes': '1000' }],
  [{ 'min.compaction.lag.ms': '10', 'max.compaction.lag.ms': '10' }],
])('accepts %j', (config) => {
  expect(failureOf(config)).toBe(ACCEPTED);
});

test.each([
  ['retention.msec', '1', "is '1', and Kafka 4.4.0 has no such setting of topics; write 'retention.ms'"],
  ['color', 'red', "is 'red', and Kafka 4.4.0 has no such setting of topics; remove it"],
  [
    'retention.ms',
    '7d',
    "is '7d', which Kafka 4.4.0 does not accept; write a whole number from -1 to 9223372036854775807",
  ],
  [
    'cleanup.policy',
    'compacted',
    "is 'compacted', which Kafka 4.4.0 does not accept; write one or more of 'compact', 'delete', separated by commas",
  ],
  [
    'min.insync.replicas',
    '0',
    "is '0', which Kafka 4.4.0 does not accept; write a whole number from 1 to 2147483647",
  ],
  [
    'retention.bytes',
    '${file:/a:b}',
    "is '${file:/a:b}', which Kafka 4.4.0 does not accept; write a whole number from -9223372036854775808 to 9223372036854775807",
  ],
  [
    'log.retention.hours',
    '72',
    "is '72', which is a setting of brokers; write 'retention.ms', in milliseconds",
  ],
  ['log.cleanup.policy', 'compact', "is 'compact', which is a setting of brokers; write 'cleanup.policy'"],
  ['message.max.bytes', '10', "is '10', which is a setting of brokers; write 'max.message.bytes'"],
  ['num.io.threads', '8', "is '8', which is a setting of brokers; set it in KafkaCluster.config"],
  [
    'leader.replication.throttled.replicas',
    '1001',
    "is '1001'; write '*', or a list such as '0:1001,1:1002' (partition:broker)",
  ],
  ['cleanup.policy', '', `is '', ${EMPTY_POLICY}`],
  ['cleanup.policy', ' ', `is ' ', ${EMPTY_POLICY}`],
  ['message.format.version', '3.0', "is '3.0', and Kafka 4.0 removed it; remove it"],
  ['retention.ms', 1000, "is 1000, not a string; write '1000'"],
  ['a b', 'c', "has a name that a properties file cannot contain; use letters, digits, '.', '-' and '_'"],
])('refuses %s=%s', (setting, value, message) => {
  expect(failureOf({ [setting]: value })).toBe(of(setting, message));
});

test('refuses settings of a newer version', () => {
  expect(failureOf({ 'remote.copy.lag.ms': '1' }, KafkaVersion.V3_9)).toMatch(
    /^setting 'remote.copy.lag.ms' of topic 'orders' is '1', and Kafka 3.9.2 does not have it; remove it, or upgrade to Kafka 4/,
  );
});

test('accepts a setting that an older and a newer version have, because patch versions add settings', () => {
  expect(failureOf({ 'max.decompressed.message.bytes': '10' }, KafkaVersion.V4_3)).toBe(ACCEPTED);
});

test('refuses a minimum above the maximum', () => {
  expect(failureOf({ 'min.compaction.lag.ms': '10', 'max.compaction.lag.ms': '9' })).toBe(
    of('min.compaction.lag.ms', "is '10', and 'max.compaction.lag.ms' is '9'; lower it to 9 or less"),
  );
});

test('a version after the tables can have more settings, but a misspelt name and a text for a number stay wrong', () => {
  const newer = KafkaVersion.of('9.0.0');
  expect(failureOf({ 'some.new.setting': 'x' }, newer)).toBe(ACCEPTED);
  expect(failureOf({ 'cleanup.policy': 'archive' }, newer)).toBe(ACCEPTED);
  expect(failureOf({ 'retention.msec': '1' }, newer)).toContain("write 'retention.ms'");
  expect(failureOf({ 'retention.ms': '7d' }, newer)).toContain('write a whole number');
});

test('reports all settings of a topic at once', () => {
  expect(failureOf({ 'retention.ms': '7d', color: 'red' })).toBe(
    "config of topic 'orders' has 2 settings that would not work:" +
      "\n- setting 'retention.ms' is '7d', which Kafka 4.4.0 does not accept; write a whole number from -1 to 9223372036854775807" +
      "\n- setting 'color' is 'red', and Kafka 4.4.0 has no such setting of topics; remove it",
  );
});

test('a list of topics checks the settings with the version of its cluster', () => {
  const topics = (version: KafkaVersion) =>
    messageOf(() =>
      assertValid(
        newTopics(newCluster(newChart(), { version }), {
          config: { 'message.downconversion.enable': 'false' },
        }),
      ),
    );
  expect(topics(KafkaVersion.V3_9)).toBe(ACCEPTED);
  expect(topics(KafkaVersion.V4_4)).toContain('Kafka 4.0 removed it');
});

test('the table has the settings of every version', () => {
  const counts = ['3.9', '4.0', '4.1', '4.2', '4.3', '4.4'].map(
    (line) =>
      TOPIC_SETTING_VALUES.filter(({ lines }) => lines.includes(line)).flatMap(({ names }) => names).length,
  );
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(30);
});
