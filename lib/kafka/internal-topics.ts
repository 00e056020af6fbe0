/**
 * Where Kafka's own topics live: `__consumer_offsets`, `__transaction_state` and `__share_group_state`.
 *
 * The agents of that map create them; Kafka cannot, as it would use the brokers of any map. The sizes of their segments are
 * `offsets.topic.segment.bytes`, `transaction.state.log.segment.bytes` and `share.coordinator.state.topic.segment.bytes` in
 * `config` of the cluster, as they are when the topics are created.
 */
export interface InternalTopicsOptions {
  /**
   * Name of the map.
   *
   * @default - the map that is defined first
   */
  readonly mapName?: string;

  /**
   * Copies of each partition.
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
