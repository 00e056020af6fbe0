import { ApiServerUnavailable } from '../../../../agent/kubernetes/transport';
import { TOPIC_ERROR } from '../../../../agent/kafka/topic-admin';
import { problemsText, statusContent } from '../../../../agent/topics/status/status-content';
import { DEAD, INVALID, NEW, ONE_REPLICA, PRUNE, REFUSED, THERE, sceneOf, sceneWith } from '../sync-scene';
import { driftOf } from '../plan-input';
import { Line, collectLog, messagesOf } from '../sync-run';

let lines: Line[];
beforeEach(() => (lines = collectLog()));
afterEach(() => jest.restoreAllMocks());

const problem = (topic: string) => ({ kind: 'drift', topic, message: 'differs' }) as const;

describe('the status ConfigMap', () => {
  test('shows the result of a run', async () => {
    const scene = sceneOf([NEW, THERE, INVALID]);
    await scene.run();
    expect(scene.status).toEqual({
      lastRun: '2026-03-01T12:00:00.000Z',
      result: 'some declarations are invalid or refused',
      counts: expect.any(String),
      problems: 'invalid: events.x: prod/topics: partitions must be a whole number from 1 to 9900, found 0',
    });
    expect(scene.counts).toEqual({
      declared: 2,
      created: 1,
      extended: 0,
      changed: 0,
      deleted: 0,
      left: 0,
      unreachable: 0,
      invalid: 1,
      refused: 0,
      rejected: 0,
      waiting: 0,
      drift: 0,
      prune: 0,
      unmanaged: 0,
      moves: 0,
      pending: 0,
    });
  });

  test('has no problems after they are solved', async () => {
    const scene = sceneOf([NEW, INVALID]);
    await scene.run();
    scene.kubernetes.declare([NEW]);
    await scene.run();
    expect(Object.keys(scene.status).sort()).toEqual(['counts', 'lastRun', 'result']);
  });

  test('has the problems by kind, the most urgent first', async () => {
    const scene = sceneWith({
      topics: [
        INVALID,
        REFUSED,
        NEW,
        { ...ONE_REPLICA, name: 'events.denied' },
        ONE_REPLICA,
        { ...THERE, partitions: 2 },
        { ...ONE_REPLICA, name: 'events.busy' },
      ],
      brokers: DEAD,
      rejections: {
        'events.one': TOPIC_ERROR.policyViolation,
        'events.denied': TOPIC_ERROR.topicAuthorizationFailed,
        'events.busy': TOPIC_ERROR.requestTimedOut,
      },
    });
    scene.kafka.put('foreign', [[1001]]);
    scene.kafka.put('events.there', [[1001, 1002]]);
    await scene.run();
    expect(scene.status.problems.split('\n').map((line) => /^[^:]*: [^: ]*/.exec(line)![0])).toEqual([
      'invalid: events.x',
      'refused: other',
      'rejected: Kafka',
      'rejected: events.one',
      'waiting: events.busy',
      'waiting: events.new',
      'drift: events.there',
      'unmanaged: 1',
    ]);
  });

  test('is limited, and names the number of problems that are left out', () => {
    const problems = Array.from({ length: 10_000 }, (_, index) => problem(`topic-${10_000 + index}`));
    const text = problemsText(problems);
    expect(Buffer.byteLength(text)).toBeLessThan(210 * 1024);
    const shown = text.split('\n');
    expect(shown.at(-1)).toBe(`and ${10_000 - shown.length + 1} more; see the log of the Job`);
    expect(shown[0]).toBe('drift: topic-10000: differs');
  });

  test('has one line for each problem', () => {
    expect(problemsText([{ kind: 'rejected', topic: 'a', message: 'first\n  second' }])).toBe(
      'rejected: a: first second',
    );
  });

  test('of a run that another run has overtaken is not written', async () => {
    const scene = sceneOf();
    scene.kafka.interference = (request, phase) => {
      if (request.startsWith('create') && phase === 'after')
        scene.kubernetes.edit({ data: { lastRun: 'now', result: 'of the other' } });
    };
    expect(await scene.run()).toBe(0);
    expect(scene.status).toEqual({ lastRun: 'now', result: 'of the other' });
    expect(messagesOf(lines, 'info')).toContain('another run has written the status at the same time');
  });

  test('is written although an operator has set an annotation during the run', async () => {
    const scene = sceneOf();
    scene.kafka.interference = (request, phase) => {
      if (request.startsWith('create') && phase === 'after')
        scene.kubernetes.edit({ annotations: { 'cdk8s-kafka.io/hold-settings': 'jane: disks are full' } });
    };
    expect(await scene.run()).toBe(0);
    expect(scene.status.result).toBe('all done');
    expect(scene.kubernetes.current.annotations).toEqual({
      'cdk8s-kafka.io/hold-settings': 'jane: disks are full',
    });
  });

  test('announces a deletion, once in an Event', async () => {
    const scene = sceneOf([NEW, THERE, ONE_REPLICA], { prune: PRUNE });
    await scene.run();
    scene.kubernetes.declare([NEW, THERE]);
    await scene.run();
    await scene.run();
    const message =
      'it is no longer declared, and is deleted after 2026-03-01T13:00:00.000Z; declare it to keep it';
    expect(scene.status.problems).toBe(`prune: events.one: ${message}`);
    expect(scene.counts).toMatchObject({ pending: 1, deleted: 0 });
    const problems = scene.kubernetes.events.filter(({ reason }) => reason === 'TopicProblems');
    expect(problems.map((event) => event.message)).toEqual([`all done. events.one: ${message}`]);
  });

  test('drops names that do not fit, so that nothing is deleted', () => {
    const names = Array.from({ length: 120_000 }, (_, index) => `${index * 7_919}.events.${index}`);
    const memory = { declared: new Map(names.map((name) => [name, 'prod/topics'])), absent: new Map() };
    const report = { exitCode: 0, result: 'all done', counts: {}, problems: [], isUnauthorized: false };
    const { data, binaryData } = statusContent(report, memory, 0);
    expect(binaryData).toEqual({ memory: null });
    expect(data.problems).toBe(
      'prune: the names of 120000 topics do not fit into the status ConfigMap, so no topic is deleted',
    );
  });

  test('that cannot be written does not change the result', async () => {
    const scene = sceneOf();
    scene.kubernetes.interference = (request) => {
      if (request === 'write status')
        throw new ApiServerUnavailable('no response from the API server: timeout');
    };
    expect(await scene.run()).toBe(0);
    expect(lines.at(-1)).toEqual({
      level: 'warn',
      message: 'the status cannot be written; the next run tries again',
      fields: { reason: 'no response from the API server: timeout' },
    });
  });
});

