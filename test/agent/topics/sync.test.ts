import { UnsupportedApi } from '../../../agent/kafka/connection';
import { TOPIC_ERROR } from '../../../agent/kafka/topic-admin';
import { Interference, silentAt } from './fake-kafka';
import { listOf } from './fake-kubernetes';
import { Line, collectLog, messagesOf } from './sync-run';
import {
  Case,
  DEAD,
  INVALID,
  NEW,
  ONE_REPLICA,
  PRUNE,
  REFUSED,
  THERE,
  sceneOf,
  sceneWith,
} from './sync-scene';

let lines: Line[];
beforeEach(() => (lines = collectLog()));
afterEach(() => jest.restoreAllMocks());

const messages = (...levels: Line['level'][]) => messagesOf(lines, ...levels);

describe('exit code, result and counts', () => {
  const outage = silentAt('create', 'before');
  test.each<[string, Case, number, string, Record<string, number>]>([
    [
      'all topics can be created',
      {},
      0,
      'all done',
      { declared: 2, created: 1, changed: 0, left: 0, rejected: 0 },
    ],
    ['nothing is to be done', { topics: [THERE] }, 0, 'all done', { declared: 1, created: 0 }],
    [
      'another client has created a topic',
      { rejections: { [NEW.name]: TOPIC_ERROR.alreadyExists } },
      0,
      'all done',
      { created: 0, rejected: 0 },
    ],
    [
      'settings differ',
      { topics: [{ ...THERE, config: { 'retention.ms': '2' } }] },
      0,
      'all done',
      { changed: 1, drift: 0 },
    ],
    [
      'settings are not declared',
      { topics: [{ ...THERE, config: {} }] },
      0,
      'all done',
      { changed: 0, drift: 1 },
    ],
    [
      'settings cannot be read',
      { interference: silentAt('settings', 'before') },
      69,
      'Kafka is unreachable',
      { created: 1, drift: 0, unreachable: 1 },
    ],
    [
      'Kafka rejects a topic',
      { rejections: { [NEW.name]: TOPIC_ERROR.policyViolation } },
      76,
      'Kafka rejects some topics',
      { created: 0, rejected: 1 },
    ],
    [
      'Kafka rejects a topic for a while',
      { rejections: { [NEW.name]: TOPIC_ERROR.throttlingQuotaExceeded } },
      75,
      'some topics wait for brokers',
      { created: 0, rejected: 0, waiting: 1 },
    ],
    [
      'brokers are missing',
      { brokers: DEAD },
      75,
      'some topics wait for brokers',
      { created: 0, waiting: 1 },
    ],
    [
      'a declaration matches no map',
      { topics: [THERE, REFUSED] },
      65,
      'some declarations are invalid or refused',
      { created: 0, refused: 1 },
    ],
    [
      'a declaration is invalid',
      { topics: [NEW, THERE, INVALID] },
      65,
      'some declarations are invalid or refused',
      { created: 1, invalid: 1 },
    ],
    ['Kafka stops responding', { interference: outage }, 69, 'Kafka is unreachable', { created: 0, left: 1 }],
    [
      'topics are not declared',
      { topics: [THERE], config: { maps: [] } },
      65,
      'some declarations are invalid or refused',
      { unmanaged: 0 },
    ],
    // Precedence
    [
      'outage before rejection',
      {
        topics: [ONE_REPLICA, { ...THERE, partitions: 2 }, INVALID],
        rejections: { 'events.one': 44 },
        interference: silentAt('add', 'before'),
      },
      69,
      'Kafka is unreachable',
      { rejected: 1, invalid: 1, left: 1 },
    ],
    [
      'rejection before invalid',
      { topics: [NEW, INVALID, REFUSED], rejections: { [NEW.name]: 44 } },
      76,
      'Kafka rejects some topics',
      { rejected: 1, invalid: 1, refused: 1 },
    ],
    [
      'invalid before waiting',
      { topics: [NEW, INVALID], brokers: DEAD },
      65,
      'some declarations are invalid or refused',
      { waiting: 1, invalid: 1 },
    ],
    [
      'refused before waiting',
      { topics: [NEW, REFUSED], brokers: DEAD },
      65,
      'some declarations are invalid or refused',
      { waiting: 1, refused: 1 },
    ],
    [
      'a topic that waits does not stop others',
      { topics: [NEW, ONE_REPLICA], brokers: DEAD },
      75,
      'some topics wait for brokers',
      { created: 1, waiting: 1 },
    ],
  ])('if %s', async (_, one, code, result, counts) => {
    const scene = sceneWith(one);
    expect(await scene.run()).toBe(code);
    expect(scene.status.result).toBe(result);
    expect(scene.counts).toMatchObject(counts);
    expect(lines.at(-1)).toMatchObject({
      level: 'info',
      message: 'topic synchronization finished',
      fields: { result, ...counts },
    });
  });

  test('drift, unmanaged topics, moves and a blocked prune do not change the exit code', async () => {
    const scene = sceneOf([{ ...THERE, replicationFactor: 2 }], { prune: PRUNE });
    scene.kafka.put('foreign', [[1001]]);
    scene.kubernetes.contents = [[listOf([NEW, ONE_REPLICA, { ...THERE, replicationFactor: 2 }])]];
    expect(await scene.run()).toBe(0);
    scene.kubernetes.declare([{ ...THERE, replicationFactor: 2 }]);
    expect(await scene.run()).toBe(0);
    expect(scene.counts).toMatchObject({ drift: 1, moves: 1, unmanaged: 1, prune: 3, pending: 2 });
  });
});

