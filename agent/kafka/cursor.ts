const INT16 = 2;
const INT32 = 4;

/** Reads the flexible form of Kafka's protocol, piece by piece. What would lie beyond the end throws a RangeError. */
export class Cursor {
  constructor(
    private readonly bytes: Buffer,
    /** Of the next piece. */
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

  /** A length or a number of items: one less than what is written, -1 for null. */
  count(): number {
    return this.varint() - 1;
  }

  /** Null is the empty text. */
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
    // An array that grows reserves room for many more.
    const found = new Array<number>(length);
    for (let index = 0; index < length; index++) {
      found[index] = this.bytes.readInt32BE(start + INT32 * index);
    }
    return found;
  }

  skipIds(): void {
    this.skip(INT32 * Math.max(0, this.count()));
  }

  /** Passes over a list of ids: whether it has one. */
  hasId(id: number): boolean {
    let has = false;
    for (let left = this.count(); left > 0; left--) {
      has = this.int32() === id || has;
    }
    return has;
  }

  /** Passes over a part of other bytes where it comes next: whether it does. */
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
    if (this.position > this.bytes.length) {
      throw new RangeError(`an answer of ${this.bytes.length} bytes ends too early`);
    }
  }

  /** Passes over fields that newer servers have. */
  skipTags(): void {
    for (let left = this.varint(); left > 0; left--) {
      this.varint();
      this.skip(this.varint());
    }
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.position++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
  }
}
