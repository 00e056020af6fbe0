import { DeclaredTopicConfig, TopicSyncConfig } from '../../lib/seam/agent-config';
import { ClusterView } from '../kafka/cluster-view';
import { KafkaUnavailable } from '../kafka/connection';
import { TopicSettingsRequest } from '../kafka/topic-admin';
import { reasonOf } from '../runtime/errors';
import { KafkaTopics } from './kafka-topics';
import { withBytes } from './plan/move-sizes';
import { ReplicaMove } from './plan/moves';
import { comparesSettings } from './plan/settings';
import { ClusterState } from './plan/cluster-state';
import { TopicOwners, withDefaults } from './plan/topic-owners';

/** Reads the settings that a plan compares. Without them a run goes on: new topics are more urgent. */
export async function readComparedSettings(
  config: TopicSyncConfig,
  topics: readonly DeclaredTopicConfig[],
  view: ClusterView,
  kafka: KafkaTopics,
): Promise<Pick<ClusterState, 'settings' | 'settingsUnreachable'>> {
  const requests = settingsRequests(config, topics, view);
  try {
    return {
      settings: requests.length === 0 ? new Map<string, never>() : await kafka.settings(view, requests),
    };
  } catch (error) {
    if (!(error instanceof KafkaUnavailable)) {
      throw error;
    }
    return { settings: new Map(), settingsUnreachable: reasonOf(error) };
  }
}

/** Settings that a plan compares: all of them, only if undeclared ones matter. */
export function settingsRequests(
  { maps, drift }: Pick<TopicSyncConfig, 'maps' | 'drift'>,
  topics: readonly DeclaredTopicConfig[],
  view: Pick<ClusterView, 'topics'>,
): TopicSettingsRequest[] {
  const owners = new TopicOwners(maps);
  return topics
    .filter(({ name }) => view.topics.has(name))
    .flatMap((topic) => {
      const [map] = owners.mapsOf(topic.name);
      const complete = map === undefined ? { problem: '' } : withDefaults(topic, map);
      if ('problem' in complete || !comparesSettings(drift, complete.config)) {
        return [];
      }
      return drift.undeclaredSettings === 'ignore'
        ? [{ name: topic.name, settings: Object.keys(complete.config ?? {}) }]
        : [{ name: topic.name }];
    });
}

/** Adds the bytes that reassignments copy, as far as brokers answer. */
export async function withSizes(
  moves: readonly ReplicaMove[],
  view: ClusterView,
  kafka: KafkaTopics,
): Promise<ReplicaMove[]> {
  const sources = moves.map(({ topic, partition, from }) => ({ topic, partition, broker: from[0] }));
  return withBytes(moves, await kafka.sizes(view, sources));
}
