/**
 * Where Kafka's own topics live: `__consumer_offsets`, `__transaction_state` and `__share_group_state`.
 *
 * The agents of that map create them; Kafka cannot, as it would use the brokers of any map.
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
