/*
 * The broker's own copy of the metadata log. It shows what the broker has read from the quorum before its start.
 */
import { createReadStream } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { metadataFolder } from './log-dirs';

/** End of a metadata log. */
export interface MetadataLogEnd {
  /** Offset after the last record. */
  readonly offset: number;
  /** Epoch of the last leader with a record in the log. */
  readonly epoch: number;
}

/** Base offset (8 bytes), length of the rest (4), leader epoch (4), magic (1), CRC (4), attributes (2), last offset delta (4). */
const BATCH_HEADER_BYTES = 27;
const LENGTH_BYTES = 12;

/** Finds the end of a log segment. The batches are read as a stream of chunks, because a segment can have a gigabyte. */
export class SegmentScanner {
  private pending = Buffer.alloc(0);
  /** Bytes of the current batch that are still to be skipped. */
  private skip = 0;
  /** Offset after the current batch. */
  private next: number;
  private isDamaged = false;

  constructor(
    /** Offset after the last complete batch. */
    public end: number,
  ) {
    this.next = end;
  }

  /** Reads the next bytes of the segment. */
  read(chunk: Buffer): void {
    let bytes = this.pending.length > 0 ? Buffer.concat([this.pending, chunk]) : chunk;
    while (!this.isDamaged) {
      const skipped = Math.min(this.skip, bytes.length);
      this.skip -= skipped;
      bytes = bytes.subarray(skipped);
      this.end = this.skip > 0 ? this.end : this.next;
      if (this.skip > 0 || bytes.length < BATCH_HEADER_BYTES) {
        break;
      }
      const length = bytes.readInt32BE(8);
      // After a power cut a segment can end with zeros. Kafka truncates them.
      this.isDamaged = length < BATCH_HEADER_BYTES - LENGTH_BYTES;
      if (!this.isDamaged) {
        this.next = Number(bytes.readBigInt64BE(0)) + bytes.readInt32BE(23) + 1;
        this.skip = LENGTH_BYTES + length;
      }
    }
    this.pending = Buffer.from(bytes);
  }
}

/** Parses the last epoch from the contents of leader-epoch-checkpoint: version, count, then `epoch offset` lines. */
export function lastEpoch(checkpoint: string): number {
  const lines = checkpoint.trim().split('\n').slice(2);
  return Number(lines.at(-1)?.split(' ')[0] ?? 0);
}

/** Reads the end of the metadata log in one of the log directories; undefined if there is none. */
export async function metadataLogEnd(logDirs: readonly string[]): Promise<MetadataLogEnd | undefined> {
  for (const logDir of logDirs) {
    const folder = metadataFolder(logDir);
    const segment = (await entriesOf(folder))
      .filter((name) => /^\d{20}\.log$/.test(name))
      .sort()
      .at(-1);
    if (segment !== undefined) {
      const scanner = new SegmentScanner(Number(segment.slice(0, 20)));
      for await (const chunk of createReadStream(`${folder}/${segment}`, { highWaterMark: 1 << 20 })) {
        scanner.read(chunk as Buffer);
      }
      const checkpoint = await readFile(`${folder}/leader-epoch-checkpoint`, 'utf8').catch(() => '');
      return { offset: scanner.end, epoch: lastEpoch(checkpoint) };
    }
  }
  return undefined;
}

async function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
