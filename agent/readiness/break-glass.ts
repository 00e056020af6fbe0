import { FORCE_READY_ANNOTATION } from '../../lib/seam/agent-config';
import { reasonOf } from '../errors';
import { annotationIn, podAnnotations } from '../identity/consent';
import { Involved, recordEvent } from '../kubernetes/events';
import { log } from '../log';
import { Demands, Force, described } from './force-ready';
import { Verdict } from './verdict';

const REMINDER_MS = 60_000;
/** Kubernetes forgets Events after an hour. */
const EVENT_MS = 1_800_000;

/** Lets somebody declare a server ready that is not, and says so for as long as it lasts. */
export class BreakGlass {
  private force: Force = { kind: 'none' };
  private saidAt = -Infinity;
  private recordedAt = -Infinity;
  private complaint = '';
  private readonly demands: Demands;

  constructor(
    private readonly namespace: string,
    private readonly pod: Involved,
    limitSeconds: number,
  ) {
    this.demands = new Demands(limitSeconds);
  }

  /** Whether readiness is forced now. */
  get isOpen(): boolean {
    return this.force.kind === 'open' && this.force.demand.until > Date.now();
  }

  /** What counts, a verdict or the demand of somebody. */
  async apply(verdict: Verdict): Promise<Verdict> {
    const demand = await this.demand();
    const force: Force = demand ? this.demands.judge(demand.value, Date.now()) : { kind: 'none' };
    this.announce(force, verdict);
    this.force = force;
    return force.kind === 'open'
      ? {
          ...verdict,
          ready: true,
          ...(verdict.ready ? {} : { isForced: true }),
          reason: `${described(force.demand)} (in truth: ${verdict.reason})`,
        }
      : verdict;
  }

  /** Undefined when nobody can say whether there is one: then none is obeyed, and what was refused stays so. */
  private async demand(): Promise<{ readonly value?: string } | undefined> {
    try {
      const value = annotationIn(await podAnnotations(), FORCE_READY_ANNOTATION);
      this.complaint = '';
      return { value };
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== this.complaint) {
        this.complaint = reason;
        log.warn('annotations cannot be read, so readiness cannot be forced', { reason });
      }
      return undefined;
    }
  }

  private announce(force: Force, verdict: Verdict): void {
    const now = performance.now();
    const text = textOf(force);
    const isNews = text !== textOf(this.force);
    if (!isNews && !(force.kind === 'open' && now - this.saidAt >= REMINDER_MS)) {
      return;
    }
    this.saidAt = now;
    if (force.kind === 'open') {
      log.warn('readiness is forced', { demand: text, truth: verdict.reason });
    } else if (this.force.kind === 'open') {
      log.warn('readiness is not forced any more', { demand: textOf(this.force), truth: verdict.reason });
      void this.record('ForceReadyEnded', textOf(this.force));
    }
    if (force.kind === 'open' && (isNews || now - this.recordedAt >= EVENT_MS)) {
      this.recordedAt = now;
      void this.record('ForceReady', text);
    } else if (isNews && force.kind === 'ignored' && !(force.isOver && this.force.kind === 'open')) {
      log.warn(`annotation ${FORCE_READY_ANNOTATION} is ignored: ${force.why}`);
      void this.record('ForceReadyIgnored', `annotation ${FORCE_READY_ANNOTATION} is ignored: ${force.why}`);
    }
  }

  private async record(reason: string, message: string): Promise<void> {
    await recordEvent(this.namespace, this.pod, 'Warning', reason, message);
  }
}

function textOf(force: Force): string {
  switch (force.kind) {
    case 'open':
      return described(force.demand);
    case 'ignored':
      return force.why;
    case 'none':
      return '';
  }
}
