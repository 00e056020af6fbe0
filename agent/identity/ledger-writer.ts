import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { problems } from '../runtime/problems';
import { Ledger, LedgerEntry } from './ledger';

/** Interval at which the entry is checked. */
const CHECK_INTERVAL_MS = 300_000;
/** Pause after the first failure. Each further failure doubles it. */
const RETRY_MS = 5_000;
const MAX_RETRY_MS = 60_000;

/**
 * Records in the ledger that a server has been a member of an ISR or of the quorum, and checks the entry periodically. If someone
 * recreates the ledger without entries, the next empty disk is not protected.
 */
export class LedgerWriter {
  private nextCheckAt = -Infinity;
  private retryMs = RETRY_MS;
  private isBusy = false;
  private lastError = '';

  constructor(
    private readonly ledger: Pick<Ledger, 'read' | 'write'>,
    private readonly id: number,
    private readonly membershipOf: () => Pick<LedgerEntry, 'firstInSync' | 'quorumKind'>,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** Records that the server is a member. Returns immediately: readiness does not wait for the API server. */
  recordMember(): void {
    if (this.isBusy || this.monotonicMs() < this.nextCheckAt) {
      return;
    }
    this.isBusy = true;
    void this.writeIfMissing()
      .then(() => this.succeeded())
      .catch((error: unknown) => this.failed(reasonOf(error)))
      .finally(() => (this.isBusy = false));
  }

  private async writeIfMissing(): Promise<void> {
    const entry = await this.ledger.read(this.id);
    const { firstInSync, acceptedLoss } = entry ?? {};
    const isOpen = acceptedLoss !== undefined && !acceptedLoss.isClosed;
    if (firstInSync !== undefined && !isOpen) {
      return;
    }
    await this.ledger.write(this.id, {
      ...entry,
      ...(firstInSync === undefined ? this.membershipOf() : {}),
      // From now on the server has data again, and a loss of it has to be accepted again.
      ...(isOpen ? { acceptedLoss: { ...acceptedLoss, isClosed: true as const } } : {}),
    });
    if (firstInSync === undefined) {
      log.info('recorded in the ledger that this server has been in sync');
    }
  }

  private succeeded(): void {
    this.nextCheckAt = this.monotonicMs() + CHECK_INTERVAL_MS;
    this.retryMs = RETRY_MS;
    this.lastError = '';
    problems.clear('ledger-not-written');
  }

  private failed(reason: string): void {
    problems.report('ledger-not-written', reason);
    this.nextCheckAt = this.monotonicMs() + this.retryMs;
    this.retryMs = Math.min(2 * this.retryMs, MAX_RETRY_MS);
    if (reason !== this.lastError) {
      this.lastError = reason;
      log.error(
        'the ledger cannot be updated; without an entry, an empty disk of this server is not protected',
        { reason },
      );
    }
  }
}
