import { PlannedDeletion } from '../../../agent/topics/plan/topic-plan';
import { snapshotJson, snapshotLines } from '../../../agent/topics/snapshot/snapshot';
import { formatMemory } from '../../../agent/topics/status/memory';
import { topicSyncConfig } from '../../agent/configs';
import { partition } from '../../agent/views';
import {
  EMPTY,
  EXISTING,
  LIST,
  NOW,
  ORDERS,
  Scene,
  TARGET,
  configOf,
  runTopics,
  snapshotOf,
  yamlOf,
} from './topics-scene';

const DAY = 86_400_000;

test('plan shows the changes and exits with 2', async () => {
  const { code, lines } = await runTopics(`plan ${TARGET}`);
  expect(lines).toEqual([
    'Topics of cluster events: 1 to create.',
    '+ events.orders  1 partition, 3 replicas',
  ]);
  expect(code).toBe(2);
});

test('plan exits with 0 if topics are as declared', async () => {
  const { code, lines } = await runTopics(`plan ${TARGET}`, { snapshot: EXISTING });
  expect(lines).toEqual(['Topics of cluster events are as declared.']);
  expect(code).toBe(0);
});

test('plan prints JSON', async () => {
  const { lines } = await runTopics(`plan ${TARGET} --output json`);
  expect(JSON.parse(lines.join('\n'))).toMatchObject({
    version: 1,
    cluster: 'events',
    namespace: 'kafka',
    takenAt: '2025-12-31T12:00:00.000Z',
    digest: expect.stringMatching(/^[0-9a-f]{16}$/),
    plan: { create: [{ name: 'events.orders', assignments: [[1001, 1002, 1003]] }] },
    problems: [],
  });
});

test('warnings of the Job are printed to standard error', async () => {
  const log = [
    '{"time":"2026-01-01T00:00:00Z","level":"info","message":"started"}',
    '{"time":"2026-01-01T00:00:00Z","level":"warn","message":"pods of brokers cannot be read","reason":"forbidden"}',
    ...snapshotLines(EXISTING),
  ].join('\n');
  const { lines, errors } = await runTopics(`plan ${TARGET}`, { log });
  expect(errors).toEqual(['warn: pods of brokers cannot be read reason=forbidden']);
  expect(lines).toHaveLength(1);
});

describe('reassignments', () => {
  const narrow = [partition('events.orders', 0, [1001, 1002])];
  const snapshot = snapshotOf(narrow, { sizes: new Map([['events.orders-0', 2 ** 30]]) });

  test('have the bytes that they copy', async () => {
    const { lines } = await runTopics(`plan ${TARGET}`, { snapshot });
    expect(lines).toContain('! events.orders  1 partition to reassign, 1 GiB to copy');
    const unknown = await runTopics(`plan ${TARGET}`, { snapshot: snapshotOf(narrow) });
    expect(unknown.lines).toContain('! events.orders  1 partition to reassign');
  });

  test('are written for kafka-reassign-partitions.sh', async () => {
    const { code, files, lines } = await runTopics(`plan ${TARGET} --reassignments r.json`, { snapshot });
    expect(JSON.parse(files['r.json'])).toEqual({
      version: 1,
      partitions: [{ topic: 'events.orders', partition: 0, replicas: [1001, 1002, 1003] }],
    });
    expect(lines.at(-1)).toBe('The reassignments are in r.json.');
    expect(code).toBe(2);
  });

  test('are not written if there are none', async () => {
    const line = `plan ${TARGET} --reassignments r.json --output json`;
    const { code, files, lines, errors } = await runTopics(line, { snapshot: EXISTING });
    expect([code, files]).toEqual([0, {}]);
    expect(errors).toEqual(['No partition has to be reassigned, so r.json is not written.']);
    expect(JSON.parse(lines.join('\n'))).toMatchObject({ plan: { moves: [] } });
  });
});

