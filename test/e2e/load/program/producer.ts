/*
 * A producer with acks=all. It sends single requests, so that the test controls retries and certificates. The producer of the
 * library controls them itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  MessageRecord,
  NumericMap,
  initProducerIdV4,
  produceV11,
  protocolErrors,
  protocolErrorsCodesById,
} from '@platformatic/kafka';
import { Backlog, Batch, nameOf } from './backlog';
import { Failure, failureOf } from './failure';
import { Ledger } from './ledger';
import { Link, SecureVersion } from './link';
import { valueOf } from './records';
import { Settings } from './settings';
import { Topology, findTopology } from './topology';

/** Type of a producer. */
export interface ProducerKind {
  readonly name: string;
  readonly isIdempotent: boolean;
  /** True if it opens a connection for each request. */
  readonly reconnects: boolean;
  readonly maxVersion?: SecureVersion;
  readonly batchesPerSecond: number;
  readonly recordsPerBatch: number;
}

const ALL = -1;
const BACKOFF_MS = 100;
const METADATA_MAX_AGE_MS = 30_000;

/** Response of a broker to a produce request. */
type ProduceAnswer = Exclude<Awaited<ReturnType<typeof produceV11.api.async>>, boolean>;

/** Identity of an idempotent producer. Brokers detect duplicate batches by their number. */
interface Identity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly next: Map<string, number>;
  readonly numberOf: Map<Batch, number>;
}

/** Sends records at a fixed rate to all partitions in turn. */
export class RecordProducer {
  private readonly backlog = new Backlog(BACKOFF_MS);
  private readonly links = new Map<number, Link>();
  private readonly busy = new Set<number>();
  private topology?: Topology;
  private topologyMs = -Infinity;
  /** True if a batch waits for a partition without a leader, according to the last metadata. */
  private lacksLeader = false;
  private isAsking = false;
  private identity?: Identity;
  private turn = 0;
  private sequence = 0;

  constructor(
    private readonly kind: ProducerKind,
    private readonly settings: Settings,
    private readonly ledger: Ledger,
  ) {}

  /** Sends until it is stopped, and then waits until each record is acknowledged or failed. */
  async run(stop: AbortSignal): Promise<void> {
    const intervalMs = 1000 / this.kind.batchesPerSecond;
    let nextMs = Date.now();
    while (!stop.aborted || !this.backlog.isEmpty) {
      const nowMs = Date.now();
      for (; nextMs <= nowMs && !stop.aborted; nextMs += intervalMs) {
        this.makeBatch(nextMs);
      }
      this.pump(nowMs);
      await sleep(Math.max(1, Math.min(nextMs - Date.now(), 20)));
    }
    this.ledger.end(this.kind.name, Date.now());
    await Promise.all([...this.links.values()].map((link) => link.close()));
  }

  private makeBatch(dueMs: number): void {
    const partitions = [...(this.topology?.topics ?? [])].flatMap(([topic, { leaders }]) =>
      leaders.map((_, partition) => ({ topic, partition })),
    );
    // Before the first metadata, there are no batches.
    if (partitions.length === 0) {
      return;
    }
    const { topic, partition } = partitions[this.turn % partitions.length];
    this.turn += 1;
    const count = this.kind.recordsPerBatch;
    const deadlineMs = dueMs + this.settings.deliveryTimeoutMs;
    this.backlog.add({ topic, partition, first: this.sequence, count, dueMs, deadlineMs });
    this.sequence += count;
  }

  private pump(nowMs: number): void {
    const expired = this.backlog.expire(nowMs);
    for (const { batch, reason } of expired) {
      const what = `not acknowledged within ${this.settings.deliveryTimeoutMs} ms: ${reason}`;
      this.ledger.fail(this.kind.name, what, batch.count, nowMs);
    }
    if (expired.length > 0) {
      // The broker may have written them, so the next sequence number is unknown.
      this.identity = undefined;
    }
    // Without a leader, metadata is requested again soon.
    if (nowMs - this.topologyMs > (this.lacksLeader ? BACKOFF_MS : METADATA_MAX_AGE_MS)) {
      this.ask(async () => {
        this.topology = await findTopology(this.settings.topics, this.settings, this.topology);
        this.topologyMs = Date.now();
      });
    }
    if (this.kind.isIdempotent && this.identity === undefined) {
      this.ask(() => this.identify());
      return;
    }
    const { topology } = this;
    if (topology === undefined) {
      return;
    }
    this.lacksLeader = false;
    const leaderOf = ({ topic, partition }: Batch) => {
      const leader = topology.topics.get(topic)?.leaders[partition];
      if (leader !== undefined && topology.brokers.has(leader)) {
        return leader;
      }
      this.lacksLeader = true;
      return undefined;
    };
    const taken = this.backlog.take(leaderOf, (leader) => this.busy.has(leader), nowMs);
    for (const [leader, batches] of taken) {
      void this.send(leader, batches);
    }
  }

