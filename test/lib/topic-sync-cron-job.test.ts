import { App, Chart, Cron, Duration } from 'cdk8s';
import { DriftAction, NodeIds, TopicConfigMap, TopicSyncCronJob, TopicSyncCronJobProps } from '../../lib';
import { CASES, CLICKS, newCluster, newMap, newTopicSync } from '../support/cases';
import { Manifest, find, newChart, objectsOf, snapshotOf, synth } from '../support/testing';

const agentConfigOf = ({ configMap }: TopicSyncCronJob) =>
  JSON.parse((configMap.toJson() as Manifest).data['agent.json']);

const listsOf = (sync: TopicSyncCronJob) => agentConfigOf(sync).lists as { configMapName: string }[];
const jobNameOf = ({ changeJob }: TopicSyncCronJob): string =>
  (changeJob!.toJson() as Manifest).metadata.name;
const readableConfigMapsOf = ({ role }: TopicSyncCronJob): string[] =>
  (role.toJson() as Manifest).rules.find(({ verbs }: Manifest) => String(verbs) === 'get').resourceNames;

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

test('a run may wait an hour for a new cluster, or longer with brokerWaitTimeout, and then work for ten minutes', () => {
  const cluster = newCluster(newChart());
  newMap(cluster);
  const sync = newTopicSync(cluster, [{}], { brokerWaitTimeout: Duration.hours(2) });

  expect((sync.cronJob.toJson() as Manifest).spec.jobTemplate.spec.activeDeadlineSeconds).toBe(7800);
  expect((sync.changeJob!.toJson() as Manifest).spec.activeDeadlineSeconds).toBe(7800);
  expect(agentConfigOf(sync).brokerWaitTimeoutSeconds).toBe(7200);
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
    namespace: 'kafka',
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
    lists: [
      {
        namespace: 'kafka',
        configMapName: 'events-topic-list',
        checksum: expect.stringMatching(/^[0-9a-f]{12}$/),
      },
    ],
    cronJob: 'events-topics',
    statusConfigMap: 'events-topics-status',
    drift: {
      settings: 'correct',
      undeclaredSettings: 'ignore',
      partitions: 'correct',
      undeclaredTopics: 'report',
    },
    brokerWaitTimeoutSeconds: 120,
  });
});

describe('lists of topics', () => {
  test('every ConfigMap of a list can be read', () => {
    const cluster = newCluster(newChart());
    const topics = Array.from({ length: 5000 }, (_, index) => ({ name: `events.topic-${index}` }));

    expect(readableConfigMapsOf(newTopicSync(cluster, topics))).toEqual([
      'events-topic-list',
      'events-topic-list-0',
      'events-topic-list-1',
    ]);
  });

  test('there can be several, also added ones, in other charts', () => {
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
    expect(listsOf(sync).map(({ configMapName }) => configMapName)).toEqual(['web', 'shop', 'billing']);
    expect(readableConfigMapsOf(sync)).toEqual(['web', 'shop', 'billing']);
    expect(find(synth(chart), 'CronJob', 'events-topics').metadata.namespace).toBe('kafka');
  });

  test('a topic that is added to a list later is checked, and its ConfigMap can be read', () => {
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
    expect(readableConfigMapsOf(sync).length).toBeGreaterThan(2);
    expect(() => synth(Chart.of(cluster))).toThrow("topic 'orders': no map has a pattern that matches");
  });
});

describe('lists in other namespaces', () => {
  test('of the same app are read with the right that the list grants', () => {
    // GIVEN
    const app = new App();
    const cluster = newCluster(new Chart(app, 'kafka', { namespace: 'kafka' }));
    newMap(cluster);
    const list = new TopicConfigMap(new Chart(app, 'web', { namespace: 'web' }), 'Topics', {
      cluster,
      configMapName: 'web-topics',
      topics: [CLICKS],
    });

    // WHEN
    const sync = new TopicSyncCronJob(cluster, 'Topics', { cluster, topics: [list] });

    // THEN
    expect(listsOf(sync)).toEqual([
      { namespace: 'web', configMapName: 'web-topics', checksum: expect.any(String) },
    ]);
    expect((list.roleBinding!.toJson() as Manifest).subjects).toEqual([
      { kind: 'ServiceAccount', name: 'events-topics', namespace: 'kafka' },
    ]);
    expect((list.role!.toJson() as Manifest).rules).toEqual([
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['web-topics'], verbs: ['get'] },
    ]);
  });

  test('of other apps are limited to some topics', () => {
    const sync = newTopicSync(newCluster(newChart()), []);
    sync.addTopicsFrom({
      namespaceName: 'web',
      configMapName: 'web-topics',
      topicPatterns: ['events\\.web\\..*'],
    });
    sync.addTopicsFrom({ configMapName: 'here', topicPatterns: ['.*'] });

    expect(listsOf(sync).slice(1)).toEqual([
      { namespace: 'web', configMapName: 'web-topics', topicPatterns: ['events\\.web\\..*'] },
      { namespace: 'kafka', configMapName: 'here', topicPatterns: ['.*'] },
    ]);
  });
});

