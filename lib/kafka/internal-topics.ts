import { PropTable, optional } from '../input/props';
import { number, text } from '../input/kinds';

/**
 * Kafka's internal topics: `__consumer_offsets`, `__transaction_state` and `__share_group_state`.
 *
 * The agents of their map create them. Kafka itself would create them on the brokers of any map. Segment sizes are
 * `offsets.topic.segment.bytes`, `transaction.state.log.segment.bytes` and `share.coordinator.state.topic.segment.bytes` in
 * `config` of the cluster at the time of creation.
 */
export interface InternalTopicsOptions {
  /**
   * Name of the map.
   *
   * @default - the map that is defined first
   */
  readonly mapName?: string;

  /**
   * Replicas of each partition.
   *
   * @default 3
   */
  readonly replicationFactor?: number;

  /**
   * Partitions of each topic. It cannot change once the topics exist.
   *
   * @default 50
   */
  readonly partitions?: number;
}

/** Properties of InternalTopicsOptions. */
export const INTERNAL_TOPICS_OPTIONS: PropTable<InternalTopicsOptions> = {
  mapName: optional(text('streams')),
  replicationFactor: optional(number(3)),
  partitions: optional(number(50)),
};
