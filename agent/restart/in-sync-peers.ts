/*
 * Kafka lists a broker in the ISR until its session ends, even if it has failed, and also a broker that is starting and has
 * not opened its port. A stop at this time would remove a second replica. So in-sync brokers must answer a request first.
 */
import { ClusterView } from '../kafka/cluster-view';
import { Address } from '../kafka/connection';
import { isAnswering } from '../kafka/is-answering';

/** Time after the end of a session within which Kafka updates the ISR. After it, the broker is only unreachable from here. */
const DETECTION_MARGIN_MS = 12_000;
/** Maximum time between two probes of the same outage. */
const SAME_OUTAGE_MS = 5_000;
/** Probes at the same time. A broker can share partitions with hundreds of others, and each new connection costs CPU time. */
const MAX_PARALLEL_PROBES = 16;

/** Dependencies of the probes. */
export interface ProbeEdges {
  readonly isAnswering: (broker: Address) => Promise<boolean>;
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
    private readonly edges: ProbeEdges = { isAnswering, monotonicMs: () => performance.now() },
  ) {}

  /** Returns the in-sync brokers that do not answer, until Kafka must have detected it. */
  async unreachable(self: number, views: readonly ClusterView[]): Promise<ReadonlySet<number>> {
    const now = this.edges.monotonicMs();
    const ids = inSyncWith(self, views);
    const unreachable = await this.probe(ids, views);
    const before = now - this.probedAt < SAME_OUTAGE_MS ? this.unreachableSince : undefined;
    const since = new Map(unreachable.map((id) => [id, before?.get(id) ?? now]));
    this.probedAt = now;
    this.unreachableSince = since;
    const limitMs = this.sessionTimeoutMs + DETECTION_MARGIN_MS;
    return new Set([...since].filter(([, at]) => now - at < limitMs).map(([id]) => id));
  }

  /** Returns the brokers that do not answer at any of their addresses. */
  private async probe(ids: readonly number[], views: readonly ClusterView[]): Promise<number[]> {
    const unreachable: number[] = [];
    const queue = ids.values();
    const worker = async () => {
      for (const id of queue) {
        if (!(await this.isReachable(id, views))) {
          unreachable.push(id);
        }
      }
    };
    await Promise.all(Array.from({ length: MAX_PARALLEL_PROBES }, worker));
    return unreachable;
  }

  private async isReachable(id: number, views: readonly ClusterView[]): Promise<boolean> {
    const addresses = views.flatMap(({ brokers }) => brokers.get(id) ?? []);
    const unique = new Map(addresses.map((address) => [`${address.host}:${address.port}`, address]));
    const answers = await Promise.all([...unique.values()].map((address) => this.edges.isAnswering(address)));
    return answers.includes(true);
  }
}

function inSyncWith(self: number, views: readonly ClusterView[]): number[] {
  const shared = views.flatMap(({ partitions }) => partitions.filter(({ isr }) => isr.includes(self)));
  return [...new Set(shared.flatMap(({ isr }) => isr))].filter((id) => id !== self);
}