test('a run creates topics first and deletes last, because clients may wait for topics', async () => {
  const old = { ...NEW, name: 'events.old' };
  const scene = sceneOf([NEW, THERE, ONE_REPLICA, old], { prune: PRUNE });
  await scene.run();
  const next = [
    NEW,
    { ...THERE, partitions: 2 },
    { ...ONE_REPLICA, config: { a: '1' } },
    { ...NEW, name: 'events.b' },
  ];
  scene.kubernetes.declare(next);
  await scene.run();
  scene.kubernetes.declare(
    [...next, { ...NEW, name: 'events.c' }, { ...NEW, name: 'events.d', partitions: 2 }].map((topic) =>
      topic === next[2] ? ONE_REPLICA : topic,
    ),
  );
  scene.kafka.put('events.d', [[1001, 1002, 1003]]);
  scene.kafka.put('events.one', [[1001]], { a: '2' });
  scene.kubernetes.declare([
    ...next,
    { ...NEW, name: 'events.c' },
    { ...NEW, name: 'events.d', partitions: 2 },
  ]);
  scene.kafka.requests.length = 0;
  scene.pass(3_600);
  expect(await scene.run()).toBe(0);
  expect(scene.kafka.requests.filter((request) => !/^(view|settings|cordoned|sizes)/.test(request))).toEqual([
    'create events.c',
    'add partitions events.d',
    'change settings events.one',
    'delete events.old',
  ]);
});

test('a run on an empty cluster creates all topics, and a second run has nothing to do', async () => {
  const topics = Array.from({ length: 250 }, (_, index) => ({
    ...NEW,
    name: `events.${index}`,
    config: { a: '1' },
  }));
  const scene = sceneOf([...topics, THERE]);
  expect(await scene.run()).toBe(0);
  expect(scene.kafka.requests.filter((request) => request.startsWith('create'))).toHaveLength(3);
  expect(scene.counts.created).toBe(250);
  scene.kafka.requests.length = 0;
  expect(await scene.run()).toBe(0);
  expect(scene.kafka.requests.map((request) => request.split(' ')[0])).toEqual(['view', 'settings', 'sizes']);
});

describe('bugs are not reported as outages', () => {
  test.each(['create', 'settings', 'cordoned', 'sizes'])('at %s', async (action) => {
    const interference: Interference = (request) => {
      if (request.startsWith(action)) throw new TypeError('undefined is not iterable');
    };
    await expect(sceneWith({ interference }).run()).rejects.toThrow(TypeError);
  });
});

test('unmanaged topics are one problem with up to ten names', async () => {
  const scene = sceneOf([THERE]);
  const names = Array.from({ length: 12 }, (_, index) => `foreign-${10 + index}`);
  names.forEach((name) => scene.kafka.put(name, [[1001]]));
  expect(await scene.run()).toBe(0);
  expect(scene.status.problems).toBe(
    `unmanaged: 12 topics without a declaration match no map: ${names.slice(0, 10).join(', ')} and 2 more`,
  );
  expect(scene.counts).toMatchObject({ unmanaged: 12, drift: 0 });
});

test('zones that are too few are a warning', async () => {
  await sceneWith({ brokers: { 1003: { zone: 'b' } } }).run();
  expect(messages('warn')).toEqual([expect.stringContaining("brokers of map 'streams' are in 2 zones")]);
});

test('a topic that exists, and that Kafka does not show, is a missing right', async () => {
  const scene = sceneOf();
  await scene.run();
  scene.kafka.put('events.hidden', [[1001, 1002, 1003]]);
  scene.kafka.concealed.add('events.hidden');
  scene.kubernetes.declare([NEW, THERE, { ...NEW, name: 'events.hidden' }]);
  expect(await scene.run()).toBe(76);
  expect(scene.status.problems).toMatch(
    /^rejected: Kafka denies the topic synchronization to create 1 topic: they exist, and Kafka does not show them to this principal; grant/,
  );
});

test('a request that Kafka does not support is an error with the remedy', async () => {
  const interference: Interference = (request) => {
    if (request.startsWith('create'))
      throw new UnsupportedApi('broker-1:9091 does not support version 7 of API 19');
  };
  expect(await sceneWith({ interference }).run()).toMatchObject({
    message: 'broker-1:9091 does not support version 7 of API 19',
    hint: 'use a version of Kafka that this version of cdk8s-kafka supports',
    exitCode: 78,
  });
});

test('changes of another client are logged, and the next run compares them', async () => {
  const scene = sceneOf();
  let isFirst = true;
  scene.kafka.interference = (request, phase) => {
    if (request.startsWith('create') && phase === 'before' && isFirst) {
      isFirst = false;
      scene.kafka.put('events.new', [[1001]]);
    }
  };
  expect(await scene.run()).toBe(0);
  expect(lines).toContainEqual({
    level: 'info',
    message: 'another client has changed the topic at the same time; the next run compares it again',
    fields: { topic: 'events.new', action: 'create' },
  });
  await scene.run();
  expect(scene.status.problems).toBe(
    'drift: events.new: it has 1 replicas per partition, its declaration has 3',
  );
});
