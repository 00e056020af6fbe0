import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { ConflictError } from '../kubernetes/client';
import { LeaseState, Pod, RENEW_INTERVAL_MS, leaseStateOf } from './lease-state';
import { LeaseSnapshot, StopLease, retryOnConflict } from './stop-lease';

/** Operations of a stop Lease that the preStop hook needs. */
export type LeaseClient = Pick<StopLease, 'readOrCreate' | 'acquire' | 'release' | 'setWaiting'>;

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
      const lease = await this.client.readOrCreate();
      return { lease, leaseState: leaseStateOf(lease, this.me) };
    } catch (error) {
      return { leaseState: { kind: 'unknown', reason: reasonOf(error) } };
    }
  }

  /** True if the Lease can be acquired, or has to be renewed. */
  isAcquirable(lease: LeaseSnapshot): boolean {
    const { kind } = leaseStateOf(lease, this.me);
    return kind === 'free' || (kind === 'held by us' && lease.unchangedMs > RENEW_INTERVAL_MS);
  }

  /** Acquires or renews the Lease unless its holder has changed. True if it succeeded. */
  acquire(lease: LeaseSnapshot): Promise<boolean> {
    return this.changeUnlessHolderChanged(lease, (current) => this.client.acquire(current, this.me));
  }

  /** Releases the Lease unless its holder has changed. True if it succeeded. */
  release(lease: LeaseSnapshot): Promise<boolean> {
    return this.changeUnlessHolderChanged(lease, (current) => this.client.release(current));
  }

  /** Records if the pod waits for the Lease. True if it succeeded. */
  setWaiting(isWaiting: boolean): Promise<boolean> {
    return logFailure(async () => {
      await this.client.setWaiting(this.me, isWaiting);
      return true;
    });
  }

  /** Changes the Lease. After a conflict it is read again, and changed if its holder is the same. */
  private changeUnlessHolderChanged(
    known: LeaseSnapshot,
    change: (current: LeaseSnapshot) => Promise<void>,
  ): Promise<boolean> {
    let isFirst = true;
    const read = async () => {
      const lease = isFirst ? known : await this.client.readOrCreate();
      isFirst = false;
      return lease;
    };
    return logFailure(() =>
      retryOnConflict(read, async (current) => {
        // If another pod was the holder in the meantime, this pod did not hold the Lease without interruption.
        const isSame = this.hasSameHolder(known, current);
        if (isSame) {
          await change(current);
        }
        return isSame;
      }),
    );
  }

  private hasSameHolder({ record: known }: LeaseSnapshot, { record: current }: LeaseSnapshot): boolean {
    const { holder, renewTime } = current;
    // Another server that renews the Lease is back. Pods of this name renew it for this server.
    const isRenewed = holder !== undefined && holder.name !== this.me.name && renewTime !== known.renewTime;
    return holder?.uid === known.holder?.uid && !isRenewed;
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
