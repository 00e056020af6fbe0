import { App, Chart } from 'cdk8s';
import { TopicConfigMap, TopicDefinition } from '../../lib';
import { CLICKS, newCluster, newTopics } from '../support/cases';
import { NO_LABELS, noLabel } from '../support/messages';
import { messageOf, newChart } from '../support/testing';

const failureOf = (...topics: Partial<TopicDefinition>[]) =>
  messageOf(() => newTopics(newCluster(newChart()), ...topics));

test.each(NO_LABELS)("fails when configMapName is '%s'", (configMapName) => {
  const cluster = newCluster(newChart());
  const define = () => new TopicConfigMap(newChart(), 'TopicList', { cluster, configMapName });

  expect(messageOf(define)).toBe(noLabel('configMapName', configMapName));
});

test('fails when two lists of a cluster have the same name', () => {
  const cluster = newCluster(newChart());
  newTopics(cluster);

  expect(messageOf(() => new TopicConfigMap(cluster, 'More', { cluster }))).toBe(
    "ConfigMap 'events-topic-list-0' of namespace 'kafka' is defined by 'test/Kafka/More' and by 'test/TopicList'; " +
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
  [['orders'], 'props of a topic must be an object, got a string'],
])('fails when topics are %j', (topics, message) => {
  const props = { cluster: newCluster(newChart()), topics: topics as TopicDefinition[] };

  expect(messageOf(() => new TopicConfigMap(newChart(), 'TopicList', props))).toBe(message);
});

test.each(['', '.', '..', 'a b', 'a/b', 'é', 'a'.repeat(250)])(
  "fails when a topic has the name '%s'",
  (name) => {
    expect(failureOf({ name })).toBe(
      `topic name '${name}' is not valid; use up to 249 letters, digits, '.', '_' and '-'`,
    );
  },
);

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
    "topics 'events.clicks' and 'events_clicks' differ only in '.' and '_', which Kafka rejects; rename one of them",
  );
});

test('addTopic fails for the same reasons, and the topic is then not listed', () => {
  // GIVEN
  const list = newTopics(newCluster(newChart()), {});
  const add = (topic: Partial<TopicDefinition>) => messageOf(() => list.addTopic({ ...CLICKS, ...topic }));

  // THEN
  expect(add({})).toBe("topic 'events.clicks' is listed twice; remove one of them");
  expect(add({ name: 'a b' })).toContain("topic name 'a b' is not valid");
  expect(add({ name: 'orders', partitions: 0 })).toContain("partitions of topic 'orders' is 0");
  expect(list.topics).toEqual([{ ...CLICKS, config: {} }]);
  expect(add({ name: 'orders' })).toBe('nothing was thrown');
});
