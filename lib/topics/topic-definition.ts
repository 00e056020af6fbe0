import { PropTable, optional, required } from '../input/props';
import { number, text } from '../input/kinds';
import { settingsLike } from '../kafka/properties';

/** A topic. */
export interface TopicDefinition {
  /** Name of the topic: up to 249 letters, digits, '.', '_' and '-'. */
  readonly name: string;

  /** Number of partitions. Kafka cannot remove partitions. */
  readonly partitions: number;

  /**
   * Replicas of each partition, each on a different broker and, if possible, in a different zone. With as many replicas as
   * `min.insync.replicas` or fewer, all of them must be in sync for writes with `acks=all`.
   */
  readonly replicationFactor: number;

  /**
   * Kafka settings of the topic, for example `retention.ms`. Names and values are checked with Kafka's own table for the version
   * of the cluster.
   *
   * @default - the settings of the cluster
   */
  readonly config?: { [setting: string]: string };
}

/** Properties of TopicDefinition. */
export const TOPIC_DEFINITION: PropTable<TopicDefinition> = {
  name: required(text('orders')),
  partitions: required(number(12)),
  replicationFactor: required(number(3)),
  config: optional(settingsLike("{ 'retention.ms': '259200000' }")),
};
