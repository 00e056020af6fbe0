import { reasonOf } from '../errors';
import { Conflict } from '../kubernetes/client';
import { log } from '../log';
import { StopLease } from './stop-lease';
import { Pod, turnOf, upkeep } from './turn';

/** Pause between looks while the server is not ready; once it is, every look counts. */
const CALM_MS = 15_000;
const ATTEMPTS = 5;

/**
 * Looks after the turn that a stop has left behind: keeps it while the server is on its way back, and ends it when the
 * server is in sync again.
 */
export class TurnKeeper {
  /** A new agent does not know what the one before it left. */
  private isSettled = false;
  private wasDown = false;
  private lookedAt = -Infinity;
  private isBusy = false;
  private complaint = '';

  constructor(
    private readonly lease: Pick<StopLease, 'read' | 'take' | 'release'>,
    private readonly me: Pod,
    private readonly graceSeconds: number,
  ) {}

  /** The server may be about to stop. */
  expectStop(): void {
    this.isSettled = false;
    this.wasDown = false;
  }

  /** The server does not answer. */
  sawDown(): void {
    this.wasDown = true;
  }

  /** Returns at once: readiness must not wait for the API server. */
  look(ready: boolean): void {
    const now = performance.now();
    if (this.isSettled || this.isBusy || (!ready && now - this.lookedAt < CALM_MS)) {
      return;
    }
    this.lookedAt = now;
    this.isBusy = true;
    void this.patiently(() => this.keep(ready))
      .catch((error: unknown) => this.complain(error))
      .finally(() => (this.isBusy = false));
  }

  /** Says that the turn goes on, if it is this pod's. */
  async renew(): Promise<void> {
    await this.keep(false, true).catch((error: unknown) => this.complain(error));
  }

  /** Ends the turn of a server that is down, and that nobody comes after. */
  async abandon(): Promise<void> {
    const { lease, me } = this;
    await this.patiently(async () => {
      const read = await lease.read();
      if (turnOf(read.record, me, Date.now()).kind === 'mine') {
        await lease.release(read);
        log.info('gone for good: others may stop now');
      }
    }).catch((error: unknown) => this.complain(error));
  }

  /** Others write into the Lease while they wait, and wait for this. */
  private async patiently(action: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof Conflict) || attempt === ATTEMPTS) {
          throw error;
        }
      }
    }
  }

  private async keep(ready: boolean, isEnding = false): Promise<void> {
    const { lease, me, graceSeconds, wasDown } = this;
    const read = await lease.read();
    const step = upkeep(read.record, { me, now: Date.now(), ready, wasDown, graceSeconds });
    switch (step) {
      case 'not ours':
        this.isSettled = ready;
        break;
      case 'release':
        await lease.release(read);
        this.isSettled = true;
        log.info('in sync again after a stop: others may stop now');
        break;
      case 'take over':
        // A pod that ends has no business with the turn of one that came after it.
        if (!isEnding) {
          await lease.take(read, me);
        }
        break;
      case 'renew':
        await lease.take(read, me);
        break;
      case 'leave':
        break;
    }
    this.complaint = '';
  }

  private complain(error: unknown): void {
    const reason = reasonOf(error);
    if (!(error instanceof Conflict) && reason !== this.complaint) {
      this.complaint = reason;
      log.warn('cannot look after the turn to stop; others wait until it runs out', { reason });
    }
  }
}
