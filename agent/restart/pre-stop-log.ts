import { FORCE_STOP_ANNOTATION, StopConfig } from '../../lib/seam/agent-config';
import { ForceState } from '../annotations/force-request';
import { EventRecorder } from '../kubernetes/events';
import { log } from '../runtime/log';
import { formatDuration } from '../text/duration';
import { withoutNumbers } from '../text/without-numbers';

const LOG_INTERVAL_MS = 30_000;
/** Minimum interval of reasons that differ only in their numbers. */
const MIN_LOG_INTERVAL_MS = 5_000;
const MAX_PARTITIONS = 20;

/** Reports one run of the preStop hook in log lines and Events, without repetitions. */
export class PreStopLog {
  private lastReason = '';
  private loggedAt = -Infinity;
  private isRiskReported = false;
  private isDelayReported = false;
  private lastIgnored = '';

  constructor(
    private readonly limits: StopConfig,
    private readonly recordEvent: EventRecorder,
  ) {}

  /** Logs the reason for the delay when it changes, and at intervals. */
  waiting(reason: string, waitedMs: number): void {
    const isChanged = withoutNumbers(reason) !== withoutNumbers(this.lastReason);
    const interval = reason === this.lastReason ? LOG_INTERVAL_MS : MIN_LOG_INTERVAL_MS;
    if (isChanged || waitedMs - this.loggedAt >= interval) {
      this.lastReason = reason;
      this.loggedAt = waitedMs;
      log.info(`preStop waits: ${reason}`, {
        waitedSeconds: Math.round(waitedMs / 1000),
        timeoutSeconds: this.limits.preStopTimeoutSeconds,
      });
    }
  }

  /** Reports a force-stop request that is ignored. Returns the text that is added to the reason for the delay. */
  ignoredRequest(force: ForceState): string {
    if (force.kind !== 'ignored') {
      return '';
    }
    const message = `annotation ${FORCE_STOP_ANNOTATION} of the StatefulSet is ignored: ${force.reason}`;
    if (this.lastIgnored !== message) {
      this.lastIgnored = message;
      log.warn(message);
      void this.recordEvent('Warning', 'ForceStopIgnored', message);
    }
    return `; ${message}`;
  }

  /** Warns once of partitions that a stop makes read-only or unavailable. */
  atRisk(partitions: readonly string[]): void {
    if (partitions.length === 0 || this.isRiskReported) {
      return;
    }
    this.isRiskReported = true;
    const effect =
      this.limits.atRiskTopics === 'block'
        ? 'preStop waits for them up to its timeout'
        : 'preStop does not wait for them, and they reject writes or are unavailable until this server is back';
    log.warn(`partitions without a spare replica: ${effect}`, {
      partitions: partitions.slice(0, MAX_PARTITIONS),
      count: partitions.length,
    });
  }

  /** Reports once that the stop is delayed for a reason that does not end soon. */
  delayed(reason: string): void {
    if (!this.isDelayReported) {
      this.isDelayReported = true;
      const limit = formatDuration(this.limits.preStopTimeoutSeconds);
      void this.recordEvent(
        'Warning',
        'StopDelayed',
        `the stop is delayed for up to ${limit}: ${reason}. To stop now, set a force-stop override with cdk8s-kafka force-stop`,
      );
    }
  }

  /** Reports that the server may stop. A warning is an Event too. */
  allowed(reason: string, waitedMs: number, isWarning: boolean): void {
    const fields = { reason, waitedSeconds: Math.round(waitedMs / 1000) };
    log[isWarning ? 'warn' : 'info']('the server may stop', fields);
    if (isWarning) {
      void this.recordEvent('Warning', 'StopNotDelayed', `the server stops without further delay: ${reason}`);
    }
  }
}
