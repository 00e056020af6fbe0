/*
 * Reports replica state, disk latency and CPU pressure once a second. Runs in a pod until the pod is deleted.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { metadataV12 } from '@platformatic/kafka';
import { failureOf } from '../../load/program/failure';
import { Address, Link } from '../../load/program/link';
import { CpuPressure } from './cpu';
import { Disk } from './disk';
import { Sync, syncOf } from './sync';

interface Settings {
  readonly bootstrap: string;
  readonly certificates?: string;
  /** Folder on the disk of the node. */
  readonly scratch: string;
}

const SECOND_MS = 1000;
const PATIENCE_MS = 1500;
const ATTEMPTS = 3;

/** Requests metadata from a different broker each second: a stopping or starting broker may have old metadata. */
class Observer {
  private readonly links = new Map<string, Link>();
  private addresses: Address[] = [];
  private turn = 0;

  constructor(private readonly settings: Settings) {}

  async look(): Promise<Sync> {
    let reason: unknown;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const address = this.next();
      const name = `${address.host}:${address.port}`;
      try {
        const link = this.links.get(name) ?? (await Link.open(address, this.options));
        this.links.set(name, link);
        const { brokers, topics } = await link.request(metadataV12.api, null, false, false);
        // A broker that has just started has no metadata yet.
        if (brokers.length === 0 || topics.length === 0) {
          throw new Error(`${name} has no metadata`);
        }
        this.addresses = brokers.map(({ host, port }) => ({ host, port }));
        return syncOf(topics.flatMap(({ partitions }) => partitions));
      } catch (error) {
        reason = error;
        void this.links.get(name)?.close();
        this.links.delete(name);
      }
    }
    throw reason;
  }

  private next(): Address {
    this.turn += 1;
    const [host, port] = this.settings.bootstrap.split(':');
    // The bootstrap Service too, because all known brokers may be down.
    const all = [...this.addresses, { host, port: Number(port) }];
    return all[this.turn % all.length];
  }

  private get options() {
    return { certificates: this.settings.certificates, requestTimeoutMs: PATIENCE_MS };
  }
}

async function main(file: string): Promise<void> {
  const settings = JSON.parse(readFileSync(file, 'utf8')) as Settings;
  const observer = new Observer(settings);
  const disk = new Disk(settings.scratch);
  void disk.watch();
  const cpu = new CpuPressure();
  for (;;) {
    const begin = Date.now();
    const seen = await observer.look().catch((error: unknown) => ({ problem: failureOf(error).reason }));
    const node = { diskMs: disk.takeLongestMs(), cpuWait: cpu.takeShare() };
    process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...node, ...seen })}\n`);
    await sleep(Math.max(0, begin + SECOND_MS - Date.now()));
  }
}

process.once('SIGTERM', () => process.exit(0));
void main(process.argv[2]);
