/* The Kubernetes side of a run with a real server, over TLS. */
import { ConflictError } from '../../../agent/kubernetes/client';
import { kubernetesTopics } from '../../../agent/topics/kubernetes-topics';
import { ApiServer } from '../kubernetes/api-server';
import { ObjectStore } from '../kubernetes/object-store';
import { topicSyncConfig } from '../configs';
import { Line, collectLog, messagesOf } from './sync-run';

const CONFIG = topicSyncConfig({
  lists: [
    { namespace: 'prod', configMapName: 'topics' },
    { namespace: 'team', configMapName: 'own' },
  ],
});
const PATHS = {
  topics: '/api/v1/namespaces/prod/configmaps/topics',
  own: '/api/v1/namespaces/team/configmaps/own',
  status: '/api/v1/namespaces/prod/configmaps/events-topics-status',
  cronJob: '/apis/batch/v1/namespaces/prod/cronjobs/events-topics',
  pods:
    '/api/v1/namespaces/prod/pods?labelSelector=app.kubernetes.io%2Fcomponent%3Dbroker%2Ccdk8s-kafka.io%2Fcluster%3Devents' +
    '&resourceVersion=0',
};

let api: ApiServer;
let store: ObjectStore;
let lines: Line[];

beforeEach(async () => {
  api = await ApiServer.start();
  store = new ObjectStore();
  api.serves(store);
  lines = collectLog();
});
afterEach(() => api.dispose());

const topics = kubernetesTopics(CONFIG);

describe('lists', () => {
  beforeEach(() => {
    store.put(PATHS.topics, { data: { 'topics.json': '[1]' } });
    store.put(PATHS.own, { data: { parts: '0\n1\n' } });
    store.put(`${PATHS.own}-0`, { data: { 'topics.json': '[2]' } });
    store.put(`${PATHS.own}-1`, { data: { 'topics.json': '[3]' } });
  });

  test('are read from one ConfigMap, or from several ones in their order', async () => {
    expect(await topics.lists()).toEqual([
      { list: CONFIG.lists[0], files: [{ name: 'topics', text: '[1]' }], missing: [] },
      {
        list: CONFIG.lists[1],
        files: [
          { name: 'own-0', text: '[2]' },
          { name: 'own-1', text: '[3]' },
        ],
        missing: [],
      },
    ]);
  });

  test('name ConfigMaps that do not exist', async () => {
    store.objects.delete(PATHS.topics);
    store.objects.delete(`${PATHS.own}-0`);
    const [first, second] = await topics.lists();
    const missing = (name: string) => [
      `ConfigMap ${name} does not exist; apply the synthesized YAML that contains it`,
    ];
    expect(first).toMatchObject({ files: [], missing: missing('prod/topics') });
    expect(second).toMatchObject({ files: [{ name: 'own-1' }], missing: missing('team/own-0') });
  });

  test('name ConfigMaps of something else', async () => {
    store.put(PATHS.topics, { data: { other: '' } });
    store.put(`${PATHS.own}-1`, {});
    const [first, second] = await topics.lists();
    expect(first.missing).toEqual([
      "ConfigMap prod/topics has neither the key 'topics.json' nor 'parts'; apply the synthesized YAML that contains it",
    ]);
    expect(second.missing).toEqual([expect.stringContaining('ConfigMap team/own-1 has neither')]);
  });

  test('that may not be read do not stop the others', async () => {
    const answer = store.answer.bind(store);
    store.answer = (method, path, payload) =>
      path.includes('/team/')
        ? { status: 403, body: '{"message":"forbidden"}' }
        : answer(method, path, payload);
    const [first, second] = await topics.lists();
    expect(first.missing).toEqual([]);
    expect(second).toMatchObject({
      files: [],
      missing: [
        expect.stringMatching(
          /denies access to .*team.*own \(403\): forbidden; grant the ServiceAccount of the pod: get on ConfigMap own of namespace team/,
        ),
      ],
    });
  });

  test('are not taken for empty if the API server fails', async () => {
    api.answers(500, { message: 'etcd is down' });
    await expect(topics.lists()).rejects.toThrow('the API server returned 500: etcd is down');
  });
});

