import { App, Chart, Duration } from 'cdk8s';
import { NodeIds, TopicConfigMap, TopicSyncCronJob } from '../../lib';
import { CASES, newCluster, newMap, newTopicSync, newTopics } from '../support/cases';
import {
  Manifest,
  collectWarnings,
  find,
  messageOf,
  newChart,
  objectsOf,
  snapshotOf,
  synth,
  validationFailure,
} from '../support/testing';

afterEach(() => void jest.restoreAllMocks());

test('with defaults', () => {
  expect(snapshotOf(objectsOf(CASES['TopicSyncCronJob, defaults'](newChart())))).toMatchSnapshot();
});

test('with all props', () => {
  expect(snapshotOf(objectsOf(CASES['TopicSyncCronJob, all props'](newChart())))).toMatchSnapshot();
});

test('two runs never overlap, and a failed run is repeated by the next one', () => {
  const chart = newChart();
  const cluster = newCluster(chart);
  newMap(cluster);
  const { spec }: Manifest = newTopicSync(cluster).cronJob.toJson();

  expect(spec).toMatchObject({ schedule: '*/5 * * * *', concurrencyPolicy: 'Forbid', suspend: false });
  expect(spec.jobTemplate.spec.backoffLimit).toBe(0);
  expect(spec.jobTemplate.spec.template.spec.restartPolicy).toBe('Never');
});

test('a run may take as long as it is patient, and five minutes more', () => {
  const cluster = newCluster(newChart());
  newMap(cluster);
  const { cronJob, configMap } = newTopicSync(cluster, [{}], { brokerWaitTimeout: Duration.minutes(10) });

  const { spec }: Manifest = cronJob.toJson();
  expect(spec.jobTemplate.spec.activeDeadlineSeconds).toBe(900);
  expect(JSON.parse((configMap.toJson() as Manifest).data['agent.json']).patienceSeconds).toBe(600);
});

test('knows the maps that are added after it', () => {
  // GIVEN
  const chart = newChart();
  const cluster = newCluster(chart);
  newTopicSync(cluster);

  // WHEN
  newMap(cluster);
  newMap(cluster, { mapName: 'archive', topics: ['archive'], brokerIds: NodeIds.between(2001, 2002) });

  // THEN
  const { data } = find(synth(chart), 'ConfigMap', 'events-topics');
  expect(JSON.parse(data['agent.json'])).toEqual({
    role: 'topics',
    clusterName: 'events',
    brokersHost: 'events-brokers.kafka.svc.cluster.local',
    internal: { name: 'INTERNAL', port: 9091, certificates: 'cluster', clientCertificates: 'cluster' },
    certificates: 'cluster',
    maps: [
      { name: 'streams', patterns: ['events\\..*'], brokerIds: { first: 1001, last: 1003 } },
      { name: 'archive', patterns: ['archive'], brokerIds: { first: 2001, last: 2002 } },
    ],
    patienceSeconds: 120,
  });
});

test('mounts every part of the list under a name of its own', () => {
  const cluster = newCluster(newChart());
  newMap(cluster);
  const topics = Array.from({ length: 5000 }, (_, index) => ({ name: `events.topic-${index}` }));
  const { spec }: Manifest = newTopicSync(cluster, topics).cronJob.toJson();

  const { volumes } = spec.jobTemplate.spec.template.spec;
  expect(volumes.find(({ name }: Manifest) => name === 'topics').projected.sources).toEqual(
    [0, 1].map((part) => ({
      configMap: {
        name: `kafka-topics-${part}`,
        items: [{ key: 'topics.json', path: `kafka-topics-${part}.json` }],
      },
    })),
  );
});

test('needs no token of the Kubernetes API', () => {
  const objects = objectsOf(CASES['TopicSyncCronJob, defaults'](newChart()));

  expect(JSON.stringify(objects)).not.toContain('serviceAccountToken');
  expect(objects.filter(({ kind }) => kind.includes('Role'))).toEqual([]);
});

test('fails when topics match no map, and names all of them', () => {
  // GIVEN
  const chart = newChart();
  const cluster = newCluster(chart);
  newMap(cluster);
  newMap(cluster, {
    mapName: 'archive',
    topics: ['audit', 'billing'],
    brokerIds: NodeIds.between(2001, 2003),
  });
  newTopicSync(cluster, [{}, { name: 'orders' }, { name: 'events' }]);

  // THEN
  const known = 'streams (events\\..*); archive (audit, billing)';
  expect(messageOf(() => synth(chart))).toBe(
    validationFailure(
      ['test/Topics', `topic 'orders' matches no map; rename it or add a pattern to one of: ${known}`],
      ['test/Topics', `topic 'events' matches no map; rename it or add a pattern to one of: ${known}`],
    ),
  );
});

