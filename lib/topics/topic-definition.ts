/** A topic as it should be. */
export interface TopicDefinition {
  /** Name of the topic: up to 249 letters, digits, '.', '_' and '-'. */
  readonly name: string;

  /** Number of partitions. Kafka can add some later, never remove any. */
  readonly partitions: number;

  /** Copies of each partition, each on a broker of its own and, as far as there are zones, in a zone of its own. */
  readonly replicationFactor: number;

  /**
   * Kafka's settings of the topic, for example `retention.ms`.
   *
   * @default - the settings of the cluster
   */
  readonly config?: { [setting: string]: string };
}
