/*
 * Reassignments that make the replicas of a topic as declared: as many as declared, on brokers of its map, in different zones.
 * Replicas that are right stay.
 */
import { IdRange } from '../../../lib/seam/agent-config';
import { isInRange } from '../../../lib/seam/id-range';
import { PartitionView } from '../../kafka/cluster-view';
import { formatBytes } from '../../text/bytes';
import { Candidate } from '../placement/counts';
import { Placement, Replicas } from '../placement/placement';

/** A reassignment of one partition. */
export interface ReplicaMove {
  readonly topic: string;
  readonly partition: number;
  readonly from: Replicas;
  readonly to: Replicas;
  /** Bytes that new replicas copy; absent if the size of the partition is unknown. */
  readonly bytes?: number;
}

/** Bytes that reassignments copy, in words. */
export function copiedBytes(moves: readonly ReplicaMove[]): string {
  const known = moves.flatMap(({ bytes }) => bytes ?? []);
  const text = formatBytes(known.reduce((sum, bytes) => sum + bytes, 0));
  if (known.length === moves.length) {
    return text;
  }
  return known.length === 0 ? 'an unknown number of bytes' : `at least ${text}`;
}

/** Brokers of the map of a topic, and what its partitions should have. */
export interface MoveTarget {
  readonly replicationFactor: number;
  readonly brokerIds: IdRange;
  readonly live: readonly Candidate[];
}

/** Differences of the replicas of partitions from their declaration, in words. */
export function replicaDifferences(
  partitions: readonly PartitionView[],
  { replicationFactor, brokerIds, live }: MoveTarget,
  mapName: string,
): string[] {
  const found: string[] = [];
  const factors = [...new Set(partitions.map(({ replicas }) => replicas.length))].sort((a, b) => a - b);
  if (factors.some((factor) => factor !== replicationFactor)) {
    found.push(
      `it has ${factors.join(' and ')} replicas per partition, its declaration has ${replicationFactor}`,
    );
  }
  const outside = [...new Set(partitions.flatMap(({ replicas }) => replicas))]
    .filter((id) => !isInRange(brokerIds, id))
    .sort((a, b) => a - b);
  if (outside.length > 0) {
    found.push(`it has replicas on brokers ${outside.join(', ')}, outside of map ${mapName}`);
  }
  const zones = zonesOf(live);
  const crowded = partitions.filter(({ replicas }) => sharesZone(replicas, zones));
  if (crowded.length > 0) {
    const indexes = crowded.map(({ index }) => index).sort((a, b) => a - b);
    found.push(
      `replicas of ${indexes.length} partitions share a zone, although brokers of other zones are free: ` +
        `${indexes.slice(0, 10).join(', ')}${indexes.length > 10 ? ' …' : ''}`,
    );
  }
  return found;
}

/** Plans the reassignments of a topic. Without enough live brokers there are none. */
export function planMoves(
  partitions: readonly PartitionView[],
  target: MoveTarget,
  placement: () => Placement,
): ReplicaMove[] {
  const { replicationFactor, brokerIds, live } = target;
  const zones = zonesOf(live);
  const lists = partitions.map(({ replicas }) => replicas);
  return partitions.flatMap(({ topic, index, replicas }, at) => {
    const isRight =
      replicas.length === replicationFactor &&
      replicas.every((id) => isInRange(brokerIds, id)) &&
      !sharesZone(replicas, zones);
    if (isRight || live.length < replicationFactor) {
      return [];
    }
    const kept = keptReplicas(replicas, target, zones);
    const to =
      kept.length < replicationFactor ? completed(kept, replicationFactor, lists, placement(), zones) : kept;
    // The next partitions of the topic avoid the brokers that this one uses.
    lists[at] = to;
    return [{ topic, partition: index, from: replicas, to }];
  });
}

/** Zones of live brokers: that of a broker that is not registered is unknown. */
interface Zones {
  readonly byId: ReadonlyMap<number, string>;
  readonly count: number;
}

function zonesOf(live: readonly Candidate[]): Zones {
  const byId = new Map(live.map(({ id, zone }) => [id, zone]));
  return { byId, count: new Set(byId.values()).size };
}

/** True if two replicas are in one zone, and the map has a zone without a replica. */
function sharesZone(replicas: Replicas, zones: Zones): boolean {
  const used = new Set(replicas.map((id) => zones.byId.get(id)));
  // A broker that is not registered can be in the zone without a replica.
  return !used.has(undefined) && used.size < Math.min(replicas.length, zones.count);
}

/** Replicas that stay: those on the brokers of the map, in as many zones as possible, those on live brokers first. */
function keptReplicas(
  replicas: Replicas,
  { replicationFactor, brokerIds }: MoveTarget,
  zones: Zones,
): number[] {
  const inMap = replicas.filter((id) => isInRange(brokerIds, id));
  const liveFirst = [
    ...inMap.filter((id) => zones.byId.has(id)),
    ...inMap.filter((id) => !zones.byId.has(id)),
  ];
  const used = new Set<string>();
  const firstOfZone = liveFirst.filter((id) => {
    const zone = zones.byId.get(id) ?? `of ${id}`;
    return !used.has(zone) && used.add(zone);
  });
  const zonesNeeded = Math.min(replicationFactor, zones.count);
  const apart = firstOfZone.slice(0, zonesNeeded);
  const others = liveFirst.filter((id) => !apart.includes(id)).slice(0, replicationFactor - zonesNeeded);
  return inMap.filter((id) => apart.includes(id) || others.includes(id));
}

function completed(
  kept: Replicas,
  replicationFactor: number,
  all: readonly Replicas[],
  placement: Placement,
  zones: Zones,
): number[] {
  // A replica on a broker that is not registered stays, but nothing can be placed beside it by zone.
  const absent = kept.filter((id) => !zones.byId.has(id));
  const live = kept.filter((id) => zones.byId.has(id));
  const placed = placement.complete(live, replicationFactor - absent.length, all);
  return [...kept, ...placed.filter((id) => !kept.includes(id))];
}
