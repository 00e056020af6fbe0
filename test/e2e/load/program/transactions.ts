import { setTimeout as sleep } from 'node:timers/promises';
import { Producer } from '@platformatic/kafka';
import { Failure, failureOf } from './failure';
import { Ledger } from './ledger';
import { tlsOf } from './link';
import { valueOf } from './records';
import { Settings } from './settings';

const RECORDS = 20;
const PAUSE_MS = 500;

/** Sends records in transactions. Records count as acknowledged when their transaction is committed. */
export class TransactionalProducer {
  private producer?: Producer<Buffer, Buffer, Buffer, Buffer>;
  private sequence = 0;

  constructor(
    private readonly name: string,
    private readonly settings: Settings,
    private readonly ledger: Ledger,
  ) {}

  /** Commits one transaction after another until it is stopped. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.transact(Date.now());
      await sleep(PAUSE_MS);
    }
    this.ledger.end(this.name, Date.now());
    await this.producer?.close().catch(() => undefined);
  }

  /** A failed transaction is aborted and repeated with new records, until the delivery timeout. */
  private async transact(dueMs: number): Promise<void> {
    for (;;) {
      const first = this.sequence;
      this.sequence += RECORDS;
      const failure = await this.attempt(first);
      if (failure === undefined) {
        this.ledger.acknowledge(this.name, first, first + RECORDS - 1, dueMs, Date.now());
        return;
      }
      if (failure.kind !== 'rejected handshake' && failure.kind !== 'broken handshake') {
        this.ledger.retry({ ...failure, reason: `transaction: ${failure.reason}` });
      }
      const nowMs = Date.now();
      if (nowMs - dueMs > this.settings.deliveryTimeoutMs) {
        const what = `no transaction within ${this.settings.deliveryTimeoutMs} ms: ${failure.reason}`;
        this.ledger.fail(this.name, what, RECORDS, nowMs);
        return;
      }
      await sleep(100);
    }
  }

  private async attempt(first: number): Promise<Failure | undefined> {
    const { run, transactionalTopic: topic } = this.settings;
    const producer = (this.producer ??= this.makeProducer());
    try {
      const transaction = await producer.beginTransaction();
      await transaction.send({
        messages: Array.from({ length: RECORDS }, (_, index) => ({
          topic,
          value: valueOf({ run, producer: this.name, sequence: first + index }),
        })),
      });
      await transaction.commit();
      return undefined;
    } catch (error) {
      // A new producer with the same transactional id aborts the open transaction of the old one.
      this.producer = undefined;
      await producer.close(true).catch(() => undefined);
      return failureOf(error);
    }
  }

  private makeProducer(): Producer<Buffer, Buffer, Buffer, Buffer> {
    const { run, bootstrap, requestTimeoutMs } = this.settings;
    return new Producer({
      clientId: this.name,
      bootstrapBrokers: [bootstrap],
      tls: tlsOf(this.settings),
      idempotent: true,
      transactionalId: `load-${run}-${this.name}`,
      // No identity yet: the coordinator assigns one.
      producerId: -1n,
      producerEpoch: -1,
      connectTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      timeout: requestTimeoutMs,
      retries: 3,
      retryDelay: 100,
    });
  }
}
