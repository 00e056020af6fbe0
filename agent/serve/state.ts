import { Verdict } from '../readiness/verdict';

/** The last verdict, and since when, on a clock that never jumps. Probes are answered from it, never from a question in flight. */
export class State {
  private verdict: Verdict = { ready: false, reason: 'no verdict yet', notInSync: [] };
  private at: number;
  private since: number;

  constructor(now: number) {
    this.at = now;
    this.since = now;
  }

  /** @returns whether the verdict says something new */
  publish(verdict: Verdict, now: number): boolean {
    const changed = verdict.ready !== this.verdict.ready || verdict.reason !== this.verdict.reason;
    if (verdict.ready !== this.verdict.ready) {
      this.since = now;
    }
    this.verdict = verdict;
    this.at = now;
    return changed;
  }

  /** The verdict as it stands: one that is too old is worth nothing. */
  current(now: number): Verdict {
    const age = now - this.at;
    return age <= STALE_MS
      ? this.verdict
      : { ready: false, reason: `the last verdict is ${Math.round(age / 1000)} s old`, notInSync: [] };
  }

  /** Seconds since readiness last changed. */
  secondsUnchanged(now: number): number {
    return (now - this.since) / 1000;
  }

  /** Whether rounds still come to an end. */
  isAlive(now: number): boolean {
    return now - this.at <= HUNG_MS;
  }
}

/** Longer than a round may take, with its pause. */
const STALE_MS = 30_000;
/** Then the process is beyond help and restarts. */
const HUNG_MS = 120_000;
