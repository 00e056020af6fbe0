import { PropTable, optional } from '../input/props';
import { number, text } from '../input/kinds';
import { Settings } from './properties';

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
   * @default - the `KafkaMap` that is defined first
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

/** Replicas and partitions of the internal topics. */
export type InternalTopicsSize = Required<Pick<InternalTopicsOptions, 'replicationFactor' | 'partitions'>>;

/** Replicas and partitions, with defaults. */
export function internalTopicsSize({
  replicationFactor = 3,
  partitions = 50,
}: InternalTopicsOptions): InternalTopicsSize {
  return { replicationFactor, partitions };
}

/**
 * `min.insync.replicas` of the internal topics: one less than their replicas, so that one broker can restart, or the value of
 * the cluster if that is lower.
 */
export function internalMinInSync({ replicationFactor }: InternalTopicsSize, settings: Settings): number {
  return Math.max(1, Math.min(replicationFactor - 1, Number(settings['min.insync.replicas'])));
}

/** The settings with which Kafka's coordinators would create the internal topics as agents create them. */
export function internalTopicValues(size: InternalTopicsSize, settings: Settings): Settings {
  const minInSync = String(internalMinInSync(size, settings));
  const topic = (prefix: string): Settings => ({
    [`${prefix}.num.partitions`]: String(size.partitions),
    [`${prefix}.replication.factor`]: String(size.replicationFactor),
    [`${prefix}.min.isr`]: minInSync,
  });
  return {
    ...topic('offsets.topic'),
    ...topic('transaction.state.log'),
    ...topic('share.coordinator.state.topic'),
  };
}
