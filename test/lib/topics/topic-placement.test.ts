/* Warnings about topics, printed once at synth. */
import { Chart } from 'cdk8s';
import {
  KafkaClusterProps,
  KafkaMapProps,
  NodeGroup,
  NodeIds,
  TopicDefaults,
  TopicDefinition,
} from '../../../lib';
import { newCluster, newMap, newTopicSync } from '../../support/cases';
import { collectWarnings, messageOf, newChart, synth, validationFailure } from '../../support/testing';

afterEach(() => void jest.restoreAllMocks());

const TWO_REPLICAS: Partial<KafkaClusterProps> = { internalTopics: { replicationFactor: 2 } };

interface Given {
  readonly topic?: Partial<TopicDefinition>;
  readonly map?: Partial<KafkaMapProps>;
  readonly cluster?: Partial<KafkaClusterProps>;
}

function warningsOf({ topic = {}, map, cluster }: Given): string[] {
  const warnings = collectWarnings();
  const kafka = newCluster(newChart(), { ...TWO_REPLICAS, ...cluster });
  newMap(kafka, { brokerIds: NodeIds.between(1001, 1006), ...map });
  newTopicSync(kafka, [topic]);
  synth(Chart.of(kafka));
  synth(Chart.of(kafka));
  return warnings.map((line) => line.replace('cdk8s-kafka: warning: ', ''));
}

const zones = (...names: string[]) => ({ nodeGroup: NodeGroup.any({ zones: names }) });
const rest = 'so writes with acks=all to a partition fail while one of its brokers restarts';
const needsAll = (replicas: number, minInSync: number) =>
  `topic 'events.clicks': all ${replicas} replicas must be in sync (min.insync.replicas ${minInSync}), ${rest}`;
const ONE_REPLICA =
  "topic 'events.clicks': each partition has one replica, so it is unavailable while its broker restarts";
const loses = (owner: string, replicas: number, count: number, together: number) =>
  `${owner}: ${replicas} replicas are in the ${count} zones of map 'streams', so a lost zone takes up to ${together} of them at ` +
  `once, leaving ${replicas - together}`;

test.each<[name: string, given: Given, warnings: string[]]>([
  ['none for defaults', {}, []],
  ['none with a zone for each replica', { map: zones('a', 'b', 'c') }, []],
  ['one replica', { topic: { replicationFactor: 1, config: { 'min.insync.replicas': '1' } } }, [ONE_REPLICA]],
  ['one replica, and the default of min.insync.replicas', { topic: { replicationFactor: 1 } }, [ONE_REPLICA]],
  [
    'fewer replicas than min.insync.replicas of the cluster',
    {
      topic: { replicationFactor: 2 },
      cluster: { config: { 'min.insync.replicas': '3', 'default.replication.factor': '4' } },
    },
    [needsAll(2, 3)],
  ],
  [
    'fewer replicas than min.insync.replicas of the topic',
    { topic: { replicationFactor: 2, config: { 'min.insync.replicas': '3' } } },
    [needsAll(2, 3)],
  ],
  ['two replicas', { topic: { replicationFactor: 2 } }, [needsAll(2, 2)]],
  [
    'min.insync.replicas of the topic is replicationFactor',
    { topic: { config: { 'min.insync.replicas': '3' } } },
    [needsAll(3, 3)],
  ],
  [
    'min.insync.replicas of the cluster is replicationFactor',
    { cluster: { config: { 'min.insync.replicas': '3' } } },
    [
      "cluster 'events' has min.insync.replicas 3 and default.replication.factor 3: writes with acks=all to a topic with that " +
        'many replicas fail while one of its brokers restarts; lower min.insync.replicas or raise default.replication.factor',
      needsAll(3, 3),
    ],
  ],
  [
    'none when min.insync.replicas of the topic is lower than that of the cluster',
    { topic: { replicationFactor: 2, config: { 'min.insync.replicas': '1' } } },
    [],
  ],
  ['three replicas in two zones', { map: zones('a', 'b') }, [loses("topic 'events.clicks'", 3, 2, 2)]],
  [
    'three replicas in one zone',
    { map: zones('a') },
    [loses("internalTopics of cluster 'events'", 2, 1, 2), loses("topic 'events.clicks'", 3, 1, 3)],
  ],
  [
    'internal topics with more replicas than zones',
    {
      topic: { replicationFactor: 2, config: { 'min.insync.replicas': '1' } },
      map: zones('a', 'b'),
      cluster: { internalTopics: {} },
    },
    [loses("internalTopics of cluster 'events'", 3, 2, 2)],
  ],
  [
    'two warnings of one topic',
    { topic: { replicationFactor: 2 }, map: zones('a'), cluster: { internalTopics: {} } },
    [
      loses("internalTopics of cluster 'events'", 3, 1, 3),
      needsAll(2, 2),
      loses("topic 'events.clicks'", 2, 1, 2),
    ],
  ],
])('warnings: %s', (_, given, warnings) => {
  expect(warningsOf(given)).toEqual(warnings);
});

