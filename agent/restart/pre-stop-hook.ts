/*
 * Holds the stop of a server until the cluster can spare it. The kubelet waits for the answer before it sends Kafka its
 * signal.
 */
import { FORCE_STOP_ANNOTATION, StopConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { ConflictError } from '../kubernetes/client';
import { withoutNumbers } from '../text/without-numbers';
import { log } from '../runtime/log';
import { ForceState, formatForceRequest } from '../annotations/force-request';
import { PreStopFacts, PreStopStep, StopOrder, nextPreStopStep } from './pre-stop-step';
import { ConflictingLease } from './other-stop-leases';
import { LeaseSnapshot, StopLease, retryOnConflict } from './stop-lease';
import { ReplicaPeers, StopVerdict, mustWait } from './stop-verdict';
import { Pod, RENEW_INTERVAL_MS, LeaseState, waitingPods, leaseStateOf } from './lease-state';

/** What the gate needs of the world. */
export interface PreStopEdges {
  /** Asks Kafka; `isLast` when the server stops if it says yes. */
  readonly judge: (isLast: boolean) => Promise<StopVerdict>;
  readonly lease: Pick<StopLease, 'read' | 'take' | 'release' | 'queue'>;
  /** Looks whether it is the turn of a server of another StatefulSet, among those with the same data. */
  readonly findConflict: (sharers: ReplicaPeers) => Promise<ConflictingLease | undefined>;
  /** Why no server will come in the place of this one, if that is so. */
  readonly noReplacementReason: () => Promise<string | undefined>;
  /** Judges the demand of somebody that servers may stop at once. */
  readonly evaluateForce: (value: string | undefined) => ForceState;
  /** Tells people, where they look at the pod. */
  readonly recordEvent: (reason: string, message: string) => Promise<void>;
  /** Waits for something, but no longer than so many milliseconds; undefined when that was too short. */
  readonly withTimeout: <T>(ms: number, action: Promise<T>) => Promise<T | undefined>;
  /** A clock that never jumps, in milliseconds. */
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What a hold looks like from outside. */
export interface PreStopStatus {
  readonly state: 'waiting' | 'stopping';
  readonly reason: string;
  readonly seconds: number;
}

/** What one look finds. */
type Observation = Pick<PreStopFacts, 'kafka' | 'turn' | 'neighbour' | 'retired'> & { readonly lease?: LeaseSnapshot };

const PAUSE_MS = 1_000;
/** Kafka must keep its own time to stop, whatever becomes of the Lease. */
const ACQUIRE_TIMEOUT_MS = 3_000;
/** Behind the turn of another it may take long, and there may be many. */
const MAX_PAUSE_MS = 5_000;
const LOG_INTERVAL_MS = 30_000;
/** The same with other numbers is said less often than it changes. */
const MIN_LOG_INTERVAL_MS = 5_000;
/** Often enough to be believed to wait, see `othersWaiting`. */
const WAITING_RENEWAL_MS = 10_000;
/** How long nobody has to say whose turn it is before Kafka's word is enough. */
const LEASE_UNKNOWN_LIMIT_MS = 60_000;
/** Servers that lost sight of the API server at the same time go on one after another. */
const STAGGER_MS = 15_000;

/** The gate of one server. */
export class PreStopHook {
  private current?: Promise<void>;
  private startedAt = 0;
  private waitsFor = 'no answer yet';
  private allowedReason?: string;
  private calledAt?: number;

  constructor(
    private readonly me: Pod,
    private readonly stopOrder: StopOrder,
    private readonly limits: StopConfig,
    private readonly edges: PreStopEdges,
  ) {}

  /** Waits until the server may stop, or for as long as it may wait. Asked again, it joins what is going on. */
  waitUntilAllowed(): Promise<void> {
    this.calledAt = this.edges.monotonicMs();
    this.current ??= this.run().finally(() => (this.current = undefined));
    return this.current;
  }

  /** Whether a stop is held right now. */
  get isHolding(): boolean {
    return this.current !== undefined;
  }

  /** When the kubelet last asked. */
  get lastCalledAt(): number | undefined {
    return this.calledAt;
  }

  /** What goes on; undefined when nothing was asked. */
  get status(): PreStopStatus | undefined {
    const seconds = Math.round((this.edges.monotonicMs() - this.startedAt) / 1000);
    if (this.isHolding) {
      return { state: 'waiting', reason: this.waitsFor, seconds };
    }
    return this.allowedReason === undefined
      ? undefined
      : { state: 'stopping', reason: this.allowedReason, seconds };
  }

  /** The server has stopped and is back. */
  reset(): void {
    this.allowedReason = undefined;
  }

  private async run(): Promise<void> {
    const { monotonicMs: clock, sleep } = this.edges;
    this.startedAt = clock();
    this.allowedReason = undefined;
    const said = { text: '', at: -Infinity, atRisk: false, ignored: '' };
    let seen: Observation = {
      verdict: mustWait('nobody has answered yet'),
      leaseState: { kind: 'unknown', reason: 'nobody has answered yet' },
    };
    let queuedAt = -Infinity;
    let tookTurn = false;
    let unknownSince: number | undefined;
    log.info('asked whether the server may stop', { pod: this.me.name });
    for (;;) {
      // Kafka must keep its own time to stop, however long somebody takes to answer.
      const leftMs = this.limits.preStopTimeoutSeconds * 1000 - (clock() - this.startedAt);
      seen = (await this.edges.withTimeout(leftMs, this.observe())) ?? seen;
      const { lease, leaseState: turn, verdict: kafka } = seen;
      // Of several that nobody can give a turn, each begins anew to be patient when one of them has gone.
      unknownSince = turn.kind === 'unknown' && kafka.allInSync ? (unknownSince ?? clock()) : undefined;
      // Where nothing was read, nothing was demanded, and nothing taken back.
      const force = lease ? this.edges.evaluateForce(lease.forceAnnotation) : NO_FORCE;
      const ignored = this.ignoredText(force, said);
      const facts = this.facts(seen, force, tookTurn, unknownSince);
      if (facts.verdict.atRisk?.length && !said.atRisk) {
        said.atRisk = true;
        this.warnOfRisk(facts.verdict.atRisk);
      }
      const step = nextPreStopStep(facts);
      switch (step.do) {
        case 'stop':
          if (await this.allowStop(step, seen)) {
            return;
          }
          await sleep(PAUSE_MS);
          break;
        case 'take turn':
          // Even when no answer says so, it may be this one's turn from now on.
          tookTurn = true;
          if (lease === undefined || !(await this.acquireLease(lease))) {
            await sleep(PAUSE_MS);
          }
          break;
        case 'wait':
          this.logWaiting(said, `${step.waitsFor}${ignored}`);
          if (step.releaseLease && lease) {
            tookTurn = !(await this.retryWhileUnchanged(lease, (read) => this.edges.lease.release(read)));
          } else if (lease && turn.kind !== 'mine' && clock() - queuedAt >= WAITING_RENEWAL_MS) {
            const isQueued = await this.change(async () => {
              await this.edges.lease.markWaiting(lease, this.me);
              return true;
            });
            queuedAt = isQueued ? clock() : queuedAt;
          }
          await sleep(turn.kind === 'taken' ? this.longPause(facts) : PAUSE_MS);
      }
    }
  }

  private async observe(): Promise<Observation> {
    const { judge, findConflict: neighbour, noReplacementReason: retired } = this.edges;
    // In this order: what Kafka said before the turn was taken may be out of date.
    const { lease, turn } = await this.readLeaseState();
    const [kafka, gone] = await Promise.all([judge(turn.kind !== 'taken'), retired()]);
    const isNext = kafka.mayStop && !kafka.needsNoLease && (turn.kind === 'free' || turn.kind === 'mine');
    const other = isNext && kafka.replicaPeers ? await neighbour(kafka.replicaPeers) : undefined;
    return {
      lease,
      verdict: kafka,
      noReplacementReason: gone,
      ...(other?.kind === 'unknown' ? { leaseState: other } : { leaseState: turn, conflict: other }),
    };
  }

  private facts(
    { lease, ...seen }: Observation,
    force: ForceState,
    tookTurn: boolean,
    unknownSince: number | undefined,
  ): PreStopFacts {
    const now = this.edges.monotonicMs();
    const holdLimitMs = this.limits.preStopTimeoutSeconds * 1000;
    const staggerMs = Math.min(STAGGER_MS, holdLimitMs / 2 / this.stopOrder.count);
    return {
      ...seen,
      hasAcquired: tookTurn,
      waiting: lease ? waitingPods(lease.record, this.me, Date.now()) : [],
      forcedReason: force.kind === 'open' ? formatForceRequest(force.request) : undefined,
      heldMs: now - this.startedAt,
      holdLimitMs,
      stopOrder: this.stopOrder,
      leaseUnknownMs: unknownSince === undefined ? 0 : now - unknownSince,
      leaseUnknownLimitMs: LEASE_UNKNOWN_LIMIT_MS + this.stopOrder.position * staggerMs,
    };
  }

  private longPause({ heldMs, holdLimitMs }: PreStopFacts): number {
    // Not all at once, and always the same for one server.
    const apart = (this.stopOrder.position % 8) * (PAUSE_MS / 8);
    const pause = Math.min(MAX_PAUSE_MS, PAUSE_MS + heldMs / 10) + apart;
    return Math.min(pause, Math.max(PAUSE_MS, holdLimitMs - heldMs));
  }

  /** What is added to the reason of a wait while a demand is not obeyed; said once by itself. */
  private ignoredText(force: ForceState, said: { ignored: string }): string {
    if (force.kind !== 'ignored') {
      return '';
    }
    const message = `annotation ${FORCE_STOP_ANNOTATION} of the Lease is ignored: ${force.reason}`;
    if (said.ignored !== message) {
      said.ignored = message;
      log.warn(message);
      void this.edges.recordEvent('ForceStopIgnored', message);
    }
    return `; ${message}`;
  }

  private async readLeaseState(): Promise<{ lease?: LeaseSnapshot; turn: LeaseState }> {
    try {
      const lease = await this.edges.lease.read();
      return { lease, turn: this.leaseStateIn(lease) };
    } catch (error) {
      return { turn: { kind: 'unknown', reason: reasonOf(error) } };
    }
  }

  private leaseStateIn({ record }: LeaseSnapshot): LeaseState {
    return leaseStateOf(record, this.me, Date.now());
  }

  /** Lets the server go; false when its turn turns out to be over. */
  private async allowStop(step: Extract<PreStopStep, { do: 'stop' }>, { lease }: Observation): Promise<boolean> {
    const own = lease && this.leaseStateIn(lease).kind;
    const isAtHand = own === 'free' || (own === 'mine' && isRenewalDue(lease));
    // Whoever stops without having waited for its turn still keeps the others from doing the same.
    const isTaken = lease && isAtHand && (await this.edges.withTimeout(ACQUIRE_TIMEOUT_MS, this.acquireLease(lease)));
    if (isAtHand && !isTaken && step.requiresLease) {
      return false;
    }
    this.allowedReason = step.reason;
    const heldSeconds = Math.round((this.edges.monotonicMs() - this.startedAt) / 1000);
    log[step.isWarning ? 'warn' : 'info']('the server may stop', { reason: step.reason, heldSeconds });
    if (step.isWarning) {
      void this.edges.recordEvent('StopNotWaitedFor', `the server stops: ${step.reason}`);
    }
    return true;
  }

  /** Takes the turn, or renews it, as long as nobody else has it. */
  private acquireLease(lease: LeaseSnapshot): Promise<boolean> {
    return this.retryWhileUnchanged(lease, (read) => this.edges.lease.acquire(read, this.me));
  }

  /** Changes the Lease although others write into it meanwhile, as long as it is the same one's turn. */
  private async retryWhileUnchanged(known: LeaseSnapshot, tryChange: (read: LeaseSnapshot) => Promise<void>): Promise<boolean> {
    let isFirst = true;
    const read = async () => {
      const lease = isFirst ? known : await this.edges.lease.read();
      isFirst = false;
      return lease;
    };
    return this.change(() =>
      retryOnConflict(read, async (lease) => {
        // What somebody else has had meanwhile was not this server's all the time.
        const isSame = this.leaseStateIn(lease).kind === this.leaseStateIn(known).kind;
        if (isSame) {
          await tryChange(lease);
        }
        return isSame;
      }),
    );
  }

  /** Whether a change was made. One that fails shows in the next round. */
  private async change(action: () => Promise<boolean>): Promise<boolean> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof ConflictError)) {
        log.warn('the Lease cannot be changed', { reason: reasonOf(error) });
      }
      return false;
    }
  }

  private logWaiting(said: { text: string; at: number }, waitsFor: string): void {
    const now = this.edges.monotonicMs();
    this.waitsFor = waitsFor;
    const isNews = withoutNumbers(waitsFor) !== withoutNumbers(said.text);
    if (isNews || now - said.at >= (waitsFor === said.text ? LOG_INTERVAL_MS : MIN_LOG_INTERVAL_MS)) {
      said.text = waitsFor;
      said.at = now;
      const heldSeconds = Math.round((now - this.startedAt) / 1000);
      log.info(`the stop waits: ${waitsFor}`, { heldSeconds, limitSeconds: this.limits.preStopTimeoutSeconds });
    }
  }

  private warnOfRisk(atRisk: readonly string[]): void {
    const effect =
      this.limits.atRiskTopics === 'block'
        ? 'the stop waits for them as long as it may'
        : 'the stop does not wait for them: they take no writes, or nothing at all, until this server is back';
    log.warn(`partitions without a replica to spare: ${effect}`, {
      partitions: atRisk.slice(0, 20),
      count: atRisk.length,
    });
  }
}

const NO_FORCE: ForceState = { kind: 'none' };

/** Whether nobody has renewed a turn as often as it is to be. */
function isRenewalDue(lease: LeaseSnapshot | undefined): boolean {
  return Date.now() - (lease?.record.renewTime ?? 0) > RENEW_INTERVAL_MS;
}
