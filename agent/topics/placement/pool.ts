import { Zones } from './counts';

/** Brokers that are left of a choice. */
export class Pool {
  private readonly indexes: Int32Array;
  private readonly lowest: Int32Array;
  private readonly oneGroup: Int32Array;
  private size = 0;

  constructor(
    private readonly brokers: number,
    zones: Zones,
  ) {
    this.indexes = new Int32Array(brokers);
    this.lowest = new Int32Array(Math.max(1, zones.count));
    this.oneGroup = new Int32Array(brokers);
  }

  all(): this {
    return this.without([]);
  }

  without(chosen: readonly number[]): this {
    this.size = 0;
    for (let index = 0; index < this.brokers; index++) {
      if (!chosen.includes(index)) {
        this.indexes[this.size++] = index;
      }
    }
    return this;
  }

  /** Keeps the brokers whose number exceeds the lowest one, or the lowest one of their group, by `slack` at most. */
  fewest(numbers: Int32Array, slack = 0, groups = this.oneGroup): this {
    const { indexes, lowest, size } = this;
    lowest.fill(2 ** 31 - 1);
    for (let at = 0; at < size; at++) {
      const index = indexes[at];
      lowest[groups[index]] = Math.min(lowest[groups[index]], numbers[index]);
    }
    this.size = 0;
    for (let at = 0; at < size; at++) {
      const index = indexes[at];
      if (numbers[index] <= lowest[groups[index]] + slack) {
        indexes[this.size++] = index;
      }
    }
    return this;
  }

  /** The broker with the least numbers, compared one by one; of several brokers the one with the lowest id. */
  least(ranks: readonly Int32Array[]): number {
    let best = this.indexes[0];
    for (let at = 1; at < this.size; at++) {
      const index = this.indexes[at];
      if (isLess(index, best, ranks)) {
        best = index;
      }
    }
    return best;
  }
}

function isLess(one: number, other: number, ranks: readonly Int32Array[]): boolean {
  for (const numbers of ranks) {
    if (numbers[one] !== numbers[other]) {
      return numbers[one] < numbers[other];
    }
  }
  return false;
}
