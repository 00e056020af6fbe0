import { topicsChecksum } from '../../../lib/seam/topics-checksum';
import { KafkaUnavailable } from '../../../agent/kafka/connection';
import { TOPIC_ERROR } from '../../../agent/kafka/topic-admin';
import { NO_MEMORY } from '../../../agent/topics/plan/prune';
import { formatMemory } from '../../../agent/topics/status/memory';
import { ApiServerUnavailable } from '../../../agent/kubernetes/transport';
import { silentAt } from './fake-kafka';
import { listOf } from './fake-kubernetes';
import { Line, Scene, collectLog, messagesOf } from './sync-run';
import { BROKERS, DEAD, NEW, ONE_REPLICA, PRUNE, THERE, sceneOf, sceneWith } from './sync-scene';

let lines: Line[];
beforeEach(() => (lines = collectLog()));
afterEach(() => jest.restoreAllMocks());

const messages = (...levels: Line['level'][]) => messagesOf(lines, ...levels);

describe('waiting for brokers', () => {
  const WAIT = { brokerWaitTimeoutSeconds: 300 };
  /** Kafka answers after some seconds; one more broker registers at each further pause. */
  const startingAfter = (scene: Scene, seconds: number) => {
    const begin = scene.now;
    [1001, 1002, 1003].forEach((id) => scene.kafka.brokers.set(id, { ...BROKERS[id], isLive: false }));
    scene.kafka.interference = (request) => {
      if (request === 'view' && scene.now < begin + seconds * 1000) {
        throw new KafkaUnavailable('events-brokers: connect ECONNREFUSED');
      }
    };
    scene.onPause = () => {
      if (scene.now >= begin + seconds * 1000) {
        const id = [1001, 1002, 1003].find((one) => scene.kafka.brokers.get(one)!.isLive === false);
        if (id !== undefined) scene.kafka.brokers.set(id, BROKERS[id]);
      }
    };
    return begin;
  };

  test('takes up to an hour until a new cluster answers', async () => {
    const scene = sceneOf([NEW], WAIT);
    const begin = startingAfter(scene, 3_500);
    expect(await scene.run()).toBe(0);
    expect(scene.now - begin).toBeGreaterThan(3_500_000);
    expect(messages('info')[0]).toBe(
      'waiting for a broker to answer at events-brokers.prod.svc.cluster.local:9091: events-brokers: connect ECONNREFUSED',
    );
  });

  test('the brokers of a new cluster have the timeout after its first answer', async () => {
    const scene = sceneOf([{ ...ONE_REPLICA, partitions: 3 }], WAIT);
    startingAfter(scene, 2_000);
    expect(await scene.run()).toBe(0);
    expect(scene.kafka.topics.get('events.one')!.partitions).toEqual([[1002], [1003], [1001]]);
    expect(messages('info')).toContain(
      'waiting for brokers 1002 (it is not registered), 1003 (it is not registered)',
    );
  });

  test('brokers of a new cluster that have pods have ten minutes', async () => {
    const scene = sceneWith({ topics: [ONE_REPLICA], config: WAIT, brokers: DEAD });
    scene.kubernetes.ids = new Map([['streams', new Set([1001, 1002, 1003])]]);
    const begin = scene.now;
    expect(await scene.run()).toBe(0);
    expect(scene.now - begin).toBe(600_000);
    scene.kubernetes.declare([ONE_REPLICA, { ...ONE_REPLICA, name: 'events.two' }]);
    expect(await scene.run()).toBe(0);
    expect(scene.now - begin).toBe(900_000);
  });

  test('is over after the timeout if a run has finished before', async () => {
    const scene = sceneOf([NEW], WAIT);
    await scene.run();
    const begin = startingAfter(scene, 3_500);
    expect(await scene.run()).toMatchObject({
      message:
        "cluster 'events' is unreachable; the run waited for a broker to answer at " +
        'events-brokers.prod.svc.cluster.local:9091: events-brokers: connect ECONNREFUSED',
      hint:
        'check the brokers with: kubectl get pods --all-namespaces -l ' +
        'cdk8s-kafka.io/cluster=events,app.kubernetes.io/component=broker; the next run tries again',
      exitCode: 69,
    });
    expect(scene.now - begin).toBe(300_000);
  });

  test('ends after an hour if a new cluster never answers', async () => {
    const scene = sceneOf([NEW], WAIT);
    const begin = startingAfter(scene, 1e6);
    expect(await scene.run()).toMatchObject({ exitCode: 69 });
    expect(scene.now - begin).toBe(3_600_000);
    expect(messages('info')).toHaveLength(1);
  });

  test('a cluster without brokers does not answer', async () => {
    const scene = sceneOf([NEW]);
    scene.kafka.brokers.clear();
    await scene.run();
    scene.kubernetes.edit({ binaryData: { memory: formatMemory(NO_MEMORY) } });
    expect(await scene.run()).toMatchObject({
      message: "cluster 'events' is unreachable; the run waited for the first broker to register",
      exitCode: 69,
    });
  });

  test('ends when the missing broker registers', async () => {
    const scene = sceneWith({ topics: [NEW], config: WAIT, brokers: DEAD });
    const begin = scene.now;
    scene.onPause = () => {
      if (scene.now - begin >= 10_000) scene.kafka.brokers.set(1003, BROKERS[1003]);
    };
    expect(await scene.run()).toBe(0);
    expect(scene.now - begin).toBe(10_000);
    expect(messages('info')[0]).toBe('waiting for brokers 1003 (it is not registered)');
  });

  test('continues with the live brokers after the timeout', async () => {
    const scene = sceneWith({ topics: [ONE_REPLICA], config: WAIT, brokers: DEAD });
    const begin = scene.now;
    expect(await scene.run()).toBe(0);
    expect(scene.now - begin).toBe(300_000);
    expect(messages('warn')).toEqual([
      'brokers 1003 (it is not registered) are missing after 5 minutes; new topics are placed without them if the zones of their map allow it',
    ]);
  });

  test('is not necessary without new topics', async () => {
    const scene = sceneWith({ topics: [THERE], config: WAIT, brokers: DEAD });
    const begin = scene.now;
    expect(await scene.run()).toBe(0);
    expect(scene.now).toBe(begin);
  });

  test('includes pods', async () => {
    const scene = sceneOf([NEW], WAIT);
    const begin = scene.now;
    scene.kubernetes.ids = new Map([['streams', new Set([1001, 1002])]]);
    scene.onPause = () => {
      if (scene.now - begin >= 10_000)
        scene.kubernetes.ids = new Map([['streams', new Set([1001, 1002, 1003])]]);
    };
    expect(await scene.run()).toBe(0);
    expect(scene.now - begin).toBe(10_000);
  });

  test('uses registered brokers if the pods are unknown', async () => {
    const scene = sceneOf([NEW], WAIT);
    scene.kubernetes.ids = undefined;
    expect(await scene.run()).toBe(0);
  });
});

