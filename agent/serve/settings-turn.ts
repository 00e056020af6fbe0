import { PreStopLease } from '../restart/pre-stop-lease';

/** State of the broker. */
export interface TurnState {
  /** True from the call of preStop on. Then the broker needs the lease for its stop. */
  isStopping(): boolean;
  isReady(): boolean;
}

/** The stop lease of a map, held while one of its brokers changes its settings: no other broker changes them or stops. */
export class SettingsTurn {
  constructor(
    private readonly lease: Pick<PreStopLease, 'read' | 'acquire' | 'release'>,
    private readonly state: TurnState,
  ) {}

  /** Acquires the lease. Returns the reason if it cannot. */
  async acquire(): Promise<string | undefined> {
    if (this.state.isStopping() || !this.state.isReady()) {
      return this.state.isStopping() ? 'this broker is about to stop' : 'this broker is not ready';
    }
    const { lease, leaseState } = await this.lease.read();
    switch (leaseState.kind) {
      case 'held by us':
        return undefined;
      case 'held by another':
        return `${leaseState.holder} holds the stop lease`;
      case 'unknown':
        return `the holder of the stop lease is unknown: ${leaseState.reason}`;
      case 'free':
        if (leaseState.isHeldByPredecessor || lease === undefined) {
          return 'this broker has not released the stop lease of its last stop yet';
        }
        return (await this.lease.acquire(lease)) ? undefined : 'another broker has acquired the stop lease';
    }
  }

  /** Releases the lease, unless the broker needs it for its stop. True if it need not be released any more. */
  async release(): Promise<boolean> {
    const { lease, leaseState } = await this.lease.read();
    if (leaseState.kind === 'unknown' || this.state.isStopping()) {
      return this.state.isStopping();
    }
    return lease === undefined || leaseState.kind !== 'held by us' || this.lease.release(lease);
  }
}
