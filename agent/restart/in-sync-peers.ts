/*
 * Kafka counts a broker that has died as in sync until its session ends, and one that starts before its port is open.
 * Whoever stops meanwhile is the second one to go. So the others are knocked at before.
 */
import { ClusterView } from '../kafka/cluster-view';
import { HostAndPort, probePort } from '../runtime/tcp-port';

/** Some time after its session Kafka has noticed; who is still in sync then is just out of reach from here. */
const DETECTION_MARGIN_MS = 12_000;
/** What was heard longer ago is about another silence. */
const SAME_OUTAGE_MS = 5_000;

/** What knocking needs of the world. */
export interface ProbeEdges {
  readonly probePort: (port: HostAndPort) => ReturnType<typeof probePort>;
  /** A clock that never jumps, in milliseconds. */
  readonly monotonicMs: () => number;
}

/** The other brokers that hold the same partitions. */
export class InSyncPeers {
  private unreachableSince: ReadonlyMap<number, number> = new Map();
  private probedAt = -Infinity;

  /** @param sessionMs how long Kafka counts a broker that has died as alive */
  constructor(
    private readonly sessionMs: number,
    private readonly edges: ProbeEdges = { probePort: probePort, monotonicMs: () => performance.now() },
  ) {}

  /** Those in sync that take no connection, as long as that may be news to Kafka. */
  async unreachable(self: number, views: readonly ClusterView[]): Promise<ReadonlySet<number>> {
    const now = this.edges.monotonicMs();
    const ids = inSyncWith(self, views);
    const isReachable = await Promise.all(ids.map((id) => this.answers(id, views)));
    const silent = ids.filter((_, index) => !isReachable[index]);
    const before = now - this.probedAt < SAME_OUTAGE_MS ? this.unreachableSince : undefined;
    this.probedAt = now;
    this.unreachableSince = new Map(silent.map((id) => [id, before?.get(id) ?? now]));
    return new Set(silent.filter((id) => now - this.unreachableSince.get(id)! < this.sessionMs + DETECTION_MARGIN_MS));
  }

  private async answers(id: number, views: readonly ClusterView[]): Promise<boolean> {
    const addresses = views.flatMap(({ brokers }) => brokers.get(id) ?? []);
    const states = await Promise.all(addresses.map((address) => this.edges.probePort(address)));
    return states.includes('open');
  }
}

function inSyncWith(self: number, views: readonly ClusterView[]): number[] {
  const shared = views.flatMap(({ partitions }) => partitions.filter(({ isr }) => isr.includes(self)));
  return [...new Set(shared.flatMap(({ isr }) => isr))].filter((id) => id !== self);
}
