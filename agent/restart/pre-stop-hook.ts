/*
 * The preStop hook delays the stop of a server until the cluster can tolerate it. The kubelet waits for the answer before
 * it sends SIGTERM to Kafka.
 */
import { StopConfig } from '../../lib/seam/agent-config';
import { ForceState, formatForceRequest } from '../annotations/force-request';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { problems } from '../runtime/problems';
import { REQUEST_INTERVAL_MS } from './lease-sightings';
import { Pod, waitingPods } from './lease-state';
import { PreStopLease } from './pre-stop-lease';
import { PreStopLog } from './pre-stop-log';
import { NO_OBSERVATION, Observation, PreStopEdges, PreStopObserver } from './pre-stop-observer';
import { PreStopFacts, PreStopStep, longDelayReason, nextPreStopStep } from './pre-stop-step';
import { StopOrder } from './stop-slots';

/** State of the hook, as `/readyz?verbose` shows it. */
export interface PreStopStatus {
  readonly state: 'waiting' | 'stopping';
  readonly reason: string;
  readonly seconds: number;
}

/** State of one run of the hook. */
interface Run {
  readonly report: PreStopLog;
  observation: Observation;
  hasAcquired: boolean;
  markedWaitingAt: number;
  /** Since when the holder of the Lease is unknown while all replicas are in sync. */
  leaseUnknownSince?: number;
  /** Since when the verdict is negative. */
  negativeSince?: number;
  /** Since when nothing shows that the delay ends soon. */
  delayedSince?: number;
}

const NO_REQUEST: ForceState = { kind: 'none' };
const PAUSE_MS = 1_000;
/** Leaves Kafka its shutdown grace period, whatever the API server does. */
const ACQUIRE_TIMEOUT_MS = 3_000;
/** Limits the pause while another server holds the Lease, which can take long with many waiting servers. */
const MAX_PAUSE_MS = 5_000;
/** A replica that lags because another server restarts is usually in sync before this time. */
const DELAY_EVENT_MS = 60_000;

/** The preStop hook of one server. */
export class PreStopHook {
  private readonly lease: PreStopLease;
  private readonly observer: PreStopObserver;
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
    this.observer = new PreStopObserver(this.lease, edges);
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

  /** Clears the state after the server has restarted, or if it was not stopped. */
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
      isAllowed = await this.runStep(run).catch((error: unknown) => this.afterFailure(run, error));
    }
    problems.clear('stop-delayed');
    problems.clear('stop-lease-unknown', 'preStop');
  }

  /** An error of the agent must not allow the stop: the kubelet stops the server after any answer. */
  private async afterFailure(run: Run, error: unknown): Promise<boolean> {
    this.waitingFor = `the agent failed: ${reasonOf(error)}`;
    run.report.waiting(this.waitingFor, this.waitedMs);
    if (this.waitedMs >= this.timeoutMs) {
      this.allowedReason = `preStop timed out: ${this.waitingFor}`;
      run.report.allowed(this.allowedReason, this.waitedMs, true);
      return true;
    }
    await this.edges.sleep(PAUSE_MS);
    return false;
  }

  /** Observes, decides and acts once, then pauses unless the server may stop. True if it may. */
  private async runStep(run: Run): Promise<boolean> {
    const { sleep, withTimeout } = this.edges;
    // Leaves Kafka its shutdown grace period, however long an observation takes.
    run.observation =
      (await withTimeout(this.timeoutMs - this.waitedMs, this.observer.observe())) ?? run.observation;
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
    run.negativeSince = verdict.mayStop ? undefined : (run.negativeSince ?? this.edges.monotonicMs());
    const { force = NO_REQUEST } = run.observation;
    const ignored = run.report.ignoredRequest(force);
    const facts = this.factsOf(run, force);
    run.report.atRisk(verdict.atRisk ?? []);
    this.reportDelay(run, facts);
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
        if (lease !== undefined && (await this.lease.acquire(lease))) {
          run.markedWaitingAt = -Infinity;
        } else {
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

  private reportDelay(run: Run, facts: PreStopFacts): void {
    const reason = longDelayReason(facts);
    const now = this.edges.monotonicMs();
    run.delayedSince = reason === undefined ? undefined : (run.delayedSince ?? now);
    const isLong = now - (run.delayedSince ?? now) >= DELAY_EVENT_MS;
    problems.update('stop-delayed', isLong ? reason : undefined);
    if (reason !== undefined && isLong) {
      run.report.delayed(reason);
    }
  }

  private factsOf(
    { observation, hasAcquired, leaseUnknownSince, negativeSince }: Run,
    force: ForceState,
  ): PreStopFacts {
    const { lease, judgedFrom, ...observed } = observation;
    const now = this.edges.monotonicMs();
    return {
      ...observed,
      hasAcquired,
      waiting: lease ? waitingPods(lease, this.me) : [],
      forcedReason: force.kind === 'active' ? formatForceRequest(force.request) : undefined,
      waitedMs: this.waitedMs,
      timeoutMs: this.timeoutMs,
      stopOrder: this.stopOrder,
      leaseUnknownMs: now - (leaseUnknownSince ?? now),
      negativeMs: now - (negativeSince ?? now),
      judged: { from: judgedFrom, to: this.edges.wallMs() },
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
    const isDue = this.edges.monotonicMs() - run.markedWaitingAt >= REQUEST_INTERVAL_MS;
    if (lease === undefined) {
      return;
    }
    if (step.releaseLease) {
      run.hasAcquired = !(await this.lease.release(lease));
    } else if (leaseState.kind !== 'held by us' && isDue && (await this.lease.setWaiting(true))) {
      run.markedWaitingAt = this.edges.monotonicMs();
    }
  }

  /** Allows the stop, unless the step requires the Lease and this server has to acquire or renew it first. */
  private async allowStop(run: Run, step: Extract<PreStopStep, { do: 'stop' }>): Promise<boolean> {
    const { lease } = run.observation;
    if (lease && this.lease.isAcquirable(lease)) {
      const acquired = this.edges.withTimeout(ACQUIRE_TIMEOUT_MS, this.lease.acquire(lease));
      if (step.requiresLease) {
        // The request takes time, so the moment in which this server may stop can be over.
        run.markedWaitingAt = (await acquired) ? -Infinity : run.markedWaitingAt;
        return false;
      }
      // Otherwise the server acquires the Lease so that the others wait for its return.
    } else if (run.markedWaitingAt > -Infinity) {
      void this.lease.setWaiting(false);
    }
    this.allowedReason = step.reason;
    run.report.allowed(step.reason, this.waitedMs, step.isWarning ?? false);
    return true;
  }
}
