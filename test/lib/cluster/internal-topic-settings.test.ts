import { Chart } from 'cdk8s';
import { InternalTopicsOptions, KafkaClusterProps, KafkaVersion, NodeIds } from '../../../lib';
import { newBrokers, newCluster, newMap, newZookeeperCluster } from '../../support/cases';
import { noPositiveInteger } from '../../support/messages';
import {
  Manifest,
  collectWarnings,
  find,
  messageOf,
  newChart,
  settingsOf,
  synth,
  validationFailure,
} from '../../support/testing';

const ARCHIVE = { mapName: 'archive', topicPatterns: ['archive'], brokerIds: NodeIds.between(2001, 2003) };

/** A chart with a cluster and its maps `streams` and `archive`. */
function chartWith(props: Partial<KafkaClusterProps> = {}, define = newCluster): Chart {
  const chart = newChart();
  const cluster = define(chart, props);
  newMap(cluster, { brokerIds: NodeIds.between(1001, 1006) });
  newMap(cluster, ARCHIVE);
  return chart;
}

function topicsOf(chart: Chart, map: string): Manifest[] | undefined {
  return JSON.parse(find(synth(chart), 'ConfigMap', `events-${map}`).data['agent.json']).internalTopics;
}

const namesOf = (topics: Manifest[] | undefined) => topics!.map(({ name }) => name);

afterEach(() => void jest.restoreAllMocks());

describe('map', () => {
  test('it is the map that is defined first', () => {
    const chart = chartWith();

    expect(namesOf(topicsOf(chart, 'streams'))).toEqual([
      '__consumer_offsets',
      '__transaction_state',
      '__share_group_state',
    ]);
    expect(topicsOf(chart, 'archive')).toBeUndefined();
  });

  test('it is not a BrokerStatefulSet that is defined before the first map', () => {
    // GIVEN
    const warnings = collectWarnings();
    const chart = newChart();
    const cluster = newCluster(chart);
    newBrokers(cluster, { mapName: 'spare', brokerIds: NodeIds.between(3001, 3001) });
    newMap(cluster);

    // THEN
    expect(topicsOf(chart, 'spare')).toBeUndefined();
    expect(topicsOf(chart, 'streams')).toHaveLength(3);
    expect(warnings).toEqual([
      "cdk8s-kafka: warning: BrokerStatefulSet 'spare' has no topic patterns, so no topic is created on its brokers; use a " +
        'KafkaMap',
    ]);
  });

  test('without a map it is the first BrokerStatefulSet, and the warning says so', () => {
    // GIVEN
    const warnings = collectWarnings();
    const chart = newChart();
    newBrokers(newCluster(chart), { mapName: 'spare' });

    // THEN
    expect(topicsOf(chart, 'spare')).toHaveLength(3);
    expect(warnings).toEqual([
      "cdk8s-kafka: warning: BrokerStatefulSet 'spare' has no topic patterns, so only internal topics are created on its " +
        'brokers; use a KafkaMap',
    ]);
  });

  test('it is the map that internalTopics names', () => {
    const chart = chartWith({ internalTopics: { mapName: 'archive', partitions: 7 } });

    expect(topicsOf(chart, 'streams')).toBeUndefined();
    expect(topicsOf(chart, 'archive')).toHaveLength(3);
    expect(topicsOf(chart, 'archive')![0]).toMatchObject({ partitions: 7, replicationFactor: 3 });
  });
});

test.each([
  [KafkaVersion.V4_0, ['__consumer_offsets', '__transaction_state']],
  [KafkaVersion.V4_1, ['__consumer_offsets', '__transaction_state', '__share_group_state']],
])('the topics are those of the version (%#)', (version, names) => {
  expect(namesOf(topicsOf(chartWith({ version }), 'streams'))).toEqual(names);
});

test('segment sizes are settings of the cluster', () => {
  const config = {
    'offsets.topic.segment.bytes': '1048576',
    'transaction.state.log.segment.bytes': '2097152',
    'share.coordinator.state.topic.segment.bytes': '3145728',
  };

  expect(topicsOf(chartWith({ config }), 'streams')!.map((topic) => topic.config['segment.bytes'])).toEqual([
    '1048576',
    '2097152',
    '3145728',
  ]);
});

