/*
 * Kafka lists a broker in the ISR until its session ends, even if it has failed, and also a broker that is starting and has
 * not opened its port. A stop at this time would remove a second replica. So the ports of in-sync brokers are probed first.
 */
import { ClusterView } from '../kafka/cluster-view';
import { HostAndPort, probePort } from '../runtime/tcp-port';

/** Time after the end of a session within which Kafka updates the ISR. After it, the broker is only unreachable from here. */
const DETECTION_MARGIN_MS = 12_000;
/** Maximum time between two probes of the same outage. */
const SAME_OUTAGE_MS = 5_000;

/** Dependencies of the probes. */
export interface ProbeEdges {
  readonly probePort: (port: HostAndPort) => ReturnType<typeof probePort>;
  /** Monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
}

/** The other brokers in the ISR of the same partitions. */
export class InSyncPeers {
  private unreachableSince: ReadonlyMap<number, number> = new Map();
  private probedAt = -Infinity;

  /** @param sessionTimeoutMs time for which Kafka lists a failed broker as alive */
  constructor(
    private readonly sessionTimeoutMs: number,
    private readonly edges: ProbeEdges = { probePort, monotonicMs: () => performance.now() },
  ) {}

  /** Returns the in-sync brokers that accept no connection, until Kafka must have detected it. */
  async unreachable(self: number, views: readonly ClusterView[]): Promise<ReadonlySet<number>> {
    const now = this.edges.monotonicMs();
    const ids = inSyncWith(self, views);
    const areReachable = await Promise.all(ids.map((id) => this.isReachable(id, views)));
    const unreachable = ids.filter((_, index) => !areReachable[index]);
    const before = now - this.probedAt < SAME_OUTAGE_MS ? this.unreachableSince : undefined;
    const since = new Map(unreachable.map((id) => [id, before?.get(id) ?? now]));
    this.probedAt = now;
    this.unreachableSince = since;
    const limitMs = this.sessionTimeoutMs + DETECTION_MARGIN_MS;
    return new Set([...since].filter(([, at]) => now - at < limitMs).map(([id]) => id));
  }

  private async isReachable(id: number, views: readonly ClusterView[]): Promise<boolean> {
    const addresses = views.flatMap(({ brokers }) => brokers.get(id) ?? []);
    const states = await Promise.all(addresses.map((address) => this.edges.probePort(address)));
    return states.includes('open');
  }
}

function inSyncWith(self: number, views: readonly ClusterView[]): number[] {
  const shared = views.flatMap(({ partitions }) => partitions.filter(({ isr }) => isr.includes(self)));
  return [...new Set(shared.flatMap(({ isr }) => isr))].filter((id) => id !== self);
}
