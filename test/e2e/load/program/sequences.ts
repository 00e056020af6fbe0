/** Whole numbers from `first` to `last`, both included. */
export type Range = readonly [first: number, last: number];

/** A set of whole numbers, stored as ranges. Producers number their records, so there are few ranges. */
export class Sequences {
  // Sorted, with gaps between them.
  private ranges: Range[] = [];

  /** Adds numbers, and returns the count of numbers that it already contained. */
  add(first: number, last = first): number {
    const from = this.indexOf(first - 1);
    let to = from;
    let merged: Range = [first, last];
    let known = 0;
    while (to < this.ranges.length && this.ranges[to][0] <= last + 1) {
      const [start, end] = this.ranges[to];
      known += Math.max(0, Math.min(end, last) - Math.max(start, first) + 1);
      merged = [Math.min(merged[0], start), Math.max(merged[1], end)];
      to += 1;
    }
    this.ranges.splice(from, to - from, merged);
    return known;
  }

  /** Count of numbers. */
  get count(): number {
    return this.ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  /** Numbers that the other set does not contain. */
  without(other: Sequences): Range[] {
    return this.ranges.flatMap(([first, last]) => {
      const gaps: Range[] = [];
      let next = first;
      for (let index = other.indexOf(first); index < other.ranges.length && next <= last; index += 1) {
        const [start, end] = other.ranges[index];
        if (start > last) {
          break;
        }
        if (start > next) {
          gaps.push([next, start - 1]);
        }
        next = end + 1;
      }
      return next <= last ? [...gaps, [next, last] as const] : gaps;
    });
  }

  /** Index of the first range that ends at a number or after it. */
  private indexOf(number: number): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ranges[middle][1] < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

/** Count of numbers in ranges. */
export function countOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}
