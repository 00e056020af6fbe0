import { IdRange } from '../../lib/seam/agent-config';
import { ClusterView } from '../kafka/cluster-view';
import { Candidate } from './placement';

/** The brokers of a map, as far as they are there. */
export interface MapBrokers {
  readonly live: readonly Candidate[];
  readonly missing: readonly number[];
}

/** Which brokers of a map are alive, and in which zones. */
export function brokersOfMap({ first, last }: IdRange, view: ClusterView): MapBrokers {
  const ids = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const live = ids.flatMap((id) => {
    const broker = view.brokers.get(id);
    return broker ? [{ id, zone: broker.rack ?? '' }] : [];
  });
  return { live, missing: ids.filter((id) => !view.brokers.has(id)) };
}

/**
 * Why replicas cannot be placed now; undefined when they can.
 *
 * The brokers that are missing may be all of a zone, and replicas that share another zone because of that would share it
 * for good. So nothing is placed while that can be, unless the brokers that are there have zones enough.
 */
export function placementBlockedReason({ live, missing }: MapBrokers, replicationFactor: number): string | undefined {
  const zones = new Set(live.map(({ zone }) => zone)).size;
  if (live.length < replicationFactor || (zones < replicationFactor && mayFormAZone(missing, live))) {
    return (
      `${replicationFactor} replicas need as many brokers and, as far as there are, zones; ` +
      `alive are ${live.map(({ id, zone }) => `${id} (${zone})`).join(', ') || 'none'}` +
      (missing.length > 0 ? `, missing ${missing.join(', ')}` : '')
    );
  }
  return undefined;
}

/**
 * Whether missing brokers can be a zone that no other broker is in. Which zone a broker was in nobody remembers, but the
 * scheduler spreads a map: zones differ by one broker at most. Where zones are fewer than replicas anyhow, a single
 * broker that is missing must not stop all creation.
 */
function mayFormAZone(missing: readonly number[], live: readonly Candidate[]): boolean {
  const sizes = new Map<string, number>();
  live.forEach(({ zone }) => sizes.set(zone, (sizes.get(zone) ?? 0) + 1));
  return missing.length >= Math.max(1, ...[...sizes.values()].map((size) => size - 1));
}
