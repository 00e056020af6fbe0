/*
 * Where replicas go: each of a partition on a broker of its own, in a zone of its own as far as there are zones, and
 * over many partitions the same number of leaders and replicas everywhere.
 */

/** A broker that replicas can be placed on. */
export interface Candidate {
  readonly id: number;
  readonly zone: string;
}

/** How much a broker has already. */
interface Load {
  leaders: number;
  replicas: number;
}

/** Places topics one after another, and remembers what it placed. */
export class Placement {
  private readonly load: Map<number, Load>;

  /**
   * @param candidates brokers that replicas can be placed on
   * @param existing replica lists of partitions that are there already, preferred leader first
   */
  constructor(
    private readonly candidates: readonly Candidate[],
    existing: readonly (readonly number[])[] = [],
  ) {
    this.load = noLoad(candidates);
    existing.forEach((replicas) => count(this.load, replicas));
  }

  /**
   * Places the partitions of one topic. Each is a list of broker ids, preferred leader first.
   *
   * @throws when there are fewer brokers than replicas
   */
  placeTopic(partitions: number, replicationFactor: number): number[][] {
    if (replicationFactor > this.candidates.length) {
      throw new Error(`${replicationFactor} replicas cannot be placed on ${this.candidates.length} brokers`);
    }
    // A topic is spread evenly by itself first: a broker that is new, and so has the least, must not lead all of it.
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
    // With a replica on every broker the choice of a leader cannot change how replicas are spread.
    const replicasCount = replicationFactor < this.candidates.length;
    const rank = ({ id, zone }: Candidate): number[] => {
      const { leaders, replicas } = this.load.get(id)!;
      const topic = ofTopic.get(id)!;
      return chosen.length === 0
        ? [topic.leaders, leaders + (replicasCount ? replicas : 0), leaders, replicas, id]
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
