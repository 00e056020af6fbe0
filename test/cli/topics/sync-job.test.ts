/* Jobs of the command. */
import { CommandError } from '../../../cli/command-error';
import { EXISTING, Scene, TARGET, endedPod, podOf, runTopics } from './topics-scene';

const INTERRUPTED = new CommandError('interrupted', 'interrupted');
const FAILED = new CommandError('kubectl failed', 'unavailable');
const DELETION = 'delete job/events-topics-ID --namespace=kafka --wait=false --ignore-not-found';
const RUNNING = podOf({ topics: { running: {} } });
const STARTING = podOf({ topics: { waiting: { reason: 'ContainerCreating' } } });

test('a plan runs a Job with the pod of the CronJob, and deletes it', async () => {
  const { commands, inputs } = await runTopics(`plan ${TARGET} --context blue`);
  expect(commands.map((command) => command.replace('--context=blue ', ''))).toEqual([
    'get configmap events-topics --namespace=kafka --ignore-not-found --output=json',
    'get cronjob events-topics --namespace=kafka --ignore-not-found --output=json',
    'create --filename=-',
    'get job events-topics-ID --namespace=kafka --ignore-not-found --output=json',
    'get pods --namespace=kafka --selector=job-name=events-topics-ID --ignore-not-found --output=json',
    'logs events-topics-pod --namespace=kafka --container=topics',
    DELETION,
  ]);
  expect(commands.every((command) => command.startsWith('--context=blue '))).toBe(true);
  expect(JSON.parse(inputs[0])).toMatchObject({
    kind: 'Job',
    spec: {
      backoffLimit: 0,
      ttlSecondsAfterFinished: 600,
      template: {
        spec: { containers: [{ name: 'topics', args: ['agent.json', 'snapshot'] }, { name: 'proxy' }] },
      },
    },
  });
});

test('the Job has no label for which a tool would prune it', async () => {
  const { inputs } = await runTopics(`apply ${TARGET}`);
  const { metadata } = JSON.parse(inputs[0]) as { metadata: object };
  expect(metadata).toEqual({
    name: expect.stringMatching(/^events-topics-[0-9a-f]{8}$/),
    namespace: 'kafka',
    labels: { app: 'kafka' },
  });
});

test('a Job ends with its program, although a sidecar runs on', async () => {
  const ended = podOf({ proxy: { running: {} }, topics: { terminated: { exitCode: 0 } } });
  const { code, commands } = await runTopics(`plan ${TARGET}`, { snapshot: EXISTING, pods: [[ended]] });
  expect(code).toBe(0);
  expect(commands.at(-1)).toBe(DELETION);
});

test('a program that ends while the Job is read is not a failure', async () => {
  const jobStatus = { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] };
  const { code } = await runTopics(`apply ${TARGET}`, { exitCode: 65, jobStatus });
  expect(code).toBe(65);
});

const QUOTA = 'pods "events-topics-x" is forbidden: exceeded quota: compute';

test.each<[string, Scene, number, string]>([
  [
    'an image that cannot be pulled',
    { pods: [[podOf({ topics: { waiting: { reason: 'ImagePullBackOff' } } })]] },
    120,
    "the pod of Job 'events-topics-ID' has not started within 120 s: ImagePullBackOff; remove the cause, and repeat the command",
  ],
  [
    'a volume that cannot be mounted',
    {
      pods: [[STARTING]],
      events: [{ type: 'Warning', reason: 'FailedMount', message: 'secret "certificates" not found' }],
    },
    120,
    'the pod of Job \'events-topics-ID\' has not started within 120 s: FailedMount: secret "certificates" not found; remove ' +
      'the cause, and repeat the command',
  ],
  [
    'a quota that allows no pod',
    { pods: [[]], events: [{ type: 'Warning', reason: 'FailedCreate', message: QUOTA }] },
    120,
    `Job 'events-topics-ID' has no pod after 120 s: FailedCreate: ${QUOTA}; remove the cause, and repeat the command`,
  ],
  [
    'no pod, and no right to read Events',
    { pods: [[]], outputs: { 'get events': FAILED } },
    120,
    "Job 'events-topics-ID' has no pod after 120 s; check the Events of namespace 'kafka', and repeat the command",
  ],
  [
    'an eviction',
    {
      pods: [
        [STARTING],
        [RUNNING],
        [podOf({}, { phase: 'Failed', reason: 'Evicted', message: 'no memory' })],
      ],
    },
    2,
    "Job 'events-topics-ID' has failed: Evicted: no memory; repeat the command",
  ],
  [
    'a pod that was removed long after its start',
    { pods: [...Array.from({ length: 200 }, () => [RUNNING]), []] },
    319,
    "the pod of Job 'events-topics-ID' was removed before its program has ended; repeat the command",
  ],
  [
    'the deadline of the Job',
    {
      pods: [[]],
      jobStatus: { conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }] },
    },
    0,
    "Job 'events-topics-ID' has failed: DeadlineExceeded; repeat the command",
  ],
  [
    'a Job that somebody has deleted',
    { pods: [[]], jobStatus: null },
    0,
    "Job 'events-topics-ID' has failed: somebody has deleted it; repeat the command",
  ],
])('%s is reported', async (_, scene, seconds, message) => {
  const found = await runTopics(`apply ${TARGET}`, scene);
  expect(found.errors).toEqual([`cdk8s-kafka: ${message}`]);
  expect(found.code).toBe(69);
  expect(found.seconds).toBe(seconds);
  expect(found.commands.at(-1)).toBe(DELETION);
});

describe('an interrupted command', () => {
  test.each(['create', 'get pods', 'logs'])('deletes the Job, after %s', async (command) => {
    const scene = { outputs: { [command]: INTERRUPTED } };
    const { code, errors, cleanups } = await runTopics(`apply ${TARGET}`, scene);
    expect(errors).toEqual(["cdk8s-kafka: interrupted; Job 'events-topics-ID' is deleted"]);
    expect(cleanups).toEqual([DELETION]);
    expect(code).toBe(130);
  });

  test('prints how to delete a Job that cannot be deleted', async () => {
    const scene = { outputs: { logs: INTERRUPTED, delete: FAILED } };
    const { errors } = await runTopics(`apply ${TARGET}`, scene);
    expect(errors).toEqual([
      "cdk8s-kafka: interrupted; Job 'events-topics-ID' cannot be deleted; delete it with: " +
        'kubectl delete job/events-topics-ID --namespace=kafka',
    ]);
  });

  test('deletes nothing before there is a Job', async () => {
    const { code, cleanups } = await runTopics(`apply ${TARGET}`, {
      outputs: { 'get cronjob': INTERRUPTED },
    });
    expect([code, cleanups]).toEqual([130, []]);
  });
});

test('a Job that cannot be deleted does not change the result', async () => {
  const { code, errors } = await runTopics(`apply ${TARGET}`, { log: '', outputs: { delete: FAILED } });
  expect(errors).toEqual([
    "cdk8s-kafka: Job 'events-topics-ID' cannot be deleted; delete it with: " +
      'kubectl delete job/events-topics-ID --namespace=kafka',
  ]);
  expect(code).toBe(0);
});

test('a Job that cannot be created is not deleted', async () => {
  const { code, commands } = await runTopics(`apply ${TARGET}`, { outputs: { create: FAILED } });
  expect([code, commands.at(-1)]).toEqual([69, 'create --filename=-']);
});

test('of several pods, one whose program has ended counts', async () => {
  const { code } = await runTopics(`apply ${TARGET}`, { log: '', pods: [[podOf({}), endedPod(75)]] });
  expect(code).toBe(75);
});
