import { App, Chart, Duration, Size } from 'cdk8s';
import { CleanupPolicy, KafkaCluster, KafkaVersion, TopicConfigMap, TopicDefinition } from '../../lib';
import { CLICKS, newCluster, newTopics } from '../support/cases';
import { NO_LABELS, noLabel } from '../support/messages';
import { assertValid, messageOf, newChart, synth, validationFailure } from '../support/testing';

/** The message at synth of a list with some topics. */
const failureOf = (...topics: Partial<TopicDefinition>[]) =>
  messageOf(() => assertValid(newTopics(newCluster(newChart()), ...topics)));

test.each(NO_LABELS)("fails when configMapName is '%s'", (configMapName) => {
  const cluster = newCluster(newChart());
  const define = () => new TopicConfigMap(newChart(), 'TopicList', { cluster, configMapName });

  expect(messageOf(define)).toBe(noLabel('configMapName', configMapName));
});

test('fails when two lists of a cluster have the same name', () => {
  const cluster = newCluster(newChart());
  newTopics(cluster);

  expect(messageOf(() => new TopicConfigMap(cluster, 'More', { cluster }))).toBe(
    "ConfigMap 'events-topic-list' of namespace 'kafka' is defined by 'test/Kafka/More' and by 'test/TopicList'; " +
      'give one of them another name',
  );
});

test('fails when the chart has no namespace', () => {
  const cluster = newCluster(newChart());
  const chart = new Chart(new App(), 'topics');

  expect(messageOf(() => new TopicConfigMap(chart, 'TopicList', { cluster }))).toContain(
    "chart 'topics' has no namespace",
  );
});

test.each<[topics: unknown, message: string]>([
  ['events.clicks', 'topics of a TopicConfigMap must be a list such as [{ … }], got "events.clicks"'],
  [[undefined], 'topics of a TopicConfigMap must have no undefined items, got [null]'],
])('fails when topics are %j', (topics, message) => {
  const props = { cluster: newCluster(newChart()), topics: topics as TopicDefinition[] };

  expect(messageOf(() => new TopicConfigMap(newChart(), 'TopicList', props))).toBe(message);
});

test('fails when a topic is a text', () => {
  const props = { cluster: newCluster(newChart()), topics: ['orders' as never] };

  expect(messageOf(() => assertValid(new TopicConfigMap(newChart(), 'TopicList', props)))).toBe(
    'props of a topic must be an object, got a string',
  );
});

test.each(['', '.', '..', 'a b', 'a/b', 'é'])("fails when a topic has the name '%s'", (name) => {
  expect(failureOf({ name })).toBe(
    `topic name '${name}' is not valid; use up to 249 letters, digits, '.', '_' and '-'`,
  );
});

test('fails when the name of a topic is too long', () => {
  expect(failureOf({ name: 'a'.repeat(260) })).toBe(
    `topic name '${'a'.repeat(200)}…' has 260 characters, at most 249 are allowed; shorten it by 11`,
  );
});

test.each([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
  '__cluster_metadata',
  '__remote_log_metadata',
])('fails when the internal topic %s is listed', (name) => {
  expect(failureOf({ name })).toBe(
    `topic '${name}' is an internal topic of Kafka; leave it out, and use internalTopics of the cluster`,
  );
});

test.each([
  ['partitions', 0, 9900],
  ['partitions', 1.5, 9900],
  ['partitions', 9901, 9900],
  ['partitions', NaN, 9900],
  ['replicationFactor', 0, 32767],
  ['replicationFactor', -1, 32767],
  ['replicationFactor', 32768, 32767],
])('fails when %s is %d', (property, value, most) => {
  expect(failureOf({ [property]: value })).toBe(
    `${property} of topic 'events.clicks' is ${value}; it must be a whole number from 1 to ${most}`,
  );
});

test('fails when a topic is listed twice', () => {
  expect(failureOf({}, { name: 'other' }, { partitions: 3 })).toBe(
    "topic 'events.clicks' is listed twice; remove one of them",
  );
});

test('fails when two topics have the same name in metrics', () => {
  expect(failureOf({}, { name: 'events_clicks' })).toBe(
    "topics 'events.clicks' of list 'test/TopicList' and 'events_clicks' of list 'test/TopicList' differ only in '.' and '_', " +
      'which Kafka rejects; rename one of them',
  );
});

test('fails when topics of two lists have the same name', () => {
  const cluster = newCluster(newChart());
  newTopics(cluster, {});
  const define = (name: string) =>
    messageOf(() =>
      assertValid(
        new TopicConfigMap(cluster, name, { cluster, configMapName: 'more', topics: [{ ...CLICKS, name }] }),
      ),
    );

  expect(define('events.clicks')).toBe(
    "topic 'events.clicks' is in list 'test/TopicList' and in list 'test/Kafka/events.clicks'; remove it from one of them",
  );
});

