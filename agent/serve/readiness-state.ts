import { withoutNumbers } from '../text/without-numbers';
import { Verdict } from '../readiness/verdict';

/** How long after a good verdict a doubt may last: a round with servers that do not answer takes most of it. */
const UNKNOWN_GRACE_MS = 20_000;
/** Longer than a round may take, with its pause. */
const STALE_MS = 30_000;
/** Then the process is beyond help and restarts. */
const HUNG_MS = 120_000;

/**
 * The last verdict, and since when, on a clock that never jumps. Probes are answered from it, never from a question in
 * flight.
 */
export class ReadinessState {
  private verdict: Verdict = { ready: false, reason: 'no verdict yet' };
  private at: number;
  private since: number;
  private inSyncAt?: number;
  private readonly start: number;

  constructor(now: number) {
    this.at = now;
    this.since = now;
    this.start = now;
  }

  /**
   * Takes a verdict over. A doubt does not end readiness at once: a server that moves or restarts elsewhere leaves all
   * others without knowledge for a moment, and they would leave the Service together.
   *
   * @returns whether it is worth a line in the log
   */
  publish(verdict: Verdict, now: number): boolean {
    this.at = now;
    if (verdict.ready) {
      this.inSyncAt = verdict.isForced ? this.inSyncAt : now;
    } else if (verdict.isDoubt && this.verdict.ready && now - (this.inSyncAt ?? -Infinity) <= UNKNOWN_GRACE_MS) {
      return false;
    }
    const turned = verdict.ready !== this.verdict.ready;
    const changed = turned || (!verdict.ready && withoutNumbers(verdict.reason) !== withoutNumbers(this.verdict.reason));
    if (turned) {
      this.since = now;
    }
    this.verdict = verdict;
    return changed;
  }

  /** The verdict as it stands: one that is too old is worth nothing. */
  current(now: number): Verdict {
    const age = now - this.at;
    return age <= STALE_MS
      ? this.verdict
      : { ready: false, reason: `the last verdict is ${Math.round(age / 1000)} s old` };
  }

  /** Seconds since readiness last changed. */
  secondsUnchanged(now: number): number {
    return (now - this.since) / 1000;
  }

  /** Seconds since the server was last seen in sync, or since the agent started where it never was. */
  secondsSinceInSync(now: number): number {
    return (now - (this.inSyncAt ?? this.start)) / 1000;
  }

  /** Whether rounds still come to an end. */
  isAlive(now: number): boolean {
    return now - this.at <= HUNG_MS;
  }
}
