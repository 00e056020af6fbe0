/*
 * Age of the contents of a Lease as one process sees it, as in client-go. The times in a Lease come from the clocks of other
 * nodes: a clock that is ahead would let a Lease expire while its holder stops.
 */
import { LeaseRecord } from './lease-state';

/** Time after which the request of a pod is outdated. A waiting pod renews it three times as often. */
const REQUEST_MS = 60_000;

/** Interval at which a waiting pod renews its request. */
export const REQUEST_INTERVAL_MS = REQUEST_MS / 3;

/** A value and the time since when it has been seen. */
interface Sighting {
  readonly value: string;
  readonly since: number;
}

/** Holder and requests of a Lease, with the time since when they are unchanged. Times are from a monotonic clock. */
export interface LeaseSightings {
  readonly holder: Sighting;
  readonly waiting: ReadonlyMap<string, Sighting>;
}

/** Adds a read of the Lease to what the process has seen. */
export function seen(previous: LeaseSightings | undefined, record: LeaseRecord, now: number): LeaseSightings {
  const { holder, renewTime, waiting = new Map<string, string>() } = record;
  return {
    holder: sighting(previous?.holder, JSON.stringify([holder?.name, holder?.uid, renewTime]), now),
    waiting: new Map(
      [...waiting].map(([name, value]) => [name, sighting(previous?.waiting.get(name), value, now)]),
    ),
  };
}

/** Returns the pods with a current request, and those with an outdated one. */
export function requests(
  { waiting }: LeaseSightings,
  now: number,
): { readonly current: string[]; readonly outdated: string[] } {
  const isCurrent = (name: string) => now - (waiting.get(name)?.since ?? 0) <= REQUEST_MS;
  const names = [...waiting.keys()];
  return { current: names.filter(isCurrent), outdated: names.filter((name) => !isCurrent(name)) };
}

function sighting(previous: Sighting | undefined, value: string, now: number): Sighting {
  return previous?.value === value ? previous : { value, since: now };
}
