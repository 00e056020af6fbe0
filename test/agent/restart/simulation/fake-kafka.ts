/* Brokers and partitions as the metadata of Kafka shows them. */
import { mayStopBroker } from '../../../../agent/restart/may-stop-broker';
import { nextBrokerObstacle } from '../../../../agent/restart/next-stop';
import { StopVerdict } from '../../../../agent/restart/stop-verdict';
import { ClusterView, PartitionView } from '../../../../agent/kafka/cluster-view';
import { clusterOf } from '../../views';
import { Random } from './random';

/** A broker. It is away from the moment in which it may stop until it is in sync again. */
export interface FakeBroker {
  readonly id: number;
  readonly zone: string;
  isAway: boolean;
  isInSync: boolean;
  isRegistered: boolean;
}

const TOPIC = 'orders';
const MIN_IN_SYNC = new Map([[TOPIC, 2]]);

export class FakeKafka {
  readonly brokers: readonly FakeBroker[];
  private readonly replicas: readonly (readonly number[])[];
  private readonly ofBroker: ReadonlyMap<number, readonly (readonly number[])[]>;
  private version = 0;
  private readonly views = new Map<number, { readonly version: number; readonly view: ClusterView }>();

  /** @param isRackAware true if the replicas of a partition are in different zones */
  constructor(count: number, isRackAware: boolean, random: Random) {
    this.brokers = Array.from({ length: count }, (_, id) => ({
      id,
      zone: 'abc'[id % 3],
      isAway: false,
      isInSync: true,
      isRegistered: true,
    }));
    this.replicas = Array.from({ length: count * 4 }, () => {
      const ids = new Set<number>();
      while (ids.size < 3) {
        const id = random.integer(0, count - 1);
        const isSameZone = [...ids].some((other) => other % 3 === id % 3);
        if (!isRackAware || !isSameZone) ids.add(id);
      }
      return [...ids];
    });
    this.ofBroker = new Map(
      this.brokers.map(({ id }) => [id, this.replicas.filter((replicas) => replicas.includes(id))]),
    );
  }

  change(broker: FakeBroker, state: Partial<FakeBroker>): void {
    Object.assign(broker, state);
    this.version++;
  }

  /** Returns the other brokers that are away and have replicas of the same partitions. */
  awayPeers({ id }: FakeBroker): number[] {
    const peers = new Set(this.ofBroker.get(id)!.flat());
    return this.brokers
      .filter((broker) => broker.isAway && broker.id !== id && peers.has(broker.id))
      .map(({ id }) => id);
  }

  /** Returns the metadata with the partitions of one broker. */
  view(broker: number): ClusterView {
    const known = this.views.get(broker);
    if (known?.version === this.version) return known.view;
    const partitions = this.ofBroker.get(broker)!.map((replicas, index): PartitionView => {
      const isr = replicas.filter((id) => this.brokers[id].isInSync);
      return { topic: TOPIC, index, leader: isr[0] ?? -1, replicas, isr };
    });
    const brokers = this.brokers
      .filter(({ isRegistered }) => isRegistered)
      .map(({ id, zone }) => ({ id, rack: zone }));
    const view = clusterOf({ brokers, partitions, bareTopics: [TOPIC] });
    this.views.set(broker, { version: this.version, view });
    return view;
  }

  /** Judges a stop by two views, one of which can be older. */
  judge(self: number, own: ClusterView, other: ClusterView): StopVerdict {
    return mayStopBroker({
      self,
      own,
      other: { id: -1, view: other },
      isAnyOtherAlive: true,
      minInSync: MIN_IN_SYNC,
      adding: new Map(),
      atRiskTopics: 'allow',
    });
  }

  /** Returns the reason why the next broker of a rollout cannot stop. */
  nextObstacle(self: number): string | undefined {
    return self === 0
      ? undefined
      : nextBrokerObstacle({ self, next: self - 1 }, this.view(self - 1), MIN_IN_SYNC);
  }
}
