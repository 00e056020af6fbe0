/*
 * The preStop hook delays the stop of a server until the cluster can tolerate it. The kubelet waits for the answer before
 * it sends SIGTERM to Kafka.
 */
import { StopConfig } from '../../lib/seam/agent-config';
import { ForceState, formatForceRequest } from '../annotations/force-request';
import { log } from '../runtime/log';
import { problems } from '../runtime/problems';
import { Pod, waitingPods } from './lease-state';
import { ConflictingLease } from './other-stop-leases';
import { LeaseClient, LeaseReading, PreStopLease } from './pre-stop-lease';
import { PreStopLog } from './pre-stop-log';
import { PreStopFacts, PreStopStep, StopOrder, nextPreStopStep } from './pre-stop-step';
import { ReplicaPeers, StopVerdict, mustWait } from './stop-verdict';

/** Dependencies of the hook. */
export interface PreStopEdges {
  /** Judges if the server may stop; `isLast` if the server stops after a positive verdict. */
  readonly judge: (isLast: boolean) => Promise<StopVerdict>;
  readonly lease: LeaseClient;
  /** Finds a server of another StatefulSet that has replicas of the same partitions and holds its stop Lease. */
  readonly findConflict: (replicaPeers: ReplicaPeers) => Promise<ConflictingLease | undefined>;
  /** Returns the reason why no pod replaces this one; undefined if one does. */
  readonly noReplacementReason: () => Promise<string | undefined>;
  /** Evaluates the force-stop annotation of the Lease. */
  readonly evaluateForce: (value: string | undefined) => ForceState;
  /** Records an Event of the pod. */
  readonly recordEvent: (reason: string, message: string) => Promise<void>;
  /** Waits for an action with a timeout in milliseconds; undefined after the timeout. */
  readonly withTimeout: <T>(ms: number, action: Promise<T>) => Promise<T | undefined>;
  /** Monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** State of the hook, as `/readyz?verbose` shows it. */
export interface PreStopStatus {
  readonly state: 'waiting' | 'stopping';
  readonly reason: string;
  readonly seconds: number;
}

/** Results of one observation. */
type Observation = LeaseReading & Pick<PreStopFacts, 'verdict' | 'conflict' | 'noReplacementReason'>;

/** State of one run of the hook. */
interface Run {
  readonly report: PreStopLog;
  observation: Observation;
  hasAcquired: boolean;
  markedWaitingAt: number;
  /** Since when the holder of the Lease is unknown while all replicas are in sync. */
  leaseUnknownSince?: number;
}

const NO_REQUEST: ForceState = { kind: 'none' };
const NO_OBSERVATION: Observation = {
  verdict: mustWait('no observation yet'),
  leaseState: { kind: 'unknown', reason: 'no observation yet' },
};
const PAUSE_MS = 1_000;
/** Leaves Kafka its shutdown grace period, whatever the API server does. */
const ACQUIRE_TIMEOUT_MS = 3_000;
/** Limits the pause while another server holds the Lease, which can take long with many waiting servers. */
const MAX_PAUSE_MS = 5_000;
/** Must be shorter than the time after which `waitingPods` ignores a pod. */
const WAITING_RENEWAL_MS = 10_000;
/** Time without a known holder of the Lease after which the verdict of Kafka alone is enough. */
const LEASE_UNKNOWN_LIMIT_MS = 60_000;
/** Distance between servers that lose the connection to the API server at the same time. */
const STAGGER_MS = 15_000;

/** The preStop hook of one server. */
export class PreStopHook {
  private readonly lease: PreStopLease;
  private current?: Promise<void>;
  private startedAt = 0;
  private waitingFor = NO_OBSERVATION.verdict.reason;
  private allowedReason?: string;
  private calledAt?: number;

  constructor(
    private readonly me: Pod,
    private readonly stopOrder: StopOrder,
    private readonly limits: StopConfig,
    private readonly edges: PreStopEdges,
  ) {
    this.lease = new PreStopLease(edges.lease, me);
  }

  /** Waits until the server may stop, at most for the preStop timeout. Concurrent calls share one run. */
  waitUntilAllowed(): Promise<void> {
    this.calledAt = this.edges.monotonicMs();
    this.current ??= this.run().finally(() => {
      this.current = undefined;
      problems.clear('stop-lease-unknown', 'preStop');
    });
    return this.current;
  }

  /** True while a stop is delayed. */
  get isWaiting(): boolean {
    return this.current !== undefined;
  }

  /** Time of the last call of the kubelet, on the monotonic clock. */
  get lastCalledAt(): number | undefined {
    return this.calledAt;
  }

  /** State of the hook; undefined before the first call. */
  get status(): PreStopStatus | undefined {
    const seconds = Math.round(this.waitedMs / 1000);
    if (this.isWaiting) {
      return { state: 'waiting', reason: this.waitingFor, seconds };
    }
    return this.allowedReason === undefined
      ? undefined
      : { state: 'stopping', reason: this.allowedReason, seconds };
  }

  /** Clears the state after the server has restarted. */
  reset(): void {
    this.allowedReason = undefined;
  }

  private get waitedMs(): number {
    return this.edges.monotonicMs() - this.startedAt;
  }

  private get timeoutMs(): number {
    return this.limits.preStopTimeoutSeconds * 1000;
  }

  private async run(): Promise<void> {
    this.startedAt = this.edges.monotonicMs();
    this.allowedReason = undefined;
    const run: Run = {
      report: new PreStopLog(this.limits, this.edges.recordEvent),
      observation: NO_OBSERVATION,
      hasAcquired: false,
      markedWaitingAt: -Infinity,
    };
    log.info('preStop called: checking if the server may stop', { pod: this.me.name });
    let isAllowed = false;
    while (!isAllowed) {
      isAllowed = await this.runStep(run);
    }
  }

