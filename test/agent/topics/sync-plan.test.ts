import { OperatorError } from '../../../agent/runtime/errors';
import { Line, collectLog, messagesOf } from './sync-run';
import { NEW, ONE_REPLICA, THERE, sceneOf, sceneWith } from './sync-scene';

let lines: Line[];
beforeEach(() => (lines = collectLog()));
afterEach(() => jest.restoreAllMocks());

const messages = (...levels: Line['level'][]) => messagesOf(lines, ...levels);

describe('an expected plan', () => {
  const digestOf = async () => {
    const error = await sceneOf().run({ expectedPlan: '0000000000000000' });
    return /the plan is ([0-9a-f]{16})/.exec((error as OperatorError).message)![1];
  };

  test('that is not the plan of the run ends it without changes', async () => {
    const scene = sceneOf();
    const error = await scene.run({ expectedPlan: '0000000000000000' });
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^the plan is [0-9a-f]{16}, and 0000000000000000 was to be applied: the cluster, the topic lists or the annotations of the status have changed, or a deletion has become due$/,
      ),
      hint: 'plan again, and apply that plan',
      exitCode: 77,
    });
    expect(scene.kafka.topics.has('events.new')).toBe(false);
    expect(scene.kubernetes.requests).not.toContain('write status');
  });

  test('that is the plan of the run is applied', async () => {
    const scene = sceneOf();
    expect(await scene.run({ expectedPlan: await digestOf() })).toBe(0);
    expect(scene.kafka.topics.has('events.new')).toBe(true);
  });

  test('does not allow another change', async () => {
    const scene = sceneOf([NEW, { ...THERE, config: { 'retention.ms': '2' } }]);
    expect(await scene.run({ expectedPlan: await digestOf() })).toMatchObject({ exitCode: 77 });
  });
});

describe('cordoned brokers', () => {
  test('get no replicas', async () => {
    const scene = sceneWith({
      topics: [{ ...ONE_REPLICA, partitions: 4 }],
      brokers: { 1001: { zone: 'a', isCordoned: true } },
    });
    expect(await scene.run()).toBe(0);
    expect(scene.kafka.topics.get('events.one')!.partitions).toEqual([[1002], [1003], [1002], [1003]]);
    expect(lines).toContainEqual({
      level: 'info',
      message: 'nothing is placed on cordoned brokers',
      fields: { brokers: [1001] },
    });
  });

  test('are found although the first plan does not use them', async () => {
    const scene = sceneWith({
      topics: [ONE_REPLICA],
      brokers: { 1001: { zone: 'a', isCordoned: true }, 1002: { zone: 'b', isCordoned: true } },
    });
    scene.kafka.put('crowd', [[1003], [1003]]);
    expect(await scene.run()).toBe(0);
    expect(scene.kafka.topics.get('events.one')!.partitions).toEqual([[1003]]);
  });

  test('are asked for only once if nothing is placed', async () => {
    const scene = sceneWith({ topics: [THERE], brokers: { 1001: { zone: 'a', isCordoned: true } } });
    expect(await scene.run()).toBe(0);
    expect(messages('info')).toEqual(['topic synchronization finished']);
  });

  test('let a topic wait if there are too few others', async () => {
    const scene = sceneWith({ topics: [NEW], brokers: { 1001: { zone: 'a', isCordoned: true } } });
    expect(await scene.run()).toBe(75);
    expect(scene.status.problems).toContain('live brokers: 1002 (b), 1003 (c)');
  });
});

test('moves are announced with the bytes that they copy', async () => {
  const scene = sceneWith({ topics: [{ ...THERE, partitions: 2 }], brokers: { 9: { zone: 'x' } } });
  scene.kafka.put('events.there', [[9], [1001, 1002]], { 'retention.ms': '1' });
  scene.kafka.bytes.set('events.there-0', 2 ** 30).set('events.there-1', 2 ** 30);
  expect(await scene.run()).toBe(0);
  expect(lines).toContainEqual({
    level: 'warn',
    message: 'partitions have to be reassigned, which a run does not do',
    fields: { partitions: 2, copied: '4 GiB' },
  });
  expect(scene.kafka.topics.get('events.there')!.partitions).toEqual([[9], [1001, 1002]]);
});
