/* The command with a fake kubectl, whose Jobs print the snapshot of a cluster. */
import { PartitionView } from '../../../agent/kafka/cluster-view';
import { Snapshot, snapshotJson, snapshotLines } from '../../../agent/topics/snapshot/snapshot';
import { CommandEdges, main } from '../../../cli/main';
import { DeclaredTopicConfig, TopicSyncConfig } from '../../../lib/seam/agent-config';
import { topicsChecksum } from '../../../lib/seam/topics-checksum';
import { topicSyncConfig } from '../../agent/configs';
import { clusterOf, partition } from '../../agent/views';
import { commandEdges } from '../command-edges';

const ORDERS: DeclaredTopicConfig = { name: 'events.orders', partitions: 1, replicationFactor: 3 };
const LIST = { namespace: 'kafka', configMapName: 'events-topic-list' };
const CRON_JOB = {
  metadata: { labels: { app: 'kafka' } },
  spec: {
    jobTemplate: {
      spec: {
        backoffLimit: 0,
        template: { spec: { containers: [{ name: 'topics', args: ['agent.json'] }, { name: 'proxy' }] } },
      },
    },
  },
};

function configOf(topics: readonly DeclaredTopicConfig[]): TopicSyncConfig {
  return topicSyncConfig({ namespace: 'kafka', lists: [{ ...LIST, checksum: topicsChecksum(topics) }] });
}

function snapshotOf(
  partitions: readonly PartitionView[],
  topics: readonly DeclaredTopicConfig[] = [ORDERS],
): Snapshot {
  const brokers = ['a', 'b', 'c'].map((rack, index) => ({ id: 1001 + index, rack }));
  return {
    clusterName: 'events',
    namespace: 'kafka',
    takenAt: 0,
    sizes: new Map(),
    state: { view: clusterOf({ brokers, partitions }), settings: new Map(), cordoned: new Set() },
    lists: [{ list: LIST, files: [{ name: LIST.configMapName, text: JSON.stringify(topics) }], missing: [] }],
    isDecreaseAccepted: false,
    areSettingsHeld: false,
  };
}

const EXISTING = snapshotOf([partition('events.orders', 0, [1001, 1002, 1003])]);
const EMPTY = snapshotOf([]);

interface Scene {
  readonly snapshot?: Snapshot;
  readonly exitCode?: number;
  readonly log?: string;
  /** Waiting state of the container that never starts. */
  readonly waiting?: { readonly reason: string };
  /** Null if there is none. */
  readonly cronJob?: object | null;
  readonly files?: Record<string, string>;
  readonly yaml?: string;
}

async function run(line: string, scene: Scene = {}) {
  const { snapshot = EMPTY, exitCode = 0, waiting, cronJob = CRON_JOB, files = {}, yaml = '' } = scene;
  const lines: string[] = [];
  const commands: string[] = [];
  const inputs: string[] = [];
  let now = Date.UTC(2026, 0, 1);
  const terminated = { state: { terminated: { exitCode } } };
  const kubectl: CommandEdges['kubectl'] = async (args, input) => {
    const command = args.join(' ');
    commands.push(command.replace(/events-topics-[0-9a-f]{8}/g, 'events-topics-ID'));
    inputs.push(...(input === undefined ? [] : [input]));
    if (command.includes('get cronjob')) return cronJob === null ? '' : JSON.stringify(cronJob);
    if (command.includes('get configmap')) {
      const data = { 'agent.json': JSON.stringify(configOf([ORDERS])) };
      return JSON.stringify({ metadata: { name: 'events-topics', namespace: 'kafka' }, data });
    }
    if (command.includes('get pods')) {
      const containerStatuses = waiting === undefined ? [terminated] : [{ state: { waiting } }];
      return JSON.stringify({ items: [{ status: { containerStatuses } }] });
    }
    return command.includes('logs') ? (scene.log ?? snapshotLines(snapshot).join('\n')) : '';
  };
  const code = await main(
    ['topics', ...line.split(' ')],
    commandEdges(kubectl, lines, {
      now: () => now,
      pause: async (ms) => (now += ms),
      readYaml: async (path) => [{ path: `${path}/events.yaml`, text: yaml }],
      readFile: async (path) => files[path],
      writeFile: async (path, text) => void (files[path] = text),
    }),
  );
  return { code, lines, commands, inputs, files };
}

const TARGET = '-n kafka --cluster events';

test('plan shows the changes and exits with 2', async () => {
  const { code, lines } = await run(`plan ${TARGET}`);
  expect(lines).toEqual([
    'Topics of cluster events: 1 to create.',
    '+ events.orders  1 partition, 3 replicas',
  ]);
  expect(code).toBe(2);
});

