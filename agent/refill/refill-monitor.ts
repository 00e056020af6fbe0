import { ownBroker } from '../kafka/addresses';
import { partitionName } from '../kafka/partition-name';
import { Replica, replicaSizes } from '../kafka/replica-sizes';
import { BrokerFacts, outOfSyncPartitions } from '../readiness/judge-broker';
import { Reconciler } from '../runtime/reconcile-loop';
import { BrokerConfig } from '../../lib/seam/agent-config';
import { RefillProgress, RefillSample, refillProgress } from './refill-progress';

/**
 * Time out of sync from which the progress is measured. After a usual restart a broker is in sync earlier, and leaders need not be
 * asked.
 */
const MIN_OUT_OF_SYNC_SECONDS = 20;
/** Interval of the samples, which ask every leader. */
const SAMPLE_INTERVAL_MS = 15_000;
/** Number of samples of which the speed is the mean: that of some minutes. */
const SAMPLES = 13;

/** Facts about the broker, as the readiness check has found them. */
export interface RefillFacts {
  /** Undefined while the broker does not answer. */
  readonly facts: BrokerFacts | undefined;
  readonly outOfSyncSeconds: number;
}

/** Sizes of replicas by the name of their partition. */
type FetchSizes = (facts: BrokerFacts, replicas: readonly Replica[]) => Promise<Map<string, number>>;

/** Measures the progress of a broker that is out of sync. */
export class RefillMonitor implements Reconciler {
  readonly title = 'the progress of the replication';
  private samples: readonly RefillSample[] = [];

  constructor(
    private readonly observe: () => RefillFacts,
    private readonly fetchSizes: FetchSizes,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** Progress at the last sample; undefined while the broker is in sync, or has not been out of sync for long. */
  get progress(): RefillProgress | undefined {
    return this.samples.at(-1)?.partitions.size ? refillProgress(this.samples) : undefined;
  }

  async reconcile(): Promise<void> {
    const { facts, outOfSyncSeconds } = this.observe();
    if (facts === undefined || outOfSyncSeconds < MIN_OUT_OF_SYNC_SECONDS) {
      this.samples = [];
      return;
    }
    const at = this.monotonicMs();
    const last = this.samples.at(-1);
    if (last !== undefined && at - last.at < SAMPLE_INTERVAL_MS) {
      return;
    }
    const sample = { at, partitions: await this.measure(facts) };
    this.samples = [...this.samples, sample].slice(-SAMPLES);
  }

  private async measure(facts: BrokerFacts): Promise<RefillSample['partitions']> {
    const { self, own, adding } = facts;
    const behind = outOfSyncPartitions(self, own, adding).filter(({ leader }) => leader >= 0);
    const on = (brokerOf: (leader: number) => number): Replica[] =>
      behind.map(({ topic, index, leader }) => ({ topic, partition: index, broker: brokerOf(leader) }));
    const ownSizes = await this.fetchSizes(
      facts,
      on(() => self),
    );
    const leaderSizes = await this.fetchSizes(
      facts,
      on((leader) => leader),
    );
    return new Map(
      behind.flatMap(({ topic, index }) => {
        const name = partitionName(topic, index);
        // Without the size of a leader that does not answer, the partition would look complete.
        const leader = leaderSizes.get(name) ?? this.samples.at(-1)?.partitions.get(name)?.leader;
        return leader === undefined ? [] : [[name, { own: ownSizes.get(name) ?? 0, leader }]];
      }),
    );
  }
}

/** Returns a monitor of a broker. */
export function refillMonitorOf(config: BrokerConfig, id: number, observe: () => RefillFacts): RefillMonitor {
  const own = { ...ownBroker(config, id), id };
  return new RefillMonitor(observe, ({ own: { brokers } }, replicas) =>
    replicaSizes(new Map([...brokers, [id, own]]), replicas),
  );
}
