/*
 * Holds the stop of a server until the cluster can spare it. The kubelet waits for the answer before it sends Kafka its
 * signal.
 */
import { FORCE_STOP_ANNOTATION, StopConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../errors';
import { Conflict } from '../kubernetes/client';
import { gist } from '../gist';
import { log } from '../log';
import { Force, described } from '../readiness/force-ready';
import { GateFacts, GateStep, Place, gateStep } from './gate-step';
import { NeighbourTurn } from './neighbours';
import { ReadLease, StopLease, despiteOthers } from './stop-lease';
import { Sharers, StopVerdict, hold } from './stop-verdict';
import { Pod, RENEWAL_MS, Turn, othersWaiting, turnOf } from './turn';

/** What the gate needs of the world. */
export interface GateEdges {
  /** Asks Kafka; `isLast` when the server stops if it says yes. */
  readonly judge: (isLast: boolean) => Promise<StopVerdict>;
  readonly lease: Pick<StopLease, 'read' | 'take' | 'release' | 'queue'>;
  /** Looks whether it is the turn of a server of another StatefulSet, among those with the same data. */
  readonly neighbour: (sharers: Sharers) => Promise<NeighbourTurn | undefined>;
  /** Why no server will come in the place of this one, if that is so. */
  readonly retired: () => Promise<string | undefined>;
  /** Judges the demand of somebody that servers may stop at once. */
  readonly forceOf: (value: string | undefined) => Force;
  /** Tells people, where they look at the pod. */
  readonly announce: (reason: string, message: string) => Promise<void>;
  /** Waits for something, but no longer than so many milliseconds; undefined when that was too short. */
  readonly within: <T>(ms: number, action: Promise<T>) => Promise<T | undefined>;
  /** A clock that never jumps, in milliseconds. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What a hold looks like from outside. */
export interface GateStatus {
  readonly state: 'waiting' | 'stopping';
  readonly reason: string;
  readonly seconds: number;
}

/** What one look finds. */
type Seen = Pick<GateFacts, 'kafka' | 'turn' | 'neighbour' | 'retired'> & { readonly lease?: ReadLease };

const PAUSE_MS = 1_000;
/** Kafka must keep its own time to stop, whatever becomes of the Lease. */
const GRANT_MS = 3_000;
/** Behind the turn of another it may take long, and there may be many. */
const LONGEST_PAUSE_MS = 5_000;
const REMINDER_MS = 30_000;
/** The same with other numbers is said less often than it changes. */
const COUNTING_MS = 5_000;
/** Often enough to be believed to wait, see `othersWaiting`. */
const QUEUE_MS = 10_000;
/** How long nobody has to say whose turn it is before Kafka's word is enough. */
const TURN_PATIENCE_MS = 60_000;
/** Servers that lost sight of the API server at the same time go on one after another. */
const STAGGER_MS = 15_000;

/** The gate of one server. */
export class StopGate {
  private current?: Promise<void>;
  private startedAt = 0;
  private waitsFor = 'no answer yet';
  private grantedFor?: string;
  private askedAt?: number;

  constructor(
    private readonly me: Pod,
    private readonly place: Place,
    private readonly limits: StopConfig,
    private readonly edges: GateEdges,
  ) {}

  /** Waits until the server may stop, or for as long as it may wait. Asked again, it joins what is going on. */
  hold(): Promise<void> {
    this.askedAt = this.edges.clock();
    this.current ??= this.run().finally(() => (this.current = undefined));
    return this.current;
  }

  /** Whether a stop is held right now. */
  get isHolding(): boolean {
    return this.current !== undefined;
  }

  /** When the kubelet last asked. */
  get lastAskedAt(): number | undefined {
    return this.askedAt;
  }

  /** What goes on; undefined when nothing was asked. */
  get status(): GateStatus | undefined {
    const seconds = Math.round((this.edges.clock() - this.startedAt) / 1000);
    if (this.isHolding) {
      return { state: 'waiting', reason: this.waitsFor, seconds };
    }
    return this.grantedFor === undefined
      ? undefined
      : { state: 'stopping', reason: this.grantedFor, seconds };
  }

  /** The server has stopped and is back. */
  forget(): void {
    this.grantedFor = undefined;
  }

  private async run(): Promise<void> {
    const { clock, sleep } = this.edges;
    this.startedAt = clock();
    this.grantedFor = undefined;
    const said = { text: '', at: -Infinity, atRisk: false, ignored: '' };
    let seen: Seen = {
      kafka: hold('nobody has answered yet'),
      turn: { kind: 'unknown', reason: 'nobody has answered yet' },
    };
    let queuedAt = -Infinity;
    let tookTurn = false;
    let unknownSince: number | undefined;
    log.info('asked whether the server may stop', { pod: this.me.name });
    for (;;) {
      // Kafka must keep its own time to stop, however long somebody takes to answer.
      const leftMs = this.limits.holdSeconds * 1000 - (clock() - this.startedAt);
      seen = (await this.edges.within(leftMs, this.look())) ?? seen;
      const { lease, turn, kafka } = seen;
      // Of several that nobody can give a turn, each begins anew to be patient when one of them has gone.
      unknownSince = turn.kind === 'unknown' && kafka.isWhole ? (unknownSince ?? clock()) : undefined;
      // Where nothing was read, nothing was demanded, and nothing taken back.
      const force = lease ? this.edges.forceOf(lease.force) : NO_FORCE;
      const ignored = this.ignoredBy(force, said);
      const facts = this.facts(seen, force, tookTurn, unknownSince);
      if (facts.kafka.atRisk?.length && !said.atRisk) {
        said.atRisk = true;
        this.warnOfRisk(facts.kafka.atRisk);
      }
      const step = gateStep(facts);
      switch (step.do) {
        case 'stop':
          if (await this.grant(step, seen)) {
            return;
          }
          await sleep(PAUSE_MS);
          break;
        case 'take turn':
          // Even when no answer says so, it may be this one's turn from now on.
          tookTurn = true;
          if (lease === undefined || !(await this.take(lease))) {
            await sleep(PAUSE_MS);
          }
          break;
        case 'wait':
          this.say(said, `${step.waitsFor}${ignored}`);
          if (step.giveBack && lease) {
            tookTurn = !(await this.insist(lease, (read) => this.edges.lease.release(read)));
          } else if (lease && turn.kind !== 'mine' && clock() - queuedAt >= QUEUE_MS) {
            const isQueued = await this.change(async () => {
              await this.edges.lease.queue(lease, this.me);
              return true;
            });
            queuedAt = isQueued ? clock() : queuedAt;
          }
          await sleep(turn.kind === 'taken' ? this.longPause(facts) : PAUSE_MS);
      }
    }
  }

  private async look(): Promise<Seen> {
    const { judge, neighbour, retired } = this.edges;
    // In this order: what Kafka said before the turn was taken may be out of date.
    const { lease, turn } = await this.ownTurn();
    const [kafka, gone] = await Promise.all([judge(turn.kind !== 'taken'), retired()]);
    const isNext = kafka.may && !kafka.isFree && (turn.kind === 'free' || turn.kind === 'mine');
    const other = isNext && kafka.sharers ? await neighbour(kafka.sharers) : undefined;
    return {
      lease,
      kafka,
      retired: gone,
      ...(other?.kind === 'unknown' ? { turn: other } : { turn, neighbour: other }),
    };
  }

  private facts(
    { lease, ...seen }: Seen,
    force: Force,
    tookTurn: boolean,
    unknownSince: number | undefined,
  ): GateFacts {
    const now = this.edges.clock();
    const holdLimitMs = this.limits.holdSeconds * 1000;
    const staggerMs = Math.min(STAGGER_MS, holdLimitMs / 2 / this.place.of);
    return {
      ...seen,
      tookTurn,
      waiting: lease ? othersWaiting(lease.record, this.me, Date.now()) : [],
      forced: force.kind === 'open' ? described(force.demand) : undefined,
      heldMs: now - this.startedAt,
      holdLimitMs,
      place: this.place,
      turnUnknownMs: unknownSince === undefined ? 0 : now - unknownSince,
      turnPatienceMs: TURN_PATIENCE_MS + this.place.rank * staggerMs,
    };
  }

  private longPause({ heldMs, holdLimitMs }: GateFacts): number {
    // Not all at once, and always the same for one server.
    const apart = (this.place.rank % 8) * (PAUSE_MS / 8);
    const pause = Math.min(LONGEST_PAUSE_MS, PAUSE_MS + heldMs / 10) + apart;
    return Math.min(pause, Math.max(PAUSE_MS, holdLimitMs - heldMs));
  }

  /** What is added to the reason of a wait while a demand is not obeyed; said once by itself. */
  private ignoredBy(force: Force, said: { ignored: string }): string {
    if (force.kind !== 'ignored') {
      return '';
    }
    const message = `annotation ${FORCE_STOP_ANNOTATION} of the Lease is ignored: ${force.why}`;
    if (said.ignored !== message) {
      said.ignored = message;
      log.warn(message);
      void this.edges.announce('ForceStopIgnored', message);
    }
    return `; ${message}`;
  }

  private async ownTurn(): Promise<{ lease?: ReadLease; turn: Turn }> {
    try {
      const lease = await this.edges.lease.read();
      return { lease, turn: this.turnIn(lease) };
    } catch (error) {
      return { turn: { kind: 'unknown', reason: reasonOf(error) } };
    }
  }

  private turnIn({ record }: ReadLease): Turn {
    return turnOf(record, this.me, Date.now());
  }

  /** Lets the server go; false when its turn turns out to be over. */
  private async grant(step: Extract<GateStep, { do: 'stop' }>, { lease }: Seen): Promise<boolean> {
    const own = lease && this.turnIn(lease).kind;
    const isAtHand = own === 'free' || (own === 'mine' && isOld(lease));
    // Whoever stops without having waited for its turn still keeps the others from doing the same.
    const isTaken = lease && isAtHand && (await this.edges.within(GRANT_MS, this.take(lease)));
    if (isAtHand && !isTaken && step.needsTurn) {
      return false;
    }
    this.grantedFor = step.reason;
    const heldSeconds = Math.round((this.edges.clock() - this.startedAt) / 1000);
    log[step.isWarning ? 'warn' : 'info']('the server may stop', { reason: step.reason, heldSeconds });
    if (step.isWarning) {
      void this.edges.announce('StopNotWaitedFor', `the server stops: ${step.reason}`);
    }
    return true;
  }

  /** Takes the turn, or renews it, as long as nobody else has it. */
  private take(lease: ReadLease): Promise<boolean> {
    return this.insist(lease, (read) => this.edges.lease.take(read, this.me));
  }

  /** Changes the Lease although others write into it meanwhile, as long as it is the same one's turn. */
  private async insist(known: ReadLease, change: (read: ReadLease) => Promise<void>): Promise<boolean> {
    let isFirst = true;
    const read = async () => {
      const lease = isFirst ? known : await this.edges.lease.read();
      isFirst = false;
      return lease;
    };
    return this.change(() =>
      despiteOthers(read, async (lease) => {
        // What somebody else has had meanwhile was not this server's all the time.
        const isSame = this.turnIn(lease).kind === this.turnIn(known).kind;
        if (isSame) {
          await change(lease);
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
      if (!(error instanceof Conflict)) {
        log.warn('the Lease cannot be changed', { reason: reasonOf(error) });
      }
      return false;
    }
  }

  private say(said: { text: string; at: number }, waitsFor: string): void {
    const now = this.edges.clock();
    this.waitsFor = waitsFor;
    const isNews = gist(waitsFor) !== gist(said.text);
    if (isNews || now - said.at >= (waitsFor === said.text ? REMINDER_MS : COUNTING_MS)) {
      said.text = waitsFor;
      said.at = now;
      const heldSeconds = Math.round((now - this.startedAt) / 1000);
      log.info(`the stop waits: ${waitsFor}`, { heldSeconds, limitSeconds: this.limits.holdSeconds });
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

const NO_FORCE: Force = { kind: 'none' };

/** Whether nobody has renewed a turn as often as it is to be. */
function isOld(lease: ReadLease | undefined): boolean {
  return Date.now() - (lease?.record.renewedAt ?? 0) > RENEWAL_MS;
}
