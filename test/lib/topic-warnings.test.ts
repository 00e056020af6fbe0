/* What works and costs more than it seems: said once, at synth. */
import { NodeIds, KafkaClusterProps, KafkaMapProps, NodeGroup, TopicDefinition } from '../../lib';
import { newCluster, newMap, newTopicSync } from '../support/cases';
import { collectWarnings, newChart, synth } from '../support/testing';

afterEach(() => void jest.restoreAllMocks());

const ofCluster =
  "cdk8s-kafka: warning: cluster 'events' has min.insync.replicas 3, as many as default.replication.factor: writes with " +
  'acks=all to a topic of that many replicas fail while any one of its brokers restarts; lower the one, or raise the other';

const ONE: Partial<KafkaClusterProps> = { internalTopics: { replicationFactor: 1 } };

function warningsOf(
  topic: Partial<TopicDefinition>,
  map: Partial<KafkaMapProps> = {},
  cluster = ONE,
): string[] {
  const warnings = collectWarnings();
  const chart = newChart();
  const kafka = newCluster(chart, cluster);
  newMap(kafka, { brokerIds: NodeIds.between(1001, 1006), ...map });
  newTopicSync(kafka, [topic]);
  synth(chart);
  synth(chart);
  return warnings.filter((warning) => warning !== OF_INTERNAL_TOPICS);
}

const OF_INTERNAL_TOPICS =
  "cdk8s-kafka: warning: internalTopics of cluster 'events' have one replica: consumer groups and transactions are " +
  'unavailable while a broker restarts that has a partition of them; choose replicationFactor 3';

test.each([
  [1, [OF_INTERNAL_TOPICS]],
  [2, []],
])('says what it costs that internal topics have %d replicas', (replicationFactor, expected) => {
  // GIVEN
  const warnings = collectWarnings();
  const chart = newChart();
  const kafka = newCluster(chart, { internalTopics: { replicationFactor } });
  newMap(kafka, { brokerIds: NodeIds.between(1001, 1006) });

  // WHEN
  synth(chart);

  // THEN
  expect(warnings).toEqual(expected);
});

const zones = (...names: string[]) => ({ nodeGroup: NodeGroup.any({ zones: names }) });
const needsAll = (replicas: number, minInSync: number) =>
  `cdk8s-kafka: warning: topic 'events.clicks': all ${replicas} replicas must be in sync (min.insync.replicas ${minInSync}), so ` +
  'writes with acks=all to a partition fail while any one of its brokers restarts';

interface Situation {
  readonly topic?: Partial<TopicDefinition>;
  readonly map?: Partial<KafkaMapProps>;
  readonly cluster?: Partial<KafkaClusterProps>;
}

test.each<[name: string, situation: Situation, warnings: string[]]>([
  ['nothing when all is well', {}, []],
  ['nothing when there are zones enough', { map: zones('a', 'b', 'c') }, []],
  [
    'that one replica needs all',
    { topic: { replicationFactor: 1, config: { 'min.insync.replicas': '1' } } },
    [needsAll(1, 1)],
  ],
  ['that two replicas need all', { topic: { replicationFactor: 2 } }, [needsAll(2, 2)]],
  ['that a topic wants all', { topic: { config: { 'min.insync.replicas': '3' } } }, [needsAll(3, 3)]],
  [
    'that the cluster wants all',
    { cluster: { ...ONE, config: { 'min.insync.replicas': '3' } } },
    [ofCluster, needsAll(3, 3)],
  ],
  [
    'nothing when a topic wants less than the cluster',
    { topic: { replicationFactor: 2, config: { 'min.insync.replicas': '1' } } },
    [],
  ],
  [
    'that two zones hold three replicas',
    { map: zones('a', 'b') },
    [
      "cdk8s-kafka: warning: topic 'events.clicks': 3 replicas are in the 2 zones of map 'streams', so " +
        'a lost zone takes up to 2 of them at once, leaving 1',
    ],
  ],
  [
    'that one zone holds everything',
    { map: zones('a') },
    [
      "cdk8s-kafka: warning: topic 'events.clicks': 3 replicas are in the 1 zones of map 'streams', so " +
        'a lost zone takes up to 3 of them at once, leaving 0',
    ],
  ],
])('says once %s', (_, { topic = {}, map, cluster }, warnings) => {
  expect(warningsOf(topic, map, cluster)).toEqual(warnings);
});

test('says the same of many topics in one line', () => {
  // GIVEN
  const warnings = collectWarnings();
  const chart = newChart();
  const cluster = newCluster(chart);
  newMap(cluster);
  const names = Array.from({ length: 1007 }, (_, index) => `events.n${String(index).padStart(4, '0')}`);

  // WHEN
  newTopicSync(
    cluster,
    names.map((name, index) => ({
      name,
      replicationFactor: index < 2 ? 3 : 2,
      config: { 'min.insync.replicas': index < 2 ? '3' : '2' },
    })),
  );
  synth(chart);

  // THEN
  const rest = 'so writes with acks=all to a partition fail while any one of its brokers restarts';
  expect(warnings).toEqual([
    "cdk8s-kafka: warning: topics 'events.n0000', 'events.n0001': all 3 replicas must be in sync " +
      `(min.insync.replicas 3), ${rest}`,
    "cdk8s-kafka: warning: topics 'events.n0002', 'events.n0003', 'events.n0004', 'events.n0005', 'events.n0006' and 1000 " +
      `more: all 2 replicas must be in sync (min.insync.replicas 2), ${rest}`,
  ]);
});

test('says that internal topics have more replicas than their map has zones', () => {
  expect(
    warningsOf({ replicationFactor: 2, config: { 'min.insync.replicas': '1' } }, zones('a', 'b'), {}),
  ).toEqual([
    "cdk8s-kafka: warning: internalTopics of cluster 'events': 3 replicas are in the 2 zones of map 'streams', so a lost " +
      'zone takes up to 2 of them at once, leaving 1',
  ]);
});

test('says everything that is to be said', () => {
  expect(warningsOf({ replicationFactor: 2 }, zones('a'))).toEqual([
    needsAll(2, 2),
    "cdk8s-kafka: warning: topic 'events.clicks': 2 replicas are in the 1 zones of map 'streams', so " +
      'a lost zone takes up to 2 of them at once, leaving 0',
  ]);
});
