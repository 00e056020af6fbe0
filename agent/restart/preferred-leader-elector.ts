import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { ownBroker } from '../kafka/addresses';
import { ClusterView, PartitionView } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { ELECTION_NOT_NEEDED, ElectionResult, TopicPartitions, electPreferred } from '../kafka/elect-leaders';
import { partitionName } from '../kafka/partition-name';
import { countUnserved } from '../kafka/served-partitions';
import { log } from '../runtime/log';
import {
  ElectionState,
  INITIAL_BATCH_SIZE,
  INITIAL_ELECTION_STATE,
  partitionNameOf,
  nextElection,
  nextBatchSize,
} from './preferred-leaders';

const DEADLINE_MS = 20_000;
/** How long a broker may need to serve what it leads; then the next ones are its turn all the same. */
const SERVING_TIMEOUT_MS = 5_000;
/** Pause between looks at that. */
const SERVING_CHECK_MS = 50;
/** Elections that do not happen, or take for ever, must not keep others from stopping for long. */
const ELECTION_TIMEOUT_MS = 30_000;

/** Brings the leaders back that belong on a broker, after each of its starts, and when it has lost them while it ran. */
export class PreferredLeaderElector {
  private state: ElectionState = INITIAL_ELECTION_STATE;
  private isBusy = false;
  private inSyncSince?: number;

  constructor(
    private readonly config: BrokerConfig,
    private readonly self: number,
  ) {}

  /** The broker does not answer, so the next time it is in sync it has started anew. */
  onServerDown(): void {
    this.state = INITIAL_ELECTION_STATE;
    this.inSyncSince = undefined;
  }

  /** Whether the broker leads again what it led before its stop, or has had its time for that. */
  get isDone(): boolean {
    const { state, inSyncSince: lookedFirstAt = Infinity } = this;
    return state.isComplete || performance.now() - lookedFirstAt >= ELECTION_TIMEOUT_MS;
  }

  /** The broker is in sync. Returns at once. */
  onInSync(view: ClusterView): void {
    this.inSyncSince ??= performance.now();
    if (this.isBusy) {
      return;
    }
    const { state, elect } = nextElection(this.state, this.self, view, performance.now());
    if (state.isComplete && !this.state.isComplete) {
      const missed = view.partitions.filter(
        ({ replicas, leader }) => replicas[0] === this.self && leader !== this.self,
      );
      log[missed.length > 0 ? 'warn' : 'info'](
        missed.length > 0
          ? 'leaders did not come back, and are not asked for again'
          : 'leads what it should lead',
        { partitions: missed.length > 0 ? missed.slice(0, 20).map(partitionNameOf) : undefined },
      );
    }
    if (this.state.isComplete && !state.isComplete) {
      log.warn('leaders went to other brokers while this one ran');
    }
    this.state = state;
    if (elect.length > 0) {
      this.isBusy = true;
      void this.elect(view, elect)
        .catch((error: unknown) => log.warn('leaders cannot be elected yet', { reason: reasonOf(error) }))
        .finally(() => (this.isBusy = false));
    }
  }

  private async elect(view: ClusterView, partitions: readonly PartitionView[]): Promise<void> {
    const controller = view.brokers.get(view.controllerId);
    const own = ownBroker(this.config, this.self);
    const server: Address = this.config.metadataMode === 'zookeeper' && controller ? controller : own;
    const failed: ElectionResult[] = [];
    let portion = INITIAL_BATCH_SIZE;
    for (let start = 0; start < partitions.length;) {
      const some = partitions.slice(start, start + portion);
      start += portion;
      const begin = performance.now();
      const results = await KafkaSession.with(server, DEADLINE_MS, (session) =>
        electPreferred(session, byTopic(some)),
      );
      const refused = results.filter(({ errorCode }) => errorCode !== 0 && errorCode !== ELECTION_NOT_NEEDED);
      failed.push(...refused);
      const names = new Set(refused.map((one) => partitionName(one.topic, one.partitionId)));
      await waitUntilServed(own, byTopic(some.filter((one) => !names.has(partitionNameOf(one)))));
      portion = nextBatchSize(portion, performance.now() - begin);
    }
    log.info('asked for the leaders that belong here', {
      partitions: partitions.length,
      refused: failed
        .slice(0, 5)
        .map((one) => `${partitionName(one.topic, one.partitionId)}: ${one.errorMessage ?? one.errorCode}`),
    });
  }
}

async function waitUntilServed(own: Address, topics: readonly TopicPartitions[]): Promise<void> {
  if (topics.length === 0) {
    return;
  }
  const end = performance.now() + SERVING_TIMEOUT_MS;
  // Leaders come home whether or not the broker can say that it serves them.
  const count = () =>
    KafkaSession.with(own, DEADLINE_MS, (session) => countUnserved(session, topics)).catch(() => 0);
  while ((await count()) > 0 && performance.now() < end) {
    await sleep(SERVING_CHECK_MS);
  }
}

function byTopic(partitions: readonly PartitionView[]): TopicPartitions[] {
  const found = new Map<string, number[]>();
  for (const { topic, index } of partitions) {
    found.set(topic, [...(found.get(topic) ?? []), index]);
  }
  return [...found].map(([topic, indexes]) => ({ topic, partitions: indexes }));
}
