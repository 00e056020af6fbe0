/*
 * Kafka counts a broker that has died as in sync until its session ends, and one that starts before its port is open.
 * Whoever stops meanwhile is the second one to go. So the others are knocked at before.
 */
import { ClusterView } from '../kafka/cluster-view';
import { Port, portState } from '../port';

/** Kafka's session ends before that, 18 s in ZooKeeper mode; who is still in sync then is just out of reach from here. */
const BELIEVED_MS = 30_000;

/** What knocking needs of the world. */
export interface PeerEdges {
  readonly portState: (port: Port) => ReturnType<typeof portState>;
  /** A clock that never jumps, in milliseconds. */
  readonly clock: () => number;
}

/** The other brokers that hold the same partitions. */
export class Peers {
  private silentSince = new Map<number, number>();

  constructor(private readonly edges: PeerEdges = { portState, clock: () => performance.now() }) {}

  /** Those in sync that take no connection, as long as that may be news to Kafka. */
  async gone(self: number, views: readonly ClusterView[]): Promise<ReadonlySet<number>> {
    const now = this.edges.clock();
    const ids = inSyncWith(self, views);
    const answers = await Promise.all(ids.map((id) => this.answers(id, views)));
    const silent = ids.filter((_, index) => !answers[index]);
    this.silentSince = new Map(silent.map((id) => [id, this.silentSince.get(id) ?? now]));
    return new Set(silent.filter((id) => now - this.silentSince.get(id)! < BELIEVED_MS));
  }

  private async answers(id: number, views: readonly ClusterView[]): Promise<boolean> {
    const addresses = views.flatMap(({ brokers }) => brokers.get(id) ?? []);
    const states = await Promise.all(addresses.map((address) => this.edges.portState(address)));
    return states.includes('open');
  }
}

function inSyncWith(self: number, views: readonly ClusterView[]): number[] {
  const shared = views.flatMap(({ partitions }) => partitions.filter(({ isr }) => isr.includes(self)));
  return [...new Set(shared.flatMap(({ isr }) => isr))].filter((id) => id !== self);
}
