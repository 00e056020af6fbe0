import { BrokerConfig } from '../../lib/private/agent-config';
import { reasonOf } from '../errors';
import { ownBroker } from '../kafka/addresses';
import { ClusterView, PartitionView } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { ELECTION_NOT_NEEDED, ElectionResult, TopicPartitions, electPreferred } from '../kafka/elect-leaders';
import { partitionName } from '../kafka/partition-name';
import { log } from '../log';
import { ElectionState, NOT_TRIED, nextElection } from './preferred-leaders';

const DEADLINE_MS = 20_000;
const PARTITIONS_PER_REQUEST = 1_000;
/** An election takes a second or two; one that does not happen must not keep others from stopping for long. */
const PATIENCE_MS = 15_000;

/** Brings the leaders back that belong on a broker, once after each of its starts. */
export class LeaderKeeper {
  private state: ElectionState = NOT_TRIED;
  private isBusy = false;
  private lookedFirstAt?: number;

  constructor(
    private readonly config: BrokerConfig,
    private readonly self: number,
  ) {}

  /** The broker does not answer, so the next time it is in sync it has started anew. */
  sawDown(): void {
    this.state = NOT_TRIED;
    this.lookedFirstAt = undefined;
  }

  /** Whether the broker leads again what it led before its stop, or has had its time for that. */
  get isBack(): boolean {
    const { state, lookedFirstAt = Infinity } = this;
    return state.isSettled || performance.now() - lookedFirstAt >= PATIENCE_MS;
  }

  /** The broker is in sync. Returns at once. */
  look(view: ClusterView): void {
    this.lookedFirstAt ??= performance.now();
    if (this.isBusy) {
      return;
    }
    const { state, elect } = nextElection(this.state, this.self, view, performance.now());
    if (state.isSettled && !this.state.isSettled) {
      const missed = view.partitions.filter(
        ({ replicas, leader }) => replicas[0] === this.self && leader !== this.self,
      );
      log[missed.length > 0 ? 'warn' : 'info'](
        missed.length > 0
          ? 'leaders did not come back, and are not asked for again'
          : 'leads what it should lead',
        { partitions: missed.length > 0 ? missed.slice(0, 20).map(nameOf) : undefined },
      );
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
    for (let start = 0; start < partitions.length; start += PARTITIONS_PER_REQUEST) {
      const topics = byTopic(partitions.slice(start, start + PARTITIONS_PER_REQUEST));
      const results = await KafkaSession.with(server, DEADLINE_MS, (session) =>
        electPreferred(session, topics),
      );
      failed.push(...results.filter(({ errorCode }) => errorCode !== 0 && errorCode !== ELECTION_NOT_NEEDED));
    }
    log.info('asked for the leaders that belong here', {
      partitions: partitions.length,
      refused: failed
        .slice(0, 5)
        .map((one) => `${partitionName(one.topic, one.partitionId)}: ${one.errorMessage ?? one.errorCode}`),
    });
  }
}

function nameOf({ topic, index }: PartitionView): string {
  return partitionName(topic, index);
}

function byTopic(partitions: readonly PartitionView[]): TopicPartitions[] {
  const found = new Map<string, number[]>();
  for (const { topic, index } of partitions) {
    found.set(topic, [...(found.get(topic) ?? []), index]);
  }
  return [...found].map(([topic, indexes]) => ({ topic, partitions: indexes }));
}
