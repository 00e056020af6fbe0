/*
 * If no pod replaces this one, a delay of its stop only slows down the deletion of a namespace, a map or a cluster. But all
 * servers then stop together, so one answer of the API server is not enough: a StatefulSet can be missing for a moment, for
 * example while a GitOps tool replaces it.
 */
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
