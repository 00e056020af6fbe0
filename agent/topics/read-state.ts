import { DeclaredTopicConfig, TopicSyncConfig } from '../../lib/seam/agent-config';
import { ClusterView } from '../kafka/cluster-view';
import { KafkaUnavailable } from '../kafka/connection';
import { partitionName } from '../kafka/partition-name';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { KafkaTopics, SettingsRequest } from './kafka-topics';
import { ReplicaMove } from './plan/moves';
import { ClusterState } from './plan/plan-topics';
import { TopicOwners, withDefaults } from './plan/topic-owners';

/** Maximum number of topics in a log line. */
const MAX_NAMES = 10;

/** Reads the settings that a plan compares. A failure is logged: new topics are more urgent. */
export async function readComparedSettings(
  config: TopicSyncConfig,
  topics: readonly DeclaredTopicConfig[],
  view: ClusterView,
  kafka: KafkaTopics,
): Promise<ClusterState['settings']> {
  const requests = settingsRequests(config, topics, view);
  try {
    const settings = requests.length === 0 ? new Map<string, never>() : await kafka.settings(view, requests);
    warnOfHidden(requests.map(({ name }) => name).filter((name) => !settings.has(name)));
    return settings;
  } catch (error) {
    if (!(error instanceof KafkaUnavailable)) {
      throw error;
    }
    log.warn('settings of topics cannot be read; the next run compares them', {
      topics: requests.length,
      reason: reasonOf(error),
    });
    return new Map();
  }
}

/** Kafka has an error for each topic that it does not describe. */
function warnOfHidden(topics: readonly string[]): void {
  if (topics.length > 0) {
    log.warn(
      'Kafka does not return the settings of some topics; allow the principal of the run to describe configs',
      {
        topics: topics.slice(0, MAX_NAMES),
        count: topics.length,
      },
    );
  }
}

/** Settings that a plan compares: all of them, only if undeclared ones matter. */
export function settingsRequests(
  { maps, drift }: Pick<TopicSyncConfig, 'maps' | 'drift'>,
  topics: readonly DeclaredTopicConfig[],
  view: Pick<ClusterView, 'topics'>,
): SettingsRequest[] {
  const owners = new TopicOwners(maps);
  return topics
    .filter(({ name }) => view.topics.has(name))
    .flatMap((topic) => {
      const [map] = owners.mapsOf(topic.name);
      const complete = map === undefined ? { problem: '' } : withDefaults(topic, map);
      const settings = 'problem' in complete ? [] : Object.keys(complete.config ?? {});
      if (drift.undeclaredSettings !== 'ignore') {
        return [{ name: topic.name }];
      }
      return settings.length > 0 ? [{ name: topic.name, settings }] : [];
    });
}

/** Adds the bytes that reassignments copy, as far as brokers answer. */
export async function withSizes(
  moves: readonly ReplicaMove[],
  view: ClusterView,
  kafka: KafkaTopics,
): Promise<ReplicaMove[]> {
  const sources = moves.map(({ topic, partition, from }) => ({ topic, partition, broker: from[0] }));
  const sizes = await kafka.sizes(view, sources);
  return moves.map((move) => {
    const size = sizes.get(partitionName(move.topic, move.partition));
    const copies = move.to.filter((id) => !move.from.includes(id)).length;
    return size === undefined ? move : { ...move, bytes: size * copies };
  });
}
