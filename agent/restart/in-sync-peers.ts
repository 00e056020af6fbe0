/*
 * Kafka counts a broker that has died as in sync until its session ends, and one that starts before its port is open.
 * Whoever stops meanwhile is the second one to go. So the others are knocked at before.
 */
import { ClusterView } from '../kafka/cluster-view';
import { Port, portState } from '../port';

/** Some time after its session Kafka has noticed; who is still in sync then is just out of reach from here. */
const NOTICED_MS = 12_000;
/** What was heard longer ago is about another silence. */
const SAME_SILENCE_MS = 5_000;

/** What knocking needs of the world. */
export interface KnockEdges {
  readonly portState: (port: Port) => ReturnType<typeof portState>;
  /** A clock that never jumps, in milliseconds. */
  readonly clock: () => number;
}

/** The other brokers that hold the same partitions. */
export class InSyncPeers {
  private silentSince: ReadonlyMap<number, number> = new Map();
  private knockedAt = -Infinity;

  /** @param sessionMs how long Kafka counts a broker that has died as alive */
  constructor(
    private readonly sessionMs: number,
    private readonly edges: KnockEdges = { portState, clock: () => performance.now() },
  ) {}

  /** Those in sync that take no connection, as long as that may be news to Kafka. */
  async gone(self: number, views: readonly ClusterView[]): Promise<ReadonlySet<number>> {
    const now = this.edges.clock();
    const ids = inSyncWith(self, views);
    const answers = await Promise.all(ids.map((id) => this.answers(id, views)));
    const silent = ids.filter((_, index) => !answers[index]);
    const before = now - this.knockedAt < SAME_SILENCE_MS ? this.silentSince : undefined;
    this.knockedAt = now;
    this.silentSince = new Map(silent.map((id) => [id, before?.get(id) ?? now]));
    return new Set(silent.filter((id) => now - this.silentSince.get(id)! < this.sessionMs + NOTICED_MS));
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
