import { App, Chart } from 'cdk8s';
import { NodeIds, ControllerQuorum, KafkaCluster, KafkaVersion } from '../../lib';
import { CASES, newCluster, newMap, newZookeeperCluster } from '../support/cases';
import { NO_LABELS, noLabel, noPositiveInteger } from '../support/messages';
import {
  Manifest,
  find,
  messageOf,
  newChart,
  objectsOf,
  settingsOf,
  snapshotOf,
  synth,
  validationFailure,
} from '../support/testing';

const version = KafkaVersion.V4_4;

function agentConfigOf(objects: ReturnType<typeof synth>, name: string) {
  return JSON.parse(find(objects, 'ConfigMap', name).data['agent.json']);
}

test('with defaults', () => {
  expect(snapshotOf(objectsOf(CASES['KafkaCluster, defaults'](newChart())))).toMatchSnapshot();
});

test('with all props', () => {
  const chart = newChart();
  CASES['KafkaCluster, all props'](chart);

  expect(snapshotOf(synth(chart))).toMatchSnapshot();
});

test('says where clients start', () => {
  const chart = newChart('streaming');

  expect(newCluster(chart).bootstrapServers).toBe('events-bootstrap.streaming.svc.cluster.local:9092');
  expect(newCluster(chart, { clusterName: 'other', clusterDomain: 'k8s.example.com' }).bootstrapServers).toBe(
    'other-bootstrap.streaming.svc.k8s.example.com:9092',
  );
});

test('brings a quorum of three controllers of its version', () => {
  const { metadata } = newCluster(newChart());

  expect(metadata).toBeInstanceOf(ControllerQuorum);
  expect(metadata.servers).toEqual(
    [1, 2, 3].map((id) => `events-controllers-${id}.events-controllers.kafka.svc.cluster.local:9093`),
  );
});

test('all settings reach the controllers it brings, except those of maps', () => {
  // GIVEN
  const chart = newChart();
  const config = {
    'min.insync.replicas': '1',
    'num.partitions': '6',
    'log.retention.hours': '48',
    // Chosen by the library where the user says nothing.
    'socket.connection.setup.timeout.ms': '3000',
  };
  newMap(newCluster(chart, { config }), { config: { 'num.io.threads': '9' } });

  // THEN
  const objects = synth(chart);
  expect(settingsOf(objects, 'events-controllers')).toMatchObject(config);
  expect(settingsOf(objects, 'events-controllers')).not.toHaveProperty(['num.io.threads']);
  expect(settingsOf(objects, 'events-streams')).toMatchObject({ ...config, 'num.io.threads': '9' });
});

