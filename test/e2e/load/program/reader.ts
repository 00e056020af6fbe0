/*
 * Reads topics from the beginning to their current end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchV15, listOffsetsV8 } from '@platformatic/kafka';
import { AbortedTransactions } from './aborted';
import { failureOf } from './failure';
import { Link } from './link';
import { Reading } from './reading';
import { Settings } from './settings';
import { findTopology } from './topology';

const READ_COMMITTED = 1;
const LATEST = -1n;
const EARLIEST = -2n;
const BYTES = 1_000_000;

/** Reads topics into `reading`. Retries failures until the deadline. */
export async function readTopics(
  topics: readonly string[],
  settings: Settings,
  reading: Reading,
  deadlineMs: number,
): Promise<void> {
  const topology = await retryUntil(deadlineMs, () => findTopology(topics, settings));
  for (const [topic, { leaders }] of topology.topics) {
    for (const partition of leaders.keys()) {
      await readPartition({ topic, partition, settings, reading, deadlineMs });
    }
  }
}

interface Task {
  readonly topic: string;
  readonly partition: number;
  readonly settings: Settings;
  readonly reading: Reading;
  readonly deadlineMs: number;
}

async function readPartition(task: Task): Promise<void> {
  const { deadlineMs, reading } = task;
  const end = await retryUntil(deadlineMs, () => offsetOf(task, LATEST));
  let offset = await retryUntil(deadlineMs, () => offsetOf(task, EARLIEST));
  const aborted = new AbortedTransactions();
  while (offset < end) {
    const { batches, transactions } = await retryUntil(deadlineMs, () => fetch(task, offset));
    aborted.announce(transactions);
    for (const batch of batches) {
      const isCommitted = aborted.admits(batch);
      for (const record of batch.records) {
        // Brokers send complete batches, even if the requested offset is inside a batch.
        const at = batch.firstOffset + BigInt(record.offsetDelta);
        if (isCommitted && at >= offset && at < end) {
          reading.see(record.value);
        }
      }
      const next = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
      offset = next > offset ? next : offset;
    }
  }
}

async function fetch(task: Task, offset: bigint) {
  const { topic, partition, settings } = task;
  return withLeader(task, async (link, topicId) => {
    const wanted = {
      topicId,
      partitions: [
        {
          partition,
          currentLeaderEpoch: -1,
          fetchOffset: offset,
          lastFetchedEpoch: -1,
          partitionMaxBytes: BYTES,
        },
      ],
    };
    const { errorCode, responses } = await link.request(
      fetchV15.api,
      settings.requestTimeoutMs / 2,
      1,
      BYTES,
      READ_COMMITTED,
      0,
      -1,
      [wanted],
      [],
      '',
    );
    const answer = responses[0]?.partitions[0];
    if (errorCode !== 0 || answer === undefined || answer.errorCode !== 0) {
      throw Object.assign(
        new Error(`${topic}-${partition} at ${offset}: ${answer?.errorCode ?? errorCode}`),
        {
          apiId: `fetch error ${answer?.errorCode ?? errorCode}`,
        },
      );
    }
    return { batches: answer.records ?? [], transactions: answer.abortedTransactions ?? [] };
  });
}

async function offsetOf(task: Task, timestamp: bigint): Promise<bigint> {
  const { topic, partition } = task;
  return withLeader(task, async (link) => {
    const partitions = [{ partitionIndex: partition, currentLeaderEpoch: -1, timestamp }];
    const { topics } = await link.request(listOffsetsV8.api, -1, READ_COMMITTED, [
      { name: topic, partitions },
    ]);
    const found = topics[0]?.partitions[0];
    if (found?.errorCode !== 0) {
      throw Object.assign(new Error(`${topic}-${partition}`), { apiId: `offsets error ${found?.errorCode}` });
    }
    return found.offset;
  });
}

/** Connections to leaders, reused until an error. */
const links = new Map<string, { readonly link: Link; readonly topicId: string }>();

async function withLeader<T>(task: Task, use: (link: Link, topicId: string) => Promise<T>): Promise<T> {
  const { topic, partition, settings } = task;
  const name = `${topic}-${partition}`;
  let known = links.get(name);
  try {
    if (known === undefined) {
      const { topics, brokers } = await findTopology([topic], settings);
      const { id, leaders } = topics.get(topic)!;
      const address = brokers.get(leaders[partition]);
      if (address === undefined) {
        throw Object.assign(new Error(name), { apiId: 'LEADER_NOT_AVAILABLE' });
      }
      // Partitions are read one after another, so the other connections are not needed.
      await closeLinks();
      known = { link: await Link.open(address, settings), topicId: id };
      links.set(name, known);
    }
    return await use(known.link, known.topicId);
  } catch (error) {
    await closeLinks();
    throw error;
  }
}

/** Closes all connections. */
export async function closeLinks(): Promise<void> {
  await Promise.all([...links.values()].map(({ link }) => link.close()));
  links.clear();
}

async function retryUntil<T>(deadlineMs: number, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadlineMs) {
        throw new Error(`records cannot be read: ${failureOf(error).reason}`, { cause: error });
      }
      await sleep(500);
    }
  }
}
