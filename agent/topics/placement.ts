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

/** Places partitions one after another, and remembers what it placed. */
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
    this.load = new Map(candidates.map(({ id }) => [id, { leaders: 0, replicas: 0 }]));
    existing.forEach((replicas) => this.count(replicas));
  }

  /**
   * Places the replicas of one partition, preferred leader first.
   *
   * @throws when there are fewer brokers than replicas
   */
  place(replicationFactor: number): number[] {
    if (replicationFactor > this.candidates.length) {
      throw new Error(`${replicationFactor} replicas cannot be placed on ${this.candidates.length} brokers`);
    }
    const chosen: Candidate[] = [];
    while (chosen.length < replicationFactor) {
      chosen.push(this.best(chosen));
    }
    const replicas = chosen.map(({ id }) => id);
    this.count(replicas);
    return replicas;
  }

  private best(chosen: readonly Candidate[]): Candidate {
    const used = new Map<string, number>();
    chosen.forEach(({ zone }) => used.set(zone, (used.get(zone) ?? 0) + 1));
    const rank = ({ id, zone }: Candidate): number[] => {
      const { leaders, replicas } = this.load.get(id)!;
      // The first replica leads, so leaders are what it is chosen by.
      return chosen.length === 0 ? [leaders, replicas, id] : [used.get(zone) ?? 0, replicas, leaders, id];
    };
    return this.candidates
      .filter((candidate) => !chosen.includes(candidate))
      .reduce((best, candidate) => (isLess(rank(candidate), rank(best)) ? candidate : best));
  }

  private count(replicas: readonly number[]): void {
    replicas.forEach((id, index) => {
      const load = this.load.get(id);
      if (load) {
        load.replicas += 1;
        load.leaders += index === 0 ? 1 : 0;
      }
    });
  }
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index >= 0 && a[index] < b[index];
}
