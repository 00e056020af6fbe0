import { format } from '../input/format';
import { number } from '../input/kinds';
import { PropTable, optional } from '../input/props';
import { TopicDefaultsConfig } from '../seam/agent-config';
import { TOPIC_NUMBERS, TopicNumber, isTopicNumber } from '../seam/topic-rules';
import { KafkaVersion } from './kafka-version';
import { NodeIds } from './node-ids';
import { assertTopicSettings } from './topic-settings';
import { TOPIC_SETTINGS, TopicSettings, kafkaSettingsOf, settingsGivenTwice } from './typed-topic-settings';

/** Values for the topics of a map that do not set their own. */
export interface TopicDefaults extends TopicSettings {
  /**
   * Number of partitions.
   *
   * @default - none: every topic sets its own number
   */
  readonly partitions?: number;

  /**
   * Replicas of each partition.
   *
   * @default - none: every topic sets its own number
   */
  readonly replicationFactor?: number;
}

/** Properties of TopicDefaults. */
export const TOPIC_DEFAULTS: PropTable<TopicDefaults> = {
  ...TOPIC_SETTINGS,
  partitions: optional(number(12)),
  replicationFactor: optional(number(3)),
};

/** The problem of a number that no topic can have; undefined if there is none. */
export function topicNumberProblem(
  owner: string,
  property: TopicNumber,
  value: number | undefined,
): string | undefined {
  return value === undefined || isTopicNumber(property, value)
    ? undefined
    : `${property} of ${owner} is ${format(value)}; it must be a whole number from 1 to ${TOPIC_NUMBERS[property]}`;
}

/** The map of some defaults. */
interface DefaultsOwner {
  readonly mapName: string;
  readonly brokerIds: NodeIds;
  readonly topicDefaults?: TopicDefaults;
}

/**
 * The defaults of a map as the topic synchronization reads them. Fields without a value are absent.
 *
 * @throws when no topic of the map could have these values
 */
export function topicDefaultsConfig(
  version: KafkaVersion,
  { mapName, brokerIds, topicDefaults = {} }: DefaultsOwner,
): TopicDefaultsConfig {
  const owner = `topicDefaults of map '${mapName}'`;
  const { partitions, replicationFactor } = topicDefaults;
  const [problem] = [
    topicNumberProblem(owner, 'partitions', partitions),
    topicNumberProblem(owner, 'replicationFactor', replicationFactor),
    ...settingsGivenTwice(owner, topicDefaults),
  ].filter((text) => text !== undefined);
  if (problem !== undefined) {
    throw new Error(problem);
  }
  const config = kafkaSettingsOf(topicDefaults);
  assertTopicSettings(owner, version, config);
  if (replicationFactor !== undefined && replicationFactor > brokerIds.count) {
    throw new Error(
      `replicationFactor of ${owner} is ${replicationFactor}, and the map has ${brokerIds.count} brokers (${brokerIds}); lower ` +
        'it, or add brokers to the map',
    );
  }
  return {
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicationFactor === undefined ? {} : { replicationFactor }),
    ...(Object.keys(config).length === 0 ? {} : { config }),
  };
}
