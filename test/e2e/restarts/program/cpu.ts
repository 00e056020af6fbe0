/*
 * CPU pressure of the node. Clients with a short delivery timeout have errors wherever a broker with many connections starts on a machine
 * without a free CPU.
 */
import { readFileSync } from 'node:fs';

/** Share of the time in which some process of the node waited for a CPU. */
export class CpuPressure {
  private last?: { readonly waitedUs: number; readonly at: number };

  constructor(
    private readonly read: () => string = () => readFileSync('/proc/pressure/cpu', 'utf8'),
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** Share since the last call, from 0 to 1; 0 if the kernel does not measure it. */
  takeShare(): number {
    const waitedUs = this.waitedUs();
    const now = { waitedUs: waitedUs ?? 0, at: this.monotonicMs() };
    const { last } = this;
    this.last = now;
    if (waitedUs === undefined || last === undefined || now.at <= last.at) {
      return 0;
    }
    const share = (now.waitedUs - last.waitedUs) / 1_000 / (now.at - last.at);
    return Number(Math.min(1, Math.max(0, share)).toFixed(3));
  }

  private waitedUs(): number | undefined {
    try {
      const total = /^some .*\btotal=(\d+)/m.exec(this.read())?.[1];
      return total === undefined ? undefined : Number(total);
    } catch {
      return undefined;
    }
  }
}