describe('the Job of a change', () => {
  const syncOf = (partitions: number, props: Partial<TopicSyncCronJobProps> = {}) => {
    const cluster = newCluster(newChart());
    newMap(cluster);
    return newTopicSync(cluster, [{ partitions }], props);
  };

  test('has another name for other topics, another map and another pod only', () => {
    const name = jobNameOf(syncOf(12));
    const wide = newCluster(newChart());
    newMap(wide, { brokerIds: NodeIds.between(1001, 1004) });

    expect(name).toMatch(/^events-topics-[0-9a-f]{8}$/);
    expect(jobNameOf(syncOf(12))).toBe(name);
    expect(jobNameOf(syncOf(12, { schedule: Cron.hourly() }))).toBe(name);
    const others = [syncOf(13), newTopicSync(wide), syncOf(12, { podLabels: { team: 'web' } })].map(
      jobNameOf,
    );
    expect(new Set([name, ...others]).size).toBe(4);
  });

  test('runs the pod of the CronJob, and is removed after an hour', () => {
    const sync = syncOf(12);
    const { ttlSecondsAfterFinished, ...spec } = (sync.changeJob!.toJson() as Manifest).spec;

    expect(spec).toEqual((sync.cronJob.toJson() as Manifest).spec.jobTemplate.spec);
    expect(ttlSecondsAfterFinished).toBe(3600);
  });

  test('is a hook of Argo CD, and replaced by Flux', () => {
    expect((syncOf(12).changeJob!.toJson() as Manifest).metadata.annotations).toEqual({
      'argocd.argoproj.io/hook': 'PostSync',
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation,HookSucceeded',
      'kustomize.toolkit.fluxcd.io/force': 'enabled',
    });
  });

  test('can be left out', () => {
    const sync = syncOf(12, { runOnChange: false });

    expect(sync.changeJob).toBeUndefined();
    expect(objectsOf(sync).filter(({ kind }) => kind === 'Job')).toEqual([]);
  });

  test('the longest name of a cluster is short enough for the label of its pods', () => {
    const cluster = newCluster(newChart(), { clusterName: 'c'.repeat(20) });
    newMap(cluster);

    expect(jobNameOf(newTopicSync(cluster)).length).toBeLessThanOrEqual(63);
  });
});

test('topics are deleted only with prune', () => {
  const cluster = newCluster(newChart());

  expect(agentConfigOf(newTopicSync(cluster, [], { prune: {} })).prune).toEqual({
    minAgeSeconds: 86_400,
    maxPerRun: 10,
  });
  expect(agentConfigOf(newTopicSync(newCluster(newChart()))).prune).toBeUndefined();
});

test('topics without a declaration are not corrected', () => {
  const correct = { drift: { undeclaredTopics: DriftAction.CORRECT } };

  expect(() => newTopicSync(newCluster(newChart()), [], correct)).toThrow(
    "drift.undeclaredTopics of 'events-topics' is CORRECT; use REPORT or IGNORE, and prune to delete topics that are no longer " +
      'declared',
  );
});

test('runs have the rights for their lists, their status, pods and Events only', () => {
  const cluster = newCluster(newChart());
  const sync = newTopicSync(cluster);

  expect((sync.role.toJson() as Manifest).rules).toEqual([
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['events-topic-list'], verbs: ['get'] },
    {
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: ['events-topics-status'],
      verbs: ['get', 'patch'],
    },
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    { apiGroups: ['batch'], resources: ['cronjobs'], resourceNames: ['events-topics'], verbs: ['get'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
  ]);
  expect(sync.statusConfigMap.toJson()).not.toHaveProperty('data');
});