test('fails when lists of two references to a cluster have the same topic', () => {
  const chart = newChart();
  const [one, other] = ['One', 'Other'].map((id) =>
    KafkaCluster.fromAttributes(chart, id, { clusterName: 'events', version: KafkaVersion.V4_4 }),
  );
  newTopics(one, {});

  expect(
    messageOf(() =>
      assertValid(
        new TopicConfigMap(chart, 'More', { cluster: other, configMapName: 'more', topics: [CLICKS] }),
      ),
    ),
  ).toBe(
    "topic 'events.clicks' is in list 'test/TopicList' and in list 'test/More'; remove it from one of them",
  );
});

test.each<[topic: Partial<TopicDefinition>, message: string]>([
  [
    { retention: Duration.days(1), config: { 'retention.ms': '1' } },
    "topic 'events.clicks' has retention and config['retention.ms'], which are the same setting; remove one of them",
  ],
  [
    { retention: Duration.millis(1.5) },
    "setting 'retention.ms' of topic 'events.clicks' is '1.5', which Kafka 4.4.0 does not accept; write a whole number from -1 to " +
      '9223372036854775807',
  ],
  [
    { minInSyncReplicas: 0 },
    "setting 'min.insync.replicas' of topic 'events.clicks' is '0', which Kafka 4.4.0 does not accept; write a whole number from 1 to " +
      '2147483647',
  ],
  [
    { maxMessageBytes: Size.gibibytes(2) },
    "setting 'max.message.bytes' of topic 'events.clicks' is '2147483648', which Kafka 4.4.0 does not accept; write a whole number " +
      'from 0 to 2147483647',
  ],
  [
    { cleanupPolicy: 'compacted' as CleanupPolicy },
    'cleanupPolicy of topic \'events.clicks\' is "compacted"; it must be one of "delete", "compact", "compact,delete"',
  ],
  [
    { labels: { tier: 1 } as never },
    "labels['tier'] of topic 'events.clicks' is 1; expected for example 'high'",
  ],
])('fails for a topic with %j', (topic, message) => {
  expect(failureOf(topic)).toBe(message);
});

test('fails for a topic that fits into no ConfigMap', () => {
  expect(failureOf({ labels: { note: 'x'.repeat(250_000) } })).toBe(
    "topic 'events.clicks' takes 250110 bytes, at most 204800 fit into a ConfigMap; shorten its settings or labels",
  );
});

test('reports the problems of all topics at once', () => {
  expect(
    failureOf(
      { name: 'a b', partitions: 0 },
      { name: 'orders', config: { 'retention.ms': '7d', color: 'red' } },
      { name: 'views', retentionMs: 1 } as never,
      { name: 'fine' },
      { name: 'fine', partitions: 1.5 },
    ),
  ).toBe(
    [
      "topic name 'a b' is not valid; use up to 249 letters, digits, '.', '_' and '-'",
      "partitions of topic 'a b' is 0; it must be a whole number from 1 to 9900",
      "setting 'color' of topic 'orders' is 'red', and Kafka 4.4.0 has no such setting of topics; remove it",
      "setting 'retention.ms' of topic 'orders' is '7d', which Kafka 4.4.0 does not accept; write a whole number from -1 to 9223372036854775807",
      "topic 'views' has no property 'retentionMs'; did you mean 'retention'?",
      "partitions of topic 'fine' is 1.5; it must be a whole number from 1 to 9900",
      "topic 'fine' is listed twice; remove one of them",
    ].join('\n'),
  );
});

test('a topic that addTopic adds is reported with the others, and not listed', () => {
  // GIVEN
  const list = newTopics(newCluster(newChart()), { name: 'a b' }, {});

  // WHEN
  list.addTopic(CLICKS);
  list.addTopic({ ...CLICKS, name: 'orders', partitions: 0 });
  list.addTopic({ ...CLICKS, name: 'views' });

  // THEN
  expect(messageOf(() => assertValid(list)).split('\n')).toEqual([
    expect.stringContaining("topic name 'a b' is not valid"),
    "topic 'events.clicks' is listed twice; remove one of them",
    expect.stringContaining("partitions of topic 'orders' is 0"),
  ]);
  expect(list.topics).toEqual([CLICKS, { ...CLICKS, name: 'views' }]);
});

test('problems of all lists are reported at synth', () => {
  // GIVEN
  const chart = newChart();
  const cluster = KafkaCluster.fromAttributes(chart, 'Kafka', {
    clusterName: 'events',
    version: KafkaVersion.V4_4,
  });

  // WHEN
  newTopics(cluster, { name: 'a b' });
  new TopicConfigMap(chart, 'More', {
    cluster,
    configMapName: 'more',
    topics: [{ name: 'orders', partitions: 0 }],
  });

  // THEN
  expect(messageOf(() => synth(chart))).toBe(
    validationFailure(
      ['test/TopicList', "topic name 'a b' is not valid; use up to 249 letters, digits, '.', '_' and '-'"],
      ['test/More', "partitions of topic 'orders' is 0; it must be a whole number from 1 to 9900"],
    ),
  );
});
