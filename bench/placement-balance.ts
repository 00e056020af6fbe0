import { Candidate } from '../agent/topics/placement/counts';

/** Distribution of partitions over brokers. */
export interface Balance {
  /** Fewest and most leaders of a broker. */
  readonly leaders: Range;
  /** Fewest and most replicas of a broker. */
  readonly replicas: Range;
  /** Largest share of the leaders of a broker that move to the same broker when it fails. */
  readonly successorShare: number;
  /** Fewest and most brokers that share partitions with a broker, and so fill its new disk. */
  readonly sources: Range;
  /** Largest share of the replicas of a broker that the same other broker has as well. */
  readonly sourceShare: number;
}

/** Least and greatest number. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Sizes of the zones of the maps that are measured and tested. */
export const MAPS: readonly (readonly number[])[] = [
  [2, 2, 2],
  [3, 3, 3],
  [4, 3, 3],
  [4, 4, 4],
  [10, 10, 10],
  [20, 20, 20],
  [50, 50, 50],
  [100, 100, 100],
];

/** Brokers in zones of the given sizes. Their ids alternate between the zones, as Kubernetes spreads pods. */
export function brokersInZones(sizes: readonly number[]): Candidate[] {
  const rows = Array.from({ length: Math.max(...sizes) }, (_, row) =>
    sizes.flatMap((size, zone) => (row < size ? [`z${zone}`] : [])),
  );
  return rows.flat().map((zone, index) => ({ id: 1001 + index, zone }));
}

/** Measures replica lists, preferred leader first. */
export function balanceOf(
  brokers: readonly Candidate[],
  partitions: readonly (readonly number[])[],
): Balance {
  const facts = brokers.map(({ id }) => {
    const led = partitions.filter(([leader]) => leader === id);
    const held = partitions.filter((replicas) => replicas.includes(id));
    const sources = counts(held.flat().filter((other) => other !== id));
    return {
      leaders: led.length,
      replicas: held.length,
      successorShare: share(counts(led.flatMap(([, next]) => next ?? [])), led.length),
      sources: sources.length,
      sourceShare: share(sources, held.length),
    };
  });
  return {
    leaders: rangeOf(facts.map(({ leaders }) => leaders)),
    replicas: rangeOf(facts.map(({ replicas }) => replicas)),
    successorShare: Math.max(...facts.map(({ successorShare }) => successorShare)),
    sources: rangeOf(facts.map(({ sources }) => sources)),
    sourceShare: Math.max(...facts.map(({ sourceShare }) => sourceShare)),
  };
}

function counts(ids: readonly number[]): number[] {
  const found = new Map<number, number>();
  ids.forEach((id) => found.set(id, (found.get(id) ?? 0) + 1));
  return [...found.values()];
}

function share(parts: readonly number[], whole: number): number {
  return whole === 0 ? 0 : Math.max(0, ...parts) / whole;
}

function rangeOf(numbers: readonly number[]): Range {
  return { least: Math.min(...numbers), most: Math.max(...numbers) };
}
