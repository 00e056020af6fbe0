/* What views need of the topics of an answer to Metadata. */
import { Cursor } from './cursor';

/** A partition, as one server sees it. */
export interface PartitionView {
  readonly topic: string;
  readonly index: number;
  /** -1 when it has none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** Topics, and those of their partitions that somebody wants. */
export interface TopicsView {
  readonly topics: ReadonlySet<string>;
  readonly partitions: readonly PartitionView[];
  /** Those that whoever asks may not see; only topics that are asked for by name are told so. */
  readonly unauthorized: ReadonlySet<string>;
}

/** What was read from an answer, and that answer, by which the next one is read faster. */
export interface ParsedTopics {
  readonly bytes: Buffer;
  readonly view: TopicsView;
  /** In the order of the answer. */
  readonly topics: readonly Topic[];
  /** Where the topics begin, and the last one ends. */
  readonly bounds: readonly number[];
}

/** A topic that two answers tell in the same bytes is the same object. */
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
 * Reads the topics of an answer.
 *
 * @param broker of all partitions only those with a replica on it are wanted; all without it
 * @throws RangeError when it does not end where it should
 */
export function parseTopics(bytes: Buffer, broker?: number): TopicsView {
  return parseChangedTopics(bytes, broker).view;
}

/**
 * Reads the topics of an answer, those alone that an earlier one does not tell in the same bytes. Mostly one of thousands
 * has changed, and what is made anew is memory that has to be found again.
 *
 * @param broker of all partitions only those with a replica on it are wanted; all without it
 * @param earlier read for the same broker
 * @throws RangeError when it does not end where it should
 */
export function parseChangedTopics(bytes: Buffer, broker?: number, earlier?: ParsedTopics): ParsedTopics {
  const cursor = new Cursor(bytes);
  const known = new PreviousTopics(earlier);
  const lists = new InternedIds();
  const topics: Topic[] = [];
  const count = cursor.count();
  const bounds = [cursor.position];
  for (let left = count; left > 0; left--) {
    const topic = known.takeUnchanged(cursor) ?? readTopic(cursor, lists, broker);
    known.advancePast(topic.name);
    topics.push(topic);
    bounds.push(cursor.position);
  }
  cursor.skipTags();
  if (cursor.position !== bytes.length) {
    throw new RangeError(`an answer has ${bytes.length - cursor.position} bytes more than it should`);
  }
  return { bytes, topics, bounds, view: viewOf(topics) };
}

function viewOf(topics: readonly Topic[]): TopicsView {
  const names = (isRefused: boolean) =>
    new Set(topics.filter((topic) => topic.isUnauthorized === isRefused).map(({ name }) => name));
  return {
    topics: names(false),
    unauthorized: names(true),
    partitions: topics.flatMap(({ partitions }) => partitions),
  };
}

/** Topics of an earlier answer, of which the next one is expected. */
class PreviousTopics {
  private next = 0;
  private positions?: ReadonlyMap<string, number>;

  constructor(private readonly previous?: ParsedTopics) {}

  /** Passes over the next topic where it is the expected one in the same bytes. */
  takeUnchanged(cursor: Cursor): Topic | undefined {
    const { previous: answer, next } = this;
    const isNext =
      answer !== undefined &&
      next < answer.topics.length &&
      cursor.skipIfSame(answer.bytes, answer.bounds[next], answer.bounds[next + 1]);
    return isNext ? answer.topics[next] : undefined;
  }

  /** Expects what followed a topic. */
  advancePast(name: string): void {
    const { previous: answer, next } = this;
    if (answer === undefined) {
      return;
    }
    if (answer.topics[next]?.name === name) {
      this.next = next + 1;
      return;
    }
    // Servers may tell the same topics in different orders; and some come and go.
    this.positions ??= new Map(answer.topics.map((topic, place) => [topic.name, place + 1]));
    this.next = this.positions.get(name) ?? next;
  }
}

/** Lists of ids, each of them once: thousands of partitions share a few. */
class InternedIds {
  private readonly known = new Map<string, readonly number[]>();

  intern(ids: readonly number[]): readonly number[] {
    const key = ids.join();
    const known = this.known.get(key) ?? ids;
    this.known.set(key, known);
    return known;
  }
}

function readTopic(cursor: Cursor, lists: InternedIds, broker?: number): Topic {
  const isRefused = cursor.int16() === TOPIC_AUTHORIZATION_FAILED;
  const name = cursor.text();
  cursor.skip(TOPIC_ID_AND_IS_INTERNAL);
  const partitions: PartitionView[] = [];
  for (let left = cursor.count(); left > 0; left--) {
    const partition = readPartition(cursor, name, lists, broker);
    if (partition) {
      partitions.push(partition);
    }
  }
  cursor.skip(INT32); // allowed operations
  cursor.skipTags();
  return { name, isUnauthorized: isRefused, partitions };
}

function readPartition(
  cursor: Cursor,
  topic: string,
  lists: InternedIds,
  broker?: number,
): PartitionView | undefined {
  cursor.skip(ERROR_CODE);
  const index = cursor.int32();
  const leader = cursor.int32();
  cursor.skip(INT32); // the leader's epoch
  const { position } = cursor;
  let partition: PartitionView | undefined;
  const [isReplica, isInSync] = broker === undefined ? [true] : [cursor.hasId(broker), cursor.hasId(broker)];
  if (isReplica || isInSync) {
    cursor.position = position;
    partition = { topic, index, leader, replicas: lists.intern(cursor.ids()), isr: lists.intern(cursor.ids()) };
  }
  cursor.skipIds(); // offline
  cursor.skipTags();
  return partition;
}
