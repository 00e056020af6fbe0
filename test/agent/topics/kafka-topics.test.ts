/* The Kafka side of a run with real connections. */
import { KafkaUnavailable } from '../../../agent/kafka/connection';
import { TOPIC_ERROR } from '../../../agent/kafka/topic-admin';
import { log } from '../../../agent/runtime/log';
import { KafkaTopics, kafkaTopics } from '../../../agent/topics/kafka-topics';
import { TopicServers } from './topic-servers';

const IDS = [1001, 1002, 1003];
const NEW = {
  name: 'new',
  assignments: [
    [1001, 1002],
    [1002, 1003],
  ],
  config: { 'retention.ms': '1' },
};
const ADDED = { name: 'there', count: 3, assignments: [[1002], [1003]] };
const CHANGED = { name: 'there', set: { a: '1' }, remove: ['b'] };

let servers: TopicServers;
let kafka: KafkaTopics;

beforeEach(async () => {
  servers = await TopicServers.start(IDS, { there: 1, other: 2 });
  kafka = kafkaTopics({ host: '127.0.0.1', port: servers.portOf(1001) });
});
afterEach(() => servers.stopAll());

test('reads brokers, topics and partitions', async () => {
  const { brokers, topics, partitions } = await kafka.view();
  expect([...brokers.values()].map(({ id, rack }) => [id, rack])).toEqual(
    IDS.map((id) => [id, `zone-${id}`]),
  );
  expect(topics).toEqual(new Set(['there', 'other']));
  expect(partitions.map(({ topic, index, replicas }) => [topic, index, replicas])).toEqual([
    ['there', 0, [1001]],
    ['other', 0, [1001]],
    ['other', 1, [1001]],
  ]);
});

describe('running reassignments', () => {
  const MOVING = {
    topic: 'other',
    index: 1,
    replicas: [1001, 1002, 1003],
    adding: [1002, 1003],
    removing: [1001],
  };

  test('are part of the view: replicas are those afterwards', async () => {
    servers.reassignments = [MOVING];
    const { moving, partitions } = await kafka.view();
    expect(moving).toEqual(new Set(['other-1']));
    // Metadata has one replica here, which the reassignment removes.
    expect(partitions.map(({ replicas }) => replicas)).toEqual([[1001], [1001], []]);
  });

  test('are asked of the controller in ZooKeeper mode', async () => {
    servers.controller = 1003;
    servers.reassignments = [MOVING];
    expect((await kafka.view()).moving).toEqual(new Set(['other-1']));
  });

  test('are unknown without the right to see them, which is logged', async () => {
    const warn = jest.spyOn(log, 'warn').mockImplementation(() => undefined);
    servers.reassignments = TOPIC_ERROR.clusterAuthorizationFailed;
    expect((await kafka.view()).moving).toEqual(new Set());
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
      'running reassignments are unknown, so their replicas are compared as they are now',
    ]);
    warn.mockRestore();
  });
});

test('topics that Kafka does not show to the principal are found by name', async () => {
  expect(await kafka.hidden(['there', 'new'])).toEqual([]);
});

test('an unreachable cluster is unavailable', async () => {
  await servers.stop(1001);
  await expect(kafka.view()).rejects.toThrow(KafkaUnavailable);
});

