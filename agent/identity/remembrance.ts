import { reasonOf } from '../errors';
import { log } from '../log';
import { Ledger, LedgerEntry } from './ledger';

/** Pause between looks into the ledger. */
const LOOK_MS = 300_000;
/** Pause after the first failure; each further one doubles it. */
const RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

/**
 * Writes into the ledger that a server has been in sync, and looks from time to time whether it still stands there: a
 * ledger that somebody made anew would leave the next empty disk unguarded.
 */
export class Remembrance {
  private lookAt = -Infinity;
  private retryMs = RETRY_MS;
  private isBusy = false;
  private complaint = '';

  constructor(
    private readonly ledger: Pick<Ledger, 'read' | 'write'>,
    private readonly id: number,
    private readonly entryOf: () => LedgerEntry,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** The server is in sync. Returns at once: readiness must not wait for the API server. */
  keep(): void {
    if (this.isBusy || this.clock() < this.lookAt) {
      return;
    }
    this.isBusy = true;
    void this.look()
      .then(() => this.succeeded())
      .catch((error: unknown) => this.failed(reasonOf(error)))
      .finally(() => (this.isBusy = false));
  }

  private async look(): Promise<void> {
    if ((await this.ledger.read(this.id)) === undefined) {
      await this.ledger.write(this.id, this.entryOf());
      log.info('in sync, and remembered');
    }
  }

  private succeeded(): void {
    this.lookAt = this.clock() + LOOK_MS;
    this.retryMs = RETRY_MS;
    this.complaint = '';
  }

  private failed(reason: string): void {
    this.lookAt = this.clock() + this.retryMs;
    this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
    if (reason !== this.complaint) {
      this.complaint = reason;
      log.error('cannot remember that this server is in sync; without it an empty disk is not guarded', {
        reason,
      });
    }
  }
}
