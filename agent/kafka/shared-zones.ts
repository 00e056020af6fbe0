import { ClusterView } from './cluster-view';

/** Number of partitions with a replica on a broker, and with two live replicas in one zone. */
export function partitionsSharingZone(self: number, { brokers, partitions }: ClusterView): number {
  return partitions.filter(({ replicas }) => {
    const zones = replicas.flatMap((id) => brokers.get(id)?.rack ?? []);
    return replicas.includes(self) && new Set(zones).size < zones.length;
  }).length;
}
