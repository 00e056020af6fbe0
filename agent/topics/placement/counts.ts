/* Numbers that a placement compares. Brokers are indexes of a list. */

/** A broker on which replicas can be placed. */
export interface Candidate {
  readonly id: number;
  readonly zone: string;
}

/** Zones of brokers, as numbers from 0. */
export class Zones {
  readonly count: number;
  readonly of: Int32Array;
  /** Result of `usedBy`. One array serves all choices, because a run can make hundreds of thousands. */
  private readonly used: Int32Array;

  constructor(candidates: readonly Candidate[]) {
    const names = [...new Set(candidates.map(({ zone }) => zone))];
    this.count = names.length;
    this.of = Int32Array.from(candidates, ({ zone }) => names.indexOf(zone));
    this.used = new Int32Array(candidates.length);
  }

  /** For each broker the number of chosen brokers in its zone. Valid until the next call. */
  usedBy(chosen: readonly number[]): Int32Array {
    this.used.fill(0);
    for (const one of chosen) {
      for (let index = 0; index < this.of.length; index++) {
        this.used[index] += this.of[index] === this.of[one] ? 1 : 0;
      }
    }
    return this.used;
  }
}

/** Number of leaders and replicas of each broker. */
export class Load {
  readonly leaders: Int32Array;
  readonly replicas: Int32Array;
  readonly leadersAndReplicas: Int32Array;

  constructor(brokers: number) {
    this.leaders = new Int32Array(brokers);
    this.replicas = new Int32Array(brokers);
    this.leadersAndReplicas = new Int32Array(brokers);
  }

  count(replicas: readonly (number | undefined)[]): void {
    replicas.forEach((index, at) => {
      if (index !== undefined) {
        const led = at === 0 ? 1 : 0;
        this.replicas[index] += 1;
        this.leaders[index] += led;
        this.leadersAndReplicas[index] += 1 + led;
      }
    });
  }
}

/** A number for each ordered pair of brokers. */
export class PairCounts {
  private readonly counts: Int32Array;
  /** Result of `sumOf`. */
  private readonly sums: Int32Array;

  constructor(private readonly brokers: number) {
    this.counts = new Int32Array(brokers * brokers);
    this.sums = new Int32Array(brokers);
  }

  /** Numbers of a broker with each other one. */
  of(one: number): Int32Array {
    return this.counts.subarray(one * this.brokers, (one + 1) * this.brokers);
  }

  /** Sums of the numbers of several brokers with each other one. Valid until the next call. */
  sumOf(brokers: readonly number[]): Int32Array {
    this.sums.fill(0);
    for (const one of brokers) {
      const row = one * this.brokers;
      for (let other = 0; other < this.brokers; other++) {
        this.sums[other] += this.counts[row + other];
      }
    }
    return this.sums;
  }

  add(one: number, other: number): void {
    this.counts[one * this.brokers + other] += 1;
  }
}
