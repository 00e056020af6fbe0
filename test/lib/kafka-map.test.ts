import { ApiObject, Chart } from 'cdk8s';
import { KafkaMap, NodeIds } from '../../lib';
import { CASES, brokers, newCluster, newMap, newTopicSync } from '../support/cases';
import { find, newChart, objectsOf, snapshotOf, synth } from '../support/testing';

const ARCHIVE = {
  mapName: 'archive',
  topicPatterns: ['archive\\..*'],
  brokerIds: NodeIds.between(2001, 2003),
};

test.each(['KafkaMap, defaults', 'KafkaMap, all props'] as const)('%s', (name) => {
  expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
});

test('the StatefulSet is the default child, for ApiObject.of(map)', () => {
  const map = newMap(newCluster(newChart()));

  expect(ApiObject.of(map)).toBe(map.brokers.statefulSet);
  expect(ApiObject.of(map.brokers)).toBe(map.brokers.statefulSet);
});

test('isKafkaMap is true for a map only', () => {
  const map = newMap(newCluster(newChart()));

  expect(KafkaMap.isKafkaMap(map)).toBe(true);
  expect([map.brokers, undefined, {}].some((value) => KafkaMap.isKafkaMap(value))).toBe(false);
});

test('one broker can be evicted at a time, and only while all others are healthy', () => {
  const { brokers: parts } = newMap(newCluster(newChart()));

  expect(parts.disruptionBudget.toJson().spec).toEqual({
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'IfHealthyBudget',
    selector: parts.statefulSet.toJson().spec.selector,
  });
});

test('the PodDisruptionBudget of a map selects no broker of another map', () => {
  // GIVEN
  const cluster = newCluster(newChart());
  const streams = newMap(cluster);
  const archive = newMap(cluster, ARCHIVE);

  // THEN
  const { matchLabels } = streams.brokers.disruptionBudget.toJson().spec.selector;
  const { labels } = archive.brokers.statefulSet.toJson().spec.template.metadata;
  expect(Object.entries(matchLabels).every(([name, value]) => labels[name] === value)).toBe(false);
});

test('topics are a copy', () => {
  const topics = ['events\\..*'];
  const map = newMap(newCluster(newChart()), { topicPatterns: topics });
  topics.push('more');
  map.topicPatterns.push('more');

  expect(map.topicPatterns).toEqual(['events\\..*']);
});

test('an added topic pattern is a pattern of the map for the topic synchronization', () => {
  // GIVEN
  const cluster = newCluster(newChart());
  const map = newMap(cluster);
  newTopicSync(cluster, [{ name: 'audit' }]);

  // WHEN
  map.addTopicPattern('audit');

  // THEN
  expect(map.topicPatterns).toEqual(['events\\..*', 'audit']);
  const { data } = find(synth(Chart.of(cluster)), 'ConfigMap', 'events-topics');
  expect(JSON.parse(data['agent.json']).maps[0].patterns).toEqual(['events\\..*', 'audit']);
});

test('maps of different clusters can have the same topics, ids and names', () => {
  const chart = newChart();
  const streams = newMap(newCluster(chart));
  const streamsOfOther = new KafkaMap(chart, 'Other', {
    ...brokers(newCluster(chart, { clusterName: 'other' })),
    topicPatterns: streams.topicPatterns,
  });

  expect(find(objectsOf(streamsOfOther), 'StatefulSet', 'other-streams').spec.replicas).toBe(3);
});
