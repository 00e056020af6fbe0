/*
 * Placement of replicas: the replicas of a partition are on different brokers and, if there are enough, in different zones.
 * Leaders and replicas of many partitions are distributed evenly. So are the pairs of brokers that share partitions: the
 * leaders of a failed broker then move to many brokers, and many brokers fill its new disk.
 */

/** A broker on which replicas can be placed. */
export interface Candidate {
  readonly id: number;
  readonly zone: string;
}

/**
 * Number of replicas that a broker may have more than the broker with the fewest, and still be chosen. Without this slack,
 * only one broker would be left for many replicas, and always the same brokers would share partitions.
 */
const SLACK = 1;

/** Places topics one after another, and counts the replicas that it has placed. Brokers are indexes of `candidates`. */
export class Placement {
  private readonly candidates: readonly Candidate[];
  private readonly zoneCount: number;
  private readonly load: Load;
  /** Number of partitions by leader and first follower, which is the next leader. */
  private readonly successions: PairCounts;
  /** Number of partitions that two brokers share. */
  private readonly shared: PairCounts;

  /**
   * @param candidates brokers on which replicas can be placed
   * @param existing replica lists of existing partitions, preferred leader first
   */
  constructor(candidates: readonly Candidate[], existing: readonly (readonly number[])[] = []) {
    this.candidates = [...candidates].sort((a, b) => a.id - b.id);
    const { length } = this.candidates;
    this.zoneCount = new Set(candidates.map(({ zone }) => zone)).size;
    this.load = new Load(length);
    this.successions = new PairCounts(length);
    this.shared = new PairCounts(length);
    const indexes = new Map(this.candidates.map(({ id }, index) => [id, index]));
    existing.forEach((replicas) => this.count(replicas.map((id) => indexes.get(id))));
  }

  /**
   * Places the partitions of a topic. Returns a list of broker ids for each partition, preferred leader first.
   *
   * @throws Error if there are fewer brokers than replicas
   */
  placeTopic(partitions: number, replicationFactor: number): number[][] {
    const { length } = this.candidates;
    if (replicationFactor > length) {
      throw new Error(`${replicationFactor} replicas cannot be placed on ${length} brokers`);
    }
    // Each topic is distributed evenly first: a new broker, which has the fewest leaders, must not lead the whole topic.
    const topic = new Load(length);
    return Array.from({ length: partitions }, () => {
      const replicas = [this.leader(topic, replicationFactor)];
      while (replicas.length < replicationFactor) {
        replicas.push(this.follower(replicas, topic, replicationFactor));
      }
      topic.count(replicas);
      this.count(replicas);
      return replicas.map((index) => this.candidates[index].id);
    });
  }

  private leader(topic: Load, replicationFactor: number): number {
    const { leaders, replicas } = this.load;
    // Followers even out the replicas if every zone gets one.
    const countsReplicas = replicationFactor === 1 || replicationFactor < this.zoneCount;
    return least([...this.candidates.keys()], (index) => [
      topic.leaders[index],
      leaders[index] + (countsReplicas ? replicas[index] : 0),
      leaders[index],
      replicas[index],
    ]);
  }

  private follower(chosen: readonly number[], topic: Load, replicationFactor: number): number {
    const { leaders, replicas } = this.load;
    const zoneOf = (index: number) => this.candidates[index].zone;
    const used = new Map<string, number>();
    chosen.forEach((index) => used.set(zoneOf(index), (used.get(zoneOf(index)) ?? 0) + 1));
    const free = [...this.candidates.keys()].filter((index) => !chosen.includes(index));
    const spread = fewest(free, (index) => used.get(zoneOf(index)) ?? 0);
    // A small zone has more replicas per broker. Its brokers are not compared with others if every zone gets a replica.
    const groupOf = replicationFactor < this.zoneCount ? () => '' : zoneOf;
    const ofTopic = fewest(spread, (index) => topic.replicas[index], SLACK);
    const even = fewest(ofTopic, (index) => replicas[index], SLACK, groupOf);
    return least(even, (index) => [
      chosen.length === 1 ? this.successions.of(chosen[0], index) : 0,
      chosen.reduce((sum, other) => sum + this.shared.of(other, index), 0),
      topic.replicas[index],
      replicas[index],
      leaders[index],
    ]);
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

/** Number of leaders and replicas of each broker. */
class Load {
  readonly leaders: Int32Array;
  readonly replicas: Int32Array;

  constructor(brokers: number) {
    this.leaders = new Int32Array(brokers);
    this.replicas = new Int32Array(brokers);
  }

  count(replicas: readonly (number | undefined)[]): void {
    replicas.forEach((index, at) => {
      if (index !== undefined) {
        this.replicas[index] += 1;
        this.leaders[index] += at === 0 ? 1 : 0;
      }
    });
  }
}

/** A number for each ordered pair of brokers. */
class PairCounts {
  private readonly counts: Int32Array;

  constructor(private readonly brokers: number) {
    this.counts = new Int32Array(brokers * brokers);
  }

  of(one: number, other: number): number {
    return this.counts[one * this.brokers + other];
  }

  add(one: number, other: number): void {
    this.counts[one * this.brokers + other] += 1;
  }
}

/** Brokers whose number exceeds the lowest one of their group by `slack` at most. */
function fewest(
  indexes: readonly number[],
  numberOf: (index: number) => number,
  slack = 0,
  groupOf: (index: number) => string = () => '',
): number[] {
  const lowest = new Map<string, number>();
  for (const index of indexes) {
    lowest.set(groupOf(index), Math.min(numberOf(index), lowest.get(groupOf(index)) ?? Infinity));
  }
  return indexes.filter((index) => numberOf(index) <= lowest.get(groupOf(index))! + slack);
}

/** The broker with the least rank, compared number by number; of several brokers the one with the lowest id. */
function least(indexes: readonly number[], rankOf: (index: number) => readonly number[]): number {
  return indexes
    .map((index) => ({ index, rank: rankOf(index) }))
    .reduce((best, next) => (isLess(next.rank, best.rank) ? next : best)).index;
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && a[at] < b[at];
}
