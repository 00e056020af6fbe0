import { App, Chart, Duration } from 'cdk8s';
import { NodeIds, TopicConfigMap, TopicSyncCronJob } from '../../lib';
import { CASES, CLICKS, newCluster, newMap, newTopicSync } from '../support/cases';
import { Manifest, find, newChart, objectsOf, snapshotOf, synth } from '../support/testing';

const agentConfigOf = ({ configMap }: TopicSyncCronJob) =>
  JSON.parse((configMap.toJson() as Manifest).data['agent.json']);

const fileSourcesOf = ({ cronJob }: TopicSyncCronJob): string[] => {
  const { volumes } = (cronJob.toJson() as Manifest).spec.jobTemplate.spec.template.spec;
  const { sources } = volumes.find(({ name }: Manifest) => name === 'topics').projected;
  return sources.map(({ configMap: { name, items } }: Manifest) => `${name}: ${items[0].path}`);
};

test.each(['TopicSyncCronJob, defaults', 'TopicSyncCronJob, all props'] as const)('%s', (name) => {
  expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
});

test('runs never overlap, and the next run is the retry of a failed one', () => {
  const cluster = newCluster(newChart());
  newMap(cluster);
  const { spec }: Manifest = newTopicSync(cluster).cronJob.toJson();

  expect(spec).toMatchObject({ schedule: '*/5 * * * *', concurrencyPolicy: 'Forbid', suspend: false });
  expect(spec.jobTemplate.spec.backoffLimit).toBe(0);
  expect(spec.jobTemplate.spec.template.spec.restartPolicy).toBe('Never');
});

test('a run may take brokerWaitTimeout and five minutes more', () => {
  const cluster = newCluster(newChart());
  newMap(cluster);
  const sync = newTopicSync(cluster, [{}], { brokerWaitTimeout: Duration.minutes(10) });

  expect((sync.cronJob.toJson() as Manifest).spec.jobTemplate.spec.activeDeadlineSeconds).toBe(900);
  expect(agentConfigOf(sync).brokerWaitTimeoutSeconds).toBe(600);
});

test('agent.json has all maps, also those that are defined later', () => {
  // GIVEN
  const cluster = newCluster(newChart());
  const sync = newTopicSync(cluster);

  // WHEN
  newMap(cluster);
  newMap(cluster, { mapName: 'archive', topicPatterns: ['archive'], brokerIds: NodeIds.between(2001, 2002) });

  // THEN
  expect(agentConfigOf(sync)).toEqual({
    role: 'topics',
    clusterName: 'events',
    bootstrapHost: 'events-brokers.kafka.svc.cluster.local',
    internalListener: {
      name: 'INTERNAL',
      port: 9091,
      certificateFolder: 'cluster',
      clientCaFolder: 'cluster',
    },
    certificateFolder: 'cluster',
    maps: [
      { name: 'streams', patterns: ['events\\..*'], brokerIds: { first: 1001, last: 1003 } },
      { name: 'archive', patterns: ['archive'], brokerIds: { first: 2001, last: 2002 } },
    ],
    brokerWaitTimeoutSeconds: 120,
  });
});

describe('lists of topics', () => {
  test('every ConfigMap of a list is a file', () => {
    const cluster = newCluster(newChart());
    const topics = Array.from({ length: 5000 }, (_, index) => ({ name: `events.topic-${index}` }));

    expect(fileSourcesOf(newTopicSync(cluster, topics))).toEqual([
      'events-topic-list-0: events-topic-list-0.json',
      'events-topic-list-1: events-topic-list-1.json',
    ]);
  });

  test('there can be several, also added ones, in other charts of the namespace', () => {
    // GIVEN
    const app = new App();
    const chart = new Chart(app, 'kafka', { namespace: 'kafka' });
    const teams = new Chart(app, 'teams', { namespace: 'kafka' });
    const cluster = newCluster(chart);
    newMap(cluster);
    const list = (configMapName: string, ...names: string[]) =>
      new TopicConfigMap(teams, configMapName, {
        cluster,
        configMapName,
        topics: names.map((name) => ({ ...CLICKS, name })),
      });

    // WHEN
    const sync = new TopicSyncCronJob(chart, 'Topics', {
      cluster,
      topics: [list('web', 'events.clicks'), list('shop', 'events.orders')],
    });
    sync.addTopics(list('billing', 'events.invoices'));

    // THEN
    expect(fileSourcesOf(sync)).toEqual([
      'web-0: web-0.json',
      'shop-0: shop-0.json',
      'billing-0: billing-0.json',
    ]);
    expect(find(synth(chart), 'CronJob', 'events-topics').metadata.namespace).toBe('kafka');
  });

  test('a topic that is added to a list later is checked and mounted', () => {
    // GIVEN
    const cluster = newCluster(newChart());
    newMap(cluster);
    const list = new TopicConfigMap(cluster, 'TopicList', { cluster });
    const sync = new TopicSyncCronJob(cluster, 'Topics', { cluster, topics: [list] });

    // WHEN
    list.addTopic({
      ...CLICKS,
      config: { 'leader.replication.throttled.replicas': Array<string>(37500).fill('0:1').join(',') },
    });
    list.addTopic({
      ...CLICKS,
      name: 'events.large',
      config: { 'leader.replication.throttled.replicas': Array<string>(25000).fill('0:1').join(',') },
    });
    list.addTopic({ ...CLICKS, name: 'orders' });

    // THEN
    expect(fileSourcesOf(sync)).toHaveLength(2);
    expect(() => synth(Chart.of(cluster))).toThrow("topic 'orders': no map has a pattern that matches");
  });
});

test('pods have no token of the Kubernetes API, and no rights', () => {
  const objects = objectsOf(CASES['TopicSyncCronJob, defaults'](newChart()));

  expect(JSON.stringify(objects)).not.toContain('serviceAccountToken');
  expect(objects.filter(({ kind }) => kind.includes('Role'))).toEqual([]);
});
