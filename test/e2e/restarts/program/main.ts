/*
 * Says once a second how the replicas of a cluster are, and how long the disk takes. Runs in a pod until it is removed.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { metadataV12 } from '@platformatic/kafka';
import { failureOf } from '../../load/program/failure';
import { Address, Link } from '../../load/program/link';
import { Disk } from './disk';
import { Sync, syncOf } from './sync';

interface Settings {
  readonly bootstrap: string;
  readonly certificates?: string;
  /** A folder on the disk of the node. */
  readonly scratch: string;
}

const SECOND_MS = 1000;
const PATIENCE_MS = 1500;
const ATTEMPTS = 3;

/** Asks brokers in turn: one that stops, or has just come, may know less than the others. */
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
        // One that has just started shows nothing yet.
        if (brokers.length === 0 || topics.length === 0) {
          throw new Error(`${name} shows an empty cluster`);
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
    // The Service too: all that are known may be gone.
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
  for (;;) {
    const begin = Date.now();
    const seen = await observer.look().catch((error: unknown) => ({ problem: failureOf(error).reason }));
    process.stdout.write(
      `${JSON.stringify({ time: new Date().toISOString(), diskMs: disk.takeLongestMs(), ...seen })}\n`,
    );
    await sleep(Math.max(0, begin + SECOND_MS - Date.now()));
  }
}

process.once('SIGTERM', () => process.exit(0));
void main(process.argv[2]);
