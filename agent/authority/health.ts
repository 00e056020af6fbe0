import { AuthorityConfig } from '../../lib/seam/agent-config';
import { Health } from '../runtime/http-server';
import { PkiState } from './state';

/** Published result of a reconciliation. */
export interface ReconcileReport {
  readonly state: PkiState;
  /** Secrets without the certificate and CAs of the state. */
  readonly outdatedSecrets: readonly string[];
  readonly paused: boolean;
}

/** Time without a completed reconciliation after which the container restarts. Unreachable servers can take minutes. */
const HUNG_MS = 600_000;

/** Health of the authority: ready while every Secret contains its current certificate. */
export class AuthorityHealth implements Health {
  private readonly reports = new Map<string, ReconcileReport>();
  private readonly failures = new Map<string, number>();
  /** Errors that an operator has to fix. */
  private readonly operatorErrors = new Map<string, string>();
  private reconciledAt: number;
  private transitionAt: number;

  constructor(
    private readonly config: AuthorityConfig,
    now: number,
  ) {
    this.reconciledAt = now;
    this.transitionAt = now;
  }

  /** Publishes a completed reconciliation. */
  publish(pki: string, report: ReconcileReport, now: number): void {
    const wasReady = this.current().ready;
    this.reports.set(pki, report);
    this.operatorErrors.delete(pki);
    this.updateTimes(wasReady, now);
  }

  /**
   * Counts a failed reconciliation.
   *
   * @param operatorError problem that an operator has to fix
   */
  recordFailure(pki: string, now: number, operatorError?: string): void {
    const wasReady = this.current().ready;
    this.failures.set(pki, this.failuresOf(pki) + 1);
    if (operatorError !== undefined) {
      this.operatorErrors.set(pki, operatorError);
    }
    this.updateTimes(wasReady, now);
  }

  private updateTimes(wasReady: boolean, now: number): void {
    this.reconciledAt = now;
    if (this.current().ready !== wasReady) {
      this.transitionAt = now;
    }
  }

  /** Number of failed reconciliations. */
  failuresOf(pki: string): number {
    return this.failures.get(pki) ?? 0;
  }

  /** Last completed reconciliation; undefined before the first. */
  lastReport(pki: string): ReconcileReport | undefined {
    return this.reports.get(pki);
  }

  current(): { readonly ready: boolean; readonly reason: string } {
    for (const { name } of this.config.pkis) {
      const report = this.reports.get(name);
      const operatorError = this.operatorErrors.get(name);
      if (operatorError !== undefined) {
        return { ready: false, reason: `${name}: ${operatorError}` };
      }
      if (report === undefined) {
        return { ready: false, reason: `${name}: not reconciled yet` };
      }
      if (report.outdatedSecrets.length > 0) {
        return {
          ready: false,
          reason: `${name}: certificates are not issued yet: ${report.outdatedSecrets.join(', ')}`,
        };
      }
    }
    return { ready: true, reason: 'all certificates are issued' };
  }

  secondsSinceTransition(now: number): number {
    return (now - this.transitionAt) / 1000;
  }

  isAlive(now: number): boolean {
    return now - this.reconciledAt <= HUNG_MS;
  }
}