  /** Observes, decides and acts once, then pauses unless the server may stop. True if it may. */
  private async runStep(run: Run): Promise<boolean> {
    const { sleep, withTimeout, evaluateForce } = this.edges;
    // Leaves Kafka its shutdown grace period, however long an observation takes.
    run.observation = (await withTimeout(this.timeoutMs - this.waitedMs, this.observe())) ?? run.observation;
    const { lease, leaseState, verdict } = run.observation;
    problems.update(
      'stop-lease-unknown',
      leaseState.kind === 'unknown' ? leaseState.reason : undefined,
      'preStop',
    );
    // The time starts again after another server has stopped, so that servers without a Lease do not stop together.
    run.leaseUnknownSince =
      leaseState.kind === 'unknown' && verdict.allInSync
        ? (run.leaseUnknownSince ?? this.edges.monotonicMs())
        : undefined;
    // Without a read of the Lease there is no request, and a rejected request stays rejected.
    const force = lease ? evaluateForce(lease.forceAnnotation) : NO_REQUEST;
    const ignored = run.report.ignoredRequest(force);
    const facts = this.factsOf(run, force);
    run.report.atRisk(verdict.atRisk ?? []);
    const step = nextPreStopStep(facts);
    switch (step.do) {
      case 'stop':
        if (await this.allowStop(run, step)) {
          return true;
        }
        await sleep(PAUSE_MS);
        break;
      case 'acquire Lease':
        // The pod may be the holder from now on, even if the request fails.
        run.hasAcquired = true;
        if (lease === undefined || !(await this.lease.acquire(lease))) {
          await sleep(PAUSE_MS);
        }
        break;
      case 'wait':
        this.waitingFor = `${step.waitingFor}${ignored}`;
        run.report.waiting(this.waitingFor, this.waitedMs);
        await this.updateLease(run, step);
        await sleep(leaseState.kind === 'held by another' ? this.longPause(facts) : PAUSE_MS);
    }
    return false;
  }

  private async observe(): Promise<Observation> {
    const { judge, findConflict, noReplacementReason } = this.edges;
    // The Lease is read first: a verdict from before it was acquired may be out of date.
    const { lease, leaseState } = await this.lease.read();
    const [verdict, noReplacement] = await Promise.all([
      judge(leaseState.kind !== 'held by another'),
      noReplacementReason(),
    ]);
    const isNext =
      verdict.mayStop &&
      !verdict.needsNoLease &&
      (leaseState.kind === 'free' || leaseState.kind === 'held by us');
    const conflict = isNext && verdict.replicaPeers ? await findConflict(verdict.replicaPeers) : undefined;
    return {
      lease,
      verdict,
      noReplacementReason: noReplacement,
      ...(conflict?.kind === 'unknown' ? { leaseState: conflict } : { leaseState, conflict }),
    };
  }

  private factsOf({ observation, hasAcquired, leaseUnknownSince }: Run, force: ForceState): PreStopFacts {
    const { lease, ...observed } = observation;
    const { count, position } = this.stopOrder;
    const staggerMs = Math.min(STAGGER_MS, this.timeoutMs / 2 / count);
    return {
      ...observed,
      hasAcquired,
      waiting: lease ? waitingPods(lease.record, this.me, Date.now()) : [],
      forcedReason: force.kind === 'active' ? formatForceRequest(force.request) : undefined,
      waitedMs: this.waitedMs,
      timeoutMs: this.timeoutMs,
      stopOrder: this.stopOrder,
      leaseUnknownMs: leaseUnknownSince === undefined ? 0 : this.edges.monotonicMs() - leaseUnknownSince,
      leaseUnknownLimitMs: LEASE_UNKNOWN_LIMIT_MS + position * staggerMs,
    };
  }

  private longPause({ waitedMs, timeoutMs }: PreStopFacts): number {
    // Spreads the requests of waiting servers, with a constant distance for each server.
    const spread = (this.stopOrder.position % 8) * (PAUSE_MS / 8);
    const pause = Math.min(MAX_PAUSE_MS, PAUSE_MS + waitedMs / 10) + spread;
    return Math.min(pause, Math.max(PAUSE_MS, timeoutMs - waitedMs));
  }

  /** Releases the Lease, or records that this server waits for it. */
  private async updateLease(run: Run, step: Extract<PreStopStep, { do: 'wait' }>): Promise<void> {
    const { lease, leaseState } = run.observation;
    const isDue = this.edges.monotonicMs() - run.markedWaitingAt >= WAITING_RENEWAL_MS;
    if (lease === undefined) {
      return;
    }
    if (step.releaseLease) {
      run.hasAcquired = !(await this.lease.release(lease));
    } else if (leaseState.kind !== 'held by us' && isDue && (await this.lease.markWaiting(lease))) {
      run.markedWaitingAt = this.edges.monotonicMs();
    }
  }

  /** Allows the stop. False if the step requires the Lease and another server has acquired it. */
  private async allowStop(
    { observation: { lease }, report }: Run,
    step: Extract<PreStopStep, { do: 'stop' }>,
  ): Promise<boolean> {
    if (lease && this.lease.isAcquirable(lease)) {
      // A server that stops without waiting for the Lease acquires it too, so that the others wait for its return.
      const isAcquired = await this.edges.withTimeout(ACQUIRE_TIMEOUT_MS, this.lease.acquire(lease));
      if (!isAcquired && step.requiresLease) {
        return false;
      }
    }
    this.allowedReason = step.reason;
    report.allowed(step.reason, this.waitedMs, step.isWarning ?? false);
    return true;
  }
}
