import { KafkaCluster, KafkaVersion, TopicConfigMap, TopicDefinition } from '../../lib';
import { CASES, CLICKS, newCluster, newMap, newTopics } from '../support/cases';
import {
  Manifest,
  collectWarnings,
  messageOf,
  newChart,
  objectsOf,
  snapshotOf,
  synth,
  validationFailure,
} from '../support/testing';

const newList = (...topics: Partial<TopicDefinition>[]): TopicConfigMap =>
  newTopics(newCluster(newChart()), ...topics);

const readFrom = (list: TopicConfigMap): TopicDefinition[] =>
  list.configMaps.flatMap((map) => JSON.parse((map.toJson() as Manifest).data['topics.json']));

test.each(['TopicConfigMap, defaults', 'TopicConfigMap, all props'] as const)('%s', (name) => {
  expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
});

test('thousands of topics are in several ConfigMaps', () => {
  // GIVEN
  const topics = Array.from({ length: 5000 }, (_, index) => ({ name: `events.topic-${index}` }));

  // WHEN
  const list = newList(...topics);

  // THEN
  expect(list.configMapNames).toEqual(['events-topic-list-0', 'events-topic-list-1']);
  expect(new Set(readFrom(list).map(({ name }) => name)).size).toBe(5000);
});

test('a list without topics has one ConfigMap', () => {
  const list = newList();

  expect(list.configMapNames).toEqual(['events-topic-list-0']);
  expect(readFrom(list)).toEqual([]);
});

test('addTopic adds a topic to the ConfigMap, and a ConfigMap when the last one is full', () => {
  // GIVEN
  const list = newList({
    config: { 'leader.replication.throttled.replicas': Array<string>(37500).fill('0:1').join(',') },
  });

  // WHEN
  list.addTopic({ ...CLICKS, name: 'events.small' });
  list.addTopic({
    ...CLICKS,
    name: 'events.large',
    config: { 'leader.replication.throttled.replicas': Array<string>(25000).fill('0:1').join(',') },
  });
  list.addTopic({ ...CLICKS, name: 'events.last' });

  // THEN
  expect(list.topics.map(({ name }) => name)).toEqual([
    'events.clicks',
    'events.small',
    'events.large',
    'events.last',
  ]);
  expect(list.configMapNames).toEqual(['events-topic-list-0', 'events-topic-list-1']);
  expect(readFrom(list).map(({ name }) => name)).toEqual([
    'events.clicks',
    'events.small',
    'events.large',
    'events.last',
  ]);
});

test('a list can be of an imported cluster', () => {
  const chart = newChart();
  const cluster = KafkaCluster.fromAttributes(chart, 'Kafka', {
    clusterName: 'events',
    version: KafkaVersion.V4_4,
  });

  expect(newTopics(cluster, {}).configMapNames).toEqual(['events-topic-list-0']);
});

describe('a list that is in no TopicSyncCronJob', () => {
  const UNUSED =
    "cdk8s-kafka: warning: topic list 'test/TopicList' of cluster 'events' is in no TopicSyncCronJob, so its topics are not created; " +
    "add new TopicSyncCronJob(this, 'Topics', { cluster, topics: [list] }), or call addTopics(list) of the existing one";

  afterEach(() => void jest.restoreAllMocks());

  test('it causes a warning', () => {
    // GIVEN
    const warnings = collectWarnings();
    const chart = newChart();
    const cluster = newCluster(chart);
    newMap(cluster);
    newTopics(cluster, { replicationFactor: 1 });

    // WHEN
    synth(chart);

    // THEN
    expect(warnings).toEqual([
      UNUSED,
      "cdk8s-kafka: warning: topic 'events.clicks': each partition has one replica, so it is unavailable while its broker restarts",
    ]);
  });

  test('it fails when topics match no map', () => {
    // GIVEN
    collectWarnings();
    const chart = newChart();
    const cluster = newCluster(chart);
    newMap(cluster);
    newTopics(cluster, { name: 'orders' });

    // THEN
    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/TopicList',
        "topic 'orders': no map has a pattern that matches; rename the topic or add a pattern to one of: streams (events\\..*)",
      ]),
    );
  });

  test('its topics are not checked when the maps of an imported cluster are not known', () => {
    const warnings = collectWarnings();
    const chart = newChart();
    newTopics(
      KafkaCluster.fromAttributes(chart, 'Kafka', { clusterName: 'events', version: KafkaVersion.V4_4 }),
      {},
    );
    synth(chart);

    expect(warnings).toEqual([UNUSED]);
  });

  test('without topics it causes no warning', () => {
    const warnings = collectWarnings();
    const chart = newChart();
    const cluster = newCluster(chart);
    newMap(cluster);
    newTopics(cluster);
    synth(chart);

    expect(warnings).toEqual([]);
  });
});

test('topics are a copy', () => {
  // GIVEN
  const config: Record<string, string> = { 'retention.ms': '1' };
  const topics = [{ ...CLICKS, config }];
  const list = new TopicConfigMap(newChart(), 'TopicList', { cluster: newCluster(newChart()), topics });

  // WHEN
  topics.pop();
  config.other = '2';
  list.topics.pop();

  // THEN
  expect(list.topics).toEqual([{ ...CLICKS, config: { 'retention.ms': '1' } }]);
  expect(readFrom(list)).toEqual(list.topics);
});

test.each(['...', 'a'.repeat(249), 'A-z_0.9', '_schemas'])("a topic can have the name '%s'", (name) => {
  expect(newList({ name }).topics[0].name).toBe(name);
});

test('partitions and replicationFactor can have the maximum of Kafka', () => {
  expect(newList({ partitions: 9900, replicationFactor: 32767 }).topics[0]).toMatchObject({
    partitions: 9900,
    replicationFactor: 32767,
  });
});
