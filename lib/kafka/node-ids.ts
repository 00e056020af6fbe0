import { format } from '../input/format';
import { isOfType, markType } from '../input/type-mark';
import { Kind, kind } from '../input/kinds';

// Kafka stores node.id as a Java int, and the StatefulSet controller stores ordinals as 32-bit integers.
const MAX_ID = 2_147_483_647;

// No StatefulSet works with more pods than this, so a larger range is a typing error.
const MAX_COUNT = 5_000;

/**
 * Ids (`node.id`) of a group of brokers: a range without gaps.
 *
 * The id of a broker never changes: it is the ordinal of its pod, part of the names of its volume claims, and identifies its
 * replicas. New brokers have ids above the range, so leave free ids there.
 */
export class NodeIds {
  /**
   * All ids from `first` to `last`, both included.
   *
   * @throws when the range is empty, or an id is not a whole number from 0 on
   */
  public static between(first: number, last: number): NodeIds {
    for (const id of [first, last]) {
      if (!Number.isInteger(id) || id < 0 || id > MAX_ID) {
        throw new Error(
          `node ids must be whole numbers from 0 to ${MAX_ID}, got ${format(id)} in the range ${format(first)}-${format(last)}`,
        );
      }
    }
    if (last < first) {
      throw new Error(`node ids ${first}-${last} are an empty range; give the lower id first`);
    }
    if (last - first >= MAX_COUNT) {
      throw new Error(
        `node ids ${first}-${last} are ${last - first + 1} ids, at most ${MAX_COUNT} are allowed`,
      );
    }
    return new NodeIds(first, last);
  }

  /** True if the value is a NodeIds. */
  public static isNodeIds(value: unknown): value is NodeIds {
    return isOfType(value, 'NodeIds');
  }

  private constructor(
    /** The lowest id. */
    public readonly first: number,
    /** The highest id. */
    public readonly last: number,
  ) {
    markType(this, 'NodeIds');
  }

  /** Number of ids. */
  public get count(): number {
    return this.last - this.first + 1;
  }

  /** True if the ranges have an id in common. */
  public overlaps(other: NodeIds): boolean {
    return this.first <= other.last && other.first <= this.last;
  }

  /** All ids in ascending order. */
  public toList(): number[] {
    return Array.from({ length: this.count }, (_, index) => this.first + index);
  }

  /** `1001-1006`, or `1001` for a single id. */
  public toString(): string {
    return this.count === 1 ? `${this.first}` : `${this.first}-${this.last}`;
  }
}

/** The kind of a NodeIds. */
export const NODE_IDS: Kind<NodeIds> = kind(NodeIds.isNodeIds, 'NodeIds.between(1001, 1003)');
