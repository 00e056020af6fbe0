/*
 * Metadata as bytes. The client library creates an object for each partition, which takes ten times as long, and does
 * not return the bytes. With the bytes, an unchanged response is recognized without parsing it.
 */
import { Reader, createAPI, metadataV12 } from '@platformatic/kafka';

/** Bytes in the chunks in which they were received. */
export interface ByteChunks {
  readonly buffers: readonly Buffer[];
  readonly length: number;
  /** Returns all bytes as one buffer. */
  slice(): Buffer;
}

/** A Metadata response of which only the fields before the topics are parsed. */
export interface MetadataResponse {
  readonly brokers: readonly {
    readonly id: number;
    readonly host: string;
    readonly port: number;
    readonly rack?: string;
  }[];
  readonly controllerId: number;
  /** Unparsed topics, for `parseTopics`. */
  readonly topics: ByteChunks;
}

const { key, version } = metadataV12.api;

/** Metadata of some topics, or of all. Error codes of topics and partitions do not fail the request. */
export const metadataApi = createAPI<[topics: readonly string[] | null], MetadataResponse>(
  key,
  version,
  (topics) => metadataV12.createRequest(topics && [...topics], false, false),
  (_correlationId, _key, _version, reader) => parseBrokers(reader),
);

/** Parses a response up to its topics. */
export function parseBrokers(reader: Reader): MetadataResponse {
  reader.readInt32(); // throttle_time_ms
  const brokers = reader.readArray((broker) => ({
    id: broker.readInt32(),
    host: broker.readString(),
    port: broker.readInt32(),
    rack: broker.readNullableString() ?? undefined,
  }));
  reader.readNullableString(); // cluster_id
  return {
    brokers: brokers ?? [],
    controllerId: reader.readInt32(),
    topics: reader.buffer.subarray(reader.position),
  };
}

/** True if chunks contain the same bytes as a buffer. */
export function hasSameBytes(bytes: Buffer, { buffers, length }: ByteChunks): boolean {
  let at = 0;
  return (
    length === bytes.length &&
    buffers.every((chunk) => bytes.compare(chunk, 0, chunk.length, at, (at += chunk.length)) === 0)
  );
}
