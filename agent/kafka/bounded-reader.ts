/*
 * Bounds of the fields that the client library reads. It accepts negative lengths, which make it read the same bytes again,
 * and counts of billions.
 */
import { Reader } from '@platformatic/kafka';
import { maxReceivedBytes } from '../runtime/received-bytes';

const MAX_VARINT_SIZE = 5;
/** Heap that the lists of a response can take, compared with the response itself: small elements become large objects. */
const HEAP_PER_BYTE = 4;
/** Heap of an object, of a string or of a list with some numbers, in bytes. */
const ALLOCATION_BYTES = 192;
/** Part of an allocation that a number takes. */
const NUMBER = 1 / 16;
const allocations = new WeakMap<Reader, number>();

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

/**
 * Makes the client library fail for lengths and counts that exceed the response or the memory.
 *
 * @param responseBytes maximum size of a response
 */
export function boundReader(responseBytes = maxReceivedBytes()): void {
  const limit = Math.floor((HEAP_PER_BYTE * responseBytes) / ALLOCATION_BYTES);
  const count = (reader: Reader, allocated: number): void => {
    const sum = (allocations.get(reader) ?? 0) + allocated;
    if (sum > limit) {
      throw new RangeError(`a response has lists of more than ${limit} objects`);
    }
    allocations.set(reader, sum);
  };
  const { readNullableArray } = Reader.prototype;
  Reader.prototype.readNullableArray = function <T>(
    this: Reader,
    read: (reader: Reader, index: number) => T,
    ...options: [boolean?, boolean?]
  ): T[] | null {
    const readAndCount = (reader: Reader, index: number) => {
      const value = read(reader, index);
      // The first element allocates the list.
      count(this, (index === 0 ? 1 : 0) + (typeof value === 'number' ? NUMBER : 1));
      return value;
    };
    return readNullableArray.call(this, readAndCount as never, ...options) as T[] | null;
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
