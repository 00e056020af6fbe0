import { silentAt } from './fake-kafka';
import { Line, collectLog, messagesOf } from './sync-run';
import { THERE, sceneOf, sceneWith } from './sync-scene';

let lines: Line[];
beforeEach(() => (lines = collectLog()));
afterEach(() => jest.restoreAllMocks());

const messages = (...levels: Line['level'][]) => messagesOf(lines, ...levels);

test('topics are created although Kafka does not answer with settings, and the run fails', async () => {
  const scene = sceneWith({ interference: silentAt('settings', 'before') });
  expect(await scene.run()).toBe(69);
  expect(messages('error')).toEqual([
    'the settings of 1 topic (events.there) are not compared: broker-1:9091 did not answer within 30 s; the next run compares them',
  ]);
  expect(messages('info')).toContain('topic created');
});

test('settings that Kafka hides are a problem of rights', async () => {
  const scene = sceneOf();
  scene.kafka.unreadable.add('events.there');
  expect(await scene.run()).toBe(76);
  expect(scene.status.problems).toBe(
    'rejected: Kafka does not return the settings of 1 topic (events.there); grant the principal of the topic synchronization ' +
      'DescribeConfigs on all topics',
  );
});

test('settings that nothing depends on are not read', async () => {
  const scene = sceneOf([THERE], {
    drift: {
      settings: 'ignore',
      undeclaredSettings: 'ignore',
      partitions: 'correct',
      undeclaredTopics: 'report',
    },
  });
  scene.kafka.unreadable.add('events.there');
  expect(await scene.run()).toBe(0);
  expect(scene.kafka.requests.filter((request) => request.startsWith('settings'))).toEqual([]);
});

test.each([
  ['min.cleanable.dirty.ratio', '0.50', '0.5'],
  ['min.cleanable.dirty.ratio', '1', '1.0'],
  ['cleanup.policy', 'delete, compact', 'compact,delete'],
  ['preallocate', 'True', 'true'],
  ['retention.ms', ' 0100', '100'],
])('%s: %j in a declaration and %j in Kafka are no difference', async (setting, declared, actual) => {
  const scene = sceneOf([{ ...THERE, config: { [setting]: declared } }]);
  scene.kafka.put('events.there', [[1001, 1002, 1003]], { [setting]: actual });
  await scene.run();
  expect(scene.counts).toMatchObject({ changed: 0, drift: 0 });
});

test('another value is a difference', async () => {
  const scene = sceneOf([{ ...THERE, config: { 'cleanup.policy': 'compact' } }]);
  scene.kafka.put('events.there', [[1001, 1002, 1003]], { 'cleanup.policy': 'compact,delete' });
  await scene.run();
  expect(scene.counts).toMatchObject({ changed: 1 });
  expect(lines.find(({ message }) => message === 'settings are changed')?.fields).toEqual({
    topic: 'events.there',
    changes: ['cleanup.policy: compact,delete -> compact'],
  });
});
