import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { DURATION, SIZE, enumOf, number } from '../input/kinds';
import { PropTable, optional } from '../input/props';
import { Settings, settingsLike } from './properties';

/** Treatment of old records. */
export enum CleanupPolicy {
  /** Kafka deletes records that are older than `retention`, or exceed `retentionBytes`. */
  DELETE = 'delete',
  /** Kafka keeps the last record of each key. */
  COMPACT = 'compact',
  /** Kafka keeps the last record of each key, and deletes records that are too old. */
  COMPACT_AND_DELETE = 'compact,delete',
}

/** Compression of the records that brokers store. */
export enum CompressionType {
  /** As the producer has compressed them. */
  PRODUCER = 'producer',
  /** No compression. */
  UNCOMPRESSED = 'uncompressed',
  /** gzip. */
  GZIP = 'gzip',
  /** Snappy. */
  SNAPPY = 'snappy',
  /** LZ4. */
  LZ4 = 'lz4',
  /** Zstandard. */
  ZSTD = 'zstd',
}

/** Settings of a topic. Each one that is not set has the value of the map (`topicDefaults`), or else of the cluster. */
export interface TopicSettings {
  /**
   * Time that Kafka keeps records: `retention.ms`. For no limit, write `'retention.ms': '-1'` in `config`.
   *
   * @default - the value of the map or the cluster
   */
  readonly retention?: Duration;

  /**
   * Size that each partition may have before Kafka deletes its oldest records: `retention.bytes`. For no limit, write
   * `'retention.bytes': '-1'` in `config`.
   *
   * @default - the value of the map or the cluster
   */
  readonly retentionBytes?: Size;

  /**
   * Treatment of old records: `cleanup.policy`.
   *
   * @default - the value of the map or the cluster
   */
  readonly cleanupPolicy?: CleanupPolicy;

  /**
   * Replicas that must be in sync for writes with `acks=all`: `min.insync.replicas`. With as many as `replicationFactor`, such
   * writes fail while a broker restarts.
   *
   * @default - the value of the map or the cluster
   */
  readonly minInSyncReplicas?: number;

  /**
   * Maximum size of a batch of records, after compression: `max.message.bytes`. For a number of bytes that is not a whole
   * number of KiB, write it in `config`.
   *
   * @default - the value of the map or the cluster
   */
  readonly maxMessageBytes?: Size;

  /**
   * Compression of the records that brokers store: `compression.type`.
   *
   * @default - the value of the map or the cluster
   */
  readonly compressionType?: CompressionType;

  /**
   * Further Kafka settings of topics, for example `segment.ms`. Names and values are checked with Kafka's own table for the
   * version of the cluster.
   *
   * @default - the values of the map or the cluster
   */
  readonly config?: { [setting: string]: string };
}

/** Properties of TopicSettings. */
export const TOPIC_SETTINGS: PropTable<TopicSettings> = {
  retention: optional(DURATION),
  retentionBytes: optional(SIZE),
  cleanupPolicy: optional(enumOf(CleanupPolicy)),
  minInSyncReplicas: optional(number(2)),
  maxMessageBytes: optional(SIZE),
  compressionType: optional(enumOf(CompressionType)),
  config: optional(settingsLike("{ 'segment.ms': '86400000' }")),
};

/** The typed settings, with the setting of Kafka that each one sets. */
export const TYPED_SETTINGS = {
  retention: 'retention.ms',
  retentionBytes: 'retention.bytes',
  cleanupPolicy: 'cleanup.policy',
  minInSyncReplicas: 'min.insync.replicas',
  maxMessageBytes: 'max.message.bytes',
  compressionType: 'compression.type',
} as const satisfies Readonly<Record<Exclude<keyof TopicSettings, 'config'>, string>>;

/** Settings of Kafka: those in `config`, and the typed ones. */
export function kafkaSettingsOf(settings: TopicSettings): Settings {
  return { ...settings.config, ...Object.fromEntries(typedSettings(settings).map(({ pair }) => pair)) };
}

/** Problems of settings that are given twice: typed, and in `config`. */
export function settingsGivenTwice(owner: string, settings: TopicSettings): string[] {
  return typedSettings(settings)
    .filter(({ pair: [setting] }) => settings.config?.[setting] !== undefined)
    .map(({ property, pair: [setting] }) => givenTwice(owner, property, setting));
}

/** The problem of a setting that is given twice. */
export function givenTwice(owner: string, property: string, setting: string): string {
  return `${owner} has ${property} and config['${setting}'], which are the same setting; remove one of them`;
}

interface TypedSetting {
  readonly property: string;
  readonly pair: readonly [setting: string, value: string];
}

function typedSettings(settings: TopicSettings): TypedSetting[] {
  return (Object.keys(TYPED_SETTINGS) as (keyof typeof TYPED_SETTINGS)[]).flatMap((property) => {
    const value = settings[property];
    return value === undefined ? [] : [{ property, pair: [TYPED_SETTINGS[property], textOf(value)] }];
  });
}

function textOf(value: Duration | Size | number | string): string {
  if (typeof value === 'object') {
    return String(
      'toMilliseconds' in value
        ? value.toMilliseconds({ integral: false })
        : value.toKibibytes({ rounding: SizeRoundingBehavior.NONE }) * 1024,
    );
  }
  return String(value);
}
