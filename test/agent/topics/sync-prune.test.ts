import { ACCEPT_PRUNE_ANNOTATION, TopicSyncConfig } from '../../../lib/seam/agent-config';
import { Line, Scene, collectLog, messagesOf } from './sync-run';
import { NEW, ONE_REPLICA, PRUNE, THERE, sceneOf } from './sync-scene';

let lines: Line[];
beforeEach(() => (lines = collectLog()));
afterEach(() => jest.restoreAllMocks());

describe('a topic that is no longer declared', () => {
  const OLD = { ...ONE_REPLICA, name: 'events.old' };
  const kept = [NEW, THERE, ONE_REPLICA];

  /** A scene in which `events.old` is about to be deleted. */
  async function scenePruning(config: Partial<TopicSyncConfig> = {}): Promise<Scene> {
    const scene = sceneOf([...kept, OLD], { prune: PRUNE, ...config });
    await scene.run();
    scene.kubernetes.declare(kept);
    await scene.run();
    scene.pass(PRUNE.minAgeSeconds);
    return scene;
  }

  test('is deleted', async () => {
    const scene = await scenePruning();
    expect(await scene.run()).toBe(0);
    expect(scene.kafka.topics.has('events.old')).toBe(false);
    expect(scene.counts.deleted).toBe(1);
    expect(lines).toContainEqual({
      level: 'warn',
      message: 'topic is deleted: it is no longer declared',
      fields: { topic: 'events.old', absentSince: '2026-03-01T12:00:00.000Z' },
    });
  });

  test('stays without prune', async () => {
    const scene = await scenePruning({ prune: undefined });
    await scene.run();
    expect(scene.kafka.topics.has('events.old')).toBe(true);
  });

  test('is not deleted again after a client has created it again', async () => {
    const scene = await scenePruning();
    await scene.run();
    scene.kafka.put('events.old', [[1001]]);
    scene.pass(10 * PRUNE.minAgeSeconds);
    await scene.run();
    expect(scene.kafka.topics.has('events.old')).toBe(true);
  });

  test('that another client deletes at the same time is deleted', async () => {
    const scene = await scenePruning();
    scene.kafka.interference = (request, phase) => {
      if (request.startsWith('delete') && phase === 'before') scene.kafka.topics.delete('events.old');
    };
    expect(await scene.run()).toBe(0);
    expect(scene.counts).toMatchObject({ deleted: 1, rejected: 0 });
  });

  test('stays if the memory of earlier runs is damaged', async () => {
    const scene = await scenePruning();
    scene.kubernetes.damageMemory();
    expect(await scene.run()).toBe(0);
    expect(messagesOf(lines, 'warn')).toContain(
      'the memory of earlier runs is damaged; no topic is deleted that only they know',
    );
    scene.pass(10 * PRUNE.minAgeSeconds);
    expect(await scene.run()).toBe(0);
    expect(scene.kafka.topics.has('events.old')).toBe(true);
    expect(messagesOf(lines, 'warn').filter((message) => message.includes('damaged'))).toHaveLength(1);
  });

  test('stays while a list is shorter, until an operator accepts that', async () => {
    const scene = await scenePruning();
    scene.kubernetes.declare([THERE]);
    expect(await scene.run()).toBe(0);
    expect(scene.status.problems.split('\n')[0]).toBe(
      'prune: no topic is deleted: topic lists have lost more than a third of their topics: prod/topics 3 of 4',
    );
  });
});

describe('the annotation that accepts shorter lists', () => {
  const topics = [NEW, THERE, ONE_REPLICA, { ...ONE_REPLICA, name: 'events.two' }];

  /** A scene whose list has lost half of its topics. */
  async function sceneShorter(): Promise<Scene> {
    const scene = sceneOf(topics, { prune: PRUNE });
    await scene.run();
    scene.kubernetes.declare([NEW, THERE]);
    await scene.run();
    scene.pass(PRUNE.minAgeSeconds);
    return scene;
  }
  const accept = (scene: Scene, hours: number) =>
    scene.kubernetes.edit({
      annotations: {
        [ACCEPT_PRUNE_ANNOTATION]: `until=${new Date(scene.now + hours * 3_600_000).toISOString()}; by=ana; reason=team is gone`,
      },
    });

  test('allows deletions, and its sizes are the reference afterwards', async () => {
    const scene = await sceneShorter();
    await scene.run();
    expect(scene.counts.deleted).toBe(0);
    accept(scene, 1);
    await scene.run();
    expect(scene.counts.deleted).toBe(2);
    expect(messagesOf(lines, 'info')).toContainEqual(
      expect.stringMatching(
        /^the decrease of the topic lists is accepted, forced by ana until .*: team is gone$/,
      ),
    );
    scene.kubernetes.edit({ annotations: {} });
    scene.kubernetes.declare([NEW, THERE]);
    await scene.run();
    expect(scene.status.problems).toBeUndefined();
  });

  test('is ignored if it is not valid or lasts for more than a day', async () => {
    const scene = await sceneShorter();
    accept(scene, 25);
    await scene.run();
    expect(scene.counts.deleted).toBe(0);
    expect(messagesOf(lines, 'warn')).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^the annotation ${ACCEPT_PRUNE_ANNOTATION} is ignored: until is .*; it must be at most 1 day ahead`,
        ),
      ),
    );
  });
});
