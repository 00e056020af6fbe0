import { App, Chart, Duration, Size } from 'cdk8s';
import {
  CleanupPolicy,
  CompressionType,
  KafkaCluster,
  KafkaVersion,
  TopicConfigMap,
  TopicDefinition,
} from '../../lib';
import { clusterAttributes } from '../support/all-props';
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
  list.configMaps.flatMap((map) => JSON.parse((map.toJson() as Manifest).data['topics.json'] ?? '[]'));

/** A topic that takes 70 to 80 % of a ConfigMap. */
const large = (name: string): TopicDefinition => ({
  ...CLICKS,
  name,
  config: { 'leader.replication.throttled.replicas': Array<string>(37_500).fill('0:1').join(',') },
});

afterEach(() => void jest.restoreAllMocks());

test.each(['TopicConfigMap, defaults', 'TopicConfigMap, all props'] as const)('%s', (name) => {
  expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
});

test('thousands of topics are in several ConfigMaps', () => {
  // GIVEN
  const topics = Array.from({ length: 5000 }, (_, index) => ({ name: `events.topic-${index}` }));

  // WHEN
  const list = newList(...topics);

  // THEN
  expect(list.configMapNames).toEqual(['events-topic-list', 'events-topic-list-0', 'events-topic-list-1']);
  expect((list.configMaps[0].toJson() as Manifest).data).toEqual({ parts: '0\n1\n' });
  expect(new Set(readFrom(list).map(({ name }) => name)).size).toBe(5000);
});

test('a list without topics has one ConfigMap', () => {
  const list = newList();

  expect(list.configMapNames).toEqual(['events-topic-list']);
  expect(readFrom(list)).toEqual([]);
});

describe('addTopic', () => {
  test('it adds a topic to the ConfigMap', () => {
    const list = newList({});
    list.addTopic({ ...CLICKS, name: 'events.views' });

    expect(list.topics.map(({ name }) => name)).toEqual(['events.clicks', 'events.views']);
    expect(readFrom(list)).toEqual(list.topics);
  });

  test('it divides a ConfigMap that is full', () => {
    // GIVEN: the hash of b starts with 0, that of a with 10, that of e with 11
    collectWarnings();
    const cluster = newCluster(newChart());
    newMap(cluster);
    const list = newTopics(cluster, large('events.a'));

    // WHEN
    list.addTopic(large('events.b'));
    const [, left, right] = list.configMaps;
    list.addTopic(large('events.e'));

    // THEN
    expect(list.configMapNames).toEqual([
      'events-topic-list',
      'events-topic-list-0',
      'events-topic-list-10',
      'events-topic-list-11',
    ]);
    expect((list.configMaps[0].toJson() as Manifest).data).toEqual({ parts: '0\n10\n11\n' });
    expect(list.configMaps[1]).toBe(left);
    expect(list.node.findAll()).not.toContain(right);
    expect(synth(Chart.of(list)).filter(({ kind }) => kind === 'ConfigMap')).toEqual(
      expect.arrayContaining(list.configMaps.map((object) => object.toJson())),
    );
    expect(readFrom(list).map(({ name }) => name)).toEqual(['events.b', 'events.a', 'events.e']);
  });

  test('another object can have the name of a ConfigMap that was divided', () => {
    // GIVEN
    const chart = newChart();
    const cluster = newCluster(chart);
    const list = newTopics(cluster, large('events.a'), large('events.b'));

    // WHEN
    list.addTopic(large('events.e'));
    const define = (configMapName: string) =>
      messageOf(() => new TopicConfigMap(chart, configMapName, { cluster, configMapName }));

    // THEN
    expect(define('events-topic-list-1')).toBe('nothing was thrown');
    expect(define('events-topic-list-11')).toBe(
      "ConfigMap 'events-topic-list-11' of namespace 'kafka' is defined by 'test/events-topic-list-11' and by 'test/TopicList'; give one " +
        'of them another name',
    );
  });

  test('the order of topics makes no difference', () => {
    const topics = ['events.a', 'events.b', 'events.e'].map(large);
    const [one, other] = [topics, [...topics].reverse()].map((some) => newList(...some));

    expect(one.configMaps.map((object) => object.toJson())).toEqual(
      other.configMaps.map((object) => object.toJson()),
    );
    expect(one._checksum()).toBe(other._checksum());
    expect(newList(...topics.slice(1))._checksum()).not.toBe(one._checksum());
  });
});

