/*
 * Batches of aborted transactions. A client that reads committed records must filter them itself.
 */

/** Header of a batch. */
export interface BatchHead {
  readonly firstOffset: bigint;
  readonly attributes: number;
  readonly producerId: bigint;
  readonly records: readonly { readonly key: Uint8Array | null }[];
}

const IS_TRANSACTIONAL = 0b10000;
const IS_CONTROL = 0b100000;
/** Type of a control record. Its key contains the version and the type: 0 aborts, 1 commits. */
const ABORT = 0;

/** Follows the transactions of one partition. */
export class AbortedTransactions {
  private pending: { readonly producerId: bigint; readonly firstOffset: bigint }[] = [];
  private readonly open = new Set<bigint>();

  /** Adds the aborted transactions of a fetch response. */
  announce(transactions: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[]): void {
    this.pending = [...transactions].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  }

  /** True if the records of a batch are committed. Batches come in the order of the log. */
  admits({ firstOffset, attributes, producerId, records }: BatchHead): boolean {
    this.pending = this.pending.filter((transaction) => {
      if (transaction.firstOffset > firstOffset) {
        return true;
      }
      this.open.add(transaction.producerId);
      return false;
    });
    if ((attributes & IS_CONTROL) !== 0) {
      const key = records[0]?.key;
      if (key && Buffer.from(key).readInt16BE(2) === ABORT) {
        this.open.delete(producerId);
      }
      return false;
    }
    return (attributes & IS_TRANSACTIONAL) === 0 || !this.open.has(producerId);
  }
}
