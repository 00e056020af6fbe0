/**
 * Times since when facts have been true without an interruption, as this process has seen them. They begin again after a restart:
 * meanwhile a node may have come back and gone again.
 */
export class SinceTimes<K> {
  private since: ReadonlyMap<K, number> = new Map();

  /**
   * Records the facts of a round. A fact that is missing ends.
   *
   * @param now milliseconds of a monotonic clock
   * @returns seconds for which each fact has been true
   */
  update(facts: Iterable<K>, now: number): ReadonlyMap<K, number> {
    this.since = new Map([...facts].map((fact) => [fact, this.since.get(fact) ?? now]));
    return new Map([...this.since].map(([fact, at]) => [fact, (now - at) / 1_000]));
  }
}
