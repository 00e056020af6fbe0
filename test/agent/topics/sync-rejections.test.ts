import { TOPIC_ERROR } from '../../../agent/kafka/topic-admin';
import { FakeKafka, silentAt } from './fake-kafka';
import { Line, collectLog, messagesOf } from './sync-run';
import { NEW, ONE_REPLICA, PRUNE, THERE, sceneOf, sceneWith } from './sync-scene';

let lines: Line[];
beforeEach(() => (lines = collectLog()));
afterEach(() => jest.restoreAllMocks());

const messages = (...levels: Line['level'][]) => messagesOf(lines, ...levels);

test.each<[string, string, (kafka: FakeKafka) => void]>([
  ['create', 'create', (kafka) => kafka.put('events.new', [[1001]])],
  ['add partitions', 'add', (kafka) => kafka.topics.delete('events.there')],
  ['add partitions', 'add', (kafka) => kafka.topics.get('events.there')!.partitions.push([1001, 1002, 1003])],
  ['change settings', 'change', (kafka) => kafka.topics.delete('events.there')],
])('another client is faster than the request to %s', async (action, request, act) => {
  const scene = sceneOf([NEW, { ...THERE, partitions: 2, config: { 'retention.ms': '2' } }]);
  scene.kafka.interference = (name, phase) => {
    if (phase === 'before' && name.startsWith(request)) act(scene.kafka);
  };
  expect(await scene.run()).toBe(0);
  expect(lines.filter(({ message }) => message.startsWith('another client'))).toContainEqual(
    expect.objectContaining({ fields: expect.objectContaining({ action }) }),
  );
  scene.kafka.interference = () => undefined;
  await scene.run();
  expect(scene.kafka.topics.get('events.there')!.partitions).toHaveLength(2);
});

describe('rejections', () => {
  test.each([
    [TOPIC_ERROR.invalidConfig, 'code 40; correct the setting in the declaration'],
    [
      TOPIC_ERROR.policyViolation,
      'code 44; change the declaration, or the policy of the brokers (create.topic.policy.class.name)',
    ],
    [-1, 'code -1'],
  ])('with code %i have a hint', async (code, text) => {
    const scene = sceneWith({ rejections: { [NEW.name]: code } });
    expect(await scene.run()).toBe(76);
    expect(scene.status.problems).toBe(`rejected: events.new: Kafka rejects the request to create: ${text}`);
    expect(messages('error')).toEqual([`Kafka rejects the request to create: ${text}`]);
  });

  test.each([
    TOPIC_ERROR.requestTimedOut,
    TOPIC_ERROR.notController,
    TOPIC_ERROR.reassignmentInProgress,
    TOPIC_ERROR.throttlingQuotaExceeded,
  ])('with code %i are temporary', async (code) => {
    const scene = sceneWith({ rejections: { [NEW.name]: code } });
    expect(await scene.run()).toBe(75);
    expect(scene.status.problems).toBe(
      `waiting: events.new: Kafka rejects the request to create: code ${code}`,
    );
    scene.kafka.rejections.clear();
    expect(await scene.run()).toBe(0);
  });

  test('for a broker that has just left are temporary, and have a hint', async () => {
    const scene = sceneWith({ rejections: { [NEW.name]: TOPIC_ERROR.invalidReplicaAssignment } });
    expect(await scene.run()).toBe(75);
    expect(scene.status.problems).toBe(
      'waiting: events.new: Kafka rejects the request to create: code 39; a broker has left or is cordoned; the next run places ' +
        'the replicas again',
    );
  });

  test('for missing rights are one problem', async () => {
    const topics = [...Array(20).keys()].map((index) => ({ ...NEW, name: `events.${index}` }));
    const rejections = Object.fromEntries(
      topics.map(({ name }) => [name, TOPIC_ERROR.topicAuthorizationFailed]),
    );
    const scene = sceneWith({
      topics: [...topics, { ...THERE, config: { 'retention.ms': '9' } }],
      rejections: { ...rejections, 'events.there': TOPIC_ERROR.clusterAuthorizationFailed },
    });
    expect(await scene.run()).toBe(76);
    expect(messages('error')).toEqual([
      'Kafka denies the topic synchronization to create, change settings 21 topics: code 29; grant its principal Create, Alter, ' +
        'AlterConfigs, Describe and DescribeConfigs on all topics, and Delete for prune',
    ]);
    expect(scene.counts).toMatchObject({ rejected: 1, created: 0 });
  });

  test('of a deletion name the setting that allows it', async () => {
    const scene = sceneOf([NEW, THERE, ONE_REPLICA, { ...ONE_REPLICA, name: 'events.two' }], {
      prune: PRUNE,
    });
    await scene.run();
    scene.kubernetes.declare([NEW, THERE, ONE_REPLICA]);
    await scene.run();
    scene.pass(3_600);
    scene.kafka.rejections.set('events.two', TOPIC_ERROR.deletionDisabled);
    expect(await scene.run()).toBe(76);
    expect(scene.status.problems).toBe(
      "rejected: events.two: Kafka rejects the request to delete: code 73; set 'delete.topic.enable' of the cluster to true, or " +
        'remove prune',
    );
    scene.kafka.rejections.clear();
    expect(await scene.run()).toBe(0);
    expect(scene.kafka.topics.has('events.two')).toBe(false);
  });
});

test('the requests that an outage leaves are counted', async () => {
  const topics = Array.from({ length: 150 }, (_, index) => ({ ...NEW, name: `events.${index}` }));
  const scene = sceneWith({
    topics: [...topics, { ...THERE, partitions: 2 }],
    interference: silentAt('create', 'after', 2),
  });
  expect(await scene.run()).toBe(69);
  // Two requests run at the same time, and the one with fewer topics ends first.
  expect(scene.counts).toMatchObject({ created: 50, left: 101 });
  scene.kafka.interference = () => undefined;
  expect(await scene.run()).toBe(0);
  // Kafka had received the request that it did not answer.
  expect(scene.counts).toMatchObject({ created: 0, extended: 1, left: 0 });
});

test('an operator is told why Kafka was not reached any more', async () => {
  await sceneWith({ interference: silentAt('create', 'before') }).run();
  expect(lines).toContainEqual({
    level: 'error',
    message: 'Kafka has stopped responding; the next run continues',
    fields: { reason: 'broker-1:9091 did not answer within 30 s' },
  });
});

test('a signal ends a run before its next request', async () => {
  const scene = sceneOf();
  const stop = new AbortController();
  scene.kafka.interference = (request) => {
    if (request.startsWith('sizes')) stop.abort(new Error('stopped by SIGTERM'));
  };
  await expect(scene.run({}, stop.signal)).rejects.toThrow('stopped by SIGTERM');
  expect(scene.kafka.topics.has('events.new')).toBe(false);
});
