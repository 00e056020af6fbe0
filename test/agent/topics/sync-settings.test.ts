import { silentAt } from './fake-kafka';
import { Line, collectLog, messagesOf } from './sync-run';
import { THERE, sceneOf, sceneWith } from './sync-scene';

let lines: Line[];
beforeEach(() => (lines = collectLog()));
afterEach(() => jest.restoreAllMocks());

const messages = (...levels: Line['level'][]) => messagesOf(lines, ...levels);

test('settings are compared before topics are created, and a failure is logged', async () => {
  await sceneWith({ interference: silentAt('settings', 'before') }).run();
  expect(messages('warn')).toEqual(['settings of topics cannot be read; the next run compares them']);
  expect(messages('info')).toContain('topic created');
});

test('settings that Kafka hides are reported', async () => {
  const scene = sceneOf();
  scene.kafka.unreadable.add('events.there');
  expect(await scene.run()).toBe(0);
  expect(lines.filter(({ level }) => level === 'warn')).toEqual([
    {
      level: 'warn',
      message:
        'Kafka does not return the settings of some topics; allow the principal of the run to describe configs',
      fields: { topics: ['events.there'], count: 1 },
    },
  ]);
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
