import { FORCE_READY_ANNOTATION } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { annotationIn, podAnnotations } from '../annotations/pod-annotations';
import { InvolvedObject, recordEvent } from '../kubernetes/events';
import { log } from '../runtime/log';
import { ForceRequestEvaluator, ForceState, formatForceRequest } from '../annotations/force-request';
import { Verdict } from './verdict';

const REMINDER_MS = 60_000;
/** Kubernetes forgets Events after an hour. */
const EVENT_INTERVAL_MS = 1_800_000;

/** Lets somebody declare a server ready that is not, and says so for as long as it lasts. */
export class ForceReadyOverride {
  private force: ForceState = { kind: 'none' };
  private loggedAt = -Infinity;
  private recordedAt = -Infinity;
  private lastError = '';
  private readonly requests: ForceRequestEvaluator;

  constructor(
    private readonly namespace: string,
    private readonly pod: InvolvedObject,
    limitSeconds: number,
  ) {
    this.requests = new ForceRequestEvaluator(limitSeconds);
  }

  /** Whether readiness is forced now. */
  get isForced(): boolean {
    return this.force.kind === 'open' && this.force.request.until > Date.now();
  }

  /** What counts, a verdict or the demand of somebody. */
  async apply(verdict: Verdict): Promise<Verdict> {
    const readRequest = await this.demand();
    const force: ForceState = readRequest ? this.requests.evaluate(readRequest.value, Date.now()) : { kind: 'none' };
    this.reportForce(force, verdict);
    this.force = force;
    return force.kind === 'open'
      ? {
          ...verdict,
          ready: true,
          ...(verdict.ready ? {} : { isForced: true }),
          reason: `${formatForceRequest(force.request)} (in truth: ${verdict.reason})`,
        }
      : verdict;
  }

  /** Undefined when nobody can say whether there is one: then none is obeyed, and what was refused stays so. */
  private async demand(): Promise<{ readonly value?: string } | undefined> {
    try {
      const value = annotationIn(await podAnnotations(), FORCE_READY_ANNOTATION);
      this.lastError = '';
      return { value };
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== this.lastError) {
        this.lastError = reason;
        log.warn('annotations cannot be read, so readiness cannot be forced', { reason });
      }
      return undefined;
    }
  }

  private reportForce(force: ForceState, verdict: Verdict): void {
    const now = performance.now();
    const text = forceText(force);
    const isNews = text !== forceText(this.force);
    if (!isNews && !(force.kind === 'open' && now - this.loggedAt >= REMINDER_MS)) {
      return;
    }
    this.loggedAt = now;
    if (force.kind === 'open') {
      log.warn('readiness is forced', { demand: text, truth: verdict.reason });
    } else if (this.force.kind === 'open') {
      log.warn('readiness is not forced any more', { demand: forceText(this.force), truth: verdict.reason });
      void this.record('ForceReadyEnded', forceText(this.force));
    }
    if (force.kind === 'open' && (isNews || now - this.recordedAt >= EVENT_INTERVAL_MS)) {
      this.recordedAt = now;
      void this.record('ForceReady', text);
    } else if (isNews && force.kind === 'ignored' && !(force.isExpired && this.force.kind === 'open')) {
      log.warn(`annotation ${FORCE_READY_ANNOTATION} is ignored: ${force.reason}`);
      void this.record('ForceReadyIgnored', `annotation ${FORCE_READY_ANNOTATION} is ignored: ${force.reason}`);
    }
  }

  private async record(reason: string, message: string): Promise<void> {
    await recordEvent(this.namespace, this.pod, 'Warning', reason, message);
  }
}

function forceText(force: ForceState): string {
  switch (force.kind) {
    case 'open':
      return formatForceRequest(force.request);
    case 'ignored':
      return force.reason;
    case 'none':
      return '';
  }
}
