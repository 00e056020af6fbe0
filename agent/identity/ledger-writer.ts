import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { problems } from '../runtime/problems';
import { Ledger, LedgerEntry } from './ledger';
import { ServerLocation, isSame, locationOf, seenAt } from './server-location';

/** Interval at which the entry is checked. */
const CHECK_INTERVAL_MS = 300_000;
/** Age of the last time at which the server was seen from which it is recorded again. */
const SEEN_INTERVAL_MS = 3_600_000;
/** Pause after the first failure. Each further failure doubles it. */
const RETRY_MS = 5_000;
const MAX_RETRY_MS = 60_000;

/** A running server. */
export interface RunningServer {
  readonly id: number;
  /** Location that the start of the server has found; absent if it is not known. */
  readonly location?: ServerLocation;
  /** Absent for brokers and ZooKeeper servers. */
  readonly quorumKind?: LedgerEntry['quorumKind'];
}

/** Clocks. */
export interface Clocks {
  readonly now: () => number;
  readonly monotonicMs: () => number;
}

/**
 * Records in the ledger that a server has been a member of an ISR or of the quorum, and its location. Checks the entry periodically,
 * and writes it again if someone has recreated the ledger without entries: without them, the next empty disk is not protected.
 */
export class LedgerWriter {
  private nextCheckAt = -Infinity;
  private retryMs = RETRY_MS;
  private isBusy = false;
  private lastError = '';

  constructor(
    private readonly ledger: Pick<Ledger, 'read' | 'write'>,
    private readonly server: RunningServer,
    private readonly clocks: Clocks = { now: Date.now, monotonicMs: () => performance.now() },
  ) {}

  /** Records that the server is a member. Returns immediately: readiness does not wait for the API server. */
  recordMember(): void {
    if (this.isBusy || this.clocks.monotonicMs() < this.nextCheckAt) {
      return;
    }
    this.isBusy = true;
    void this.writeIfChanged()
      .then(() => this.succeeded())
      .catch((error: unknown) => this.failed(reasonOf(error)))
      .finally(() => (this.isBusy = false));
  }

  private async writeIfChanged(): Promise<void> {
    const { id, location, quorumKind } = this.server;
    const entry = await this.ledger.read(id);
    const { firstInSync, acceptedLoss, lastSeen = '' } = entry ?? {};
    const isOpen = acceptedLoss !== undefined && !acceptedLoss.isClosed;
    const last = locationOf(entry);
    const now = this.clocks.now();
    const isRecent =
      location === undefined ||
      (last !== undefined && isSame(last, location) && now - Date.parse(lastSeen) < SEEN_INTERVAL_MS);
    if (firstInSync !== undefined && !isOpen && isRecent) {
      return;
    }
    const time = new Date(now).toISOString();
    await this.ledger.write(id, {
      ...(location === undefined ? entry : seenAt(entry, location, time)),
      ...(firstInSync === undefined
        ? { firstInSync: time, ...(quorumKind === undefined ? {} : { quorumKind }) }
        : {}),
      // From now on the server has data again, and a loss of it has to be accepted again.
      ...(isOpen ? { acceptedLoss: { ...acceptedLoss, isClosed: true as const } } : {}),
    });
    if (firstInSync === undefined) {
      log.info('recorded in the ledger that this server has been in sync');
    }
  }

  private succeeded(): void {
    this.nextCheckAt = this.clocks.monotonicMs() + CHECK_INTERVAL_MS;
    this.retryMs = RETRY_MS;
    this.lastError = '';
    problems.clear('ledger-not-written');
  }

  private failed(reason: string): void {
    problems.report('ledger-not-written', reason);
    this.nextCheckAt = this.clocks.monotonicMs() + this.retryMs;
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
