import { IdRange } from '../../lib/seam/agent-config';
import { ClusterView } from '../kafka/cluster-view';
import { Candidate } from './placement';

/** Live and missing brokers of a map. */
export interface MapBrokers {
  readonly live: readonly Candidate[];
  readonly missing: readonly number[];
}

/** Finds the live brokers of a map with their zones, and the missing ones. */
export function brokersOfMap({ first, last }: IdRange, view: ClusterView): MapBrokers {
  const ids = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const live = ids.flatMap((id) => {
    const broker = view.brokers.get(id);
    return broker ? [{ id, zone: broker.rack ?? '' }] : [];
  });
  return { live, missing: ids.filter((id) => !view.brokers.has(id)) };
}

/**
 * Reason why replicas cannot be placed now; undefined if they can.
 *
 * The missing brokers may be all brokers of a zone. Replicas that share another zone for this reason would share it
 * permanently, so nothing is placed in this case unless the live brokers span enough zones.
 */
export function placementBlockedReason(
  { live, missing }: MapBrokers,
  replicationFactor: number,
): string | undefined {
  const zones = new Set(live.map(({ zone }) => zone)).size;
  if (live.length < replicationFactor || (zones < replicationFactor && mayBeWholeZone(missing, live))) {
    return (
      `${replicationFactor} replicas require ${replicationFactor} live brokers, in different zones if the map has enough; ` +
      `live brokers: ${live.map(({ id, zone }) => `${id} (${zone})`).join(', ') || 'none'}` +
      (missing.length > 0 ? `; missing brokers: ${missing.join(', ')}` : '')
    );
  }
  return undefined;
}

/**
 * True if the missing brokers can be all brokers of a zone. Their zones are unknown, but the scheduler spreads a map evenly:
 * zones differ by one broker at most. In a map with fewer zones than replicas, one missing broker must not block creation.
 */
function mayBeWholeZone(missing: readonly number[], live: readonly Candidate[]): boolean {
  const sizes = new Map<string, number>();
  live.forEach(({ zone }) => sizes.set(zone, (sizes.get(zone) ?? 0) + 1));
  return missing.length >= Math.max(1, ...[...sizes.values()].map((size) => size - 1));
}
