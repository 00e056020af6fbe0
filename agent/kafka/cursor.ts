import { assertBounded } from './bounded-reader';

const INT16 = 2;
const INT32 = 4;

/** Reads fields of Kafka's flexible protocol versions in order. Throws a RangeError beyond the end. */
export class Cursor {
  constructor(
    private readonly bytes: Buffer,
    /** Position of the next field. */
    public position = 0,
  ) {}

  int16(): number {
    const value = this.bytes.readInt16BE(this.position);
    this.position += INT16;
    return value;
  }

  int32(): number {
    const value = this.bytes.readInt32BE(this.position);
    this.position += INT32;
    return value;
  }

  /** Reads a compact length: the encoded value minus one, -1 for null. */
  count(): number {
    return this.varint() - 1;
  }

  /** Reads a string; null becomes the empty string. */
  text(): string {
    const length = Math.max(0, this.count());
    const start = this.position;
    this.skip(length);
    return this.bytes.toString('utf8', start, this.position);
  }

  ids(): number[] {
    const length = Math.max(0, this.count());
    const start = this.position;
    this.skip(INT32 * length);
    // A growing array reserves more memory than it needs.
    const ids = new Array<number>(length);
    for (let index = 0; index < length; index++) {
      ids[index] = this.bytes.readInt32BE(start + INT32 * index);
    }
    return ids;
  }

  skipIds(): void {
    this.skip(INT32 * Math.max(0, this.count()));
  }

  /** Skips a list of ids. True if it contains an id. */
  hasId(id: number): boolean {
    let has = false;
    for (let left = this.count(); left > 0; left--) {
      has = this.int32() === id || has;
    }
    return has;
  }

  /** Skips a range of other bytes if the next bytes are equal. True if they are. */
  skipIfSame(bytes: Buffer, start: number, end: number): boolean {
    const to = this.position + end - start;
    if (to > this.bytes.length || this.bytes.compare(bytes, start, end, this.position, to) !== 0) {
      return false;
    }
    this.position = to;
    return true;
  }

  skip(length: number): void {
    this.position += length;
    if (length < 0 || this.position > this.bytes.length) {
      throw new RangeError(`a response of ${this.bytes.length} bytes ends too early`);
    }
  }

  /** Skips tagged fields, which newer servers add. */
  skipTags(): void {
    for (let left = this.varint(); left > 0; left--) {
      this.varint();
      this.skip(this.varint());
    }
  }

  /** Reads a length, a count or a tag. */
  private varint(): number {
    const start = this.position;
    let value = 0;
    let byte: number;
    do {
      byte = this.bytes.readUInt8(this.position);
      value |= (byte & 0x7f) << (7 * (this.position++ - start));
    } while (byte >= 0x80);
    assertBounded(value, this.position - start, this.bytes.length - this.position);
    return value;
  }
}
