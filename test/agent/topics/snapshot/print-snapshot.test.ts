import { KafkaUnavailable } from '../../../../agent/kafka/connection';
import { ApiServerUnavailable } from '../../../../agent/kubernetes/transport';
import { printSnapshot } from '../../../../agent/topics/snapshot/print-snapshot';
import { snapshotInLog } from '../../../../cli/topics/parse-snapshot';
import { planRun } from '../../../../agent/topics/plan/plan-run';
import { NO_MEMORY } from '../../../../agent/topics/plan/prune';
import { readDeclarations } from '../../../../agent/topics/lists/declarations';
import { parseMemory } from '../../../../agent/topics/status/memory';
import { Scene } from '../sync-run';
import { NEW, ONE_REPLICA, PRUNE, THERE, sceneOf } from '../sync-scene';

let output: string;
beforeEach(() => {
  output = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
});
afterEach(() => jest.restoreAllMocks());

const print = ({ kafka, kubernetes, config, now }: Scene) =>
  printSnapshot(config, { kafka, kubernetes, now: () => now });

test('the log of a Job contains everything that the plan of a run depends on', async () => {
  const scene = sceneOf([NEW, THERE, ONE_REPLICA, { ...ONE_REPLICA, name: 'events.old' }], { prune: PRUNE });
  await scene.run();
  scene.kubernetes.declare([
    NEW,
    { ...THERE, partitions: 3 },
    { ...ONE_REPLICA, config: { a: '1' } },
    { ...NEW, name: 'events.b' },
  ]);
  await scene.run();
  scene.pass(PRUNE.minAgeSeconds);
  scene.kafka.topics.delete('events.b');
  scene.kafka.topics.get('events.there')!.partitions.pop();
  scene.kafka.topics.get('events.one')!.settings.clear();

  expect(await print(scene)).toBe(0);
  const { takenAt, state, lists, memory, isDecreaseAccepted, areSettingsHeld } = snapshotInLog(output)!;
  const declarations = readDeclarations(lists);
  const { plan } = planRun({
    ...scene.config,
    declarations,
    state,
    memory: parseMemory(memory) ?? NO_MEMORY,
    isDecreaseAccepted,
    areSettingsHeld,
    now: takenAt,
  });
  const names = (topics: readonly { readonly name: string }[]) => topics.map(({ name }) => name);
  expect([plan.create, plan.addPartitions, plan.changeSettings, plan.delete].map(names)).toEqual([
    ['events.b'],
    ['events.there'],
    ['events.one'],
    ['events.old'],
  ]);
});

test('the log contains the cluster, its namespace and the sizes of partitions', async () => {
  const scene = sceneOf();
  scene.kafka.put('events.other', [[1003, 1001], [1002]]);
  scene.kafka.bytes.set('events.there-0', 7).set('events.other-0', 8);
  await print(scene);
  expect(snapshotInLog(output)).toMatchObject({
    clusterName: 'events',
    namespace: 'prod',
    takenAt: scene.now,
    sizes: new Map([
      ['events.there-0', 7],
      ['events.other-0', 8],
    ]),
  });
});

test('another replica has the size of a partition whose leader does not answer', async () => {
  const scene = sceneOf();
  scene.kafka.put('events.other', [[1001, 1002]]);
  scene.kafka.bytes.set('events.there-0', 7).set('events.other-0', 8);
  const { sizes } = scene.kafka;
  const asked: number[][] = [];
  scene.kafka.sizes = (view, replicas) => {
    asked.push(replicas.map(({ broker }) => broker));
    return sizes(
      view,
      replicas.filter(({ broker }) => broker !== 1001),
    );
  };
  await print(scene);
  expect(snapshotInLog(output)?.sizes).toEqual(
    new Map([
      ['events.there-0', 7],
      ['events.other-0', 8],
    ]),
  );
  expect(asked).toEqual([
    [1001, 1001],
    [1002, 1002],
  ]);
});

test('a snapshot changes nothing', async () => {
  const scene = sceneOf();
  const before = scene.kafka.content;
  await print(scene);
  expect(scene.kafka.content).toEqual(before);
  expect(scene.kubernetes.requests).toEqual(['pods', 'lists', 'status']);
});

test.each(['view', 'settings'])(
  'Kafka that does not answer at %s is an error for an operator',
  async (action) => {
    const scene = sceneOf();
    scene.kafka.interference = (request) => {
      if (request.startsWith(action)) throw new KafkaUnavailable('events-brokers:9091: connect ECONNREFUSED');
    };
    await expect(print(scene)).rejects.toMatchObject({
      message: "cluster 'events' is unreachable; events-brokers:9091: connect ECONNREFUSED",
      exitCode: 69,
    });
    expect(output).toBe('');
  },
);

test.each(['lists', 'status'])(
  'an API server that does not answer at %s is an error for an operator',
  async (name) => {
    const scene = sceneOf();
    scene.kubernetes.interference = (request) => {
      if (request === name) throw new ApiServerUnavailable('no response from the API server: timeout');
    };
    await expect(print(scene)).rejects.toMatchObject({
      message: expect.stringContaining('no response'),
      exitCode: 69,
    });
  },
);
