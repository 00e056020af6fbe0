import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { ownBroker } from '../kafka/addresses';
import { ClusterView, PartitionView } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { ELECTION_NOT_NEEDED, ElectionResult, TopicPartitions, electPreferred } from '../kafka/elect-leaders';
import { partitionName } from '../kafka/partition-name';
import { controllerOr } from '../kafka/peer-brokers';
import { countUnserved } from '../kafka/served-partitions';
import { log } from '../runtime/log';
import {
  ElectionState,
  INITIAL_BATCH_SIZE,
  INITIAL_ELECTION_STATE,
  lossPauseMs,
  partitionNameOf,
  nextElection,
  nextBatchSize,
  stateAfterLoss,
} from './preferred-leaders';

const DEADLINE_MS = 20_000;
/** Maximum time to wait until the broker serves elected partitions. Then the next request is sent anyway. */
const SERVING_TIMEOUT_MS = 5_000;
/** Interval of those checks. */
const SERVING_CHECK_MS = 50;
/** Limits the time for which failed elections keep the stop Lease from being released. */
const ELECTION_TIMEOUT_MS = 30_000;

/** Requests preferred leader elections after each start of a broker, and when it loses leaders while it runs. */
export class PreferredLeaderElector {
  private state: ElectionState = INITIAL_ELECTION_STATE;
  private isBusy = false;
  private inSyncSince?: number;

  constructor(
    private readonly config: BrokerConfig,
    private readonly self: number,
  ) {}

  /** Notes that the broker does not answer, so that it has restarted when it is in sync again. */
  onServerDown(): void {
    this.state = stateAfterLoss(this.state, performance.now());
    this.inSyncSince = undefined;
  }

  /** True if the broker is the leader of its preferred partitions again, or the time for that is over. */
  get isDone(): boolean {
    const { state, inSyncSince = Infinity } = this;
    return state.isComplete || performance.now() - inSyncSince >= ELECTION_TIMEOUT_MS;
  }

  /** Requests the elections that are due for an in-sync broker. Returns immediately. */
  onInSync(view: ClusterView): void {
    this.inSyncSince ??= performance.now();
    if (this.isBusy) {
      return;
    }
    const { state, elect } = nextElection(this.state, this.self, view, performance.now());
    if (state.isComplete && !this.state.isComplete) {
      this.logCompletion(view);
    }
    if (this.state.isComplete && !state.isComplete && state.lostAt === this.state.lostAt) {
      log.info('a reassignment made this broker the preferred leader of partitions that other brokers lead');
    } else if (this.state.isComplete && !state.isComplete) {
      log.warn('leadership of partitions moved to other brokers while this broker was running', {
        losses: state.losses,
        electionsInSeconds: Math.round(lossPauseMs(state, performance.now()) / 1000),
      });
    }
    this.state = state;
    if (elect.length > 0) {
      this.isBusy = true;
      void this.elect(view, elect)
        .catch((error: unknown) =>
          log.warn('preferred leader elections failed and are retried', { reason: reasonOf(error) }),
        )
        .finally(() => (this.isBusy = false));
    }
  }

  private logCompletion({ partitions }: ClusterView): void {
    const missing = partitions.filter(
      ({ replicas, leader }) => replicas[0] === this.self && leader !== this.self,
    );
    if (missing.length === 0) {
      log.info('this broker is the leader of all its preferred partitions');
      return;
    }
    log.warn('preferred leader elections had no effect on some partitions and are not retried', {
      partitions: missing.slice(0, 20).map(partitionNameOf),
    });
  }

  private async elect(view: ClusterView, partitions: readonly PartitionView[]): Promise<void> {
    const own = ownBroker(this.config, this.self);
    const server = controllerOr(own, view, this.config.metadataMode);
    const failed: ElectionResult[] = [];
    let batchSize = INITIAL_BATCH_SIZE;
    for (let start = 0; start < partitions.length;) {
      const batch = partitions.slice(start, start + batchSize);
      start += batchSize;
      const startedAt = performance.now();
      const results = await KafkaSession.with(server, DEADLINE_MS, (session) =>
        electPreferred(session, byTopic(batch)),
      );
      const rejected = results.filter(
        ({ errorCode }) => errorCode !== 0 && errorCode !== ELECTION_NOT_NEEDED,
      );
      failed.push(...rejected);
      const names = new Set(rejected.map(({ topic, partitionId }) => partitionName(topic, partitionId)));
      await waitUntilServed(
        own,
        byTopic(batch.filter((partition) => !names.has(partitionNameOf(partition)))),
      );
      batchSize = nextBatchSize(batchSize, performance.now() - startedAt);
    }
    log.info('requested preferred leader elections', {
      partitions: partitions.length,
      rejected: failed
        .slice(0, 5)
        .map(
          ({ topic, partitionId, errorMessage, errorCode }) =>
            `${partitionName(topic, partitionId)}: ${errorMessage ?? `error code ${errorCode}`}`,
        ),
    });
  }
}

async function waitUntilServed(own: Address, topics: readonly TopicPartitions[]): Promise<void> {
  if (topics.length === 0) {
    return;
  }
  const end = performance.now() + SERVING_TIMEOUT_MS;
  // Without an answer the elections continue.
  const count = () =>
    KafkaSession.with(own, DEADLINE_MS, (session) => countUnserved(session, topics)).catch(() => 0);
  while ((await count()) > 0 && performance.now() < end) {
    await sleep(SERVING_CHECK_MS);
  }
}

function byTopic(partitions: readonly PartitionView[]): TopicPartitions[] {
  const indexes = new Map<string, number[]>();
  for (const { topic, index } of partitions) {
    indexes.set(topic, [...(indexes.get(topic) ?? []), index]);
  }
  return [...indexes].map(([topic, partitionIndexes]) => ({ topic, partitions: partitionIndexes }));
}
