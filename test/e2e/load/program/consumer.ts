import { setTimeout as sleep } from 'node:timers/promises';
import { Consumer } from '@platformatic/kafka';
import { failureOf } from './failure';
import { Ledger } from './ledger';
import { tlsOf } from './link';
import { Reading } from './reading';
import { Settings } from './settings';

/** A member of the load's consumer group. */
export class GroupMember {
  constructor(
    private readonly name: string,
    private readonly settings: Settings,
    private readonly ledger: Ledger,
    /** Records that all members of the group have read. */
    private readonly consumed: Reading,
  ) {}

  /** Reads until it is stopped, and restarts after an error. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const consumer = this.makeConsumer();
      try {
        await this.read(consumer, stop);
      } catch (error) {
        if (!stop.aborted) {
          const { kind, reason } = failureOf(error);
          // After a lost or failed connection, Kafka's own consumers silently reconnect.
          if (kind !== 'network') {
            this.ledger.fail(this.name, `consumer: ${reason}`, 0, Date.now());
          }
          await sleep(500);
        }
      } finally {
        await consumer.close(true).catch(() => undefined);
      }
    }
  }

  private async read(consumer: Consumer<Buffer, Buffer, Buffer, Buffer>, stop: AbortSignal): Promise<void> {
    const failed = new Promise<never>((_, reject) => consumer.on('error', reject));
    failed.catch(() => undefined);
    const stopped = new Promise<void>((resolve) =>
      stop.addEventListener('abort', () => resolve(), { once: true }),
    );
    const stream = await consumer.consume({
      topics: [...this.settings.topics],
      mode: 'committed',
      fallbackMode: 'earliest',
      maxWaitTime: 500,
    });
    stream.on('data', ({ value }) => this.consumed.see(value));
    const broken = new Promise<never>((_, reject) => stream.on('error', reject));
    broken.catch(() => undefined);
    await Promise.race([stopped, failed, broken]);
  }

  private makeConsumer(): Consumer<Buffer, Buffer, Buffer, Buffer> {
    const { run, bootstrap, requestTimeoutMs } = this.settings;
    return new Consumer({
      groupId: `load-${run}`,
      clientId: this.name,
      bootstrapBrokers: [bootstrap],
      tls: tlsOf(this.settings),
      connectTimeout: requestTimeoutMs,
      requestTimeout: Math.max(requestTimeoutMs, 10_000),
      // Kafka's own consumers retry for minutes.
      retries: 120,
      retryDelay: 500,
      sessionTimeout: 45_000,
      maxBytes: 1_000_000,
    });
  }
}
