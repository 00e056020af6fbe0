import { formatDuration } from '../text/duration';
import { withoutNumbers } from '../text/without-numbers';
import { Verdict } from '../readiness/verdict';

/** Time after a ready verdict in which an unknown verdict does not end readiness. A check with timeouts takes most of it. */
const UNKNOWN_GRACE_MS = 20_000;
/** Age from which a verdict is stale. Longer than a check with its pause. */
const STALE_MS = 30_000;
/** Time without a completed check after which the liveness probe fails and the container restarts. */
const HUNG_MS = 120_000;

/**
 * The last verdict and the time of the last transition, from a monotonic clock. Probes read this state and never wait for
 * a check.
 */
export class ReadinessState {
  private verdict: Verdict = { ready: false, reason: 'no verdict yet' };
  private checkedAt: number;
  private transitionAt: number;
  private inSyncAt?: number;
  private readonly startedAt: number;

  constructor(now: number) {
    this.checkedAt = now;
    this.transitionAt = now;
    this.startedAt = now;
  }

  /**
   * Publishes a verdict. An unknown verdict does not end readiness at once: the restart of one server can leave all other
   * servers without information for a moment, and rollouts, drains and alerts would react to each of them.
   *
   * @returns true if the change should be logged
   */
  publish(verdict: Verdict, now: number): boolean {
    this.checkedAt = now;
    if (verdict.isPaused || (verdict.ready && !verdict.isForced)) {
      this.inSyncAt = now;
    }
    if (
      !verdict.ready &&
      verdict.isUnknown &&
      this.verdict.ready &&
      now - (this.inSyncAt ?? -Infinity) <= UNKNOWN_GRACE_MS
    ) {
      return false;
    }
    const isTransition = verdict.ready !== this.verdict.ready;
    const isNews =
      isTransition ||
      (!verdict.ready && withoutNumbers(verdict.reason) !== withoutNumbers(this.verdict.reason));
    if (isTransition) {
      this.transitionAt = now;
    }
    this.verdict = verdict;
    return isNews;
  }

  /** The current verdict. A stale verdict is replaced by not ready. */
  current(now: number): Verdict {
    const age = now - this.checkedAt;
    return age <= STALE_MS
      ? this.verdict
      : { ready: false, reason: `the last verdict is ${formatDuration(age / 1000)} old` };
  }

  /** Seconds since readiness last changed. */
  secondsSinceTransition(now: number): number {
    return (now - this.transitionAt) / 1000;
  }

  /** Seconds since the server was last in sync, or since the agent started if it has never been in sync. */
  secondsSinceInSync(now: number): number {
    return (now - (this.inSyncAt ?? this.startedAt)) / 1000;
  }

  /** True while checks complete. */
  isAlive(now: number): boolean {
    return now - this.checkedAt <= HUNG_MS;
  }
}
