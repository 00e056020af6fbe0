/* Map `streams` with three brokers, topic `events.there`, and lists for it. */
import { TopicSyncConfig } from '../../../lib/seam/agent-config';
import { topicSyncConfig } from '../configs';
import { FakeKafka, FakeNode, Interference } from './fake-kafka';
import { FakeKubernetes, listOf } from './fake-kubernetes';
import { Scene } from './sync-run';

export const BROKERS: Record<number, FakeNode> = {
  1001: { zone: 'a' },
  1002: { zone: 'b' },
  1003: { zone: 'c' },
};
export const THERE = {
  name: 'events.there',
  partitions: 1,
  replicationFactor: 3,
  config: { 'retention.ms': '1' },
};
export const NEW = { name: 'events.new', partitions: 1, replicationFactor: 3 };
export const PRUNE = { minAgeSeconds: 3_600, maxPerRun: 10 };

/** A cluster with topic `events.there`, and a list that declares topics. */
export function sceneOf(
  topics: readonly unknown[] = [NEW, THERE],
  config: Partial<TopicSyncConfig> = {},
): Scene {
  const kafka = new FakeKafka(BROKERS);
  kafka.put('events.there', [[1001, 1002, 1003]], { 'retention.ms': '1' });
  return new Scene(kafka, new FakeKubernetes([listOf(topics)]), topicSyncConfig(config));
}

/** Parts of a scene that lead to a result. */
export interface Case {
  readonly topics?: readonly unknown[];
  readonly config?: Partial<TopicSyncConfig>;
  readonly brokers?: Record<number, FakeNode>;
  readonly rejections?: Record<string, number>;
  readonly interference?: Interference;
}

/** A scene with these parts. */
export function sceneWith({ topics, config, brokers, rejections = {}, interference }: Case): Scene {
  const scene = sceneOf(topics, config);
  Object.entries(brokers ?? {}).forEach(([id, broker]) => scene.kafka.brokers.set(Number(id), broker));
  Object.entries(rejections).forEach(([topic, code]) => scene.kafka.rejections.set(topic, code));
  scene.kafka.interference = interference ?? (() => undefined);
  return scene;
}

export const DEAD = { 1003: { zone: 'c', isLive: false } };
export const INVALID = { name: 'events.x', partitions: 0 };
export const REFUSED = { ...NEW, name: 'other' };
export const ONE_REPLICA = { ...NEW, name: 'events.one', replicationFactor: 1 };