describe('requests', () => {
  test('create topics with their replicas and settings', async () => {
    expect(await kafka.create([NEW])).toEqual([]);
    expect(servers.changes).toEqual([
      {
        broker: 1001,
        api: 'create',
        topics: [
          {
            name: 'new',
            numbers: [-1, -1],
            assignments: [
              { index: 0, brokers: [1001, 1002] },
              { index: 1, brokers: [1002, 1003] },
            ],
            config: { 'retention.ms': '1' },
          },
        ],
      },
    ]);
  });

  test('add partitions with their replicas', async () => {
    expect(await kafka.addPartitions([ADDED])).toEqual([]);
    expect(servers.changes).toEqual([{ broker: 1001, api: 'add partitions', topics: [ADDED] }]);
  });

  test('set and remove settings', async () => {
    expect(await kafka.changeSettings([CHANGED])).toEqual([]);
    expect(servers.changes).toEqual([
      {
        broker: 1001,
        api: 'change settings',
        topics: [
          {
            type: 2,
            name: 'there',
            changes: [
              { key: 'a', operation: 0, value: '1' },
              { key: 'b', operation: 1, value: null },
            ],
          },
        ],
      },
    ]);
  });

  test('delete topics by name', async () => {
    expect(await kafka.delete([{ name: 'there' }])).toEqual([]);
    expect(servers.changes).toEqual([{ broker: 1001, api: 'delete', topics: [{ name: 'there' }] }]);
  });

  const send: Record<string, (names: readonly string[]) => Promise<unknown>> = {
    create: (names) => kafka.create(names.map((name) => ({ ...NEW, name }))),
    'add partitions': (names) => kafka.addPartitions(names.map((name) => ({ ...ADDED, name }))),
    'change settings': (names) => kafka.changeSettings(names.map((name) => ({ ...CHANGED, name }))),
    delete: (names) => kafka.delete(names.map((name) => ({ name }))),
  };

  test.each(Object.keys(send))('%s: each topic fails alone', async (api) => {
    servers.codes.set('b', TOPIC_ERROR.policyViolation).set('c', TOPIC_ERROR.topicAuthorizationFailed);
    expect(await send[api](['a', 'b', 'c'])).toEqual([
      { name: 'b', errorCode: 44, errorMessage: 'message of 44' },
      { name: 'c', errorCode: 29, errorMessage: 'message of 29' },
    ]);
  });

  test.each(['create', 'add partitions', 'delete'])(
    '%s: the controller is asked in ZooKeeper mode',
    async (api) => {
      servers.controller = 1003;
      servers.codes.set('b', TOPIC_ERROR.invalidConfig);
      expect(await send[api](['a', 'b'])).toEqual([
        { name: 'b', errorCode: 40, errorMessage: 'message of 40' },
      ]);
      expect(servers.changes.map(({ broker, topics }) => [broker, topics.length])).toEqual([
        [1001, 2],
        [1003, 2],
      ]);
    },
  );

  test.each(['create', 'add partitions', 'delete'])(
    '%s: without a controller the topic waits',
    async (api) => {
      servers.controller = 9;
      expect(await send[api](['a'])).toEqual([{ name: 'a', errorCode: 41, errorMessage: 'message of 41' }]);
    },
  );
});

describe('settings', () => {
  const own = (name: string, value: string | null) => ({ name, value, source: 1 });

  test('are those of topics themselves', async () => {
    servers.settings.set('there', [own('a', '1'), own('empty', null), { name: 'b', value: '2', source: 5 }]);
    const settings = await kafka.settings(await kafka.view(), [{ name: 'there' }]);
    expect(settings).toEqual(
      new Map([
        [
          'there',
          new Map([
            ['a', '1'],
            ['empty', ''],
          ]),
        ],
      ]),
    );
    expect(servers.descriptions.map(({ resource, keys }) => [resource, keys])).toEqual([['there', null]]);
  });

  test('can be some of them', async () => {
    servers.settings.set('there', [own('a', '1'), own('b', '2')]);
    const settings = await kafka.settings(await kafka.view(), [{ name: 'there', settings: ['b'] }]);
    expect(settings).toEqual(new Map([['there', new Map([['b', '2']])]]));
  });

  test('that Kafka hides are missing', async () => {
    servers.settings.set('there', []);
    const settings = await kafka.settings(await kafka.view(), [{ name: 'there' }, { name: 'hidden' }]);
    expect(settings).toEqual(new Map([['there', new Map()]]));
  });

  test('of many topics are asked for in parts, from all brokers', async () => {
    const names = Array.from({ length: 1_201 }, (_, index) => `__proto__${index}`);
    names.forEach((name) => servers.settings.set(name, [own('a', name)]));
    const settings = await kafka.settings(
      await kafka.view(),
      names.map((name) => ({ name })),
    );
    expect(settings.size).toBe(1_201);
    expect(settings.get('__proto__1200')).toEqual(new Map([['a', '__proto__1200']]));
    expect(new Set(servers.descriptions.map(({ broker }) => broker))).toEqual(new Set(IDS));
  });

  test('are asked from another broker if one has failed', async () => {
    servers.settings.set('there', [own('a', '1')]);
    const view = await kafka.view();
    await servers.stop(1001);
    expect(await kafka.settings(view, [{ name: 'there' }])).toEqual(
      new Map([['there', new Map([['a', '1']])]]),
    );
    await servers.stop(1002);
    await expect(kafka.settings(view, [{ name: 'there' }])).rejects.toThrow(KafkaUnavailable);
  });
});

