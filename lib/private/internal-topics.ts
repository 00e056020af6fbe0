import { InternalTopicsOptions } from '../internal-topics';
import { KafkaVersion } from '../kafka-version';
import { TopicDefinitionConfig } from './agent-config';
import { ClusterContext, InternalTopics } from './cluster-context';
import { Settings } from './properties';

// Settings that Kafka's coordinators give these topics when they make them by themselves.
const SEGMENT_BYTES = String(100 * 1024 * 1024);
const CONSUMER_OFFSETS: Settings = {
  'cleanup.policy': 'compact',
  'compression.type': 'producer',
  'segment.bytes': SEGMENT_BYTES,
};
const TRANSACTION_STATE: Settings = {
  'cleanup.policy': 'compact',
  'compression.type': 'uncompressed',
  'segment.bytes': SEGMENT_BYTES,
  'unclean.leader.election.enable': 'false',
};
const SHARE_GROUP_STATE: Settings = {
  'cleanup.policy': 'delete',
  'compression.type': 'producer',
  'retention.ms': '-1',
  'segment.bytes': SEGMENT_BYTES,
};

// All three topics are made in one request, which may write less than 10 000 records of metadata.
const MOST_PARTITIONS = 3_000;

/** @throws when a number makes no sense */
export function internalTopicsOf(
  options: InternalTopicsOptions,
  version: KafkaVersion,
  durability: Settings,
): InternalTopics {
  const replicationFactor = options.replicationFactor ?? 3;
  const partitions = options.partitions ?? 50;
  for (const [property, value, most] of [
    ['replicationFactor', replicationFactor, 32_766],
    ['partitions', partitions, MOST_PARTITIONS],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new Error(`${property} of internalTopics is ${value}; write a whole number from 1 to ${most}`);
    }
  }
  // One copy less than there are, so that one broker may be away; the cluster's own value if that is lower.
  const minInSync = String(
    Math.max(1, Math.min(replicationFactor - 1, Number(durability['min.insync.replicas']))),
  );
  const topic = (name: string, config: Settings): TopicDefinitionConfig => ({
    name,
    partitions,
    replicationFactor,
    config: { ...config, 'min.insync.replicas': minInSync },
  });
  return {
    mapName: options.mapName,
    replicationFactor,
    partitions,
    topics: [
      topic('__consumer_offsets', CONSUMER_OFFSETS),
      topic('__transaction_state', TRANSACTION_STATE),
      ...(version.hasShareGroups ? [topic('__share_group_state', SHARE_GROUP_STATE)] : []),
    ],
  };
}

/** What is wrong with the place of the internal topics, once all maps are known. */
export function assertInternalTopics({ clusterName, registry, internalTopics }: ClusterContext): string[] {
  const { mapName, replicationFactor } = internalTopics;
  const maps = registry.maps;
  const map = mapName === undefined ? maps[0] : maps.find(({ name }) => name === mapName);
  if (!map) {
    return [
      mapName === undefined
        ? `cluster '${clusterName}' has no map, so no brokers; add a KafkaMap`
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
