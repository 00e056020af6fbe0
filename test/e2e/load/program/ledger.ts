/*
 * Results that clients of a load have received so far, without a clock and without a connection.
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
  readonly refusedHandshakes: Counts;
  readonly brokenHandshakes: Counts;
  readonly longestPauseMs: number;
  readonly latencyMs: LatencySummary;
  /** Longest time that records took, by the broker that acknowledged them. */
  readonly brokersMs: Readonly<Record<string, number>>;
}

/** Result that a client received for its records. */
export interface ClientError {
  readonly at: string;
  readonly who: string;
  readonly reason: string;
  /** Number of records; undefined if it is not a producer. */
  readonly records: number;
}

/** Long loads on a broken cluster must not run out of memory. */
const KEPT_ERRORS = 20;

/** The accounts of a load. */
export class Ledger {
  readonly acknowledged = new Map<string, Sequences>();
  private readonly kept: ClientError[] = [];
  private readonly errorCounts = new Map<string, number>();
  private readonly retries = new Map<string, number>();
  private readonly refused = new Map<string, number>();
  private readonly broken = new Map<string, number>();
  private readonly lastAcknowledged = new Map<string, number>();
  private readonly latencies = new Latencies();
  private longestPause = 0;
  private records = 0;
  private second = emptySecond();

  /**
   * Kafka has acknowledged records of a producer that were due at a time.
   *
   * @param broker who said so, where that is known
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

  /** A client gave up, as its owner gets to see. */
  fail(who: string, reason: string, records: number, nowMs: number): void {
    increase(this.errorCounts, reason);
    increase(this.second.errors, reason);
    if (this.kept.length < KEPT_ERRORS) {
      this.kept.push({ at: new Date(nowMs).toISOString(), who, reason, records });
    }
  }

  /** A client met with something and will try again, which its owner does not see. */
  retry({ kind, reason }: Failure): void {
    if (kind === 'refused handshake') {
      increase(this.refused, reason);
      increase(this.second.refused, reason);
    } else if (kind === 'broken handshake' || kind === 'unanswered') {
      increase(this.broken, reason);
      increase(this.second.broken, reason);
    } else {
      increase(this.retries, reason);
      increase(this.second.retries, reason);
    }
  }

  /** No acknowledgement is expected of a producer any more. */
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

  get refusedByReason(): Counts {
    return Object.fromEntries(this.refused);
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

  /** Closes a second and begins the next one. */
  turn(nowMs: number): Second {
    // Whoever waits since long ago has a pause that is not over yet.
    this.lastAcknowledged.forEach((_, producer) => this.pause(producer, nowMs));
    const { acknowledged, errors, retries, refused, broken, latencies, brokers } = this.second;
    this.second = emptySecond();
    return {
      acknowledged,
      total: this.records,
      errors: Object.fromEntries(errors),
      retries: Object.fromEntries(retries),
      refusedHandshakes: Object.fromEntries(refused),
      brokenHandshakes: Object.fromEntries(broken),
      longestPauseMs: this.longestPauseMs,
      latencyMs: latencies.summary(),
      brokersMs: Object.fromEntries([...brokers].map(([id, ms]) => [id, Math.round(ms)])),
    };
  }

  /** A pause begins with an acknowledgement, so the time until the first one is none. */
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
    refused: new Map<string, number>(),
    broken: new Map<string, number>(),
    latencies: new Latencies(),
    brokers: new Map<number, number>(),
  };
}

function increase(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}
