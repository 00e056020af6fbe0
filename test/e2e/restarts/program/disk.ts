/*
 * How long the disk of the node takes to keep something. Kafka's controllers wait for theirs before they decide anything,
 * so where it stands still no cluster keeps any time, whoever restarts what.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two writes: more would be a load of its own. */
const PAUSE_MS = 500;
const BYTES = Buffer.alloc(4096, 1);

/** Writes now and then. */
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

  /** The longest time since this was asked last, what is not over yet included. */
  takeLongestMs(): number {
    const running = this.startedAt === undefined ? 0 : performance.now() - this.startedAt;
    const longest = Math.max(this.longestMs, running);
    this.longestMs = 0;
    return Math.round(longest);
  }
}
