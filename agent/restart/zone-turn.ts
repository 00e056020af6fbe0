import { ClusterView, PartitionView } from '../kafka/cluster-view';
import { StopOrder } from './stop-slots';

/** Brokers of one zone that can stop together, because no partition has two replicas in it. */
export interface ZoneTurn extends StopOrder {
  /** True if every partition keeps an in-sync replica in another zone. */
  readonly staysOnline: boolean;
}

/**
 * Returns the turn of a broker's zone among all zones.
 *
 * @param inSync partitions for which the broker is in sync
 * @returns undefined if the zone is unknown, or if another broker of the zone has a replica of the same partition
 */
export function zoneTurnOf(
  self: number,
  inSync: readonly PartitionView[],
  views: readonly ClusterView[],
): ZoneTurn | undefined {
  const zoneOf = new Map(
    views.flatMap(({ brokers }) => [...brokers.values()].map(({ id, rack }) => [id, rack])),
  );
  const own = zoneOf.get(self);
  // A broker that is not alive has no zone, and does not stop.
  const isShared = inSync.some(({ replicas }) =>
    replicas.some((id) => id !== self && zoneOf.get(id) === own),
  );
  if (own === undefined || isShared) {
    return undefined;
  }
  const zones = [...new Set(zoneOf.values())].filter((zone) => zone !== undefined).sort();
  return {
    position: zones.indexOf(own),
    count: zones.length,
    staysOnline: inSync.every(({ isr }) => isr.some((id) => id !== self)),
  };
}
