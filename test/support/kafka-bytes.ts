/*
 * Encodes Kafka responses, independently of the client library, so that an error in one does not hide an error in the other.
 */

/** Encoder for flexible versions of Kafka's protocol: compact lengths, tagged fields at the end of each structure. */
export class KafkaBytes {
  private buffer: Buffer;
  private end = 0;

  /** @param size initial size in bytes; the buffer grows */
  constructor(size = 256) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  int8(value: number): this {
    this.reserve(1);
    this.end = this.buffer.writeInt8(value, this.end);
    return this;
  }

  int16(value: number): this {
    this.reserve(2);
    this.end = this.buffer.writeInt16BE(value, this.end);
    return this;
  }

  int32(value: number): this {
    this.reserve(4);
    this.end = this.buffer.writeInt32BE(value, this.end);
    return this;
  }

  int64(value: bigint): this {
    this.reserve(8);
    this.end = this.buffer.writeBigInt64BE(value, this.end);
    return this;
  }

  boolean(value: boolean): this {
    return this.int8(Number(value));
  }

  /** @param value in the format of the client library: hexadecimal with hyphens */
  uuid(value: string): this {
    return this.raw(Buffer.from(value.replaceAll('-', ''), 'hex'));
  }

  text(value: string | null): this {
    if (value === null) {
      return this.varint(0);
    }
    const bytes = Buffer.from(value);
    return this.varint(bytes.length + 1).raw(bytes);
  }

  ids(values: readonly number[]): this {
    this.varint(values.length + 1);
    values.forEach((value) => this.int32(value));
    return this;
  }

  /** Structures without tagged fields. */
  list<T>(items: readonly T[], write: (item: T) => unknown): this {
    this.varint(items.length + 1);
    items.forEach((item) => {
      write(item);
      this.noTags();
    });
    return this;
  }

  noTags(): this {
    return this.varint(0);
  }

  varint(value: number): this {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.byte(rest);
  }

  raw(bytes: Buffer): this {
    this.reserve(bytes.length);
    this.end += bytes.copy(this.buffer, this.end);
    return this;
  }

  /** The encoded bytes. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.end);
  }

  private byte(value: number): this {
    this.reserve(1);
    this.end = this.buffer.writeUInt8(value, this.end);
    return this;
  }

  private reserve(more: number): void {
    if (this.end + more > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.buffer.length, this.end + more));
      this.buffer.copy(larger, 0, 0, this.end);
      this.buffer = larger;
    }
  }
}

/** Decodes requests in the same format. */
export class KafkaRequestBody {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  int8(): number {
    return this.bytes.readInt8(this.advance(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.advance(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.advance(4));
  }

  skip(length: number): this {
    this.advance(length);
    return this;
  }

  text(): string | null {
    const length = this.varint() - 1;
    if (length < 0) {
      return null;
    }
    const start = this.advance(length);
    return this.bytes.toString('utf8', start, start + length);
  }

  /** Structures, without their tagged fields; null for a null array. */
  list<T>(read: () => T): T[] | null {
    return this.items(() => {
      const item = read();
      this.tags();
      return item;
    });
  }

  /** Values without tagged fields, such as ids; null for a null array. */
  items<T>(read: () => T): T[] | null {
    const length = this.varint() - 1;
    return length < 0 ? null : Array.from({ length }, read);
  }

  private tags(): void {
    for (let count = this.varint(); count > 0; count--) {
      this.varint();
      this.skip(this.varint());
    }
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.advance(1));
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
  }

  private advance(length: number): number {
    const start = this.at;
    this.at += length;
    return start;
  }
}