test('plan exits with 0 if topics are as declared', async () => {
  const { code, lines } = await run(`plan ${TARGET}`, { snapshot: EXISTING });
  expect(lines).toEqual(['Topics of cluster events are as declared.']);
  expect(code).toBe(0);
});

test('a plan runs a Job with the pod of the CronJob, and deletes it', async () => {
  const { commands, inputs } = await run(`plan ${TARGET} --context blue`);
  expect(commands.map((command) => command.replace('--context=blue ', ''))).toEqual([
    'get configmap events-topics --namespace=kafka --ignore-not-found --output=json',
    'get cronjob events-topics --namespace=kafka --ignore-not-found --output=json',
    'create --filename=-',
    'get pods --namespace=kafka --selector=job-name=events-topics-ID --output=json',
    'logs job/events-topics-ID --namespace=kafka',
    'delete job/events-topics-ID --namespace=kafka --wait=false --ignore-not-found',
  ]);
  expect(commands.every((command) => command.startsWith('--context=blue '))).toBe(true);
  expect(JSON.parse(inputs[0])).toMatchObject({
    kind: 'Job',
    metadata: { namespace: 'kafka', labels: { app: 'kafka' } },
    spec: {
      backoffLimit: 0,
      template: {
        spec: { containers: [{ name: 'topics', args: ['agent.json', 'snapshot'] }, { name: 'proxy' }] },
      },
    },
  });
});

describe('plan of synthesized YAML', () => {
  const yamlOf = (topics: readonly DeclaredTopicConfig[]) =>
    [
      { kind: 'Service', metadata: { name: 'events-topics' } },
      {
        kind: 'ConfigMap',
        metadata: { name: 'events-topics', namespace: 'kafka' },
        data: { 'agent.json': JSON.stringify(configOf(topics)) },
      },
      {
        kind: 'ConfigMap',
        metadata: { name: LIST.configMapName, namespace: 'kafka' },
        data: { 'topics.json': JSON.stringify(topics) },
      },
    ]
      .map((object) => JSON.stringify(object))
      .join('\n---\n');

  test('compares its topics with the cluster', async () => {
    const yaml = yamlOf([{ ...ORDERS, partitions: 2 }]);
    const { code, lines } = await run(`plan ${TARGET} --manifests dist`, { yaml, snapshot: EXISTING });
    expect(lines).toEqual(['Topics of cluster events: 1 to extend.', '~ events.orders  partitions 1 -> 2']);
    expect(code).toBe(2);
  });

  test('works without a cluster', async () => {
    const files = { 's.json': snapshotJson(EXISTING) };
    const scene = { yaml: yamlOf([ORDERS]), files };
    const { code, commands } = await run(`plan ${TARGET} --manifests dist --snapshot s.json`, scene);
    expect([code, commands]).toEqual([0, []]);
  });

  test('a list in parts is read completely, and a missing part is named', async () => {
    const config = topicSyncConfig({ namespace: 'kafka', lists: [LIST] });
    const yaml = [
      {
        kind: 'ConfigMap',
        metadata: { name: 'events-topics' },
        data: { 'agent.json': JSON.stringify(config) },
      },
      { kind: 'ConfigMap', metadata: { name: LIST.configMapName }, data: { parts: '0\n1\n' } },
      {
        kind: 'ConfigMap',
        metadata: { name: `${LIST.configMapName}-0` },
        data: { 'topics.json': JSON.stringify([ORDERS]) },
      },
    ];
    const scene = { yaml: yaml.map((object) => JSON.stringify(object)).join('\n---\n'), snapshot: EXISTING };
    const { code, lines } = await run(`plan ${TARGET} --manifests dist`, scene);
    expect(lines).toEqual([
      'Topics of cluster events: 1 refused.',
      'x   ConfigMap kafka/events-topic-list-1 does not exist',
    ]);
    expect(code).toBe(2);
  });

  test.each<[string, number, string]>([
    ['kind: ConfigMap\nmetadata: [', 65, 'dist/events.yaml is not valid YAML: '],
    [
      '',
      78,
      "dist has no ConfigMap 'events-topics' of namespace 'kafka'; check both names, and that the app has a TopicSyncCronJob",
    ],
    [
      'kind: ConfigMap\nmetadata: {name: events-topics}\ndata: {agent.json: \'{"role":"topics"}\'}',
      65,
      "ConfigMap 'events-topics' is from another version of cdk8s-kafka; use the version that has written it",
    ],
  ])('%j is an error', async (yaml, exitCode, message) => {
    const { code, lines } = await run(`plan ${TARGET} --manifests dist`, { yaml });
    expect(lines[0]).toContain(`cdk8s-kafka: ${message}`);
    expect(code).toBe(exitCode);
  });
});