describe('cordoned brokers', () => {
  const described = (values: Record<string, string | null>) =>
    Object.entries(values).map(([name, value]) => ({ name, value, source: 4 }));

  test.each<[string, Record<string, string | null>, boolean]>([
    ['no setting', {}, false],
    ['an empty setting', { 'cordoned.log.dirs': '', 'log.dirs': '/a' }, false],
    ['no value', { 'cordoned.log.dirs': null, 'log.dirs': '/a' }, false],
    ['all directories', { 'cordoned.log.dirs': '*', 'log.dirs': '/a,/b' }, true],
    ['each directory', { 'cordoned.log.dirs': '/b, /a', 'log.dirs': '/a,/b' }, true],
    ['one of two directories', { 'cordoned.log.dirs': '/a', 'log.dirs': '/a,/b' }, false],
    ['the only directory', { 'cordoned.log.dirs': '/a', 'log.dirs': null, 'log.dir': '/a' }, true],
    ['another directory', { 'cordoned.log.dirs': '/a', 'log.dirs': null, 'log.dir': '/b' }, false],
  ])('%s', async (_, settings, isCordoned) => {
    servers.settings.set('1001', described(settings));
    servers.settings.set('1002', []);
    const cordoned = await kafka.cordoned(await kafka.view(), [1001, 1002]);
    expect(cordoned).toEqual(new Set(isCordoned ? [1001] : []));
    expect(servers.descriptions.map(({ broker, resource }) => [broker, resource]).sort()).toEqual([
      [1001, '1001'],
      [1002, '1002'],
    ]);
  });

  test('brokers that do not answer, and unknown ones, are not cordoned', async () => {
    const view = await kafka.view();
    servers.settings.set('1001', described({ 'cordoned.log.dirs': '*' }));
    await servers.stop(1002);
    expect(await kafka.cordoned(view, [9, 1001, 1002, 1003])).toEqual(new Set([1001]));
  });
});

describe('sizes', () => {
  const dir = (path: string, sizes: Record<string, readonly number[]>, errorCode = 0) => ({
    errorCode,
    path,
    topics: Object.entries(sizes).map(([name, bytes]) => ({
      name,
      partitions: bytes.map((size, index) => ({ index, size: BigInt(size), offsetLag: 0n, isFuture: false })),
    })),
    total: 0n,
    usable: 0n,
  });
  const replica = (topic: string, index: number, broker: number) => ({ topic, partition: index, broker });

  test('of partitions are those in all log directories of the broker', async () => {
    servers.logDirs.set(1001, [dir('/a', { there: [5] }), dir('/b', { other: [2 ** 40, 7] })]);
    servers.logDirs.set(1002, [dir('/a', { x: [9] })]);
    const replicas = [
      replica('there', 0, 1001),
      replica('other', 0, 1001),
      replica('other', 1, 1001),
      replica('x', 0, 1002),
    ];
    expect(await kafka.sizes(await kafka.view(), replicas)).toEqual(
      new Map([
        ['there-0', 5],
        ['other-0', 2 ** 40],
        ['other-1', 7],
        ['x-0', 9],
      ]),
    );
  });

  test('of brokers that do not answer, deny it or are unknown are missing', async () => {
    const view = await kafka.view();
    servers.logDirs.set(1001, [dir('/a', { there: [5] })]);
    servers.logDirs.set(1002, TOPIC_ERROR.clusterAuthorizationFailed);
    await servers.stop(1003);
    const replicas = [1001, 1002, 1003, 9].map((broker) => replica('there', 0, broker));
    expect(await kafka.sizes(view, replicas)).toEqual(new Map([['there-0', 5]]));
  });
});