describe('lists', () => {
  const checksum = topicsChecksum([NEW, THERE]);

  test('that are not as synthesized yet are read again until they are', async () => {
    const scene = sceneOf();
    const begin = scene.now;
    scene.kubernetes.contents = [
      [listOf([NEW], { checksum })],
      [listOf('', { checksum }, ['ConfigMap prod/topics does not exist'])],
      [listOf([NEW, THERE], { checksum })],
    ];
    expect(await scene.run()).toBe(0);
    expect(scene.now - begin).toBe(4_000);
    expect(scene.counts).toMatchObject({ declared: 2, invalid: 0 });
  });

  test('that stay different from the synthesized ones are used after 30 seconds', async () => {
    const scene = sceneOf();
    const begin = scene.now;
    scene.kubernetes.contents = [[listOf([NEW], { checksum })]];
    expect(await scene.run()).toBe(65);
    expect(scene.now - begin).toBe(30_000);
    expect(scene.counts).toMatchObject({ declared: 1, created: 1 });
    expect(scene.status.problems).toContain(
      'invalid: the topic list prod/topics differs from the synthesized YAML; apply the complete YAML, or change the topics in the app',
    );
  });

  test('of other apps are not waited for', async () => {
    const scene = sceneOf();
    const begin = scene.now;
    scene.kubernetes.contents = [
      [listOf([NEW]), listOf('', { configMapName: 'b' }, ['ConfigMap prod/b does not exist'])],
    ];
    expect(await scene.run()).toBe(65);
    expect(scene.now).toBe(begin);
    expect(scene.status.problems).toContain('invalid: ConfigMap prod/b does not exist');
    expect(scene.kafka.topics.has('events.new')).toBe(true);
  });

  test('are read again after a long wait, with the memory and the annotations', async () => {
    const old = { ...ONE_REPLICA, name: 'events.old' };
    const scene = sceneOf([THERE, ONE_REPLICA, old], { prune: PRUNE, brokerWaitTimeoutSeconds: 600 });
    await scene.run();
    scene.kubernetes.declare([THERE, ONE_REPLICA]);
    await scene.run();
    scene.pass(3_600);
    scene.kubernetes.declare([THERE, ONE_REPLICA, NEW]);
    scene.kafka.brokers.set(1003, DEAD[1003]);
    // While the run waits for a broker, someone declares the topic again.
    scene.onPause = () => {
      scene.kubernetes.declare([THERE, ONE_REPLICA, NEW, old]);
      scene.kubernetes.edit({ annotations: { note: 'edited' } });
    };
    expect(await scene.run()).toBe(75);
    expect(scene.kafka.topics.has('events.old')).toBe(true);
    expect(scene.counts).toMatchObject({ declared: 4, deleted: 0 });
    expect(messages('info')).not.toContain('another run has written the status at the same time');
  });

  test.each(['status', 'lists'])('an API server that does not answer at %s ends the run', async (request) => {
    const scene = sceneOf();
    scene.kubernetes.interference = (name) => {
      if (name === request) throw new ApiServerUnavailable('no response from the API server: timeout');
    };
    expect(await scene.run()).toMatchObject({
      message: 'the topic lists cannot be read: no response from the API server: timeout',
      hint: 'check the API server; the next run tries again',
      exitCode: 69,
    });
  });
});