describe('internal topics', () => {
  test('have segments of the sizes that the cluster says', () => {
    const chart = newChart();
    const cluster = newCluster(chart, {
      config: {
        'offsets.topic.segment.bytes': '1048576',
        'transaction.state.log.segment.bytes': '2097152',
        'share.coordinator.state.topic.segment.bytes': '3145728',
      },
    });
    newMap(cluster);

    const { data } = find(synth(chart), 'ConfigMap', 'events-streams');
    expect(
      JSON.parse(data['agent.json']).internalTopics.map(({ config }: Manifest) => config['segment.bytes']),
    ).toEqual(['1048576', '2097152', '3145728']);
  });

  test('fail when a size of segments is no number', () => {
    expect(
      messageOf(() => newCluster(newChart(), { config: { 'offsets.topic.segment.bytes': '1 MiB' } })),
    ).toBe(noPositiveInteger("cluster 'events'", 'offsets.topic.segment.bytes', '1 MiB'));
  });

  test.each(['offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic'])(
    'fail when %s.segment.bytes is set for one map',
    (prefix) => {
      const cluster = newCluster(newChart());

      expect(messageOf(() => newMap(cluster, { config: { [`${prefix}.segment.bytes`]: '1048576' } }))).toBe(
        `setting '${prefix}.segment.bytes' of map 'streams' is '1048576', but it holds for the whole cluster; set it in ` +
          'config of KafkaCluster',
      );
    },
  );

  const topicsOf = (chart: Chart, map: string) => agentConfigOf(synth(chart), `events-${map}`).internalTopics;

  test('live on the map that is defined first', () => {
    // GIVEN
    const chart = newChart();
    const cluster = newCluster(chart);
    newMap(cluster);
    newMap(cluster, { mapName: 'archive', topics: ['archive'], brokerIds: NodeIds.between(2001, 2003) });

    // THEN
    const names = topicsOf(chart, 'streams').map(({ name }: { name: string }) => name);
    expect(names).toEqual(['__consumer_offsets', '__transaction_state', '__share_group_state']);
    expect(topicsOf(chart, 'archive')).toBeUndefined();
  });

  test('live on the map that is named', () => {
    // GIVEN
    const chart = newChart();
    const cluster = newCluster(chart, { internalTopics: { mapName: 'archive', partitions: 7 } });
    newMap(cluster);
    newMap(cluster, { mapName: 'archive', topics: ['archive'], brokerIds: NodeIds.between(2001, 2003) });

    // THEN
    expect(topicsOf(chart, 'streams')).toBeUndefined();
    expect(topicsOf(chart, 'archive')).toHaveLength(3);
    expect(topicsOf(chart, 'archive')[0]).toMatchObject({ partitions: 7, replicationFactor: 3 });
  });

  test.each([
    [KafkaVersion.V4_0, ['__consumer_offsets', '__transaction_state']],
    [KafkaVersion.V4_1, ['__consumer_offsets', '__transaction_state', '__share_group_state']],
  ])('are those that the version has (%#)', (release, names) => {
    const chart = newChart();
    newMap(newCluster(chart, { version: release }));

    expect(topicsOf(chart, 'streams').map(({ name }: { name: string }) => name)).toEqual(names);
  });

  test.each([
    [1, undefined, '1'],
    [2, undefined, '1'],
    [3, undefined, '2'],
    [5, undefined, '2'],
    [5, '3', '3'],
    [3, '1', '1'],
    [3, '3', '2'],
  ])('with %i copies, min.insync.replicas %s of the cluster becomes %s', (copies, ofCluster, expected) => {
    // GIVEN
    const chart = newChart();
    const config = ofCluster === undefined ? undefined : { 'min.insync.replicas': ofCluster };
    newMap(newCluster(chart, { config, internalTopics: { replicationFactor: copies } }), {
      brokerIds: NodeIds.between(1001, 1005),
    });

    // THEN: one broker may always be away
    for (const topic of topicsOf(chart, 'streams')) {
      expect(topic.config['min.insync.replicas']).toBe(expected);
    }
  });

  const PARTITIONS = ['offsets.topic.num.partitions', 'transaction.state.log.num.partitions'];
  const SHARE_PARTITIONS = 'share.coordinator.state.topic.num.partitions';

  test.each<[mode: string, define: typeof newCluster, release: KafkaVersion, settings: string[]]>([
    ['KRaft', newCluster, KafkaVersion.V4_4, [...PARTITIONS, SHARE_PARTITIONS]],
    ['KRaft without share groups', newCluster, KafkaVersion.V4_0, PARTITIONS],
    ['ZooKeeper', newZookeeperCluster, KafkaVersion.V3_9, PARTITIONS],
  ])('have as many partitions as the brokers of all maps say, in %s mode', (_, define, release, settings) => {
    // GIVEN
    const chart = newChart();
    const cluster = define(chart, { version: release, internalTopics: { partitions: 7 } });
    newMap(cluster);
    newMap(cluster, { mapName: 'archive', topics: ['archive'], brokerIds: NodeIds.between(2001, 2003) });

    // THEN
    const objects = synth(chart);
    const [{ partitions }] = agentConfigOf(objects, 'events-streams').internalTopics;
    for (const map of ['events-streams', 'events-archive']) {
      const ofBrokers = Object.entries(settingsOf(objects, map));
      expect(ofBrokers.filter(([name]) => name.endsWith('.num.partitions'))).toEqual(
        [...settings].sort().map((name) => [name, String(partitions)]),
      );
    }
    expect(partitions).toBe(7);
  });

  test('can be made by nobody but the agent', () => {
    const chart = newChart();
    newMap(newCluster(chart));

    expect(settingsOf(synth(chart), 'events-streams')).toMatchObject({
      'auto.create.topics.enable': 'false',
      'offsets.topic.replication.factor': '32767',
      'transaction.state.log.replication.factor': '32767',
      'share.coordinator.state.topic.replication.factor': '32767',
    });
  });

  test.each([
    ['replicationFactor', 0],
    ['replicationFactor', 1.5],
    ['partitions', -1],
    ['partitions', NaN],
  ])('fails when %s is %d', (property, value) => {
    expect(messageOf(() => newCluster(newChart(), { internalTopics: { [property]: value } }))).toBe(
      `${property} of internalTopics is ${value}; write a whole number from 1 to ${property === 'partitions' ? 3000 : 32766}`,
    );
  });

  test('fails when the map does not exist', () => {
    // GIVEN
    const chart = newChart();
    const cluster = newCluster(chart, { internalTopics: { mapName: 'nowhere' } });
    newMap(cluster);
    newMap(cluster, { mapName: 'archive', topics: ['archive'], brokerIds: NodeIds.between(2001, 2003) });

    // THEN
    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/Kafka',
        "internalTopics of cluster 'events' name map 'nowhere', which it does not have; name one of: streams, archive",
      ]),
    );
  });

  test('fails when the map does not exist, nor any other', () => {
    const chart = newChart();
    newCluster(chart, { internalTopics: { mapName: 'nowhere' } });

    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/Kafka',
        "internalTopics of cluster 'events' name map 'nowhere', which it does not have; name one of: (none)",
      ]),
    );
  });

  test('fails when the map is too small', () => {
    const chart = newChart();
    newMap(newCluster(chart), { brokerIds: NodeIds.between(1001, 1002) });

    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/Kafka',
        "internalTopics of cluster 'events' have replicationFactor 3, and map 'streams' has 2 brokers (1001-1002); " +
          'lower replicationFactor, or name a larger map',
      ]),
    );
  });
});

