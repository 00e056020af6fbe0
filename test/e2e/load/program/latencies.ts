/** Percentiles of latencies in milliseconds. */
export interface LatencySummary {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Latencies of many records in little memory: exact to a millisecond below a second, to ten above. */
export class Latencies {
  private readonly counts = new Map<number, number>();
  private total = 0;
  private max = 0;

  /** Adds a number of records with a latency. */
  add(milliseconds: number, records: number): void {
    const rounded = milliseconds < 1000 ? Math.round(milliseconds) : Math.round(milliseconds / 10) * 10;
    this.counts.set(rounded, (this.counts.get(rounded) ?? 0) + records);
    this.total += records;
    this.max = Math.max(this.max, Math.round(milliseconds));
  }

  /** Calculates the percentiles. */
  summary(): LatencySummary {
    const sorted = [...this.counts].sort(([a], [b]) => a - b);
    return { p50: this.at(sorted, 0.5), p99: this.at(sorted, 0.99), max: this.max };
  }

  private at(sorted: readonly (readonly [number, number])[], share: number): number {
    const wanted = Math.ceil(this.total * share);
    let seen = 0;
    for (const [milliseconds, records] of sorted) {
      seen += records;
      if (seen >= wanted) {
        return milliseconds;
      }
    }
    return 0;
  }
}
