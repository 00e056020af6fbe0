import { ConflictError } from '../kubernetes/client';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { problems } from '../runtime/problems';
import { Pod, leaseStateOf, nextLeaseAction } from './lease-state';
import { LeaseSnapshot, StopLease, retryOnConflict } from './stop-lease';

/** Interval of reads while the server is not ready. Once it is, every call reads. */
const CHECK_INTERVAL_MS = 15_000;
/** Time within which the kubelet stops a server after preStop, or a server that shuts down leaves the ISR. */
const STOP_FOLLOWS_MS = 60_000;

/** Renews the stop Lease after a stop until the server is in sync again, and then releases it. */
export class LeaseRenewer {
  /** True if the Lease of the last stop is released. A new agent does not know. */
  private isReleased = false;
  private wasDown = false;
  /** Number of stops. A result from before a stop is not valid for the Lease of that stop. */
  private stops = 0;
  /** A new agent does not know if its predecessor has allowed a stop. */
  private stopExpectedUntil = performance.now() + STOP_FOLLOWS_MS;
  private checkedAt = -Infinity;
  private isBusy = false;
  private lastError = '';

  constructor(
    private readonly lease: Pick<StopLease, 'readOrCreate' | 'renew' | 'release' | 'setWaiting'>,
    private readonly me: Pod,
  ) {}

  /** Notes that preStop delays a stop of the server. */
  expectStop(): void {
    this.stops++;
    this.stopExpectedUntil = Infinity;
    this.isReleased = false;
    this.wasDown = false;
  }

  /** Notes that the server may stop. If no stop follows, the request did not come from the kubelet. */
  onStopAllowed(): void {
    // While the hook waited, another server can have held the Lease. Now this one can hold it.
    this.stops++;
    this.isReleased = false;
    this.stopExpectedUntil = performance.now() + STOP_FOLLOWS_MS;
  }

  /** True if the stop that was allowed last has not followed, and its Lease is released. */
  get hasStopLapsed(): boolean {
    return this.isReleased && performance.now() >= this.stopExpectedUntil;
  }

  /** Notes that the server does not answer. */
  onServerDown(): void {
    this.wasDown = true;
  }

  /**
   * Renews or releases the Lease. Returns immediately: readiness does not wait for the API server.
   *
   * @param ready true if the server is in sync or forced ready
   */
  reconcile(ready: boolean): void {
    const now = performance.now();
    if (this.isReleased || this.isBusy || (!ready && now - this.checkedAt < CHECK_INTERVAL_MS)) {
      return;
    }
    this.checkedAt = now;
    this.isBusy = true;
    const { stops } = this;
    void this.withLease((lease) => this.applyAction(lease, ready, stops)).finally(
      () => (this.isBusy = false),
    );
  }

  /** Renews the Lease if this pod is its holder. */
  async renew(): Promise<void> {
    const { stops } = this;
    await this.withLease(async (lease) => {
      // A terminating pod must not change the Lease of a pod that replaces it.
      if (lease.record.holder?.uid === this.me.uid) {
        await this.applyAction(lease, false, stops);
      }
    });
  }

  /** Releases the Lease of a server that is down and is not replaced. */
  async release(): Promise<void> {
    await this.withLease(async (lease) => {
      if (leaseStateOf(lease, this.me).kind === 'held by us') {
        await this.lease.release(lease);
        log.info('released the stop lease: the StatefulSet is scaled down, and no pod replaces this one');
      }
    });
  }

  private async withLease(action: (lease: LeaseSnapshot) => Promise<void>): Promise<void> {
    await retryOnConflict(() => this.lease.readOrCreate(), action).then(
      () => problems.clear('stop-lease-unknown', 'renewal'),
      (error: unknown) => this.reportError(error),
    );
  }

  private async applyAction(lease: LeaseSnapshot, ready: boolean, stops: number): Promise<void> {
    const { me, wasDown } = this;
    const isStopExpected = performance.now() < this.stopExpectedUntil;
    if (this.stops === 0 && lease.record.waiting?.has(me.name)) {
      // The previous pod of this name waited.
      await this.lease.setWaiting(me, false);
    }
    switch (nextLeaseAction(lease, { me, ready, wasDown, isStopExpected })) {
      case 'held by another':
        this.isReleased = ready && stops === this.stops;
        break;
      case 'release':
        await this.lease.release(lease);
        this.isReleased = stops === this.stops;
        log.info('released the stop lease: the server is in sync again after a stop');
        break;
      case 'renew':
        await this.lease.renew(lease);
        break;
      case 'none':
        break;
    }
    this.lastError = '';
  }

  private reportError(error: unknown): void {
    if (error instanceof ConflictError) {
      return;
    }
    const reason = reasonOf(error);
    problems.report('stop-lease-unknown', reason, 'renewal');
    if (reason !== this.lastError) {
      this.lastError = reason;
      log.warn('the stop lease cannot be updated; other servers wait until it expires', { reason });
    }
  }
}