test('fails when there is no map', () => {
  const chart = newChart();
  newCluster(chart);

  expect(messageOf(() => synth(chart))).toBe(
    validationFailure(['test/Kafka', "cluster 'events' has no map, so no brokers; add a KafkaMap"]),
  );
});

test('fails when the chart names no namespace', () => {
  const chart = new Chart(new App(), 'production');

  expect(messageOf(() => newCluster(chart))).toBe(
    "chart 'production' names no namespace, and addresses of brokers contain it; " +
      "write new Chart(app, 'production', { namespace: '...' })",
  );
});

test.each(['Kafka', 'kafka_1', '-kafka', 'kafka-', 'kafka.events', 'k'.repeat(64)])(
  'fails when the namespace is %s',
  (namespace) => {
    expect(messageOf(() => newCluster(newChart(namespace)))).toBe(
      `namespace '${namespace}' is not a DNS label; use up to 63 lower case letters, digits and '-'`,
    );
  },
);

test.each(NO_LABELS)("fails when clusterName is '%s'", (clusterName) => {
  expect(messageOf(() => new KafkaCluster(newChart(), 'Kafka', { clusterName, version }))).toBe(
    noLabel('clusterName', clusterName),
  );
});

test('fails when two clusters of a namespace have one name', () => {
  // GIVEN
  const app = new App();
  const first = new Chart(app, 'first', { namespace: 'kafka' });
  const second = new Chart(app, 'second', { namespace: 'kafka' });
  newCluster(first);

  // THEN
  expect(messageOf(() => newCluster(second))).toBe(
    "clusterName 'events' is used by 'first/Kafka' and by 'second/Kafka' in namespace 'kafka'; " +
      'choose another name, or another namespace',
  );
});

test('fails when another construct of the app makes an object of the same name', () => {
  const chart = newChart();
  newMap(newCluster(chart));

  expect(messageOf(() => new ControllerQuorum(chart, 'Again', { clusterName: 'events', version }))).toBe(
    "Secret 'events-controllers-tls' of namespace 'kafka' would be made by 'test/Again' " +
      "and by 'test/Kafka/Controllers'; give one of them another name",
  );
});
