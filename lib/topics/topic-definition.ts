import { PropTable } from '../input/props';

/** A topic. */
export interface TopicDefinition {
  /** Name of the topic: up to 249 letters, digits, '.', '_' and '-'. */
  readonly name: string;

  /** Number of partitions. Kafka cannot remove partitions. */
  readonly partitions: number;

  /** Replicas of each partition, each on a different broker and, if possible, in a different zone. */
  readonly replicationFactor: number;

  /**
   * Kafka settings of the topic, for example `retention.ms`.
   *
   * @default - the settings of the cluster
   */
  readonly config?: { [setting: string]: string };
}

/** Properties of TopicDefinition. */
export const TOPIC_DEFINITION: PropTable<TopicDefinition> = {
  name: 'required',
  partitions: 'required',
  replicationFactor: 'required',
  config: 'optional',
};
