/*
 * Placement of replicas: the replicas of a partition are on different brokers and, if there are enough, in different zones.
 * Leaders and replicas of many partitions are distributed evenly. So are the pairs of brokers that share partitions: the
 * leaders of a failed broker then move to many brokers, and many brokers fill its new disk.
 */
import { Candidate, Load, PairCounts, Zones } from './counts';
import { Pool } from './pool';

/** Replica list of a partition: broker ids, the preferred leader first. */
export type Replicas = readonly number[];

/**
 * Number of replicas that a broker may have more than the broker with the fewest, and still be chosen. Without this slack,
 * only one broker would be left for many replicas, and always the same brokers would share partitions.
 */
const SLACK = 1;

/** Places topics one after another, and counts the replicas that it has placed. Brokers are indexes of `candidates`. */
export class Placement {
  private readonly candidates: readonly Candidate[];
  private readonly indexes: ReadonlyMap<number, number>;
  private readonly zones: Zones;
  private readonly load: Load;
  /** Number of partitions by leader and first follower, which is the next leader. */
  private readonly successions: PairCounts;
  /** Number of partitions that two brokers share. */
  private readonly shared: PairCounts;
  private readonly pool: Pool;

  /**
   * @param candidates brokers on which replicas can be placed
   * @param existing replica lists of existing partitions
   */
  constructor(candidates: readonly Candidate[], existing: Iterable<Replicas> = []) {
    this.candidates = [...candidates].sort((a, b) => a.id - b.id);
    const { length } = this.candidates;
    this.zones = new Zones(this.candidates);
    this.load = new Load(length);
    this.successions = new PairCounts(length);
    this.shared = new PairCounts(length);
    this.pool = new Pool(length, this.zones);
    this.indexes = new Map(this.candidates.map(({ id }, index) => [id, index]));
    for (const replicas of existing) {
      this.count(this.indexesOf(replicas));
    }
  }

  /**
   * Places partitions of a topic. Returns the replica list of each.
   *
   * @param existing replica lists of the partitions that the topic has; the constructor has counted them already
   * @throws Error if there are fewer brokers than replicas
   */
  placeTopic(partitions: number, replicationFactor: number, existing: readonly Replicas[] = []): number[][] {
    const topic = this.loadOf(existing);
    return Array.from({ length: partitions }, () => this.place([], topic, replicationFactor));
  }

  /**
   * Adds replicas to a partition until it has enough.
   *
   * @param kept replicas that stay
   * @param existing replica lists of all partitions of the topic
   * @throws Error if there are fewer brokers than replicas
   */
  complete(kept: Replicas, replicationFactor: number, existing: readonly Replicas[]): number[] {
    const chosen = this.indexesOf(kept).filter((index) => index !== undefined);
    return this.place(chosen, this.loadOf(existing), replicationFactor);
  }

  /** Each topic is distributed evenly first: a new broker, which has the fewest leaders, must not lead the whole topic. */
  private loadOf(existing: readonly Replicas[]): Load {
    const topic = new Load(this.candidates.length);
    existing.forEach((replicas) => topic.count(this.indexesOf(replicas)));
    return topic;
  }

  private place(kept: readonly number[], topic: Load, replicationFactor: number): number[] {
    const { length } = this.candidates;
    if (replicationFactor > length) {
      throw new Error(`${replicationFactor} replicas cannot be placed on ${length} brokers`);
    }
    const replicas = [...kept];
    if (replicas.length === 0) {
      replicas.push(this.leader(topic, replicationFactor));
    }
    while (replicas.length < replicationFactor) {
      replicas.push(this.follower(replicas, topic, replicationFactor));
    }
    topic.count(replicas);
    this.count(replicas);
    return replicas.map((index) => this.candidates[index].id);
  }

  private leader(topic: Load, replicationFactor: number): number {
    const { leaders, leadersAndReplicas, replicas } = this.load;
    // Followers even out the replicas if every zone gets one.
    const countsReplicas = replicationFactor === 1 || replicationFactor < this.zones.count;
    return this.pool
      .all()
      .least([topic.leaders, countsReplicas ? leadersAndReplicas : leaders, leaders, replicas]);
  }

  private follower(chosen: readonly number[], topic: Load, replicationFactor: number): number {
    const { leaders, replicas } = this.load;
    // A small zone has more replicas per broker. Its brokers are not compared with others if every zone gets a replica.
    const isPerZone = replicationFactor >= this.zones.count;
    const ranks = [this.shared.sumOf(chosen), topic.replicas, replicas, leaders];
    return this.pool
      .without(chosen)
      .fewest(this.zones.usedBy(chosen))
      .fewest(topic.replicas, SLACK)
      .fewest(replicas, SLACK, isPerZone ? this.zones.of : undefined)
      .least(chosen.length === 1 ? [this.successions.of(chosen[0]), ...ranks] : ranks);
  }

  private indexesOf(replicas: Replicas): (number | undefined)[] {
    return replicas.map((id) => this.indexes.get(id));
  }

  /** @param replicas brokers of a partition; undefined for a broker that is not a candidate */
  private count(replicas: readonly (number | undefined)[]): void {
    this.load.count(replicas);
    const [leader, next] = replicas;
    if (leader !== undefined && next !== undefined) {
      this.successions.add(leader, next);
    }
    for (const one of replicas) {
      for (const other of replicas) {
        if (one !== undefined && other !== undefined && one !== other) {
          this.shared.add(one, other);
        }
      }
    }
  }
}
