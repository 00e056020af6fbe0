import * as fc from 'fast-check';
import { renderProperties } from '../../../lib/kafka/properties';
import { readProperties } from '../../support/testing';

test.each([
  [{ b: '2', a: '1' }, 'a=1\nb=2\n'],
  [{}, ''],
  [{ a: '' }, 'a=\n'],
  [{ a: ' x ' }, 'a=\\ x \n'],
  [{ a: 'c:\\d' }, 'a=c:\\\\d\n'],
  [{ a: '\n\r\t' }, 'a=\\n\\r\\t\n'],
  [{ a: 'ä€😀' }, 'a=\\u00e4\\u20ac\\ud83d\\ude00\n'],
  [{ a: 'b=c:d#e!f' }, 'a=b=c:d#e!f\n'],
])('%j', (settings, text) => {
  expect(renderProperties(settings)).toBe(text);
});

const name = fc.stringMatching(/^[A-Za-z0-9._-]+$/).filter((text) => text !== '__proto__');
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(' ', '\\', '\n', '\r', '\t', '\f', '=', ':', '#', '!', 'u', 'ä', '\0', '\u2028'),
  }),
);

test('Java reads the same settings back', () => {
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (settings) => {
      expect(readProperties(renderProperties(settings))).toEqual(settings);
    }),
    { numRuns: 1000 },
  );
});

test('does not depend on the order of the settings', () => {
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (settings) => {
      const reversed = Object.fromEntries(Object.entries(settings).reverse());
      expect(renderProperties(reversed)).toBe(renderProperties(settings));
    }),
  );
});

test('is one line of plain ASCII for each setting', () => {
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (settings) => {
      const text = renderProperties(settings);
      expect(text).toMatch(/^[\x20-\x7e\n]*$/);
      expect(text.split('\n')).toHaveLength(Object.keys(settings).length + 1);
    }),
  );
});