describe('Events', () => {
  test('tell what a run has changed', async () => {
    const scene = sceneOf([NEW, { ...THERE, partitions: 2, config: {} }, ONE_REPLICA], {
      prune: PRUNE,
      drift: driftOf('correct'),
    });
    await scene.run();
    expect(scene.kubernetes.events).toEqual([
      {
        type: 'Normal',
        reason: 'TopicsChanged',
        message: 'topics created: 2, extended: 1, settings changed: 1, deleted: 0',
      },
    ]);
    scene.kubernetes.declare([NEW, { ...THERE, partitions: 2, config: {} }]);
    await scene.run();
    scene.pass(3_600);
    await scene.run();
    expect(scene.kubernetes.events.at(-1)!.message).toBe(
      'topics created: 0, extended: 0, settings changed: 0, deleted: 1',
    );
  });

  test('are not recorded if nothing has changed', async () => {
    const scene = sceneOf([THERE]);
    await scene.run();
    expect(scene.kubernetes.events).toEqual([]);
  });

  test('name new problems only', async () => {
    const scene = sceneOf([THERE, REFUSED]);
    const refused = 'other: it matches no map; rename it, or add a pattern to a map';
    const summary = (...problems: string[]) => ({
      type: 'Warning',
      reason: 'TopicProblems',
      message: `some declarations are invalid or refused. ${problems.join('. ')}`,
    });
    await scene.run();
    expect(scene.kubernetes.events).toEqual([summary(refused)]);
    await scene.run();
    expect(scene.kubernetes.events).toHaveLength(1);

    scene.kubernetes.declare([THERE, REFUSED, INVALID]);
    await scene.run();
    expect(scene.kubernetes.events.slice(1)).toEqual([
      summary('events.x: prod/topics: partitions must be a whole number from 1 to 9900, found 0'),
    ]);

    scene.kubernetes.declare([THERE, INVALID]);
    await scene.run();
    scene.kubernetes.declare([THERE]);
    await scene.run();
    expect(scene.kubernetes.events).toHaveLength(2);

    scene.kubernetes.declare([THERE, REFUSED]);
    await scene.run();
    expect(scene.kubernetes.events.slice(2)).toEqual([summary(refused)]);
  });

  test('name five problems', async () => {
    const scene = sceneOf(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({ ...NEW, name })));
    await scene.run();
    expect(scene.kubernetes.events[0].message).toMatch(
      /^some declarations are invalid or refused\. a: .*\. e: [^.]*\. and 2 more$/,
    );
  });

  test('of rejections with several lines are not repeated', async () => {
    const scene = sceneOf();
    const create = scene.kafka.create;
    scene.kafka.create = async (topics) => (
      await create(topics),
      scene.kafka.topics.delete('events.new'),
      [{ name: 'events.new', errorCode: 44, errorMessage: 'no\nnever' }]
    );
    await scene.run();
    await scene.run();
    expect(scene.kubernetes.events).toHaveLength(1);
  });
});

test('log lines tell what is changed, and from which value', async () => {
  const scene = sceneOf(
    [{ ...THERE, partitions: 2, config: { 'retention.ms': '2', 'cleanup.policy': 'compact' } }],
    {
      drift: driftOf('correct'),
    },
  );
  scene.kafka.put('events.there', [[1001, 1002, 1003]], { 'retention.ms': '1', 'segment.ms': '5' });
  await scene.run();
  expect(
    lines.map(({ level, message, fields: { topic, from, to, changes } }) => ({
      level,
      message,
      topic,
      from,
      to,
      changes,
    })),
  ).toEqual([
    { level: 'info', message: 'partitions are added', topic: 'events.there', from: 1, to: 2 },
    {
      level: 'info',
      message: 'settings are changed',
      topic: 'events.there',
      changes: ['retention.ms: 1 -> 2', 'cleanup.policy: (not set) -> compact', 'segment.ms: 5 -> (not set)'],
    },
    { level: 'info', message: 'partitions added', topic: 'events.there' },
    { level: 'info', message: 'settings changed', topic: 'events.there' },
    { level: 'info', message: 'topic synchronization finished' },
  ]);
});
