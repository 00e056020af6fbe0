/*
 * Nodes, zones and disks of a server over time. An operator reads them in the ledger, also after the node and its objects are gone.
 */
import { LedgerEntry } from './ledger';

/** Node and disks of a server. */
export interface ServerLocation {
  readonly node: string;
  /** Zone of the node; absent for controllers and ZooKeeper servers. */
  readonly zone?: string;
  /** Names of the PersistentVolumes; absent if they could not be read. */
  readonly volumes?: readonly string[];
  /** Ids of the disks. */
  readonly disks: readonly string[];
}

/** Earlier location of a server. */
export interface FormerLocation extends ServerLocation {
  /** Last time at which the server was seen there, in ISO 8601. */
  readonly until: string;
}

/** Number of earlier locations that an entry keeps. All entries of a map are in one ConfigMap. */
const FORMER_LOCATIONS = 10;

/** Returns the location of an entry; undefined if no start has recorded one. */
export function locationOf(entry: LedgerEntry | undefined): ServerLocation | undefined {
  const { node, zone, volumes, disks = [] } = entry ?? {};
  return node === undefined
    ? undefined
    : { node, ...(zone === undefined ? {} : { zone }), ...(volumes === undefined ? {} : { volumes }), disks };
}

/** Returns an entry for a server that is seen at a location. A location that differs from the last one makes that a former one. */
export function seenAt(entry: LedgerEntry | undefined, location: ServerLocation, now: string): LedgerEntry {
  const { firstSeen = now, lastSeen = now, formerLocations = [], zone, volumes, ...others } = entry ?? {};
  const last = locationOf(entry);
  const former: FormerLocation[] =
    last === undefined || isSame(last, location) ? [] : [{ ...last, until: lastSeen }];
  const known = [...former, ...formerLocations].slice(0, FORMER_LOCATIONS);
  return {
    ...others,
    // They are those of the last location, and may be unknown of this one.
    ...(former.length > 0 ? {} : { ...(zone && { zone }), ...(volumes && { volumes }) }),
    ...location,
    firstSeen,
    lastSeen: now,
    ...(known.length === 0 ? {} : { formerLocations: known }),
  };
}

/** True if both locations are the same node with the same disks. The names of volumes and zones depend on these two. */
export function isSame(one: ServerLocation, other: ServerLocation): boolean {
  return (
    one.node === other.node &&
    one.disks.length === other.disks.length &&
    one.disks.every((disk) => other.disks.includes(disk))
  );
}
