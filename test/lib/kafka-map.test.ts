import { NodeIds, KafkaMap } from '../../lib';
import { CASES, brokers, newBrokers, newCluster, newMap } from '../support/cases';
import { find, messageOf, newChart, objectsOf, snapshotOf } from '../support/testing';

const other = { mapName: 'archive', topics: ['archive\\..*'], brokerIds: NodeIds.between(2001, 2003) };

test('with defaults', () => {
  expect(snapshotOf(objectsOf(CASES['KafkaMap, defaults'](newChart())))).toMatchSnapshot();
});

test('with all props', () => {
  expect(snapshotOf(objectsOf(CASES['KafkaMap, all props'](newChart())))).toMatchSnapshot();
});

test('lets one broker be evicted at a time, and none while another one is not well', () => {
  const map = newMap(newCluster(newChart()));

  const budget = map.disruptionBudget.toJson();
  const set = map.brokers.statefulSet.toJson();
  expect(budget.spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'IfHealthyBudget' });
  expect(budget.spec.selector).toEqual(set.spec.selector);
});

test('the budget of one map knows nothing of the brokers of another', () => {
  // GIVEN
  const cluster = newCluster(newChart());
  const streams = newMap(cluster);
  const archive = newMap(cluster, other);

  // THEN
  const { matchLabels } = streams.disruptionBudget.toJson().spec.selector;
  const { labels } = archive.brokers.statefulSet.toJson().spec.template.metadata;
  expect(Object.entries(matchLabels).every(([name, value]) => labels[name] === value)).toBe(false);
});

test('topics are a copy', () => {
  const topics = ['events\\..*'];
  const map = newMap(newCluster(newChart()), { topics });
  topics.push('more');
  map.topics.push('more');

  expect(map.topics).toEqual(['events\\..*']);
});

test('fails when there are no topics', () => {
  expect(messageOf(() => newMap(newCluster(newChart()), { topics: [] }))).toBe(
    "map 'streams' has no topics, so nothing could live on it; give it at least one pattern",
  );
});

test('fails when a pattern is no regular expression', () => {
  expect(messageOf(() => newMap(newCluster(newChart()), { topics: ['events', 'a('] }))).toBe(
    "topic pattern 'a(' does not compile: Unterminated group; correct the regular expression",
  );
});

test.each([
  ['.*', '__consumer_offsets'],
  ['__transaction.*', '__transaction_state'],
  ['events|__share_group_state', '__share_group_state'],
  ['__cluster_[a-z]+', '__cluster_metadata'],
  ['__remote_log_metadata', '__remote_log_metadata'],
])('fails when the pattern %s matches the internal topic %s', (pattern, topic) => {
  expect(messageOf(() => newMap(newCluster(newChart()), { topics: [pattern] }))).toBe(
    `topic pattern '${pattern}' of map 'streams' matches the internal topic '${topic}'; ` +
      "internal topics live on the map that internalTopics names, so exclude them, for example with '[^_].*'",
  );
});

test('fails when a topic could live on two maps', () => {
  const cluster = newCluster(newChart());
  newMap(cluster, { topics: ['events', 'events\\..*'] });

  expect(messageOf(() => newMap(cluster, { ...other, topics: ['archive', '.*\\.clicks'] }))).toBe(
    "topic pattern '.*\\.clicks' of map 'archive' and 'events\\..*' of map 'streams' both match 'events.clicks'; " +
      'a topic lives on one map, so narrow one of them',
  );
});

test('fails when a topic matches two patterns of one map', () => {
  expect(messageOf(() => newMap(newCluster(newChart()), { topics: ['a.*', 'b', '.*c'] }))).toBe(
    "topic pattern '.*c' of map 'streams' and 'a.*' of map 'streams' both match 'ac'; " +
      'a topic lives on one map, so narrow one of them',
  );
});

test('maps of different clusters may have the same topics, ids and names', () => {
  const chart = newChart();
  const streams = newMap(newCluster(chart));
  const streamsOfOther = new KafkaMap(chart, 'Other', {
    ...brokers(newCluster(chart, { clusterName: 'other' })),
    topics: streams.topics,
  });

  expect(find(objectsOf(streamsOfOther), 'StatefulSet', 'other-streams').spec.replicas).toBe(3);
});

test('fails when a map is used twice', () => {
  const cluster = newCluster(newChart());
  newMap(cluster);

  expect(messageOf(() => new KafkaMap(cluster, 'Again', { ...brokers(cluster), topics: ['more'] }))).toBe(
    "mapName 'streams' is used twice in cluster 'events'; choose another name",
  );
});

test('fails when two maps would own the same broker id', () => {
  const cluster = newCluster(newChart());
  newMap(cluster);

  expect(messageOf(() => newMap(cluster, { ...other, brokerIds: NodeIds.between(1003, 1004) }))).toBe(
    "ids 1003-1004 of map 'archive' overlap ids 1001-1003 of map 'streams'; " +
      'an id belongs to one server of the cluster for life, so choose a range of its own',
  );
});

test('fails when a map would own the id of a controller', () => {
  expect(messageOf(() => newMap(newCluster(newChart()), { brokerIds: NodeIds.between(3, 5) }))).toBe(
    "ids 3-5 of map 'streams' overlap ids 1-3 of the controllers; " +
      'an id belongs to one server of the cluster for life, so choose a range of its own',
  );
});

test('a BrokerStatefulSet without a map has ids, too', () => {
  const cluster = newCluster(newChart());
  newBrokers(cluster, { mapName: 'plain', brokerIds: NodeIds.between(10, 12) });

  expect(messageOf(() => newMap(cluster, { brokerIds: NodeIds.between(12, 14) }))).toBe(
    "ids 12-14 of map 'streams' overlap ids 10-12 of map 'plain'; " +
      'an id belongs to one server of the cluster for life, so choose a range of its own',
  );
});
