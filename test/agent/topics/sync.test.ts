import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorError } from '../../../agent/runtime/errors';
import { ClusterView, clusterView } from '../../../agent/kafka/cluster-view';
import { KafkaSession, KafkaUnavailable } from '../../../agent/kafka/connection';
import { CreateResult, TOPIC_ALREADY_EXISTS, topicSettings } from '../../../agent/kafka/topic-admin';
import { LogFields, log } from '../../../agent/runtime/log';
import { createOnController } from '../../../agent/topics/create';
import { syncTopics } from '../../../agent/topics/sync';
import { topicSyncConfig } from '../configs';
import { clusterOf, partition } from '../views';

jest.mock('../../../agent/kafka/connection', () => ({
  KafkaSession: { with: jest.fn() },
  KafkaUnavailable: class extends Error {},
}));
jest.mock('../../../agent/kafka/cluster-view', () => ({ clusterView: jest.fn() }));
jest.mock('../../../agent/kafka/topic-admin', () => ({ TOPIC_ALREADY_EXISTS: 36, topicSettings: jest.fn() }));
jest.mock('../../../agent/topics/create', () => ({ createOnController: jest.fn() }));

const ALIVE = clusterOf({
  brokers: ['a', 'b', 'c'].map((rack, index) => ({ id: 1001 + index, rack })),
  partitions: [partition('events.there', 0, [1001, 1002, 1003])],
});
const THERE = { name: 'events.there', partitions: 1, replicationFactor: 3, config: { 'retention.ms': '1' } };
const NEW = { name: 'events.new', partitions: 1, replicationFactor: 3 };
const UNAVAILABLE = new KafkaUnavailable('1001:9091: connect ECONNREFUSED');

let folder: string;
let lines: { level: string; message: string; fields: LogFields }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-sync-'));
  lines = [];
  for (const level of ['info', 'warn', 'error'] as const) {
    jest
      .spyOn(log, level)
      .mockImplementation((message, fields = {}) => void lines.push({ level, message, fields }));
  }
  jest
    .mocked(KafkaSession.with)
    .mockImplementation(async (_, __, questions) => questions(undefined as unknown as KafkaSession));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Runs a synchronization with definitions, a cluster view and responses of Kafka. */
async function run({
  topics = [NEW, THERE],
  view = ALIVE,
  creation = [],
  settings = new Map([['events.there', new Map([['retention.ms', '1']])]]),
}: {
  topics?: unknown[];
  view?: ClusterView;
  creation?: CreateResult[] | Error;
  settings?: Map<string, Map<string, string>> | Error;
} = {}): Promise<number | OperatorError> {
  await writeFile(join(folder, 'topics-0.json'), JSON.stringify(topics));
  const answer = async <T>(value: T | Error): Promise<T> => {
    if (value instanceof Error) throw value;
    return value;
  };
  jest.mocked(clusterView).mockImplementation(async () => view);
  jest.mocked(createOnController).mockImplementation(() => answer(creation));
  jest.mocked(topicSettings).mockImplementation(() => answer(settings));
  return syncTopics(topicSyncConfig(), new AbortController().signal, folder).catch((error: unknown) => {
    if (error instanceof OperatorError) return error;
    throw error;
  });
}

function summary(): LogFields | undefined {
  return lines.find(({ message }) => message === 'topic synchronization finished')?.fields;
}

const rejected = (errorCode: number): CreateResult[] => [
  { name: 'events.new', errorCode, errorMessage: 'because' },
];

test.each<[string, Parameters<typeof run>[0], number, LogFields]>([
  ['all topics can be created', {}, 0, { defined: 2, created: 1, failed: 0, drifted: 0, unmanaged: 0 }],
  [
    'another client has created a topic',
    { creation: rejected(TOPIC_ALREADY_EXISTS) },
    0,
    { created: 0, failed: 0 },
  ],
  ['settings differ', { settings: new Map() }, 0, { created: 1, drifted: 1 }],
  ['settings cannot be read', { settings: UNAVAILABLE }, 0, { created: 1, drifted: 0 }],
  ['Kafka rejects a topic', { creation: rejected(44) }, 69, { created: 0, failed: 1 }],
  [
    'brokers are missing',
    { view: clusterOf({ brokers: [1001] }), topics: [NEW] },
    69,
    { created: 0, deferred: 1 },
  ],
  ['a definition matches no map', { topics: [{ ...NEW, name: 'other' }] }, 65, { created: 0, impossible: 1 }],
  ['a definition is invalid', { topics: [NEW, { name: 'events.x' }] }, 65, { created: 1, malformed: 1 }],
])('exit code and summary if %s', async (_, scene, code, counts) => {
  expect(await run(scene)).toBe(code);
  expect(summary()).toMatchObject(counts);
});

test('fails with 69 and logs a summary if Kafka stops responding', async () => {
  expect(await run({ creation: UNAVAILABLE, settings: UNAVAILABLE })).toMatchObject({
    name: 'OperatorError',
    message: 'Kafka stopped responding before all topics were created: 1001:9091: connect ECONNREFUSED',
    exitCode: 69,
  });
  expect(summary()).toMatchObject({ defined: 2, created: 0, failed: 1 });
});

test('compares settings after topics were created, and logs a failure', async () => {
  await run({ settings: UNAVAILABLE });
  const messages = lines.map(({ message }) => message);
  expect(messages.indexOf('topic created')).toBeGreaterThanOrEqual(0);
  expect(messages.indexOf('cannot compare topic settings; the next run tries again')).toBeGreaterThan(
    messages.indexOf('topic created'),
  );
});

test.each([
  ['min.cleanable.dirty.ratio', '0.50', '0.5'],
  ['min.cleanable.dirty.ratio', '1', '1.0'],
  ['cleanup.policy', 'delete, compact', 'compact,delete'],
  ['preallocate', 'True', 'true'],
  ['retention.ms', ' 0100', '100'],
])('%s: %j in a definition and %j in Kafka are no difference', async (setting, defined, actual) => {
  await run({
    topics: [{ ...THERE, config: { [setting]: defined } }],
    settings: new Map([[THERE.name, new Map([[setting, actual]])]]),
  });
  expect(summary()).toMatchObject({ drifted: 0 });
});

test('another value is a difference', async () => {
  await run({
    topics: [{ ...THERE, config: { 'cleanup.policy': 'compact' } }],
    settings: new Map([[THERE.name, new Map([['cleanup.policy', 'compact,delete']])]]),
  });
  expect(summary()).toMatchObject({ drifted: 1 });
});

test('a bug is not reported as an outage', async () => {
  await expect(run({ creation: new TypeError('undefined is not iterable') })).rejects.toThrow(TypeError);
  await expect(run({ settings: new TypeError('undefined is not iterable') })).rejects.toThrow(TypeError);
});

test('unmanaged topics are logged by problem with up to ten names, and do not change the exit code', async () => {
  const view = {
    ...ALIVE,
    topics: new Set([...ALIVE.topics, ...Array.from({ length: 12 }, (_, index) => `foreign-${10 + index}`)]),
  };
  expect(await run({ view })).toBe(0);
  expect(lines.filter(({ message }) => message.startsWith('unmanaged topics'))).toEqual([
    {
      level: 'warn',
      message: 'unmanaged topics match no map and are not changed',
      fields: { count: 12, topics: Array.from({ length: 10 }, (_, index) => `foreign-${10 + index}`) },
    },
  ]);
  expect(summary()).toMatchObject({ unmanaged: 12, drifted: 0 });
});
