/** Ids from `first` to `last`, both included. */
export function ids(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** True if numbers differ by at most 1. */
export function isEven(counts: Iterable<number>): boolean {
  const all = [...counts];
  return Math.max(...all) - Math.min(...all) <= 1;
}

/** Number of occurrences of each value. */
export function tally<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/** Cuts a list into parts of a size. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
