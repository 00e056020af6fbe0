import { IdRange } from '../../../lib/seam/agent-config';
import { LiveBrokers } from '../../kafka/cluster-view';
import { Candidate } from './counts';

/** Brokers of a map, with their zones and pods as far as they are known. */
export interface BrokerFacts {
  /** Registered brokers that are not fenced. */
  readonly view: Pick<LiveBrokers, 'brokers'>;
  /** Ids of the pods of the map, ready or not; absent if they are unknown. */
  readonly pods?: ReadonlySet<number>;
  /** Brokers on which Kafka places nothing, because their log directories are cordoned. */
  readonly cordoned?: ReadonlySet<number>;
}

/** Brokers of a map. */
export interface MapBrokers {
  /** Brokers that replicas can be placed on. */
  readonly live: readonly Candidate[];
  /** Registered brokers on which Kafka places nothing. */
  readonly cordoned: readonly Candidate[];
  readonly missing: readonly MissingBroker[];
}

/** A broker of a map on which nothing can be placed. */
export interface MissingBroker {
  readonly id: number;
  readonly reason: 'it is not registered' | 'it has no pod';
}

/** Finds the brokers of a map with their zones, and the missing ones. */
export function brokersOfMap({ first, last }: IdRange, { view, pods, cordoned }: BrokerFacts): MapBrokers {
  const live: Candidate[] = [];
  const closed: Candidate[] = [];
  const missing: MissingBroker[] = [];
  for (let id = first; id <= last; id++) {
    const broker = view.brokers.get(id);
    if (broker === undefined) {
      missing.push({ id, reason: 'it is not registered' });
    } else if (pods?.has(id) === false) {
      // Its session has not ended yet, or it leaves the map.
      missing.push({ id, reason: 'it has no pod' });
    } else {
      (cordoned?.has(id) ? closed : live).push({ id, zone: broker.rack ?? '' });
    }
  }
  return { live, cordoned: closed, missing };
}

/**
 * Reason why replicas cannot be placed now; undefined if they can.
 *
 * The missing and cordoned brokers may be all brokers of a zone. Replicas that share another zone for this reason would share it
 * permanently, so nothing is placed in this case unless the live brokers span enough zones.
 */
export function placementBlockedReason(
  { live, cordoned, missing }: MapBrokers,
  replicationFactor: number,
): string | undefined {
  const zones = zonesOf(live);
  const zonesLater = new Set([...zones, ...zonesOf(cordoned)]);
  const isZoneMissing =
    zones.size < replicationFactor && (zonesLater.size > zones.size || mayBeWholeZone(missing.length, live));
  return live.length < replicationFactor || isZoneMissing
    ? [
        `${replicationFactor} replicas require ${replicationFactor} live brokers, in different zones if the map has enough; ` +
          `live brokers: ${named(live) || 'none'}`,
        ...(cordoned.length > 0 ? [`cordoned brokers: ${named(cordoned)}`] : []),
        ...(missing.length > 0 ? [`missing brokers: ${missing.map(({ id }) => id).join(', ')}`] : []),
      ].join('; ')
    : undefined;
}

function zonesOf(brokers: readonly Candidate[]): Set<string> {
  return new Set(brokers.map(({ zone }) => zone));
}

function named(brokers: readonly Candidate[]): string {
  return brokers.map(({ id, zone }) => `${id} (${zone})`).join(', ');
}

/**
 * True if the missing brokers can be all brokers of a zone. Their zones are unknown, but the scheduler spreads a map evenly:
 * zones differ by one broker at most. In a map with fewer zones than replicas, one missing broker must not block creation.
 */
function mayBeWholeZone(missing: number, live: readonly Candidate[]): boolean {
  const sizes = new Map<string, number>();
  live.forEach(({ zone }) => sizes.set(zone, (sizes.get(zone) ?? 0) + 1));
  return missing >= Math.max(1, ...[...sizes.values()].map((size) => size - 1));
}
