import { InternalTopicsOptions, internalMinInSync, internalTopicsSize } from '../kafka/internal-topics';
import { KafkaVersion } from '../kafka/kafka-version';
import { TopicDefinitionConfig } from '../seam/agent-config';
import { ClusterContext, InternalTopics } from './cluster-context';
import { Settings } from '../kafka/properties';
import { RegisteredMap } from './cluster-registry';
import { format } from '../input/format';

// Settings with which Kafka's coordinators would create these topics themselves.
const CONSUMER_OFFSETS: Settings = { 'cleanup.policy': 'compact', 'compression.type': 'producer' };
const TRANSACTION_STATE: Settings = {
  'cleanup.policy': 'compact',
  'compression.type': 'uncompressed',
  'unclean.leader.election.enable': 'false',
};
const SHARE_GROUP_STATE: Settings = {
  'cleanup.policy': 'delete',
  'compression.type': 'producer',
  'retention.ms': '-1',
};

// One request creates all three topics, and Kafka rejects a request that would write 10 000 metadata records.
const MAX_PARTITIONS = 3_000;

/** Default of the coordinators. */
const SEGMENT_BYTES = String(100 * 1024 * 1024);

/** @throws when a number is out of range */
export function internalTopicsOf(
  options: InternalTopicsOptions,
  version: KafkaVersion,
  clusterSettings: Settings,
): InternalTopics {
  const size = internalTopicsSize(options);
  const { replicationFactor, partitions } = size;
  for (const [property, value, max] of [
    ['replicationFactor', replicationFactor, 32_766],
    ['partitions', partitions, MAX_PARTITIONS],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > max) {
      throw new Error(
        `${property} of internalTopics is ${format(value)}; write a whole number from 1 to ${max}`,
      );
    }
  }
  const minInSync = String(internalMinInSync(size, clusterSettings));
  // A coordinator that creates its topic uses the segment size in the settings of its broker.
  const topic = (name: string, prefix: string, config: Settings): TopicDefinitionConfig => {
    const segment = clusterSettings[`${prefix}.segment.bytes`] ?? SEGMENT_BYTES;
    return {
      name,
      partitions,
      replicationFactor,
      config: { ...config, 'segment.bytes': segment, 'min.insync.replicas': minInSync },
    };
  };
  return {
    mapName: options.mapName,
    replicationFactor,
    partitions,
    topics: [
      topic('__consumer_offsets', 'offsets.topic', CONSUMER_OFFSETS),
      topic('__transaction_state', 'transaction.state.log', TRANSACTION_STATE),
      ...(version.supportsShareGroups
        ? [topic('__share_group_state', 'share.coordinator.state.topic', SHARE_GROUP_STATE)]
        : []),
    ],
  };
}

/**
 * The map of the internal topics: the one that `internalTopics` names, or the first one with topic patterns. Call it at synth,
 * because maps can be added until then. Brokers without patterns get the topics only if no map has patterns.
 */
export function internalTopicsMap({
  registry: { maps },
  internalTopics: { mapName },
}: ClusterContext): RegisteredMap | undefined {
  return mapName === undefined
    ? (maps.find(({ patterns }) => patterns.length > 0) ?? maps[0])
    : maps.find(({ name }) => name === mapName);
}

/** Warnings about the placement of the internal topics, when all maps are known. */
export function internalTopicWarnings(context: ClusterContext): string[] {
  const { replicationFactor } = context.internalTopics;
  const owner = `internalTopics of cluster '${context.clusterName}'`;
  const map = internalTopicsMap(context);
  const zones = map?.zones.length ?? 0;
  return [
    ...(map && zones > 0 && replicationFactor > zones
      ? [`${owner}: ${zoneLossWarning(map, replicationFactor)}`]
      : []),
    ...(replicationFactor === 1
      ? [
          `${owner} have one replica: consumer groups and transactions are unavailable while a broker restarts that has a ` +
            'partition of them; choose replicationFactor 3',
        ]
      : []),
  ];
}

/** Warning about a replication factor above the number of zones. */
export function zoneLossWarning({ name, zones: { length } }: RegisteredMap, replicas: number): string {
  const together = Math.ceil(replicas / length);
  return (
    `${replicas} replicas are in the ${length} zones of map '${name}', so a lost zone takes up to ${together} of them at once, ` +
    `leaving ${replicas - together}`
  );
}

/** Errors in the placement of the internal topics, when all maps are known. */
export function internalTopicErrors(context: ClusterContext): string[] {
  const { clusterName, registry, internalTopics } = context;
  const { mapName, replicationFactor } = internalTopics;
  const maps = registry.maps;
  const map = internalTopicsMap(context);
  if (!map) {
    return [
      mapName === undefined
        ? `cluster '${clusterName}' has no map and therefore no brokers; add a KafkaMap`
        : `internalTopics of cluster '${clusterName}' name map '${mapName}', which it does not have; ` +
          `name one of: ${maps.map(({ name }) => name).join(', ') || '(none)'}`,
    ];
  }
  if (replicationFactor > map.brokerIds.count) {
    return [
      `internalTopics of cluster '${clusterName}' have replicationFactor ${replicationFactor}, and map '${map.name}' has ` +
        `${map.brokerIds.count} brokers (${map.brokerIds}); lower replicationFactor, or name a larger map`,
    ];
  }
  return [];
}
