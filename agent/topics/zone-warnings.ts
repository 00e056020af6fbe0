import { MapConfig, TopicDefinitionConfig } from '../../lib/seam/agent-config';
import { ClusterView } from '../kafka/cluster-view';
import { brokersOfMap } from './brokers-of-map';
import { topicMatcher } from './plan';

/** One warning for each map whose live brokers are in fewer zones than a topic of the map has replicas. */
export function zoneWarnings(
  maps: readonly MapConfig[],
  definitions: readonly TopicDefinitionConfig[],
  view: ClusterView,
): string[] {
  return maps.flatMap((map) => {
    const { live } = brokersOfMap(map.brokerIds, view);
    const byZone = new Map<string, number[]>();
    live.forEach(({ id, zone }) => byZone.set(zone, [...(byZone.get(zone) ?? []), id]));
    const isOfMap = topicMatcher(map);
    const wide = definitions.filter(
      ({ name, replicationFactor }) => replicationFactor > byZone.size && isOfMap(name),
    );
    if (live.length === 0 || wide.length === 0) {
      return [];
    }
    const zones = [...byZone].map(([zone, ids]) => `${zone}: ${ids.join(', ')}`);
    const replicas = Math.max(...wide.map(({ replicationFactor }) => replicationFactor));
    return [
      `brokers of map '${map.name}' are in ${byZone.size} zones (${zones.sort().join('; ')}), and topics have up to ${replicas} ` +
        'replicas: some replicas of a partition share a zone. Move brokers to other zones, or add brokers there',
    ];
  });
}
