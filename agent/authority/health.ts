import { AuthorityConfig } from '../../lib/seam/agent-config';
import { Health } from '../runtime/http-server';
import { PkiState } from './state';

/** What is published of a round. */
export interface ReconcileReport {
  readonly state: PkiState;
  /** Secrets that do not hold what they should. */
  readonly outdatedSecrets: readonly string[];
  readonly paused: boolean;
}

/** A round may take minutes when many servers do not answer. Beyond this the process restarts. */
const HUNG_MS = 600_000;

/** How the authorities stand: ready while every Secret holds what was issued for it. */
export class AuthorityHealth implements Health {
  private readonly reports = new Map<string, ReconcileReport>();
  private readonly failures = new Map<string, number>();
  /** What a person has to mend. */
  private readonly operatorErrors = new Map<string, string>();
  private at: number;
  private since: number;

  constructor(
    private readonly config: AuthorityConfig,
    now: number,
  ) {
    this.at = now;
    this.since = now;
  }

  /** Takes a round over. */
  publish(pki: string, round: ReconcileReport, now: number): void {
    const before = this.current().ready;
    this.reports.set(pki, round);
    this.operatorErrors.delete(pki);
    this.updateTimes(before, now);
  }

  /**
   * Counts a round that came to nothing.
   *
   * @param refusal why it will not come to anything before a person has mended something
   */
  recordFailure(pki: string, now: number, refusal?: string): void {
    const before = this.current().ready;
    this.failures.set(pki, this.failuresOf(pki) + 1);
    if (refusal !== undefined) {
      this.operatorErrors.set(pki, refusal);
    }
    this.updateTimes(before, now);
  }

  private updateTimes(before: boolean, now: number): void {
    this.at = now;
    if (this.current().ready !== before) {
      this.since = now;
    }
  }

  /** How many rounds came to nothing. */
  failuresOf(pki: string): number {
    return this.failures.get(pki) ?? 0;
  }

  /** The last round of an authority; undefined before the first. */
  lastReport(pki: string): ReconcileReport | undefined {
    return this.reports.get(pki);
  }

  current(): { readonly ready: boolean; readonly reason: string } {
    for (const { name } of this.config.pkis) {
      const round = this.reports.get(name);
      const refusal = this.operatorErrors.get(name);
      if (refusal !== undefined) {
        return { ready: false, reason: `${name}: ${refusal}` };
      }
      if (round === undefined) {
        return { ready: false, reason: `${name}: no round has come to an end yet` };
      }
      if (round.outdatedSecrets.length > 0) {
        return {
          ready: false,
          reason: `${name}: certificates are still to be issued: ${round.outdatedSecrets.join(', ')}`,
        };
      }
    }
    return { ready: true, reason: 'all certificates are issued' };
  }

  secondsUnchanged(now: number): number {
    return (now - this.since) / 1000;
  }

  isAlive(now: number): boolean {
    return now - this.at <= HUNG_MS;
  }
}
