import { MapConfig } from '../../../lib/seam/agent-config';
import { isInRange } from '../../../lib/seam/id-range';
import { truncatedList } from '../../text/truncated-list';
import { ClusterState } from './cluster-state';

/** Differences between the brokers of the maps and their pods, while brokers are added or leave, or the YAML is applied. */
export function brokerDifferences(
  maps: readonly MapConfig[],
  { pods }: Pick<ClusterState, 'pods'>,
): string[] {
  return pods === undefined
    ? []
    : maps.flatMap((map) => podDifferences(map, pods.get(map.name) ?? new Set()));
}

function podDifferences({ name, brokerIds }: MapConfig, pods: ReadonlySet<number>): string[] {
  const { first, last } = brokerIds;
  const others = [...pods].filter((id) => !isInRange(brokerIds, id)).sort((a, b) => a - b);
  const missing = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(
    (id) => !pods.has(id),
  );
  const found = [
    ...(others.length === 0 ? [] : [`pods of brokers ${others.join(', ')}, on which nothing is placed`]),
    ...(missing.length === 0 ? [] : [`no pods of brokers ${truncatedList(missing.map(String))}`]),
  ];
  return found.length === 0
    ? []
    : [`map ${name} has brokers ${first} to ${last}, and ${found.join(', and ')}; apply the complete YAML`];
}
