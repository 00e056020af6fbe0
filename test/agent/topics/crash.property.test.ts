/* Runs that die, that Kafka does not answer, that meet other clients, and that run at the same time. */
import fc from 'fast-check';
import { DeclaredTopicConfig } from '../../../lib/seam/agent-config';
import { KafkaUnavailable } from '../../../agent/kafka/connection';
import { planTopics } from '../../../agent/topics/plan/plan-topics';
import { hasChanges } from '../../../agent/topics/plan/topic-plan';
import { topicSyncConfig } from '../configs';
import { FakeKafka, Interference } from './fake-kafka';
import { FakeKubernetes, listOf } from './fake-kubernetes';
import { driftOf } from './plan-input';
import { Scene, collectLog } from './sync-run';
import { World, inputOf, kafkaOf, shapeOf, worlds } from './worlds';

const RUNS = { numRuns: 100 };
const PRUNE = { minAgeSeconds: 60, maxPerRun: 10 };
const MAX_REQUESTS = 30;

class Killed extends Error {}

beforeEach(() => void collectLog());
afterEach(() => jest.restoreAllMocks());

/** A cluster whose topics are declared, and the declarations that come next. */
interface History {
  readonly world: World;
  /** Topics that are no longer declared. */
  readonly removed: readonly string[];
  /** Changes of the topics that stay. */
  readonly more: number;
}

const histories: fc.Arbitrary<History> = worlds({ drift: driftOf('correct') })
  .filter(({ topics }) => topics.length > 0)
  .chain((world) =>
    fc.record({
      world: fc.constant(world),
      // A list that loses more than a third of its topics stops deletions.
      removed: fc.subarray(
        world.topics.map(({ name }) => name),
        { maxLength: Math.floor(world.topics.length / 3) },
      ),
      more: fc.nat(2),
    }),
  );

const NEW: readonly DeclaredTopicConfig[] = ['m0.new', 'm1.new'].map((name) => ({
  name,
  partitions: 2,
  replicationFactor: 1,
}));

function nextTopics({ world, removed, more }: History): DeclaredTopicConfig[] {
  const kept = world.topics.filter(({ name }) => !removed.includes(name));
  return [
    ...NEW,
    ...kept.map((topic) => ({
      ...topic,
      partitions: topic.partitions && topic.partitions + more,
      config: { ...topic.config, d: String(more) },
    })),
  ];
}

/** A cluster after a run with the old declarations and one with the new ones, some minutes later. */
async function prepared(history: History): Promise<Scene> {
  const { world } = history;
  const kubernetes = new FakeKubernetes([listOf(world.topics)]);
  kubernetes.ids = world.pods;
  const config = topicSyncConfig({ maps: world.maps, drift: world.drift, prune: PRUNE });
  const scene = new Scene(kafkaOf(world), kubernetes, config);
  await scene.run();
  const { kafka } = scene;
  kubernetes.declare(nextTopics(history));
  // The first run without the topics that are removed makes no other changes, so that the next one has some.
  const changes = new Map(Object.entries(kafka.content));
  await scene.run();
  kafka.topics.clear();
  changes.forEach(({ partitions, settings }, name) => kafka.put(name, partitions, settings));
  kafka.requests.length = 0;
  kubernetes.requests.length = 0;
  scene.pass(PRUNE.minAgeSeconds);
  return scene;
}

/** Interferes once, at the nth call. */
function once(nth: number, act: () => void): Interference {
  let calls = 0;
  return () => {
    if (++calls === nth) act();
  };
}

function interfere({ kafka, kubernetes }: Scene, interference: Interference): void {
  kafka.interference = interference;
  kubernetes.interference = interference;
}

/** No topic has lost a partition, or has one that moved. */
function expectPrefixes(kafka: FakeKafka, before: FakeKafka['content'], deleted: readonly string[]): void {
  for (const [name, { partitions }] of Object.entries(before)) {
    if (!deleted.includes(name)) {
      expect(kafka.topics.get(name)?.partitions.slice(0, partitions.length)).toEqual(partitions);
    }
  }
}

const removable = ({ removed }: History) => removed.filter((name) => !name.startsWith('__'));

async function uninterrupted(history: History): Promise<{ code: unknown; shape: unknown }> {
  const scene = await prepared(history);
  const code = await scene.run();
  expect(removable(history).filter((name) => scene.kafka.topics.has(name))).toEqual([]);
  return { code, shape: shapeOf(scene.kafka) };
}

test('a run that dies anywhere, again and again, is completed by the next ones', async () => {
  const crashes = fc.array(fc.integer({ min: 1, max: MAX_REQUESTS }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(histories, crashes, fc.boolean(), async (history, points, isOutage) => {
      const scene = await prepared(history);
      const before = scene.kafka.content;
      for (const nth of points) {
        interfere(
          scene,
          once(nth, () => {
            throw isOutage ? new KafkaUnavailable('no answer') : new Killed();
          }),
        );
        await scene.run().catch((error: unknown) => {
          if (!(error instanceof Killed || error instanceof KafkaUnavailable)) throw error;
        });
        expectPrefixes(scene.kafka, before, removable(history));
      }
      interfere(scene, () => undefined);
      const code = await scene.run();
      const twin = await uninterrupted(history);
      expect({ code, shape: shapeOf(scene.kafka) }).toEqual(twin);
      expectPrefixes(scene.kafka, before, removable(history));
    }),
    RUNS,
  );
});

test('two runs at once end as one run does', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.scheduler(), async (history, scheduler) => {
      const twin = await uninterrupted(history);
      const scene = await prepared(history);
      const before = scene.kafka.content;
      interfere(scene, (request, phase) => scheduler.schedule(Promise.resolve(), `${request} ${phase}`));
      const other = new Scene(scene.kafka, scene.kubernetes, scene.config);
      other.now = scene.now;
      const codes = await scheduler.waitFor(Promise.all([scene.run(), other.run()]));
      expect({ codes, shape: shapeOf(scene.kafka) }).toEqual({
        codes: [twin.code, twin.code],
        shape: twin.shape,
      });
      expectPrefixes(scene.kafka, before, removable(history));
    }),
    RUNS,
  );
});

/** Changes that another client makes to topics. */
const acts: fc.Arbitrary<(kafka: FakeKafka) => void> = fc
  .record({
    kind: fc.constantFrom('delete', 'create', 'add', 'set'),
    name: fc.constantFrom('m0.a', 'm0.b', 'm1.a', '__proto__', 'constructor'),
  })
  .map(({ kind, name }) => (kafka) => {
    const topic = kafka.topics.get(name);
    if (kind === 'create' && topic === undefined) kafka.put(name, [[901]]);
    if (kind === 'delete') kafka.topics.delete(name);
    if (kind === 'add') topic?.partitions.push([...topic.partitions[0]]);
    if (kind === 'set') topic?.settings.set('a', '9');
  });

test('a run that meets another client ends, and the next runs make the topics as declared', async () => {
  const events = fc.array(fc.tuple(fc.integer({ min: 1, max: MAX_REQUESTS }), acts), {
    minLength: 1,
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(histories, events, async (history, list) => {
      const scene = await prepared(history);
      const steps = list.map(([nth, act]) => once(nth, () => act(scene.kafka)));
      interfere(scene, (...call) => steps.forEach((step) => void step(...call)));
      expect([0, 65, 75, 76]).toContain(await scene.run());
      interfere(scene, () => undefined);
      await scene.run();
      const next = planTopics(await inputOf({ ...history.world, topics: nextTopics(history) }, scene.kafka));
      expect(hasChanges(next)).toBe(false);
    }),
    RUNS,
  );
});