test('plan prints JSON', async () => {
  const { lines } = await run(`plan ${TARGET} --output json`);
  expect(JSON.parse(lines.join('\n'))).toMatchObject({
    version: 1,
    cluster: 'events',
    namespace: 'kafka',
    digest: expect.stringMatching(/^[0-9a-f]{16}$/),
    plan: { create: [{ name: 'events.orders', assignments: [[1001, 1002, 1003]] }] },
    problems: [],
  });
});

test('apply makes exactly a saved plan, and returns the exit code of the Job', async () => {
  const { files } = await run(`plan ${TARGET} --save p.json`);
  const { digest } = JSON.parse(files['p.json']) as { digest: string };
  const log =
    '{"level":"info","message":"topic created","topic":"events.orders"}\n{"level":"warn","message":"careful"}';
  const { code, lines, inputs } = await run(`apply ${TARGET} --plan p.json`, { files, exitCode: 76, log });
  expect(inputs[0]).toContain(`"--expected-plan=${digest}"`);
  expect(lines).toEqual(['topic created topic=events.orders', 'warn: careful']);
  expect(code).toBe(76);
});

test('apply without a plan runs the topic synchronization once', async () => {
  const { code, inputs } = await run(`apply ${TARGET}`, { log: '' });
  expect(inputs[0]).toContain('"args":["agent.json"]');
  expect(code).toBe(0);
});

test('snapshot writes the state into a file', async () => {
  const { code, files, lines } = await run(`snapshot ${TARGET} --save s.json`, { snapshot: EXISTING });
  expect([code, lines]).toEqual([0, ['The snapshot is in s.json.']]);
  expect(files['s.json']).toBe(snapshotJson(EXISTING));
});

describe('errors', () => {
  const saved = (change: object) =>
    JSON.stringify({
      version: 1,
      cluster: 'events',
      namespace: 'kafka',
      digest: '0123456789abcdef',
      ...change,
    });

  test.each<[string, string, Scene, number, string]>([
    [
      'no CronJob',
      `apply ${TARGET}`,
      { cronJob: null },
      78,
      "namespace 'kafka' has no CronJob 'events-topics'; check --namespace and --cluster, and that the app has a TopicSyncCronJob",
    ],
    [
      'a pod that does not start',
      `apply ${TARGET}`,
      { waiting: { reason: 'ImagePullBackOff' } },
      69,
      'has not started within 120 s: ImagePullBackOff',
    ],
    [
      'a Job that fails',
      `plan ${TARGET}`,
      { exitCode: 69, log: '{"level":"error","message":"unreachable"}' },
      69,
      'the state of the topics cannot be read (exit code 69); see the log above',
    ],
    [
      'a Job without its ConfigMaps',
      `plan ${TARGET}`,
      { exitCode: 78, log: '' },
      78,
      'the state of the topics cannot be read (exit code 78); see the log above',
    ],
    [
      'a log that is cut off',
      `plan ${TARGET}`,
      { log: 'snapshot H4sIAAAA' },
      69,
      'the state of the topics cannot be read (exit code 0); see the log above',
    ],
    ['a plan that is no JSON', `apply ${TARGET} --plan p`, { files: { p: '{' } }, 65, 'p cannot be read: '],
    [
      'a plan of another version',
      `apply ${TARGET} --plan p`,
      { files: { p: saved({ version: 2 }) } },
      65,
      "p is not a plan of this version; write it with 'cdk8s-kafka topics plan --save'",
    ],
    [
      'a plan of another cluster',
      `apply ${TARGET} --plan p`,
      { files: { p: saved({ cluster: 'other' }) } },
      65,
      "p is a plan of cluster 'other' in namespace 'kafka', not of 'events' in 'kafka'",
    ],
    [
      'a snapshot of another cluster',
      `plan ${TARGET} --snapshot s`,
      { files: { s: snapshotJson({ ...EMPTY, clusterName: 'other' }) } },
      65,
      "s is a snapshot of cluster 'other', and --cluster is 'events'",
    ],
    [
      'a snapshot of another version',
      `plan ${TARGET} --snapshot s`,
      { files: { s: '{"version":9}' } },
      65,
      's cannot be read: version of the snapshot is 9, this version of cdk8s-kafka reads 2',
    ],
  ])('%s', async (_, line, scene, exitCode, message) => {
    const { code, lines, commands } = await run(line, scene);
    expect(lines.at(-1)).toContain(message);
    expect(code).toBe(exitCode);
    // A Job that was created is deleted.
    expect(commands.filter((command) => command.startsWith('create'))).toHaveLength(
      commands.filter((command) => command.startsWith('delete')).length,
    );
  });
});
