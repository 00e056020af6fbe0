/* Parses the topics of a Metadata response. */
import { Cursor } from './cursor';

/** A partition, as listed in the metadata of one server. */
export interface PartitionView {
  readonly topic: string;
  readonly index: number;
  /** -1 without a leader. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** Topics, and the requested partitions. */
export interface TopicsView {
  readonly topics: ReadonlySet<string>;
  readonly partitions: readonly PartitionView[];
  /** Topics that the agent is not authorized to describe. Kafka lists them only if they are requested by name. */
  readonly unauthorized: ReadonlySet<string>;
}

/** Parsed topics with the bytes they were parsed from, which make parsing the next response faster. */
export interface ParsedTopics {
  readonly bytes: Buffer;
  readonly view: TopicsView;
  /** In the order of the response. */
  readonly topics: readonly Topic[];
  /** Start of each topic, and the end of the last one. */
  readonly bounds: readonly number[];
}

/** A topic. Two responses with the same bytes for a topic share one object. */
interface Topic {
  readonly name: string;
  readonly isUnauthorized: boolean;
  readonly partitions: readonly PartitionView[];
}

const INT32 = 4;
const ERROR_CODE = 2;
const TOPIC_AUTHORIZATION_FAILED = 29;
const TOPIC_ID_AND_IS_INTERNAL = 17;

/**
 * Parses the topics of a response.
 *
 * @param broker limits the partitions to those with a replica on this broker; without it, all are returned
 * @throws RangeError if the response is too short or too long
 */
export function parseTopics(bytes: Buffer, broker?: number): TopicsView {
  return parseChangedTopics(bytes, broker).view;
}

/**
 * Parses the topics of a response, and reuses the topics of a previous one that have the same bytes. Usually one of
 * thousands has changed, and each new object costs memory.
 *
 * @param broker limits the partitions to those with a replica on this broker; without it, all are returned
 * @param previous parsed for the same broker
 * @throws RangeError if the response is too short or too long
 */
export function parseChangedTopics(bytes: Buffer, broker?: number, previous?: ParsedTopics): ParsedTopics {
  const cursor = new Cursor(bytes);
  const known = new PreviousTopics(previous);
  const interned = new InternedIds();
  const topics: Topic[] = [];
  const count = cursor.count();
  const bounds = [cursor.position];
  for (let left = count; left > 0; left--) {
    const topic = known.takeUnchanged(cursor) ?? readTopic(cursor, interned, broker);
    known.advancePast(topic.name);
    topics.push(topic);
    bounds.push(cursor.position);
  }
  cursor.skipTags();
  if (cursor.position !== bytes.length) {
    throw new RangeError(`a response has ${bytes.length - cursor.position} unexpected bytes at its end`);
  }
  return { bytes, topics, bounds, view: viewOf(topics) };
}

/** True if two lists have the same partitions, in the same order, with the same replicas and ISRs. */
export function hasSameReplicas(before: readonly PartitionView[], after: readonly PartitionView[]): boolean {
  return (
    before === after ||
    (before.length === after.length &&
      before.every((one, index) => {
        const other = after[index];
        return (
          one === other ||
          (one.topic === other.topic &&
            one.index === other.index &&
            isSameList(one.replicas, other.replicas) &&
            isSameList(one.isr, other.isr))
        );
      }))
  );
}

function isSameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}

function viewOf(topics: readonly Topic[]): TopicsView {
  const names = (isUnauthorized: boolean) =>
    new Set(topics.filter((topic) => topic.isUnauthorized === isUnauthorized).map(({ name }) => name));
  return {
    topics: names(false),
    unauthorized: names(true),
    partitions: topics.flatMap(({ partitions }) => partitions),
  };
}

/** Topics of a previous response, with a position: the topic that is expected next. */
class PreviousTopics {
  private next = 0;
  private positions?: ReadonlyMap<string, number>;

  constructor(private readonly previous?: ParsedTopics) {}

  /** Skips the next topic and returns it if it has the same bytes as the expected one. */
  takeUnchanged(cursor: Cursor): Topic | undefined {
    const { previous, next } = this;
    const isNext =
      previous !== undefined &&
      next < previous.topics.length &&
      cursor.skipIfSame(previous.bytes, previous.bounds[next], previous.bounds[next + 1]);
    return isNext ? previous.topics[next] : undefined;
  }

  /** Moves the position behind a topic. */
  advancePast(name: string): void {
    const { previous, next } = this;
    if (previous === undefined) {
      return;
    }
    if (previous.topics[next]?.name === name) {
      this.next = next + 1;
      return;
    }
    // Servers may list topics in different orders, and topics are created and deleted.
    this.positions ??= new Map(previous.topics.map((topic, place) => [topic.name, place + 1]));
    this.next = this.positions.get(name) ?? next;
  }
}

/** Keeps each list of ids once: thousands of partitions share a few lists. */
class InternedIds {
  private readonly known = new Map<string, readonly number[]>();

  intern(ids: readonly number[]): readonly number[] {
    const key = ids.join();
    const known = this.known.get(key) ?? ids;
    this.known.set(key, known);
    return known;
  }
}

function readTopic(cursor: Cursor, interned: InternedIds, broker?: number): Topic {
  const isUnauthorized = cursor.int16() === TOPIC_AUTHORIZATION_FAILED;
  const name = cursor.text();
  cursor.skip(TOPIC_ID_AND_IS_INTERNAL);
  const partitions: PartitionView[] = [];
  for (let left = cursor.count(); left > 0; left--) {
    const partition = readPartition(cursor, name, interned, broker);
    if (partition) {
      partitions.push(partition);
    }
  }
  cursor.skip(INT32); // topic_authorized_operations
  cursor.skipTags();
  return { name, isUnauthorized, partitions };
}

function readPartition(
  cursor: Cursor,
  topic: string,
  interned: InternedIds,
  broker?: number,
): PartitionView | undefined {
  cursor.skip(ERROR_CODE);
  const index = cursor.int32();
  const leader = cursor.int32();
  cursor.skip(INT32); // leader_epoch
  const { position } = cursor;
  let partition: PartitionView | undefined;
  const [isReplica, isInSync] = broker === undefined ? [true] : [cursor.hasId(broker), cursor.hasId(broker)];
  if (isReplica || isInSync) {
    cursor.position = position;
    partition = {
      topic,
      index,
      leader,
      replicas: interned.intern(cursor.ids()),
      isr: interned.intern(cursor.ids()),
    };
  }
  cursor.skipIds(); // offline_replicas
  cursor.skipTags();
  return partition;
}
