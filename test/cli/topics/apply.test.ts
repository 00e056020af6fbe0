import { snapshotJson } from '../../../agent/topics/snapshot/snapshot';
import { EXISTING, TARGET, endedPod, runTopics } from './topics-scene';

test('apply makes exactly a saved plan, and returns the exit code of the Job', async () => {
  const { files } = await runTopics(`plan ${TARGET} --save p.json`);
  const { digest } = JSON.parse(files['p.json']) as { digest: string };
  const log =
    '{"level":"info","message":"topic created","topic":"events.orders"}\n{"level":"warn","message":"careful"}\nplain';
  const scene = { files: { ...files }, exitCode: 76, log };
  const { code, lines, inputs } = await runTopics(`apply ${TARGET} --plan p.json`, scene);
  expect(inputs[0]).toContain(`"--expected-plan=${digest}"`);
  expect(lines).toEqual(['topic created topic=events.orders', 'warn: careful', 'plain']);
  expect(code).toBe(76);
});

test('apply without a plan runs the topic synchronization once', async () => {
  const { code, inputs } = await runTopics(`apply ${TARGET}`, { log: '' });
  expect(inputs[0]).toContain('"args":["agent.json"]');
  expect(code).toBe(0);
});

test('apply names other reasons of a plan that has changed', async () => {
  const { code, errors } = await runTopics(`apply ${TARGET}`, { log: '', exitCode: 77 });
  expect(errors).toEqual([
    'cdk8s-kafka: a plan also changes when a topic becomes due for deletion, when settings cannot be read, and with the ' +
      'annotation cdk8s-kafka.io/hold-settings',
  ]);
  expect(code).toBe(77);
});

test.each([
  ['OOMKilled', endedPod(137, { reason: 'OOMKilled' }), 'OOMKilled'],
  [
    'evicted',
    endedPod(
      143,
      { reason: 'Error' },
      { reason: 'Evicted', message: 'The node was low on resource: memory.' },
    ),
    'Evicted: The node was low on resource: memory.',
  ],
])('a program that was %s can be run again, and the reason is printed', async (_, pod, reason) => {
  const { code, lines, errors } = await runTopics(`apply ${TARGET}`, { pods: [[pod]], log: 'last line' });
  expect(errors[0]).toMatch(/^cdk8s-kafka: Job 'events-topics-ID' has ended with exit code 1\d\d: /);
  expect(errors[0]).toContain(reason);
  expect(lines).toEqual(['last line']);
  expect(code).toBe(69);
});

test('snapshot writes the state into a file', async () => {
  const { code, files, lines } = await runTopics(`snapshot ${TARGET} --save s.json`, { snapshot: EXISTING });
  expect([code, lines]).toEqual([0, ['The snapshot is in s.json.']]);
  expect(files['s.json']).toBe(snapshotJson(EXISTING));
});
