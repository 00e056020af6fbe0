/* The command with a fake kubectl, whose Jobs print the snapshot of a cluster. */
import { PartitionView } from '../../../agent/kafka/cluster-view';
import { Snapshot, snapshotLines } from '../../../agent/topics/snapshot/snapshot';
import { CommandEdges } from '../../../cli/edges';
import { main } from '../../../cli/main';
import { DeclaredTopicConfig, TopicSyncConfig } from '../../../lib/seam/agent-config';
import { topicsChecksum } from '../../../lib/seam/topics-checksum';
import { topicSyncConfig } from '../../agent/configs';
import { clusterOf, partition } from '../../agent/views';
import { commandEdges } from '../command-edges';

export const TARGET = '-n kafka --cluster events';
export const NOW = Date.UTC(2026, 0, 1);
export const ORDERS: DeclaredTopicConfig = { name: 'events.orders', partitions: 1, replicationFactor: 3 };
export const LIST = { namespace: 'kafka', configMapName: 'events-topic-list' };

const CRON_JOB = {
  // Argo CD prunes objects with this label that the YAML does not contain.
  metadata: { labels: { 'app.kubernetes.io/instance': 'events' } },
  spec: {
    jobTemplate: {
      metadata: { labels: { app: 'kafka' } },
      spec: {
        backoffLimit: 0,
        template: { spec: { containers: [{ name: 'topics', args: ['agent.json'] }, { name: 'proxy' }] } },
      },
    },
  },
};

/** agent.json of a topic synchronization with one list. */
export function configOf(topics: readonly DeclaredTopicConfig[]): TopicSyncConfig {
  return topicSyncConfig({ namespace: 'kafka', lists: [{ ...LIST, checksum: topicsChecksum(topics) }] });
}

/** State of a cluster with three brokers. */
export function snapshotOf(
  partitions: readonly PartitionView[],
  change: Partial<Snapshot> = {},
  topics: readonly DeclaredTopicConfig[] = [ORDERS],
): Snapshot {
  const brokers = ['a', 'b', 'c'].map((rack, index) => ({ id: 1001 + index, rack }));
  return {
    clusterName: 'events',
    namespace: 'kafka',
    takenAt: Date.UTC(2025, 11, 31, 12),
    state: {
      view: clusterOf({ brokers, partitions }),
      settings: new Map(partitions.map(({ topic }) => [topic, new Map()])),
      cordoned: new Set(),
    },
    lists: [{ list: LIST, files: [{ name: LIST.configMapName, text: JSON.stringify(topics) }], missing: [] }],
    sizes: new Map(),
    isDecreaseAccepted: false,
    areSettingsHeld: false,
    ...change,
  };
}

/** A cluster with the declared topic. */
export const EXISTING = snapshotOf([partition('events.orders', 0, [1001, 1002, 1003])]);
/** A cluster without topics. */
export const EMPTY = snapshotOf([]);

/** A pod of a Job, with the states of its containers. */
export function podOf(states: Readonly<Record<string, object>>, status: object = {}): object {
  const containerStatuses = Object.entries(states).map(([name, state]) => ({ name, state }));
  return { metadata: { name: 'events-topics-pod' }, status: { ...status, containerStatuses } };
}

/** A pod whose program has ended. */
export function endedPod(exitCode: number, terminated: object = {}, status: object = {}): object {
  return podOf({ topics: { terminated: { exitCode, ...terminated } } }, status);
}

/** Answers of kubectl, and files. */
export interface Scene {
  readonly snapshot?: Snapshot;
  readonly exitCode?: number;
  readonly log?: string;
  /** Pods of the Job at each read; the last ones stay. */
  readonly pods?: readonly (readonly object[])[];
  /** Status of the Job; null if it does not exist. */
  readonly jobStatus?: object | null;
  readonly events?: readonly object[];
  /** Null if there is none. */
  readonly cronJob?: object | null;
  /** Outputs of kubectl that replace the usual ones, by a part of the command. Errors are thrown. */
  readonly outputs?: Readonly<Record<string, string | Error>>;
  readonly files?: Record<string, string>;
  readonly yaml?: string | readonly { readonly path: string; readonly text: string }[];
}

/** Result of a command. */
export interface TopicsRun {
  readonly code: number;
  /** Lines of standard output. */
  readonly lines: readonly string[];
  /** Lines of standard error. */
  readonly errors: readonly string[];
  /** Commands of kubectl. The name of the Job is `events-topics-ID`. */
  readonly commands: readonly string[];
  /** Commands that run after an interruption as well. */
  readonly cleanups: readonly string[];
  readonly inputs: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** Seconds until the end of the command. */
  readonly seconds: number;
}

const withoutId = (text: string) => text.replace(/events-topics-[0-9a-f]{8}/g, 'events-topics-ID');

/** Runs `cdk8s-kafka topics`. */
export async function runTopics(line: string, scene: Scene = {}): Promise<TopicsRun> {
  const { yaml = '', files = {} } = scene;
  const lines: string[] = [];
  const errors: string[] = [];
  const commands: string[] = [];
  const cleanups: string[] = [];
  const inputs: string[] = [];
  const output = outputOf(scene);
  let now = NOW;
  const kubectl: CommandEdges['kubectl'] = async (args, { input, isCleanup = false } = {}) => {
    const command = withoutId(args.join(' '));
    commands.push(command);
    cleanups.push(...(isCleanup ? [command] : []));
    inputs.push(...(input === undefined ? [] : [input]));
    return output(command);
  };
  const code = await main(
    ['topics', ...line.split(' ').filter(Boolean)],
    commandEdges(kubectl, lines, {
      printError: (text) => errors.push(withoutId(text)),
      now: () => now,
      pause: async (ms) => (now += ms),
      readYaml: async (path) =>
        typeof yaml === 'string' ? [{ path: `${path}/events.yaml`, text: yaml }] : [...yaml],
      readFile: async (path) => files[path],
      writeFile: async (path, text) => void (files[path] = text),
    }),
  );
  return { code, lines, errors, commands, cleanups, inputs, files, seconds: (now - NOW) / 1000 };
}

function outputOf(scene: Scene): (command: string) => string {
  const { snapshot = EMPTY, exitCode = 0, cronJob = CRON_JOB, jobStatus = {}, events = [] } = scene;
  const pods = [...(scene.pods ?? [[endedPod(exitCode)]])];
  const usual: Readonly<Record<string, () => string>> = {
    'get cronjob': () => (cronJob === null ? '' : JSON.stringify(cronJob)),
    'get configmap': () => {
      const data = { 'agent.json': JSON.stringify(configOf([ORDERS])) };
      return JSON.stringify({
        kind: 'ConfigMap',
        metadata: { name: 'events-topics', namespace: 'kafka' },
        data,
      });
    },
    'get job ': () => (jobStatus === null ? '' : JSON.stringify({ status: jobStatus })),
    'get pods': () => JSON.stringify({ items: pods.length > 1 ? pods.shift() : pods[0] }),
    'get events': () => JSON.stringify({ items: events }),
    'logs ': () => scene.log ?? snapshotLines(snapshot).join('\n'),
    'create ': () => '',
    'delete ': () => '',
  };
  return (command) => {
    const [, replaced] = Object.entries(scene.outputs ?? {}).find(([part]) => command.includes(part)) ?? [];
    if (replaced instanceof Error) {
      throw replaced;
    }
    const [, output] = Object.entries(usual).find(([part]) => command.includes(part))!;
    return replaced ?? output();
  };
}

/** Synthesized YAML of a topic synchronization with one list. */
export function yamlOf(topics: readonly DeclaredTopicConfig[]): string {
  return [
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
}