describe('pods', () => {
  const pod = (name: string, map?: string) => ({
    metadata: { name, labels: map === undefined ? {} : { 'cdk8s-kafka.io/map': map } },
  });

  test('are listed by map, with their ids', async () => {
    api.answers(200, {
      items: [
        pod('events-streams-1001', 'streams'),
        pod('events-streams-1003', 'streams'),
        pod('events-archive-11', 'archive'),
        pod('other'),
      ],
    });
    const found = await topics.pods();
    expect(found?.get('streams')).toEqual(new Set([1001, 1003]));
    expect(found?.get('archive')).toEqual(new Set([11]));
    expect(api.received).toMatchObject([
      {
        method: 'GET',
        path: PATHS.pods,
        headers: { accept: expect.stringContaining('PartialObjectMetadataList') },
      },
    ]);
  });

  test('are unknown if the API server fails, which is said once', async () => {
    const { pods } = kubernetesTopics(CONFIG);
    api.answers(403, { message: 'forbidden' });
    expect([await pods(), await pods(), await pods()]).toEqual([undefined, undefined, undefined]);
    expect(messagesOf(lines, 'warn')).toEqual([
      'pods of brokers cannot be read; brokers are those of the configuration that are registered in Kafka',
    ]);
    api.answers(200, { items: [] });
    expect(await pods()).toEqual(new Map());
  });
});

describe('the status', () => {
  const change = (data: Record<string, string | null>) => ({ data, binaryData: { memory: 'AAAA' } });

  test('of a new cluster is empty', async () => {
    store.put(PATHS.status, {});
    expect(await topics.status()).toEqual({
      annotations: {},
      data: {},
      binaryData: {},
      resourceVersion: '1',
    });
  });

  test('is read as it was written, with annotations of operators', async () => {
    store.put(PATHS.status, {
      metadata: { annotations: { note: 'x' } },
      data: { problems: 'old', result: 'old' },
    });
    await topics.writeStatus(await topics.status(), change({ problems: null, result: 'new' }));
    expect(await topics.status()).toEqual({
      annotations: { note: 'x' },
      data: { result: 'new' },
      binaryData: { memory: 'AAAA' },
      resourceVersion: expect.any(String),
    });
  });

  test('is not written over that of another run', async () => {
    store.put(PATHS.status, {});
    const read = await topics.status();
    await topics.writeStatus(read, change({ result: 'of the other' }));
    await expect(topics.writeStatus(read, change({ result: 'mine' }))).rejects.toThrow(ConflictError);
    expect((await topics.status()).data).toEqual({ result: 'of the other' });
  });

  test('that does not exist is an error for an operator', async () => {
    await expect(topics.status()).rejects.toMatchObject({
      name: 'OperatorError',
      message: 'ConfigMap prod/events-topics-status does not exist',
      hint: 'apply the complete synthesized YAML',
    });
  });
});

describe('Events', () => {
  const events = () =>
    api.received.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body) as object);

  test('are about the CronJob, so that kubectl describe shows them', async () => {
    store.put(PATHS.cronJob, { metadata: { uid: 'uid-1' } });
    await topics.event('Normal', 'TopicsChanged', 'topics created: 1');
    expect(events()).toMatchObject([
      {
        involvedObject: {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: 'events-topics',
          namespace: 'prod',
          uid: 'uid-1',
        },
        type: 'Normal',
        reason: 'TopicsChanged',
        message: 'topics created: 1',
      },
    ]);
  });

  test('are recorded although the CronJob cannot be read', async () => {
    await topics.event('Warning', 'TopicProblems', 'without a CronJob');
    expect(events()).toMatchObject([
      { involvedObject: { name: 'events-topics' }, message: 'without a CronJob' },
    ]);
  });

  test('that cannot be recorded do not stop a run', async () => {
    api.answers(403, { message: 'forbidden' });
    await topics.event('Warning', 'TopicProblems', 'forbidden');
    expect(messagesOf(lines, 'warn')).toEqual(['cannot record Event: forbidden']);
  });
});
