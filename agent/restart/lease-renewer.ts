import { reasonOf } from '../runtime/errors';
import { ConflictError } from '../kubernetes/client';
import { log } from '../runtime/log';
import { LeaseSnapshot, StopLease, retryOnConflict } from './stop-lease';
import { Pod, leaseStateOf, nextLeaseAction } from './lease-state';

/** Pause between looks while the server is not ready; once it is, every look counts. */
const CHECK_INTERVAL_MS = 15_000;

/**
 * Looks after the turn that a stop has left behind: keeps it while the server is on its way back, and ends it when the
 * server is in sync again.
 */
export class LeaseRenewer {
  /** A new agent does not know what the one before it left. */
  private isReleased = false;
  private wasDown = false;
  /** What was found out before a stop says nothing about its turn. */
  private stops = 0;
  private checkedAt = -Infinity;
  private isBusy = false;
  private lastError = '';

  constructor(
    private readonly lease: Pick<StopLease, 'read' | 'renew' | 'release'>,
    private readonly me: Pod,
    private readonly graceSeconds: number,
  ) {}

  /** The server may be about to stop. */
  expectStop(): void {
    this.stops++;
    this.isReleased = false;
    this.wasDown = false;
  }

  /** The server does not answer. */
  onServerDown(): void {
    this.wasDown = true;
  }

  /**
   * Returns at once: readiness must not wait for the API server.
   *
   * @param ready whether the server is back, or was declared to be
   */
  reconcile(ready: boolean): void {
    const now = performance.now();
    if (this.isReleased || this.isBusy || (!ready && now - this.checkedAt < CHECK_INTERVAL_MS)) {
      return;
    }
    this.checkedAt = now;
    this.isBusy = true;
    const { stops } = this;
    void this.withLease((read) => this.applyAction(read, ready, stops)).finally(() => (this.isBusy = false));
  }

  /** Says that the turn goes on, if it is this pod's. */
  async renew(): Promise<void> {
    const { stops } = this;
    await this.withLease(async (read) => {
      // A pod that ends has no business with the turn of one that came after it.
      if (read.record.holder?.uid === this.me.uid) {
        await this.applyAction(read, false, stops);
      }
    });
  }

  /** Ends the turn of a server that is down, and that nobody comes after. */
  async release(): Promise<void> {
    const { lease, me } = this;
    await this.withLease(async (read) => {
      if (leaseStateOf(read.record, me, Date.now()).kind === 'mine') {
        await lease.release(read);
        log.info('gone for good: others may stop now');
      }
    });
  }

  /** Does something with the Lease, or complains. */
  private async withLease(action: (read: LeaseSnapshot) => Promise<void>): Promise<void> {
    await retryOnConflict(() => this.lease.read(), action).catch((error: unknown) => this.logError(error));
  }

  private async applyAction(read: LeaseSnapshot, ready: boolean, stops: number): Promise<void> {
    const { lease, me, graceSeconds, wasDown } = this;
    const step = nextLeaseAction(read.record, { me, now: Date.now(), ready, wasDown, graceSeconds });
    switch (step) {
      case 'not ours':
        this.isReleased = ready && stops === this.stops;
        break;
      case 'release':
        await lease.release(read);
        this.isReleased = stops === this.stops;
        log.info('in sync again after a stop: others may stop now');
        break;
      case 'renew':
        await lease.renew(read);
        break;
      case 'leave':
        break;
    }
    this.lastError = '';
  }

  private logError(error: unknown): void {
    const reason = reasonOf(error);
    if (!(error instanceof ConflictError) && reason !== this.lastError) {
      this.lastError = reason;
      log.warn('cannot look after the turn to stop; others wait until it runs out', { reason });
    }
  }
}
