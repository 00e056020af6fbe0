import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { ConflictError } from '../kubernetes/client';
import { LeaseState, Pod, RENEW_INTERVAL_MS, leaseStateOf } from './lease-state';
import { LeaseSnapshot, StopLease, retryOnConflict } from './stop-lease';

/** Operations of a stop Lease that the preStop hook needs. */
export type LeaseClient = Pick<StopLease, 'read' | 'acquire' | 'release' | 'markWaiting'>;

/** A read of the Lease. Without a snapshot the read failed, and the state is unknown. */
export interface LeaseReading {
  readonly lease?: LeaseSnapshot;
  readonly leaseState: LeaseState;
}

/** The stop Lease as the preStop hook of one pod uses it. Changes never throw: a failure shows in the next read. */
export class PreStopLease {
  constructor(
    private readonly client: LeaseClient,
    private readonly me: Pod,
  ) {}

  /** Reads the Lease. */
  async read(): Promise<LeaseReading> {
    try {
      const lease = await this.client.read();
      return { lease, leaseState: this.stateOf(lease) };
    } catch (error) {
      return { leaseState: { kind: 'unknown', reason: reasonOf(error) } };
    }
  }

  /** True if the Lease can be acquired, or has to be renewed. */
  isAcquirable(lease: LeaseSnapshot): boolean {
    const { kind } = this.stateOf(lease);
    return kind === 'free' || (kind === 'held by us' && isRenewalDue(lease));
  }

  /** Acquires or renews the Lease unless its holder has changed. True if it succeeded. */
  acquire(lease: LeaseSnapshot): Promise<boolean> {
    return this.changeUnlessHolderChanged(lease, (current) => this.client.acquire(current, this.me));
  }

  /** Releases the Lease unless its holder has changed. True if it succeeded. */
  release(lease: LeaseSnapshot): Promise<boolean> {
    return this.changeUnlessHolderChanged(lease, (current) => this.client.release(current));
  }

  /** Records that the pod waits for the Lease. True if it succeeded. */
  markWaiting(lease: LeaseSnapshot): Promise<boolean> {
    return logFailure(async () => {
      await this.client.markWaiting(lease, this.me);
      return true;
    });
  }

  private stateOf({ record }: LeaseSnapshot): LeaseState {
    return leaseStateOf(record, this.me, Date.now());
  }

  /** Changes the Lease. After a conflict it is read again, and changed if its holder is the same. */
  private changeUnlessHolderChanged(
    known: LeaseSnapshot,
    change: (current: LeaseSnapshot) => Promise<void>,
  ): Promise<boolean> {
    let isFirst = true;
    const read = async () => {
      const lease = isFirst ? known : await this.client.read();
      isFirst = false;
      return lease;
    };
    return logFailure(() =>
      retryOnConflict(read, async (current) => {
        // If another pod was the holder in the meantime, this pod did not hold the Lease without interruption.
        const isSame = this.stateOf(current).kind === this.stateOf(known).kind;
        if (isSame) {
          await change(current);
        }
        return isSame;
      }),
    );
  }
}

async function logFailure(action: () => Promise<boolean>): Promise<boolean> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ConflictError)) {
      log.warn('the stop lease cannot be updated', { reason: reasonOf(error) });
    }
    return false;
  }
}

function isRenewalDue({ record }: LeaseSnapshot): boolean {
  return Date.now() - (record.renewTime ?? 0) > RENEW_INTERVAL_MS;
}