describe('plan of a file', () => {
  test('works without a cluster, and shows the time of the state', async () => {
    const files = { 's.json': snapshotJson(EXISTING) };
    const scene = { yaml: yamlOf([ORDERS]), files };
    const { code, commands, lines } = await runTopics(
      `plan ${TARGET} --manifests dist --snapshot s.json`,
      scene,
    );
    expect([code, commands]).toEqual([0, []]);
    expect(lines).toEqual(['State of 2025-12-31T12:00:00Z.', 'Topics of cluster events are as declared.']);
  });

  test('a byte order mark at its start is ignored', async () => {
    const files = { 's.json': `\uFEFF${snapshotJson(EXISTING)}` };
    const { code } = await runTopics(`plan ${TARGET} --snapshot s.json`, { files });
    expect(code).toBe(0);
  });

  test('deletes what was due at its time', async () => {
    const since = NOW - 10 * DAY;
    const list = 'kafka/events-topic-list';
    const memory = formatMemory({
      declared: new Map([['events.orders', list]]),
      absent: new Map([['events.old', { since, list, isAccepted: true }]]),
    });
    const partitions = ['events.orders', 'events.old'].map((name) => partition(name, 0, [1001, 1002, 1003]));
    const config = { ...configOf([ORDERS]), prune: { minAgeSeconds: (3 * DAY) / 1000, maxPerRun: 10 } };
    const yaml = yamlOf([ORDERS]).replace(
      JSON.stringify(JSON.stringify(configOf([ORDERS]))),
      JSON.stringify(JSON.stringify(config)),
    );
    const deletionsAt = async (takenAt: number) => {
      const files = { s: snapshotJson(snapshotOf(partitions, { takenAt, memory })) };
      const line = `plan ${TARGET} --manifests dist --snapshot s --output json`;
      const { lines } = await runTopics(line, { yaml, files });
      return (JSON.parse(lines.join('\n')) as { plan: { delete: PlannedDeletion[] } }).plan.delete;
    };
    expect(await deletionsAt(since + 2 * DAY)).toEqual([]);
    expect(await deletionsAt(since + 3 * DAY)).toEqual([{ name: 'events.old', absentSince: since }]);
  });
});

describe('plan of synthesized YAML', () => {
  test('compares its topics with the cluster', async () => {
    const yaml = yamlOf([{ ...ORDERS, partitions: 2 }]);
    const { code, lines } = await runTopics(`plan ${TARGET} --manifests dist`, { yaml, snapshot: EXISTING });
    expect(lines).toEqual(['Topics of cluster events: 1 to extend.', '~ events.orders  partitions 1 -> 2']);
    expect(code).toBe(2);
  });

  const documents = (...data: readonly Readonly<Record<string, object>>[]) =>
    data
      .flatMap((maps) => Object.entries(maps))
      .map(([name, content]) => JSON.stringify({ kind: 'ConfigMap', metadata: { name }, data: content }))
      .join('\n---\n');
  const config = {
    'events-topics': { 'agent.json': JSON.stringify(topicSyncConfig({ namespace: 'kafka', lists: [LIST] })) },
  };

  test.each<[string, Readonly<Record<string, object>>, string[]]>([
    [
      'a list in parts is read completely, and a missing part is named',
      {
        [LIST.configMapName]: { parts: '0\n1\n' },
        [`${LIST.configMapName}-0`]: { 'topics.json': JSON.stringify([ORDERS]) },
      },
      [
        'Topics of cluster events: 1 refused.',
        'x   ConfigMap kafka/events-topic-list-1 does not exist; apply the synthesized YAML that contains it',
      ],
    ],
    [
      'a list of something else is named',
      { [LIST.configMapName]: { other: '' } },
      [
        'Topics of cluster events: 1 refused.',
        "x   ConfigMap kafka/events-topic-list has neither the key 'topics.json' nor 'parts'; apply the synthesized YAML " +
          'that contains it',
      ],
    ],
  ])('%s', async (_, lists, expected) => {
    const scene: Scene = { yaml: documents(config, lists), snapshot: EXISTING };
    const { code, lines } = await runTopics(`plan ${TARGET} --manifests dist`, scene);
    expect(lines).toEqual(expected);
    expect(code).toBe(2);
  });

  test('a list that neither the YAML nor the cluster has is named', async () => {
    const { lines } = await runTopics(`plan ${TARGET} --manifests dist`, {
      yaml: documents(config),
      snapshot: { ...EMPTY, lists: [] },
    });
    expect(lines[1]).toBe(
      'x   ConfigMap kafka/events-topic-list is not in the YAML, and the topic synchronization in the cluster does not read it yet',
    );
  });
});