test('fails when there is no map at all', () => {
  const chart = newChart();
  newTopicSync(newCluster(chart));

  expect(messageOf(() => synth(chart))).toBe(
    validationFailure(
      ['test/Kafka', "cluster 'events' has no map, so no brokers; add a KafkaMap"],
      [
        'test/Topics',
        "topic 'events.clicks' matches no map; rename it or add a pattern to one of: (no maps)",
      ],
    ),
  );
});

test('fails when a map has too few brokers for a topic', () => {
  collectWarnings();
  const chart = newChart();
  const cluster = newCluster(chart);
  newMap(cluster);
  newTopicSync(cluster, [{ replicationFactor: 4 }]);

  expect(messageOf(() => synth(chart))).toBe(
    validationFailure([
      'test/Topics',
      "topic 'events.clicks' has replicationFactor 4, and map 'streams' has 3 brokers (1001-1003); " +
        'lower replicationFactor, or add brokers to the map',
    ]),
  );
});

test('fails when topics inherit more replicas in sync than they have, and names all of them', () => {
  // GIVEN
  const warnings = collectWarnings();
  const chart = newChart();
  const cluster = newCluster(chart, { config: { 'min.insync.replicas': '3' } });
  newMap(cluster);
  newTopicSync(cluster, [
    { replicationFactor: 1 },
    { name: 'events.views', replicationFactor: 2, config: { 'retention.ms': '1' } },
    { name: 'events.own', replicationFactor: 2, config: { 'min.insync.replicas': '1' } },
    { name: 'events.equal', replicationFactor: 3 },
  ]);

  // THEN
  expect(messageOf(() => synth(chart))).toBe(
    validationFailure(
      [
        'test/Topics',
        "topic 'events.clicks' has 1 replicas, and the cluster's min.insync.replicas is 3; " +
          'raise replicationFactor, or set min.insync.replicas in config of the topic to a number from 1 to 1',
      ],
      [
        'test/Topics',
        "topic 'events.views' has 2 replicas, and the cluster's min.insync.replicas is 3; " +
          'raise replicationFactor, or set min.insync.replicas in config of the topic to a number from 1 to 2',
      ],
    ),
  );
  expect(warnings).toEqual([
    expect.stringContaining("cluster 'events' has min.insync.replicas 3"),
    "cdk8s-kafka: warning: topic 'events.equal': all 3 replicas must be in sync (min.insync.replicas 3), so writes with " +
      'acks=all to a partition fail while any one of its brokers restarts',
  ]);
});

test('fails when one replica inherits the two in sync that are the default', () => {
  const chart = newChart();
  const cluster = newCluster(chart);
  newMap(cluster);
  newTopicSync(cluster, [{ replicationFactor: 1 }]);

  expect(messageOf(() => synth(chart))).toBe(
    validationFailure([
      'test/Topics',
      "topic 'events.clicks' has 1 replicas, and the cluster's min.insync.replicas is 2; " +
        'raise replicationFactor, or set min.insync.replicas in config of the topic to a number from 1 to 1',
    ]),
  );
});

test('fails when a cluster gets a second one', () => {
  const cluster = newCluster(newChart());
  const topics = new TopicConfigMap(cluster, 'More', { configMapName: 'more', topics: [] });
  newTopicSync(cluster);

  expect(messageOf(() => new TopicSyncCronJob(cluster, 'Again', { cluster, topics }))).toBe(
    "cluster 'events' has two TopicSyncCronJobs, 'test/Topics' and 'test/Kafka/Again'; put the topics of both into one " +
      'TopicConfigMap, and keep one',
  );
});

test('fails when the topics are in another namespace, where no pod of the cluster can mount them', () => {
  // GIVEN
  const app = new App();
  const cluster = newCluster(new Chart(app, 'kafka', { namespace: 'kafka' }));
  const topics = newTopics(new Chart(app, 'teams', { namespace: 'teams' }), {});

  // THEN
  expect(messageOf(() => new TopicSyncCronJob(cluster, 'Topics', { cluster, topics }))).toBe(
    "topics of cluster 'events' are in namespace 'teams' and the cluster in 'kafka', where a pod cannot mount them; " +
      'put the TopicConfigMap into the namespace of the cluster',
  );
});

test('topics may be in another chart of the same namespace', () => {
  // GIVEN
  const app = new App();
  const chart = new Chart(app, 'kafka', { namespace: 'kafka' });
  const cluster = newCluster(chart);
  newMap(cluster);
  const topics = newTopics(new Chart(app, 'teams', { namespace: 'kafka' }), {});

  // WHEN
  new TopicSyncCronJob(cluster, 'Topics', { cluster, topics });

  // THEN
  expect(find(synth(chart), 'CronJob', 'events-topics').metadata.namespace).toBe('kafka');
});
