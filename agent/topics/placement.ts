/*
 * Placement of replicas: the replicas of a partition are on different brokers and, if there are enough, in different zones.
 * Leaders and replicas of many partitions are distributed evenly.
 */

/** A broker on which replicas can be placed. */
export interface Candidate {
  readonly id: number;
  readonly zone: string;
}

/** Number of leaders and replicas of a broker. */
interface Load {
  leaders: number;
  replicas: number;
}

/** Places topics one after another, and counts the replicas that it has placed. */
export class Placement {
  private readonly load: Map<number, Load>;

  /**
   * @param candidates brokers on which replicas can be placed
   * @param existing replica lists of existing partitions, preferred leader first
   */
  constructor(
    private readonly candidates: readonly Candidate[],
    existing: readonly (readonly number[])[] = [],
  ) {
    this.load = noLoad(candidates);
    existing.forEach((replicas) => count(this.load, replicas));
  }

  /**
   * Places the partitions of a topic. Returns a list of broker ids for each partition, preferred leader first.
   *
   * @throws Error if there are fewer brokers than replicas
   */
  placeTopic(partitions: number, replicationFactor: number): number[][] {
    if (replicationFactor > this.candidates.length) {
      throw new Error(`${replicationFactor} replicas cannot be placed on ${this.candidates.length} brokers`);
    }
    // Each topic is distributed evenly first: a new broker, which has the fewest leaders, must not lead the whole topic.
    const ofTopic = noLoad(this.candidates);
    return Array.from({ length: partitions }, () => {
      const chosen: Candidate[] = [];
      while (chosen.length < replicationFactor) {
        chosen.push(this.best(chosen, ofTopic, replicationFactor));
      }
      const replicas = chosen.map(({ id }) => id);
      count(ofTopic, replicas);
      count(this.load, replicas);
      return replicas;
    });
  }

  private best(
    chosen: readonly Candidate[],
    ofTopic: ReadonlyMap<number, Load>,
    replicationFactor: number,
  ): Candidate {
    const used = new Map<string, number>();
    chosen.forEach(({ zone }) => used.set(zone, (used.get(zone) ?? 0) + 1));
    // If every broker has a replica, the choice of the leader does not affect the distribution of replicas.
    const countsReplicas = replicationFactor < this.candidates.length;
    const rank = ({ id, zone }: Candidate): number[] => {
      const { leaders, replicas } = this.load.get(id)!;
      const topic = ofTopic.get(id)!;
      return chosen.length === 0
        ? [topic.leaders, leaders + (countsReplicas ? replicas : 0), leaders, replicas, id]
        : [used.get(zone) ?? 0, topic.replicas, replicas, leaders, id];
    };
    return this.candidates
      .filter((candidate) => !chosen.includes(candidate))
      .reduce((best, candidate) => (isLess(rank(candidate), rank(best)) ? candidate : best));
  }
}

function noLoad(candidates: readonly Candidate[]): Map<number, Load> {
  return new Map(candidates.map(({ id }) => [id, { leaders: 0, replicas: 0 }]));
}

function count(loads: ReadonlyMap<number, Load>, replicas: readonly number[]): void {
  replicas.forEach((id, index) => {
    const load = loads.get(id);
    if (load) {
      load.replicas += 1;
      load.leaders += index === 0 ? 1 : 0;
    }
  });
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index >= 0 && a[index] < b[index];
}
