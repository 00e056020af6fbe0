/*
 * Bounds of the fields that the client library reads. It accepts negative lengths, which make it read the same bytes again,
 * and counts of billions.
 */
import { Reader } from '@platformatic/kafka';

const MAX_VARINT_SIZE = 5;
/** Elements of all lists of a response. Each becomes an object, which is many times larger than a small element. */
const MAX_ELEMENTS = 200_000;
const elements = new WeakMap<Reader, number>();

/**
 * Checks a length, a count or a tag of the flexible protocol versions.
 *
 * @param value encoded value; a length or count is one less, because 0 is null
 * @param size bytes of the encoded value
 * @param remaining bytes behind the value; each element of a list takes one or more
 * @throws RangeError if the rest of the response cannot contain it
 */
export function assertBounded(value: number, size: number, remaining: number): void {
  if (size > MAX_VARINT_SIZE || value < 0 || value > remaining + 1) {
    throw new RangeError(`a response has a length of ${value} with ${remaining} bytes left`);
  }
}

function countElement(reader: Reader): void {
  const count = (elements.get(reader) ?? 0) + 1;
  if (count > MAX_ELEMENTS) {
    throw new RangeError(`a response has more than ${MAX_ELEMENTS} elements`);
  }
  elements.set(reader, count);
}

/** Makes the client library fail for lengths and counts that exceed the response or the memory. */
export function boundReader(): void {
  const { readNullableArray } = Reader.prototype;
  Reader.prototype.readNullableArray = function <T>(
    this: Reader,
    read: (reader: Reader, index: number) => T,
    ...options: [boolean?, boolean?]
  ): T[] | null {
    const countAndRead = (reader: Reader, index: number) => {
      countElement(this);
      return read(reader, index);
    };
    return readNullableArray.call(this, countAndRead as never, ...options) as T[] | null;
  };
  Reader.prototype.readUnsignedVarInt = function (this: Reader): number {
    const start = this.position;
    let value = 0;
    let byte: number;
    do {
      byte = this.buffer.readUInt8(this.position);
      value |= (byte & 0x7f) << (7 * (this.position++ - start));
    } while (byte >= 0x80);
    assertBounded(value, this.position - start, this.buffer.length - this.position);
    return value;
  };
  Reader.prototype.skip = function (this: Reader, length: number): Reader {
    assertBounded(length, 0, this.buffer.length - this.position);
    this.position += length;
    return this;
  };
}
