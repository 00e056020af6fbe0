import { TopicConfigMap, TopicDefinition } from '../../lib';
import { CASES, newTopics } from '../support/cases';
import { NO_LABELS, NO_POSITIVE_INTEGERS, noLabel, noPositiveInteger } from '../support/messages';
import { Manifest, messageOf, newChart, objectsOf, snapshotOf } from '../support/testing';

const clicks: TopicDefinition = { name: 'events.clicks', partitions: 12, replicationFactor: 3 };

test('with defaults', () => {
  expect(snapshotOf(objectsOf(CASES['TopicConfigMap, defaults'](newChart())))).toMatchSnapshot();
});

test('with all props', () => {
  expect(snapshotOf(objectsOf(CASES['TopicConfigMap, all props'](newChart())))).toMatchSnapshot();
});

test('thousands of topics become several ConfigMaps', () => {
  // GIVEN
  const topics = Array.from({ length: 5000 }, (_, index) => ({ ...clicks, name: `events.topic-${index}` }));

  // WHEN
  const list = new TopicConfigMap(newChart(), 'TopicList', { topics });

  // THEN
  expect(list.configMapNames).toEqual(['kafka-topics-0', 'kafka-topics-1']);
  const read = list.configMaps.flatMap((map) => JSON.parse((map.toJson() as Manifest).data['topics.json']));
  expect(new Set(read.map(({ name }: TopicDefinition) => name)).size).toBe(5000);
});

test('no topics are a list, too', () => {
  const list = new TopicConfigMap(newChart(), 'TopicList', { topics: [] });

  expect(list.configMapNames).toEqual(['kafka-topics-0']);
  expect(JSON.parse((list.configMaps[0].toJson() as Manifest).data['topics.json'])).toEqual([]);
});

test('topics are a copy', () => {
  // GIVEN
  const config: Record<string, string> = { 'retention.ms': '1' };
  const topics = [{ ...clicks, config }];
  const list = new TopicConfigMap(newChart(), 'TopicList', { topics });

  // WHEN
  topics.pop();
  config.other = '2';
  list.topics.pop();

  // THEN
  expect(list.topics).toEqual([{ ...clicks, config: { 'retention.ms': '1' } }]);
});

test.each(NO_LABELS)("fails when configMapName is '%s'", (configMapName) => {
  const define = () => new TopicConfigMap(newChart(), 'TopicList', { configMapName, topics: [] });

  expect(messageOf(define)).toBe(noLabel('configMapName', configMapName));
});

test('fails when two lists of a namespace have one name', () => {
  const chart = newChart();
  newTopics(chart);

  expect(messageOf(() => new TopicConfigMap(chart, 'More', { topics: [clicks] }))).toBe(
    "ConfigMap 'kafka-topics-0' of namespace 'kafka' would be made by 'test/More' and by 'test/TopicList'; " +
      'give one of them another name',
  );
});

test.each(['', '.', '..', 'a b', 'a/b', 'é', 'a'.repeat(250)])(
  "fails when a topic is called '%s'",
  (name) => {
    expect(messageOf(() => newTopics(newChart(), { name }))).toBe(
      `topic name '${name}' is not one that Kafka takes; use up to 249 letters, digits, '.', '_' and '-'`,
    );
  },
);

test.each(['...', 'a'.repeat(249), 'A-z_0.9', '_schemas'])("a topic may be called '%s'", (name) => {
  expect(newTopics(newChart(), { name }).topics[0].name).toBe(name);
});

test.each([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
  '__cluster_metadata',
  '__remote_log_metadata',
])("fails when %s, one of Kafka's own, is listed", (name) => {
  expect(messageOf(() => newTopics(newChart(), { name }))).toBe(
    `topic '${name}' is one of Kafka's own; leave it out, internalTopics of the cluster decides about it`,
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
  expect(messageOf(() => newTopics(newChart(), { [property]: value }))).toBe(
    `${property} of topic 'events.clicks' is ${value}; write a whole number from 1 to ${most}`,
  );
});

test('fails when partitions and settings are more records than Kafka writes for one request', () => {
  const config = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`setting.${index}`, 'x']));

  expect(messageOf(() => newTopics(newChart(), { partitions: 9879, config }))).toBe('nothing was thrown');
  expect(messageOf(() => newTopics(newChart(), { partitions: 9880, config }))).toBe(
    "partitions of topic 'events.clicks' is 9880; write a whole number from 1 to 9879",
  );
});

test('partitions and replicationFactor may be as many as Kafka makes at once', () => {
  const [topic] = newTopics(newChart(), { partitions: 9900, replicationFactor: 32767 }).topics;

  expect(topic).toMatchObject({ partitions: 9900, replicationFactor: 32767 });
});

test.each(NO_POSITIVE_INTEGERS)("fails when min.insync.replicas is '%s'", (text) => {
  expect(messageOf(() => newTopics(newChart(), { config: { 'min.insync.replicas': text } }))).toBe(
    noPositiveInteger("topic 'events.clicks'", 'min.insync.replicas', text),
  );
});

test.each([
  [1, '2', 1],
  [3, '4', 2],
])('fails when a topic with %i replicas wants %s of them in sync', (replicationFactor, minInSync, better) => {
  const config = { 'min.insync.replicas': minInSync };

  expect(messageOf(() => newTopics(newChart(), { replicationFactor, config }))).toBe(
    `topic 'events.clicks' asks for min.insync.replicas ${minInSync}, and has ${replicationFactor} replicas; ` +
      `lower it to ${better}, or raise replicationFactor`,
  );
});

test('fails when a topic is listed twice', () => {
  expect(messageOf(() => newTopics(newChart(), {}, { name: 'other' }, { partitions: 3 }))).toBe(
    "topic 'events.clicks' is listed twice; remove one of them",
  );
});

test('fails when two topics would share a metric', () => {
  expect(messageOf(() => newTopics(newChart(), {}, { name: 'events_clicks' }))).toBe(
    "topics 'events.clicks' and 'events_clicks' differ only in '.' and '_', which Kafka refuses; rename one of them",
  );
});

test('fails when the chart names no namespace', () => {
  expect(messageOf(() => newTopics(newChart('')))).toBe(
    "chart 'test' names no namespace, and addresses of brokers contain it; write new Chart(app, 'test', { namespace: '...' })",
  );
});
