/*
 * Comparison of read records with acknowledged ones.
 */
import { markOf } from './records';
import { Range, Sequences, countOf } from './sequences';

/** Records of one load that were read. */
export class Reading {
  private readonly found = new Map<string, Sequences>();
  private readonly twice = new Map<string, number>();

  constructor(private readonly run: string) {}

  /** Adds a record. Records of other loads are ignored. */
  see(value: Uint8Array | null | undefined): void {
    const mark = markOf(value);
    if (mark?.run !== this.run) {
      return;
    }
    const sequences = this.found.get(mark.producer) ?? new Sequences();
    this.found.set(mark.producer, sequences);
    if (sequences.add(mark.sequence) > 0) {
      this.twice.set(mark.producer, (this.twice.get(mark.producer) ?? 0) + 1);
    }
  }

  /** Number of different records that were read. */
  get count(): number {
    return [...this.found.values()].reduce((sum, sequences) => sum + sequences.count, 0);
  }

  /** Number of records of a producer that were read more than once. */
  duplicatesOf(producer: string): number {
    return this.twice.get(producer) ?? 0;
  }

  /** Acknowledged records that were not read, by producer. */
  missing(acknowledged: ReadonlyMap<string, Sequences>): Map<string, Range[]> {
    const nothing = new Sequences();
    const missing = [...acknowledged].map(
      ([producer, sequences]) => [producer, sequences.without(this.found.get(producer) ?? nothing)] as const,
    );
    return new Map(missing.filter(([, ranges]) => ranges.length > 0));
  }
}

/** Number of missing records, and the first of them. */
export function missingIn(missing: ReadonlyMap<string, readonly Range[]>): {
  readonly count: number;
  readonly examples: string[];
} {
  return {
    count: [...missing.values()].reduce((sum, ranges) => sum + countOf(ranges), 0),
    examples: [...missing].flatMap(([producer, ranges]) =>
      ranges.slice(0, 3).map(([first, last]) => `${producer} ${first}-${last}`),
    ),
  };
}
