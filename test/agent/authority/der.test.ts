import fc from 'fast-check';
import { decodeAll, encode, flags, integer, objectIdentifier } from '../../../agent/authority/der';

test.each([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
  [65_535, '0482ffff'],
])('a value of %i bytes has its length in the shortest form and can be read', (length, head) => {
  const encoded = encode(0x04, Buffer.alloc(length, 1));
  expect(encoded.subarray(0, head.length / 2).toString('hex')).toBe(head);
  expect(decodeAll(encoded)).toEqual([{ tag: 0x04, whole: encoded, contents: Buffer.alloc(length, 1) }]);
});

test('a value that is longer than a certificate may be is rejected', () => {
  expect(() => encode(0x04, Buffer.alloc(65_536))).toThrow('65536 bytes');
});

test.each([['0405aa'], ['04'], ['0482ff'], ['0482ffff00']])('%s is cut off and rejected', (hex) => {
  expect(() => decodeAll(Buffer.from(hex, 'hex'))).toThrow();
});

test.each([
  ['7f', '02017f'],
  ['80', '02020080'],
])('integer %s is not negative', (bytes, encoded) => {
  expect(integer(Buffer.from(bytes, 'hex')).toString('hex')).toBe(encoded);
});

test.each([
  ['2.5.29.19', '0603551d13'],
  ['1.2.840.10045.4.3.2', '06082a8648ce3d040302'],
])('object identifier %s', (dotted, encoded) => {
  expect(objectIdentifier(dotted).toString('hex')).toBe(encoded);
});

test.each([
  [[0], '03020780'],
  [[5, 6], '03020106'],
])('flags %j', (numbers, encoded) => {
  expect(flags(...numbers).toString('hex')).toBe(encoded);
});

test('any bytes are rejected, or split without gaps', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (content) => {
      const bytes = Buffer.from(content);
      let elements;
      try {
        elements = decodeAll(bytes);
      } catch (error) {
        expect((error as Error).name).toBe('RangeError');
        return;
      }
      expect(Buffer.concat(elements.map(({ whole }) => whole))).toEqual(bytes);
    }),
  );
});
