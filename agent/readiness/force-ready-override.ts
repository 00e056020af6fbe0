import { FORCE_READY_ANNOTATION } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { annotationIn, podAnnotations } from '../annotations/pod-annotations';
import { InvolvedObject, recordEvent } from '../kubernetes/events';
import { log } from '../runtime/log';
import { ForceRequestEvaluator, ForceState, formatForceRequest } from '../annotations/force-request';
import { Verdict } from './verdict';

const LOG_INTERVAL_MS = 60_000;
/** Kubernetes deletes Events after an hour. */
const EVENT_INTERVAL_MS = 1_800_000;

/** Override that declares a server ready. Log lines and Events report it while it is active. */
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

  /** True while the override is active. */
  get isForced(): boolean {
    return this.force.kind === 'active' && this.force.request.until > Date.now();
  }

  /** Returns the verdict with the override applied. */
  async apply(verdict: Verdict): Promise<Verdict> {
    const annotation = await this.readAnnotation();
    const force: ForceState = annotation
      ? this.requests.evaluate(annotation.value, Date.now())
      : { kind: 'none' };
    this.reportForce(force, verdict);
    this.force = force;
    return force.kind === 'active'
      ? {
          ...verdict,
          ready: true,
          ...(verdict.ready ? {} : { isForced: true }),
          reason: `${formatForceRequest(force.request)} (verdict: ${verdict.reason})`,
        }
      : verdict;
  }

  /** Undefined if the annotations cannot be read. Then there is no override, and a rejected request stays rejected. */
  private async readAnnotation(): Promise<{ readonly value?: string } | undefined> {
    try {
      const value = annotationIn(await podAnnotations(), FORCE_READY_ANNOTATION);
      this.lastError = '';
      return { value };
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== this.lastError) {
        this.lastError = reason;
        log.warn('the annotations of the pod cannot be read, so force-ready has no effect', { reason });
      }
      return undefined;
    }
  }

  private reportForce(force: ForceState, verdict: Verdict): void {
    const now = performance.now();
    const text = forceText(force);
    const isChanged = text !== forceText(this.force);
    if (!isChanged && !(force.kind === 'active' && now - this.loggedAt >= LOG_INTERVAL_MS)) {
      return;
    }
    this.loggedAt = now;
    if (force.kind === 'active') {
      log.warn('force-ready override is active: readiness is forced', {
        request: text,
        verdict: verdict.reason,
      });
    } else if (this.force.kind === 'active') {
      log.warn('force-ready override ended', {
        request: forceText(this.force),
        verdict: verdict.reason,
      });
      void this.record('ForceReadyEnded', forceText(this.force));
    }
    if (force.kind === 'active' && (isChanged || now - this.recordedAt >= EVENT_INTERVAL_MS)) {
      this.recordedAt = now;
      void this.record('ForceReady', text);
    } else if (isChanged && force.kind === 'ignored' && !(force.isExpired && this.force.kind === 'active')) {
      const message = `annotation ${FORCE_READY_ANNOTATION} is ignored: ${force.reason}`;
      log.warn(message);
      void this.record('ForceReadyIgnored', message);
    }
  }

  private async record(reason: string, message: string): Promise<void> {
    await recordEvent(this.namespace, this.pod, 'Warning', reason, message);
  }
}

function forceText(force: ForceState): string {
  switch (force.kind) {
    case 'active':
      return formatForceRequest(force.request);
    case 'ignored':
      return force.reason;
    case 'none':
      return '';
  }
}