test.each([
  [1, undefined, '1'],
  [2, undefined, '1'],
  [3, undefined, '2'],
  [5, undefined, '2'],
  [5, '3', '3'],
  [3, '1', '1'],
  [3, '3', '2'],
])(
  'with %i replicas and min.insync.replicas %s of the cluster, min.insync.replicas of the topics is %s',
  (replicationFactor, ofCluster, expected) => {
    collectWarnings();
    const config = ofCluster === undefined ? undefined : { 'min.insync.replicas': ofCluster };
    const chart = chartWith({ config, internalTopics: { replicationFactor } });

    // One broker can always restart.
    for (const topic of topicsOf(chart, 'streams')!) {
      expect(topic.config['min.insync.replicas']).toBe(expected);
    }
  },
);

const PARTITIONS = ['offsets.topic.num.partitions', 'transaction.state.log.num.partitions'];
const SHARE_PARTITIONS = 'share.coordinator.state.topic.num.partitions';

test.each<[mode: string, define: typeof newCluster, release: KafkaVersion, settings: string[]]>([
  ['KRaft', newCluster, KafkaVersion.V4_4, [...PARTITIONS, SHARE_PARTITIONS]],
  ['KRaft without share groups', newCluster, KafkaVersion.V4_0, PARTITIONS],
  ['ZooKeeper', newZookeeperCluster, KafkaVersion.V3_9, PARTITIONS],
])('brokers of all maps know the number of partitions (%s)', (_, define, version, settings) => {
  // GIVEN
  const chart = chartWith({ version, internalTopics: { partitions: 7 } }, define);

  // THEN
  for (const map of ['events-streams', 'events-archive']) {
    const ofBrokers = Object.entries(settingsOf(synth(chart), map));
    expect(ofBrokers.filter(([name]) => name.endsWith('.num.partitions'))).toEqual(
      [...settings].sort().map((name) => [name, '7']),
    );
  }
  expect(topicsOf(chart, 'streams')![0].partitions).toBe(7);
});

test('Kafka cannot create them: their replication factor is above the number of brokers', () => {
  expect(settingsOf(synth(chartWith()), 'events-streams')).toMatchObject({
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '32767',
    'transaction.state.log.replication.factor': '32767',
    'share.coordinator.state.topic.replication.factor': '32767',
  });
});

describe('invalid input', () => {
  test('fails when a segment size is not a number', () => {
    expect(messageOf(() => chartWith({ config: { 'offsets.topic.segment.bytes': '1 MiB' } }))).toBe(
      noPositiveInteger("cluster 'events'", 'offsets.topic.segment.bytes', '1 MiB'),
    );
  });

  test.each([
    ['replicationFactor', 0],
    ['replicationFactor', 1.5],
    ['partitions', -1],
    ['partitions', NaN],
    ['partitions', 3001],
  ])('fails when %s is %d', (property, value) => {
    expect(messageOf(() => chartWith({ internalTopics: { [property]: value } }))).toBe(
      `${property} of internalTopics is ${value}; write a whole number from 1 to ` +
        `${property === 'partitions' ? 3000 : 32766}`,
    );
  });

  test('fails when the map does not exist', () => {
    expect(messageOf(() => synth(chartWith({ internalTopics: { mapName: 'nowhere' } })))).toBe(
      validationFailure([
        'test/Kafka',
        "internalTopics of cluster 'events' name map 'nowhere', which it does not have; name one of: streams, archive",
      ]),
    );
  });

  test('fails when a map is named and there is none', () => {
    const chart = newChart();
    newCluster(chart, { internalTopics: { mapName: 'nowhere' } });

    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/Kafka',
        "internalTopics of cluster 'events' name map 'nowhere', which it does not have; name one of: (none)",
      ]),
    );
  });

  test('fails when the map has fewer brokers than replicas', () => {
    const chart = newChart();
    const config = { 'default.replication.factor': '2' };
    newMap(newCluster(chart, { config }), { brokerIds: NodeIds.between(1001, 1002) });

    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/Kafka',
        "internalTopics of cluster 'events' have replicationFactor 3, and map 'streams' has 2 brokers (1001-1002); " +
          'lower replicationFactor, or name a larger map',
      ]),
    );
  });
});

test.each<[InternalTopicsOptions, string[]]>([
  [
    { replicationFactor: 1 },
    [
      "cdk8s-kafka: warning: internalTopics of cluster 'events' have one replica: consumer groups and transactions are " +
        'unavailable while a broker restarts that has a partition of them; choose replicationFactor 3',
    ],
  ],
  [{ replicationFactor: 2 }, []],
])('warns of one replica (%j)', (internalTopics, expected) => {
  const warnings = collectWarnings();
  synth(chartWith({ internalTopics }));

  expect(warnings).toEqual(expected);
});
