/*
 * Results of the clients of a load. The caller passes times.
 */
import { Failure } from './failure';
import { Latencies, LatencySummary } from './latencies';
import { Sequences } from './sequences';

/** Counts by name. */
export type Counts = Readonly<Record<string, number>>;

/** Events of a second. */
export interface Second {
  readonly acknowledged: number;
  readonly total: number;
  readonly errors: Counts;
  readonly retries: Counts;
  readonly rejectedHandshakes: Counts;
  readonly brokenHandshakes: Counts;
  readonly longestPauseMs: number;
  readonly latencyMs: LatencySummary;
  /** Longest latency of records, by the broker that acknowledged them. */
  readonly brokersMs: Readonly<Record<string, number>>;
}

/** An error visible to the application. */
export interface ClientError {
  readonly at: string;
  readonly who: string;
  readonly reason: string;
  /** Number of records; undefined if it is not a producer. */
  readonly records: number;
}

/** Limit, so that a long load on a broken cluster does not run out of memory. */
const KEPT_ERRORS = 20;

/** Acknowledged records and errors of a load. */
export class Ledger {
  readonly acknowledged = new Map<string, Sequences>();
  private readonly kept: ClientError[] = [];
  private readonly errorCounts = new Map<string, number>();
  private readonly retries = new Map<string, number>();
  private readonly rejected = new Map<string, number>();
  private readonly broken = new Map<string, number>();
  private readonly lastAcknowledged = new Map<string, number>();
  private readonly latencies = new Latencies();
  private longestPause = 0;
  private records = 0;
  private second = emptySecond();

  /**
   * Adds acknowledged records of a producer.
   *
   * @param broker id of the broker that acknowledged them, if known
   */
  acknowledge(
    producer: string,
    first: number,
    last: number,
    dueMs: number,
    nowMs: number,
    broker?: number,
  ): void {
    const sequences = this.acknowledged.get(producer) ?? new Sequences();
    this.acknowledged.set(producer, sequences);
    sequences.add(first, last);
    const count = last - first + 1;
    this.records += count;
    this.second.acknowledged += count;
    this.latencies.add(nowMs - dueMs, count);
    this.second.latencies.add(nowMs - dueMs, count);
    if (broker !== undefined) {
      const { brokers } = this.second;
      brokers.set(broker, Math.max(brokers.get(broker) ?? 0, nowMs - dueMs));
    }
    this.pause(producer, nowMs);
    this.lastAcknowledged.set(producer, nowMs);
  }

  /** Adds an error that is visible to the application. */
  fail(who: string, reason: string, records: number, nowMs: number): void {
    increase(this.errorCounts, reason);
    increase(this.second.errors, reason);
    if (this.kept.length < KEPT_ERRORS) {
      this.kept.push({ at: new Date(nowMs).toISOString(), who, reason, records });
    }
  }

  /** Adds a retriable failure, which is not visible to the application. */
  retry({ kind, reason }: Failure): void {
    if (kind === 'rejected handshake') {
      increase(this.rejected, reason);
      increase(this.second.rejected, reason);
    } else if (kind === 'broken handshake' || kind === 'unanswered') {
      increase(this.broken, reason);
      increase(this.second.broken, reason);
    } else {
      increase(this.retries, reason);
      increase(this.second.retries, reason);
    }
  }

  /** No further acknowledgement of a producer is expected. */
  end(producer: string, nowMs: number): void {
    this.pause(producer, nowMs);
    this.lastAcknowledged.delete(producer);
  }

  /** Records acknowledged so far. */
  get total(): number {
    return this.records;
  }

  get errors(): readonly ClientError[] {
    return this.kept;
  }

  get errorsByReason(): Counts {
    return Object.fromEntries(this.errorCounts);
  }

  get retriesByReason(): Counts {
    return Object.fromEntries(this.retries);
  }

  get rejectedByReason(): Counts {
    return Object.fromEntries(this.rejected);
  }

  get brokenByReason(): Counts {
    return Object.fromEntries(this.broken);
  }

  get longestPauseMs(): number {
    return Math.round(this.longestPause);
  }

  get latencyMs(): LatencySummary {
    return this.latencies.summary();
  }

  /** Returns the current second, and starts the next one. */
  turn(nowMs: number): Second {
    // A producer that still waits has a pause in progress.
    this.lastAcknowledged.forEach((_, producer) => this.pause(producer, nowMs));
    const { acknowledged, errors, retries, rejected, broken, latencies, brokers } = this.second;
    this.second = emptySecond();
    return {
      acknowledged,
      total: this.records,
      errors: Object.fromEntries(errors),
      retries: Object.fromEntries(retries),
      rejectedHandshakes: Object.fromEntries(rejected),
      brokenHandshakes: Object.fromEntries(broken),
      longestPauseMs: this.longestPauseMs,
      latencyMs: latencies.summary(),
      brokersMs: Object.fromEntries([...brokers].map(([id, ms]) => [id, Math.round(ms)])),
    };
  }

  /** A pause starts with an acknowledgement, so the time before the first one is not a pause. */
  private pause(producer: string, nowMs: number): void {
    const last = this.lastAcknowledged.get(producer);
    this.longestPause = Math.max(this.longestPause, last === undefined ? 0 : nowMs - last);
  }
}

function emptySecond() {
  return {
    acknowledged: 0,
    errors: new Map<string, number>(),
    retries: new Map<string, number>(),
    rejected: new Map<string, number>(),
    broken: new Map<string, number>(),
    latencies: new Latencies(),
    brokers: new Map<number, number>(),
  };
}

function increase(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}
