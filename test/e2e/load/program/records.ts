/*
 * Content of a record: its load, its producer and its number.
 */

/** Identity of a record. */
export interface Mark {
  readonly run: string;
  readonly producer: string;
  readonly sequence: number;
}

const SIZE = 100;

/** The value of a record. */
export function valueOf({ run, producer, sequence }: Mark): Buffer {
  return Buffer.from(`load ${run} ${producer} ${sequence} `.padEnd(SIZE, '.'));
}

/** Reads a value; undefined if the record does not belong to a load. */
export function markOf(value: Uint8Array | null | undefined): Mark | undefined {
  const [kind, run, producer, sequence] = value ? Buffer.from(value).toString().split(' ') : [];
  return kind === 'load' && /^\d+$/.test(sequence ?? '')
    ? { run, producer, sequence: Number(sequence) }
    : undefined;
}
