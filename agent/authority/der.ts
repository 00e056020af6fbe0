/*
 * The subset of DER that certificates require.
 */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Encodes a value: its tag, its length, its contents. */
export function encode(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), encodeLength(body.length), body]);
}

export const sequence = (...members: readonly Buffer[]): Buffer => encode(TAG.sequence, ...members);
/** A set of one member. With more, DER would require an order. */
export const setOf = (member: Buffer): Buffer => encode(TAG.set, member);
export const octetString = (bytes: Uint8Array): Buffer => encode(TAG.octetString, bytes);
export const TRUE = encode(TAG.boolean, Buffer.from([0xff]));

/** A value that the surrounding structure marks with a number. */
export const explicit = (number: number, value: Buffer): Buffer => encode(0xa0 + number, value);
/** Contents whose type follows from the number. */
export const implicit = (number: number, contents: Uint8Array): Buffer => encode(0x80 + number, contents);

/** An integer that is not negative, from its bytes without needless zeros. */
export function integer(bytes: Uint8Array): Buffer {
  const sign = bytes[0] >= 0x80 ? [0] : [];
  return encode(TAG.integer, Buffer.from(sign), bytes);
}

/** Whole bytes, such as a key or a signature. */
export const bitString = (bytes: Uint8Array): Buffer => encode(TAG.bitString, Buffer.from([0]), bytes);

/** Flags in one byte, the first one in its highest bit. */
export function flags(...numbers: readonly number[]): Buffer {
  const byte = numbers.reduce((sum, number) => sum | (0x80 >> number), 0);
  return encode(TAG.bitString, Buffer.from([7 - Math.max(...numbers), byte]));
}

/** An object identifier in dotted form. */
export function objectIdentifier(dotted: string): Buffer {
  const [first, second, ...others] = dotted.split('.').map(Number);
  return encode(TAG.objectIdentifier, Buffer.from([first * 40 + second, ...others.flatMap(base128)]));
}

/** A text of a name. */
export function nameString(text: string): Buffer {
  const isPrintable = /^[A-Za-z0-9 '()+,./:=?-]*$/.test(text);
  return encode(isPrintable ? TAG.printableString : TAG.utf8String, Buffer.from(text, 'utf8'));
}

/** A time of a certificate. RFC 5280 requires the short form until 2049. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
  return date.getUTCFullYear() < 2050
    ? encode(TAG.utcTime, Buffer.from(digits.slice(2)))
    : encode(TAG.generalizedTime, Buffer.from(digits));
}

/** An encoded value, and where its contents begin in it. */
export interface Element {
  readonly tag: number;
  readonly whole: Buffer;
  readonly contents: Buffer;
}

/** Reads the encoded values that follow each other in a buffer. */
export function decodeAll(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const { length, size } = decodeLength(bytes, at + 1);
    const start = at + 1 + size;
    if (start + length > bytes.length) {
      throw new RangeError(
        `DER: value at byte ${at} is longer than the ${bytes.length} bytes that contain it`,
      );
    }
    elements.push({
      tag: bytes[at],
      whole: bytes.subarray(at, start + length),
      contents: bytes.subarray(start, start + length),
    });
    at = start + length;
  }
  return elements;
}

function decodeLength(bytes: Buffer, at: number): { readonly length: number; readonly size: number } {
  const first = bytes.readUInt8(at);
  const more = first & 0x7f;
  return first < 0x80
    ? { length: first, size: 1 }
    : { length: bytes.readUIntBE(at + 1, more), size: 1 + more };
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) {
    return Buffer.from([length]);
  }
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  if (length > 0xffff) {
    throw new RangeError(`DER: ${length} bytes are more than a certificate may have`);
  }
  return Buffer.from([0x80 + bytes.length, ...bytes]);
}

function base128(number: number): number[] {
  const digits = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) {
    digits.unshift(0x80 | (rest & 0x7f));
  }
  return digits;
}
