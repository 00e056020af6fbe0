import { number, recordOf, text } from '../input/kinds';
import { PropTable, optional, required } from '../input/props';
import { TOPIC_SETTINGS, TopicSettings } from '../kafka/typed-topic-settings';

/** A topic. */
export interface TopicDefinition extends TopicSettings {
  /** Name of the topic: up to 249 letters, digits, '.', '_' and '-'. */
  readonly name: string;

  /**
   * Number of partitions. Kafka cannot remove partitions.
   *
   * @default - `topicDefaults.partitions` of the map
   */
  readonly partitions?: number;

  /**
   * Replicas of each partition, each on a different broker and, if possible, in a different zone. With as many replicas as
   * `minInSyncReplicas` or fewer, all of them must be in sync for writes with `acks=all`.
   *
   * @default - `topicDefaults.replicationFactor` of the map
   */
  readonly replicationFactor?: number;

  /**
   * Team or person that is responsible for the topic.
   *
   * @default - none
   */
  readonly owner?: string;

  /**
   * Labels for your own tools.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };
}

/** Properties of TopicDefinition. */
export const TOPIC_DEFINITION: PropTable<TopicDefinition> = {
  ...TOPIC_SETTINGS,
  name: required(text('orders')),
  partitions: optional(number(12)),
  replicationFactor: optional(number(3)),
  owner: optional(text('payments')),
  labels: optional(recordOf(text('high'), 'criticality')),
};
