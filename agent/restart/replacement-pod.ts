/*
 * If no pod replaces this one, a delay of its stop only slows down the deletion of a namespace, a map or a cluster. But all
 * servers then stop together, so one answer of the API server is not enough: a StatefulSet can be missing for a moment, for
 * example while a GitOps tool replaces it.
 */
import { IdRange } from '../../lib/seam/agent-config';
import { OperatorError } from '../runtime/errors';
import { StatefulSet, readIsNamespaceTerminating, readStatefulSet } from './stateful-set';

/** One observation of the StatefulSet. */
export type Sighting =
  | { readonly kind: 'replaced' }
  /** No pod replaces this one, whatever follows. */
  | { readonly kind: 'final'; readonly reason: string }
  /** The StatefulSet is missing or is being deleted. */
  | { readonly kind: 'missing' }
  /** The agent is not authorized: its Role may be deleted together with the StatefulSet. */
  | { readonly kind: 'denied' }
  | { readonly kind: 'no answer' };

/** True if the StatefulSet could be read. */
export function hasAnswer({ kind }: Sighting): boolean {
  return kind !== 'denied' && kind !== 'no answer';
}

/** Times on a monotonic clock. */
export interface Absence {
  readonly since: number;
  readonly lastSeen: number;
}

/** Time without a break after which a missing StatefulSet counts as deleted. */
const ABSENCE_MS = 60_000;
/** Maximum time between two observations. */
const MAX_GAP_MS = 30_000;

/** Judges one observation. */
export function sightingOf(
  name: string,
  found: StatefulSet | undefined,
  isNamespaceTerminating: boolean,
): Sighting {
  if (isNamespaceTerminating) {
    return { kind: 'final', reason: 'the namespace is being deleted, so no pod replaces this one' };
  }
  const isDeleted = found?.metadata.deletionTimestamp !== undefined;
  // A deletion that orphans the pods keeps the servers running.
  if (found === undefined || (isDeleted && !found.metadata.finalizers?.includes('orphan'))) {
    return { kind: 'missing' };
  }
  return found.spec?.replicas === 0
    ? { kind: 'final', reason: `StatefulSet ${name} is scaled to 0, so no pod replaces this one` }
    : { kind: 'replaced' };
}

/** Returns since when the StatefulSet is missing without a break; undefined if it is not. */
export function absenceAfter(
  previous: Absence | undefined,
  { kind }: Sighting,
  now: number,
): Absence | undefined {
  const known = previous && now - previous.lastSeen <= MAX_GAP_MS ? previous : undefined;
  // A denied request confirms an absence, and does not begin one: a Role can be missing for other reasons.
  return kind === 'missing' || (kind === 'denied' && known)
    ? { since: known?.since ?? now, lastSeen: now }
    : undefined;
}

/** Finds out if a pod replaces this one. */
export class ReplacementMonitor {
  private absence?: Absence;

  constructor(
    private readonly name: string,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** Returns the reason why no pod replaces this one; undefined if one does, or if it is unknown. */
  noReplacementReason(sighting: Sighting): string | undefined {
    const now = this.monotonicMs();
    this.absence = absenceAfter(this.absence, sighting, now);
    if (sighting.kind === 'final') {
      return sighting.reason;
    }
    return this.absence && now - this.absence.since >= ABSENCE_MS
      ? `StatefulSet ${this.name} has been deleted for a minute, so no pod replaces this one`
      : undefined;
  }
}

/** Reads the StatefulSet of a server, and remembers it. */
export class OwnerReader {
  /** The StatefulSet as it was last read; undefined if it did not exist, or has not been read. */
  last?: StatefulSet;

  constructor(
    private readonly namespace: string,
    private readonly name: string,
  ) {}

  /** Reads the StatefulSet and the namespace. */
  async read(): Promise<Sighting> {
    const { namespace, name } = this;
    try {
      // The deletion of a namespace deletes the Role of the agent as well, so both are read at once.
      const [found, isTerminating] = await Promise.all([
        readStatefulSet(namespace, name),
        readIsNamespaceTerminating(namespace).catch(() => false),
      ]);
      this.last = found;
      return sightingOf(name, found, isTerminating);
    } catch (error) {
      return { kind: error instanceof OperatorError ? 'denied' : 'no answer' };
    }
  }
}

/**
 * True if a StatefulSet is scaled down so that it no longer includes a server. The other servers stay, so the stop is delayed
 * like any other, but no pod of the same name will release the Lease.
 */
export function isScaledDown(id: number, found: StatefulSet | undefined): boolean {
  const { replicas, ordinals } = found?.spec ?? {};
  const start = ordinals?.start ?? 0;
  return replicas !== undefined && (id < start || id >= start + replicas);
}

/** Returns the ids of the pods of a StatefulSet; undefined if it is deleted, or scaled to 0. */
export function membersOf(found: StatefulSet | undefined): IdRange | undefined {
  const { replicas = 0, ordinals } = found?.spec ?? {};
  const first = ordinals?.start ?? 0;
  return found?.metadata.deletionTimestamp !== undefined || replicas === 0
    ? undefined
    : { first, last: first + replicas - 1 };
}

/** Reads the StatefulSet and returns the ids of its pods; undefined if it is deleted, or scaled to 0. */
export async function readMembers(namespace: string, name: string): Promise<IdRange | undefined> {
  return membersOf(await readStatefulSet(namespace, name));
}

/** Reads the StatefulSet. True if it no longer includes a server; false also if it cannot be read. */
export async function readIsScaledDown(namespace: string, name: string, id: number): Promise<boolean> {
  try {
    return isScaledDown(id, await readStatefulSet(namespace, name));
  } catch {
    return false;
  }
}

/** Reads an annotation of a StatefulSet; undefined if it is not set. */
export async function readAnnotation(
  namespace: string,
  name: string,
  annotation: string,
): Promise<string | undefined> {
  return (await readStatefulSet(namespace, name))?.metadata.annotations?.[annotation];
}