describe('rights', () => {
  const denied = { [NEW.name]: TOPIC_ERROR.topicAuthorizationFailed };

  test('of a new cluster are waited for', async () => {
    const scene = sceneWith({ rejections: denied });
    const begin = scene.now;
    scene.onPause = () => {
      if (scene.now - begin >= 60_000) scene.kafka.rejections.clear();
    };
    expect(await scene.run()).toBe(0);
    expect(scene.now - begin).toBe(60_000);
    expect(scene.kafka.topics.has(NEW.name)).toBe(true);
  });

  test('that a new cluster does not grant within three minutes are a rejection', async () => {
    const scene = sceneWith({ rejections: denied });
    const begin = scene.now;
    expect(await scene.run()).toBe(76);
    expect(scene.now - begin).toBe(180_000);
  });

  test('are not waited for after a run that had them', async () => {
    const scene = sceneOf([THERE]);
    await scene.run();
    const begin = scene.now;
    scene.kubernetes.declare([NEW, THERE]);
    scene.kafka.rejections.set(NEW.name, TOPIC_ERROR.topicAuthorizationFailed);
    expect(await scene.run()).toBe(76);
    expect(scene.now).toBe(begin);
  });
});

test('a run that Kafka does not answer is in the status, with an Event and the counts of the run before', async () => {
  const scene = sceneOf([THERE], { prune: PRUNE, brokerWaitTimeoutSeconds: 300 });
  await scene.run();
  const { binaryData } = scene.kubernetes.current;
  scene.kafka.interference = silentAt('view', 'before');
  expect(await scene.run()).toMatchObject({ exitCode: 69 });
  expect(scene.status).toMatchObject({ lastRun: '2026-03-01T12:05:00.000Z', result: 'Kafka is unreachable' });
  expect(scene.status.problems).toMatch(/^unreachable: cluster 'events' is unreachable; the run waited for/);
  expect(scene.counts).toMatchObject({ declared: 1, unreachable: 1 });
  expect(scene.kubernetes.events.map(({ reason }) => reason)).toEqual(['TopicProblems']);
  expect(scene.kubernetes.current.binaryData).toEqual(binaryData);
  scene.kafka.interference = () => undefined;
  expect(await scene.run()).toBe(0);
  expect(scene.counts).toMatchObject({ unreachable: 0 });
});
