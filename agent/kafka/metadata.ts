/*
 * Metadata as bytes. The client library makes an object of each partition there is, which takes ten times as long, and
 * does not give out the bytes, by which an answer that says nothing new is known at once.
 */
import { Reader, createAPI, metadataV12 } from '@platformatic/kafka';

/** Bytes as they came from the network, in pieces. */
export interface ByteChunks {
  readonly buffers: readonly Buffer[];
  readonly length: number;
  /** All of them as one. */
  slice(): Buffer;
}

/** An answer of which only the beginning has been read. */
export interface MetadataResponse {
  readonly brokers: readonly {
    readonly id: number;
    readonly host: string;
    readonly port: number;
    readonly rack?: string;
  }[];
  readonly controllerId: number;
  /** What `readTopics` reads. */
  readonly topics: ByteChunks;
}

const { key, version } = metadataV12.api;

/** Metadata of some topics, or of all. Error codes of topics and partitions are no reason to fail. */
export const metadataApi = createAPI<[topics: readonly string[] | null], MetadataResponse>(
  key,
  version,
  (topics) => metadataV12.createRequest(topics && [...topics], false, false),
  (_correlationId, _key, _version, reader) => parseBrokers(reader),
);

/** Reads an answer up to its topics. */
export function parseBrokers(reader: Reader): MetadataResponse {
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
export function hasSameBytes(bytes: Buffer, { buffers, length }: ByteChunks): boolean {
  let at = 0;
  return (
    length === bytes.length &&
    buffers.every((piece) => bytes.compare(piece, 0, piece.length, at, (at += piece.length)) === 0)
  );
}
