/*
 * Metadata as bytes, and what views need of them. The client library makes an object of each partition there is, which
 * takes ten times as long, and does not give out the bytes, by which an answer that says nothing new is known at once.
 */
import { Reader, createAPI, metadataV12 } from '@platformatic/kafka';
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

/** Bytes as they came from the network, in pieces. */
export interface Pieces {
  readonly buffers: readonly Buffer[];
  readonly length: number;
  /** All of them as one. */
  slice(): Buffer;
}

/** An answer of which only the beginning has been read. */
export interface MetadataAnswer {
  readonly brokers: readonly {
    readonly id: number;
    readonly host: string;
    readonly port: number;
    readonly rack?: string;
  }[];
  readonly controllerId: number;
  /** What `readTopics` reads. */
  readonly topics: Pieces;
}

/** Topics, and those of their partitions that somebody wants. */
export interface TopicsView {
  readonly topics: ReadonlySet<string>;
  readonly partitions: readonly PartitionView[];
  /** Those that whoever asks may not see; only topics that are asked for by name are told so. */
  readonly refused: ReadonlySet<string>;
}

const { key, version } = metadataV12.api;

/** Metadata of some topics, or of all. Error codes of topics and partitions are no reason to fail. */
export const metadataPieces = createAPI<[topics: readonly string[] | null], MetadataAnswer>(
  key,
  version,
  (topics) => metadataV12.createRequest(topics && [...topics], false, false),
  (_correlationId, _key, _version, reader) => readHead(reader),
);

/** Reads an answer up to its topics. */
export function readHead(reader: Reader): MetadataAnswer {
  reader.readInt32(); // how long Kafka throttled the call
  const brokers = reader.readArray((one) => ({
    id: one.readInt32(),
    host: one.readString(),
    port: one.readInt32(),
    rack: one.readNullableString() ?? undefined,
  }));
  reader.readNullableString(); // the id of the cluster
  return {
    brokers: brokers ?? [],
    controllerId: reader.readInt32(),
    topics: reader.buffer.subarray(reader.position),
  };
}

/** Whether pieces say the same as bytes that came before. */
export function isSame(bytes: Buffer, { buffers, length }: Pieces): boolean {
  let at = 0;
  return (
    length === bytes.length &&
    buffers.every((piece) => bytes.compare(piece, 0, piece.length, at, (at += piece.length)) === 0)
  );
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
export function readTopics(bytes: Buffer, broker?: number): TopicsView {
  const cursor = new Cursor(bytes);
  const topics = new Set<string>();
  const refused = new Set<string>();
  const partitions: PartitionView[] = [];
  for (let left = cursor.count(); left > 0; left--) {
    const errorCode = cursor.int16();
    const topic = cursor.text();
    (errorCode === TOPIC_AUTHORIZATION_FAILED ? refused : topics).add(topic);
    cursor.skip(TOPIC_ID_AND_IS_INTERNAL);
    for (let more = cursor.count(); more > 0; more--) {
      const partition = readPartition(cursor, topic, broker);
      if (partition) {
        partitions.push(partition);
      }
    }
    cursor.skip(INT32); // allowed operations
    cursor.skipTags();
  }
  cursor.skipTags();
  if (cursor.position !== bytes.length) {
    throw new RangeError(`an answer has ${bytes.length - cursor.position} bytes more than it should`);
  }
  return { topics, partitions, refused };
}

function readPartition(cursor: Cursor, topic: string, broker?: number): PartitionView | undefined {
  cursor.skip(ERROR_CODE);
  const index = cursor.int32();
  const leader = cursor.int32();
  cursor.skip(INT32); // the leader's epoch
  const { position } = cursor;
  let partition: PartitionView | undefined;
  const [isReplica, isInSync] = broker === undefined ? [true] : [cursor.hasId(broker), cursor.hasId(broker)];
  if (isReplica || isInSync) {
    cursor.position = position;
    partition = { topic, index, leader, replicas: cursor.ids(), isr: cursor.ids() };
  }
  cursor.skipIds(); // offline
  cursor.skipTags();
  return partition;
}
