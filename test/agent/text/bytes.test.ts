import { formatBytes } from '../../../agent/text/bytes';

const GIB = 2 ** 30;

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1536, '1.5 KiB'],
  [GIB, '1 GiB'],
  [1.7 * 1024 * GIB, '1.7 TiB'],
])('formats %d bytes', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
