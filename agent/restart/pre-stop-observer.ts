import { EventRecorder } from '../kubernetes/events';
import { ForceState } from '../annotations/force-request';
import { LeaseState, isAbandoned } from './lease-state';
import { ConflictingLease } from './other-stop-leases';
import { LeaseClient, LeaseReading, PreStopLease } from './pre-stop-lease';
import { PreStopFacts } from './pre-stop-step';
import { isOwnerTime } from './stop-slots';
import { ReplicaPeers, StopVerdict, mustWait } from './stop-verdict';

/** Dependencies of the hook. */
export interface PreStopEdges {
  /** Judges if the server may stop; `canFollow` if a stop can follow a positive verdict. */
  readonly judge: (canFollow: boolean) => Promise<StopVerdict>;
  readonly lease: LeaseClient;
  /** Finds a server of another StatefulSet that has replicas of the same partitions and holds its stop Lease. */
  readonly findConflict: (replicaPeers: ReplicaPeers) => Promise<ConflictingLease | undefined>;
  /** Reads the StatefulSet of the server. */
  readonly readOwner: () => Promise<OwnerReading>;
  /** Records an Event of the pod. */
  readonly recordEvent: EventRecorder;
  /** Waits for an action with a timeout in milliseconds; undefined after the timeout. */
  readonly withTimeout: <T>(ms: number, action: Promise<T>) => Promise<T | undefined>;
  /** Monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Fields of a StatefulSet that end a delay. */
export interface OwnerReading {
  /** The reason why no pod replaces this one; undefined if one does. */
  readonly noReplacementReason?: string;
  /** The force-stop request, an annotation that agents cannot change; undefined if it could not be read. */
  readonly force?: ForceState;
}

/** Results of one observation. */
export type Observation = LeaseReading &
  OwnerReading &
  Pick<PreStopFacts, 'verdict' | 'conflict'> & {
    /** Time since 1970 at which the verdict was begun. */
    readonly judgedFrom: number;
  };

/** Before the first observation. */
export const NO_OBSERVATION: Observation = {
  verdict: mustWait('no observation yet'),
  leaseState: { kind: 'unknown', reason: 'no observation yet' },
  judgedFrom: -Infinity,
};

/** Without an API server, a longer round would miss the moment of the slot in which this server may stop. */
const READ_TIMEOUT_MS = 3_000;

/** Observes the Lease, Kafka and the StatefulSet for the hook. */
export class PreStopObserver {
  constructor(
    private readonly lease: PreStopLease,
    private readonly edges: PreStopEdges,
  ) {}

  /** Observes once. */
  async observe(): Promise<Observation> {
    const { judge, findConflict, readOwner, withTimeout } = this.edges;
    // The Lease is read first: a verdict from before it was acquired may be out of date.
    const [{ lease, leaseState: found }, owner] = await Promise.all([
      this.readLease(),
      withTimeout(READ_TIMEOUT_MS, readOwner()),
    ]);
    const judgedFrom = this.edges.wallMs();
    // In a slot, the servers of a zone can stop while another server holds the Lease.
    const canFollow = found.kind !== 'held by another' || isOwnerTime({ from: judgedFrom, to: judgedFrom });
    const verdict = await judge(canFollow);
    const leaseState = freeIfAbandoned(found, verdict);
    const isNext =
      verdict.mayStop &&
      !verdict.needsNoLease &&
      (canFollow || leaseState.kind === 'free') &&
      leaseState.kind !== 'unknown';
    const conflict = isNext && verdict.replicaPeers ? await findConflict(verdict.replicaPeers) : undefined;
    return { lease, ...owner, judgedFrom, ...withConflict(verdict, leaseState, conflict) };
  }

  private async readLease(): Promise<LeaseReading> {
    return (
      (await this.edges.withTimeout(READ_TIMEOUT_MS, this.lease.read())) ?? {
        leaseState: { kind: 'unknown', reason: 'the API server did not answer within 3 seconds' },
      }
    );
  }
}

function freeIfAbandoned(state: LeaseState, { aliveIds }: StopVerdict): LeaseState {
  return state.kind === 'held by another' && isAbandoned(state, aliveIds) ? { kind: 'free' } : state;
}

function withConflict(
  verdict: StopVerdict,
  leaseState: LeaseState,
  conflict: ConflictingLease | undefined,
): Pick<Observation, 'verdict' | 'leaseState' | 'conflict'> {
  if (conflict?.kind !== 'unknown') {
    return { verdict, leaseState, conflict };
  }
  // An unknown Lease opens the slots of this server. The holder of its own Lease is known, so the slot of its zone is closed instead.
  return leaseState.kind === 'held by another'
    ? { verdict: { ...verdict, zone: undefined }, leaseState }
    : { verdict, leaseState: conflict };
}