  /** Requests metadata or an identity, one at a time. */
  private ask(question: () => Promise<void>): void {
    if (this.isAsking) {
      return;
    }
    this.isAsking = true;
    void question()
      .catch(async (error: unknown) => {
        this.overcome(failureOf(error));
        await sleep(BACKOFF_MS);
      })
      .finally(() => (this.isAsking = false));
  }

  private async identify(): Promise<void> {
    const [address] = [...(this.topology?.brokers.values() ?? [])].sort(() => Math.random() - 0.5);
    if (address === undefined) {
      return;
    }
    const link = await Link.open(address, this.settings);
    try {
      const answer = await link.request(initProducerIdV4.api, null, 60_000, -1n, -1);
      if (answer.errorCode !== 0) {
        throw answerError(answer.errorCode);
      }
      const { producerId, producerEpoch } = answer;
      this.identity = { producerId, producerEpoch, next: new Map(), numberOf: new Map() };
    } finally {
      await link.close();
    }
  }

  private async send(leader: number, batches: readonly Batch[]): Promise<void> {
    this.busy.add(leader);
    const { identity } = this;
    try {
      const link = await this.linkTo(leader);
      const answer = (await link.request(
        produceV11.api,
        ALL,
        this.settings.requestTimeoutMs,
        batches.flatMap((batch) => this.recordsOf(batch)),
        identity && { ...identity, sequences: numbersOf(identity, batches) },
      )) as ProduceAnswer;
      batches.forEach((batch) => this.settle(leader, batch, identity, answer));
    } catch (error) {
      const failure = failureOf(error);
      this.overcome(failure);
      batches.forEach((batch) => this.repeat(batch, failure));
      void this.links.get(leader)?.close();
      this.links.delete(leader);
      this.topologyMs = -Infinity;
    } finally {
      this.busy.delete(leader);
    }
  }

  private settle(
    leader: number,
    batch: Batch,
    identity: Identity | undefined,
    { responses }: ProduceAnswer,
  ): void {
    const partition = responses
      .find(({ name }) => name === batch.topic)
      ?.partitionResponses.find(({ index }) => index === batch.partition);
    const id = protocolErrorsCodesById[partition?.errorCode ?? -1] ?? `error ${partition?.errorCode}`;
    if (id === 'NONE' || (identity && id === 'DUPLICATE_SEQUENCE_NUMBER')) {
      if (this.backlog.remove(batch)) {
        const last = batch.first + batch.count - 1;
        this.ledger.acknowledge(this.kind.name, batch.first, last, batch.dueMs, Date.now(), leader);
      }
      identity?.numberOf.delete(batch);
      return;
    }
    if (identity && LOST_IDENTITY.has(id) && this.identity === identity) {
      this.identity = undefined;
    }
    const failure = failureOf(answerError(partition?.errorCode ?? -1));
    this.overcome(failure);
    this.repeat(batch, { ...failure, isRetriable: failure.isRetriable || LOST_IDENTITY.has(id) });
    this.topologyMs = -Infinity;
  }

  private repeat(batch: Batch, { isRetriable, reason }: Failure): void {
    if (isRetriable) {
      this.backlog.putBack(batch, reason, Date.now());
    } else if (this.backlog.remove(batch)) {
      this.ledger.fail(this.kind.name, reason, batch.count, Date.now());
    }
  }

  /** Rejected and broken handshakes are counted with connections. */
  private overcome(failure: Failure): void {
    if (failure.kind !== 'rejected handshake' && failure.kind !== 'broken handshake') {
      this.ledger.retry(failure);
    }
  }

  private async linkTo(leader: number): Promise<Link> {
    const known = this.links.get(leader);
    if (known?.isOpen && !this.kind.reconnects) {
      return known;
    }
    // A client that reconnects for every batch has already read its response.
    void known?.close();
    this.links.delete(leader);
    const link = await Link.open(this.topology!.brokers.get(leader)!, this.settings, this.kind.maxVersion);
    this.links.set(leader, link);
    return link;
  }

  private recordsOf({ topic, partition, first, count }: Batch): MessageRecord[] {
    const { run } = this.settings;
    return Array.from({ length: count }, (_, index) => ({
      topic,
      partition,
      value: valueOf({ run, producer: this.kind.name, sequence: first + index }),
    }));
  }
}

const LOST_IDENTITY: ReadonlySet<string> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
]);

/** Sequence number of each batch. It is the same for each retry under an identity. */
function numbersOf(identity: Identity, batches: readonly Batch[]): NumericMap {
  const numbers = new NumericMap();
  for (const batch of batches) {
    const lane = nameOf(batch);
    const number = identity.numberOf.get(batch) ?? identity.next.get(lane) ?? 0;
    if (!identity.numberOf.has(batch)) {
      identity.numberOf.set(batch, number);
      identity.next.set(lane, number + batch.count);
    }
    numbers.set(`${batch.topic}:${batch.partition}`, number);
  }
  return numbers;
}

function answerError(code: number): Error {
  const apiId = protocolErrorsCodesById[code] ?? `error ${code}`;
  return Object.assign(new Error(apiId), { apiId, canRetry: protocolErrors[apiId]?.canRetry === true });
}
