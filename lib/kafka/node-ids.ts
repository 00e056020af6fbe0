// Kafka keeps node.id as a Java int; the StatefulSet controller does the same with ordinals.
const HIGHEST_ID = 2_147_483_647;

// More would be a slip of the pen: no StatefulSet of that size works.
const MOST_IDS = 5_000;

/**
 * The ids of a group of brokers (or controllers): a range without gaps.
 *
 * An id belongs to one broker for life: it is the ordinal of the pod, the name of its volume claims and the name
 * under which its replicas are known. Ids are counted upwards, so leave room above a range to grow into.
 */
export class NodeIds {
  /**
   * All ids from `first` to `last`, both included.
   *
   * @throws when the range is empty, negative, or not made of whole numbers
   */
  public static between(first: number, last: number): NodeIds {
    for (const id of [first, last]) {
      if (!Number.isInteger(id) || id < 0 || id > HIGHEST_ID) {
        throw new Error(
          `broker id ${id} is not a whole number from 0 to ${HIGHEST_ID}; correct the range ${first}-${last}`,
        );
      }
    }
    if (last < first) {
      throw new Error(`broker ids ${first}-${last} are an empty range; write the lower id first`);
    }
    if (last - first >= MOST_IDS) {
      throw new Error(
        `broker ids ${first}-${last} are ${last - first + 1} brokers, ${MOST_IDS} are allowed; correct the range`,
      );
    }
    return new NodeIds(first, last);
  }

  private constructor(
    /** The lowest id. */
    public readonly first: number,
    /** The highest id. */
    public readonly last: number,
  ) {}

  /** How many ids there are. */
  public get count(): number {
    return this.last - this.first + 1;
  }

  /** Whether two ranges have an id in common. */
  public overlaps(other: NodeIds): boolean {
    return this.first <= other.last && other.first <= this.last;
  }

  /** The ids, ascending. */
  public toList(): number[] {
    return Array.from({ length: this.count }, (_, index) => this.first + index);
  }

  /** `1001-1006`, or `1001` when there is one id only. */
  public toString(): string {
    return this.count === 1 ? `${this.first}` : `${this.first}-${this.last}`;
  }
}