test('typed settings are in config, with the names of Kafka', () => {
  const list = newList({
    retention: Duration.days(7),
    retentionBytes: Size.mebibytes(1.5),
    cleanupPolicy: CleanupPolicy.COMPACT,
    minInSyncReplicas: 2,
    maxMessageBytes: Size.kibibytes(0.5),
    compressionType: CompressionType.PRODUCER,
    config: { 'segment.ms': '1000' },
  });

  expect(list.topics).toEqual([
    {
      ...CLICKS,
      config: {
        'cleanup.policy': 'compact',
        'compression.type': 'producer',
        'max.message.bytes': '512',
        'min.insync.replicas': '2',
        'retention.bytes': '1572864',
        'retention.ms': '604800000',
        'segment.ms': '1000',
      },
    },
  ]);
  expect(readFrom(list)).toEqual(list.topics);
});

test('a topic without settings has its name only', () => {
  const cluster = newCluster(newChart());
  const topics = [{ name: 'events.clicks', config: {}, labels: {}, owner: undefined }];
  const list = new TopicConfigMap(newChart(), 'TopicList', { cluster, topics });

  expect(readFrom(list)).toEqual([{ name: 'events.clicks' }]);
});

describe('a list in another namespace than its cluster', () => {
  const rights = (objects: readonly Manifest[]) =>
    objects.filter(({ kind }) => ['Role', 'RoleBinding'].includes(kind));

  test('the topic synchronization gets the right to read its ConfigMaps', () => {
    // GIVEN
    const app = new App();
    const cluster = newCluster(new Chart(app, 'kafka', { namespace: 'kafka' }));
    const teams = new Chart(app, 'teams', { namespace: 'teams' });
    const list = new TopicConfigMap(teams, 'TopicList', { cluster, configMapName: 'orders' });

    // WHEN
    list.addTopic(large('events.a'));
    list.addTopic(large('events.b'));

    // THEN
    const [role, roleBinding] = rights(objectsOf(list));
    expect(role).toMatchObject({
      metadata: { name: 'orders', namespace: 'teams' },
      rules: [
        {
          apiGroups: [''],
          resources: ['configmaps'],
          resourceNames: ['orders', 'orders-0', 'orders-1'],
          verbs: ['get'],
        },
      ],
    });
    expect(roleBinding).toMatchObject({
      metadata: { name: 'orders', namespace: 'teams' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'orders' },
      subjects: [{ kind: 'ServiceAccount', name: 'events-topics', namespace: 'kafka' }],
    });
    expect([list.role, list.roleBinding].map((object) => object?.toJson())).toEqual([role, roleBinding]);
    expect(list._list).toEqual({ namespace: 'teams', configMapName: 'orders' });
  });

  test('a list of an imported cluster in the same namespace has the Role too: another app reads it', () => {
    const cluster = KafkaCluster.fromAttributes(newChart(), 'Kafka', {
      clusterName: 'events',
      version: KafkaVersion.V4_4,
    });

    expect(rights(objectsOf(newTopics(cluster)))).toHaveLength(2);
    expect(rights(objectsOf(newTopics(newCluster(newChart()))))).toEqual([]);
  });
});

test('a list can be of an imported cluster', () => {
  const chart = newChart();
  const cluster = KafkaCluster.fromAttributes(chart, 'Kafka', {
    clusterName: 'events',
    version: KafkaVersion.V4_4,
  });

  expect(newTopics(cluster, {}).configMapNames).toEqual(['events-topic-list']);
});

describe('a list that is in no TopicSyncCronJob', () => {
  const UNUSED =
    "cdk8s-kafka: warning: topic list 'test/TopicList' of cluster 'events' is in no TopicSyncCronJob, so its topics are not created; " +
    "add new TopicSyncCronJob(this, 'Topics', { cluster, topics: [list] }), or call addTopics(list) of the existing one";

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

  test('without the maps of an imported cluster, neither its topics nor its synchronization can be checked', () => {
    const warnings = collectWarnings();
    const chart = newChart();
    newTopics(
      KafkaCluster.fromAttributes(chart, 'Kafka', { clusterName: 'events', version: KafkaVersion.V4_4 }),
      { replicationFactor: 1 },
    );
    synth(chart);

    expect(warnings).toEqual([]);
  });

  test('its topics are checked against the maps of an imported cluster', () => {
    const chart = newChart();
    newTopics(KafkaCluster.fromAttributes(chart, 'Kafka', { ...clusterAttributes, namespaceName: 'kafka' }), {
      name: 'orders',
    });

    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/TopicList',
        "topic 'orders': no map has a pattern that matches; rename the topic or add a pattern to one of: streams (events\\..*)",
      ]),
    );
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
