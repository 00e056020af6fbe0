import { PkiConfig } from '../../lib/seam/agent-config';
import { InvolvedObject, recordEvent } from '../kubernetes/events';
import { log } from '../runtime/log';
import { truncatedItems } from '../text/truncated-list';
import { Decision, EventContent } from './decision';
import { rolloutAnnouncement } from './rollout';
import { isNearExpiry } from './schedule';
import { PkiState, newestCa } from './state';
import { MAX_NAMED } from './status';

/** Interval at which an announcement is repeated. */
const ANNOUNCEMENT_INTERVAL_MS = 86_400_000;

/** Writes log lines and Events about the decisions of one CA. */
export class DecisionReporter {
  private lastWaitMessage = '';
  /** The last announced rollout, and the time of the announcement. */
  private lastAnnouncement = { message: '', at: -Infinity };

  constructor(
    private readonly namespace: string,
    private readonly config: PkiConfig,
  ) {}

  /**
   * Reports a step, the conditions that it waits for, certificates near their expiry, and a planned rollout.
   *
   * @param status object that Events refer to
   */
  async report(decision: Decision, state: PkiState, status: InvolvedObject, now: number): Promise<void> {
    const { step, event, waitingFor } = decision;
    if (event) {
      const object =
        step.do === 'restart'
          ? { kind: 'StatefulSet', name: step.statefulSet, apiVersion: 'apps/v1', uid: step.uid }
          : status;
      await this.record(event, state, object);
    }
    this.logWait(waitingFor, state);
    await this.warnNearExpiry(state, status, now);
    await this.announceRollout(state, status, now);
  }

  private logWait(waitingFor: readonly string[], { phase }: PkiState): void {
    const message = waitingFor.join('; ');
    if (message !== this.lastWaitMessage && message !== '') {
      log.info('rotation or rollout waits', {
        pki: this.config.name,
        phase,
        waitingFor: truncatedItems(waitingFor, MAX_NAMED),
        count: waitingFor.length,
      });
    }
    this.lastWaitMessage = message;
  }

  private async warnNearExpiry(state: PkiState, status: InvolvedObject, now: number): Promise<void> {
    const pki = this.config.name;
    const ca = newestCa(state);
    if (isNearExpiry(ca, now)) {
      const message = `${pki}: CA ${ca.number} expires at ${ca.notAfter} and has not been replaced`;
      await recordEvent(this.namespace, status, 'Warning', 'CaNearExpiry', message);
    }
    const expiring = Object.entries(state.certificates).filter(([, leaf]) => isNearExpiry(leaf, now));
    for (const [secret, { notAfter }] of expiring) {
      const message = `${pki}: the certificate in Secret ${secret} expires at ${notAfter} and has not been renewed`;
      await recordEvent(this.namespace, status, 'Warning', 'CertificateNearExpiry', message);
    }
  }

  /** Kubernetes deletes Events after about an hour, so the announcement is repeated every day. */
  private async announceRollout(state: PkiState, status: InvolvedObject, now: number): Promise<void> {
    const announcement = rolloutAnnouncement(state, this.config, now);
    const isRecent =
      announcement?.message === this.lastAnnouncement.message &&
      now - this.lastAnnouncement.at < ANNOUNCEMENT_INTERVAL_MS;
    if (announcement && !isRecent) {
      this.lastAnnouncement = { message: announcement.message, at: now };
      await this.record(announcement, state, status);
    }
  }

  private async record(event: EventContent, { phase }: PkiState, object: InvolvedObject): Promise<void> {
    const { type, reason, message } = event;
    const pki = this.config.name;
    log[type === 'Warning' ? 'warn' : 'info'](message, { pki, phase });
    await recordEvent(this.namespace, object, type, reason, `${pki}: ${message}`);
  }
}
