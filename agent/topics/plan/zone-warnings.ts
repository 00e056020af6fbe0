import { DeclaredTopicConfig, MapConfig } from '../../../lib/seam/agent-config';
import { ClusterView } from '../../kafka/cluster-view';
import { brokersOfMap } from '../placement/brokers-of-map';
import { TopicOwners, withDefaults } from './topic-owners';

/** One warning for each map whose live brokers are in fewer zones than a topic of the map has replicas. */
export function zoneWarnings(
  maps: readonly MapConfig[],
  topics: readonly DeclaredTopicConfig[],
  view: ClusterView,
): string[] {
  const most = mostReplicas(maps, topics);
  return maps.flatMap((map) => {
    const { live } = brokersOfMap(map.brokerIds, { view });
    const byZone = new Map<string, number[]>();
    live.forEach(({ id, zone }) => byZone.set(zone, [...(byZone.get(zone) ?? []), id]));
    const replicas = most.get(map) ?? 0;
    if (live.length === 0 || replicas <= byZone.size) {
      return [];
    }
    const zones = [...byZone].map(([zone, ids]) => `${zone}: ${ids.join(', ')}`);
    return [
      `brokers of map '${map.name}' are in ${byZone.size} zones (${zones.sort().join('; ')}), and topics have up to ${replicas} ` +
        'replicas: some replicas of a partition share a zone. Move brokers to other zones, or add brokers there',
    ];
  });
}

/** The most replicas that a topic of each map has. */
function mostReplicas(
  maps: readonly MapConfig[],
  topics: readonly DeclaredTopicConfig[],
): Map<MapConfig, number> {
  const owners = new TopicOwners(maps);
  const most = new Map<MapConfig, number>();
  for (const topic of topics) {
    for (const map of owners.mapsOf(topic.name)) {
      const complete = withDefaults(topic, map);
      const { replicationFactor = 0 } = 'problem' in complete ? {} : complete;
      most.set(map, Math.max(most.get(map) ?? 0, replicationFactor));
    }
  }
  return most;
}