describe('defaults of the map', () => {
  const failureOf = (topic: Partial<TopicDefinition>, topicDefaults?: TopicDefaults) => {
    collectWarnings();
    const cluster = newCluster(newChart());
    newMap(cluster, { topicDefaults });
    newTopicSync(cluster, [{ partitions: undefined, replicationFactor: undefined, ...topic }]);
    return messageOf(() => synth(Chart.of(cluster)));
  };
  const failure = (...problems: string[]) =>
    validationFailure(
      ...problems.map((problem): [string, string] => ['test/Topics', `topic 'events.clicks': ${problem}`]),
    );
  const missing = (property: string) =>
    `${property} is not set, and map 'streams' has no default; set it for the topic, or set topicDefaults.${property} of the map`;

  test('they apply to topics without own values', () => {
    expect(failureOf({}, { partitions: 12, replicationFactor: 3 })).toBe('nothing was thrown');
    expect(failureOf({ partitions: 12 }, { replicationFactor: 3 })).toBe('nothing was thrown');
  });

  test('fails when a topic has no number, and its map has none', () => {
    expect(failureOf({})).toBe(failure(missing('partitions'), missing('replicationFactor')));
    expect(failureOf({ replicationFactor: 3 }, {})).toBe(failure(missing('partitions')));
    expect(failureOf({ partitions: 1 }, { partitions: 1 })).toBe(failure(missing('replicationFactor')));
  });

  test('warnings are about the values of the topic with the defaults', () => {
    expect(
      warningsOf({
        topic: { replicationFactor: undefined },
        map: { topicDefaults: { replicationFactor: 2, minInSyncReplicas: 2 } },
        cluster: { config: { 'min.insync.replicas': '1' } },
      }),
    ).toEqual([needsAll(2, 2)]);
    expect(
      warningsOf({
        topic: { replicationFactor: 3, config: { 'min.insync.replicas': '2' } },
        map: { topicDefaults: { replicationFactor: 1, minInSyncReplicas: 3 } },
      }),
    ).toEqual([]);
  });

  test('fails when settings of a topic and the defaults do not fit each other', () => {
    const topic = { partitions: 1, replicationFactor: 3, config: { 'max.compaction.lag.ms': '9' } };

    expect(failureOf(topic, { config: { 'min.compaction.lag.ms': '10' } })).toBe(
      failure(
        "setting 'min.compaction.lag.ms' with topicDefaults of map 'streams' is '10', and 'max.compaction.lag.ms' is '9'; lower it to " +
          '9 or less',
      ),
    );
  });
});

test('the same warning of many topics is one line', () => {
  // GIVEN
  const warnings = collectWarnings();
  const cluster = newCluster(newChart());
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
  synth(Chart.of(cluster));

  // THEN
  expect(warnings).toEqual([
    "cdk8s-kafka: warning: topics 'events.n0000', 'events.n0001': all 3 replicas must be in sync " +
      `(min.insync.replicas 3), ${rest}`,
    "cdk8s-kafka: warning: topics 'events.n0002', 'events.n0003', 'events.n0004', 'events.n0005', 'events.n0006' and 1000 " +
      `more: all 2 replicas must be in sync (min.insync.replicas 2), ${rest}`,
  ]);
});
