/*
 * Sync latency of the node's disk. Kafka controllers sync their log before they commit, so no cluster keeps its time limits on a
 * stalled disk.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Pause between writes, so that they are not a load. */
const PAUSE_MS = 500;
const BYTES = Buffer.alloc(4096, 1);

/** Writes to a disk periodically. */
export class Disk {
  private longestMs = 0;
  private startedAt?: number;

  constructor(private readonly folder: string) {}

  async watch(): Promise<never> {
    const file = await open(join(this.folder, 'probe'), 'w');
    for (;;) {
      this.startedAt = performance.now();
      await file.write(BYTES, 0, BYTES.length, 0);
      await file.sync();
      this.longestMs = Math.max(this.longestMs, performance.now() - this.startedAt);
      this.startedAt = undefined;
      await sleep(PAUSE_MS);
    }
  }

  /** Longest latency since the last call, with the write in progress. */
  takeLongestMs(): number {
    const running = this.startedAt === undefined ? 0 : performance.now() - this.startedAt;
    const longest = Math.max(this.longestMs, running);
    this.longestMs = 0;
    return Math.round(longest);
  }
}
