import * as fc from 'fast-check';
import {
  DURATION_PATTERN,
  SIZE_PATTERN,
  bytesOf,
  millisecondsOf,
} from '../../../../lib/topics/files/text-values';

test.each([
  ['0ms', '0'],
  ['500ms', '500'],
  ['90s', '90000'],
  ['90m', '5400000'],
  ['12h', '43200000'],
  ['7d', '604800000'],
  // Above the integers that a JavaScript number has exactly.
  ['9007199254740993ms', '9007199254740993'],
])('%s is %s ms', (text, milliseconds) => {
  expect(millisecondsOf(text)).toBe(milliseconds);
});

test.each(['', '7', 'd', '7 d', '7D', '1.5h', '-1d', '1d12h', '7 days', 'P7D', '1w'])(
  "'%s' is no duration",
  (text) => {
    expect(millisecondsOf(text)).toBeUndefined();
  },
);

test.each([
  ['0', '0'],
  ['1048588', '1048588'],
  ['64Ki', '65536'],
  ['2Mi', '2097152'],
  ['10Gi', '10737418240'],
  ['3Ti', '3298534883328'],
  ['8Pi', '9007199254740992'],
])('%s is %s bytes', (text, bytes) => {
  expect(bytesOf(text)).toBe(bytes);
});

test.each(['', 'Gi', '10 Gi', '10G', '10GB', '10gi', '1.5Gi', '-1', '1_000'])("'%s' is no size", (text) => {
  expect(bytesOf(text)).toBeUndefined();
});

test('the patterns of the JSON Schema match what is accepted', () => {
  const near = fc.stringMatching(/^[-+]?\d{0,3}( |\.5)?(ms|s|m|h|d|w|Ki|Mi|Gi|Ti|Pi|G|B)?$/);
  fc.assert(
    fc.property(near, (text) => {
      expect(new RegExp(DURATION_PATTERN).test(text)).toBe(millisecondsOf(text) !== undefined);
      expect(new RegExp(SIZE_PATTERN).test(text)).toBe(bytesOf(text) !== undefined);
    }),
    { numRuns: 1000 },
  );
});
