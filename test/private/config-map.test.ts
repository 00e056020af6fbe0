import { configMap } from '../../lib/private/config-map';
import { messageOf, newChart, synth } from '../support/testing';

const LIMIT = 250 * 1024;
// In JSON the text gets two quotes, and every line break becomes two characters.
const LARGEST = `${'x'.repeat(LIMIT - 4)}\n`;

function synthesized(text: string | (() => string)): unknown {
  const chart = newChart();
  configMap(chart, 'Map', 'kafka', { name: 'list', labels: { a: 'b' }, data: { file: text } });
  return synth(chart);
}

test.each([
  ['known at once', LARGEST],
  ['known at synth', () => LARGEST],
])('holds as much as kubectl apply can handle, %s', (_, text) => {
  expect(synthesized(text)).toEqual([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'list', namespace: 'kafka', labels: { a: 'b' } },
      data: { file: LARGEST },
    },
  ]);
});

const TOO_LARGE =
  "'file' of ConfigMap 'list' takes 256001 bytes, and kubectl apply can handle 256000; put less into it";

test('fails when a text takes one byte more', () => {
  expect(messageOf(() => synthesized(`${LARGEST}x`))).toBe(TOO_LARGE);
});

test('counts bytes, not characters', () => {
  expect(messageOf(() => synthesized(LARGEST.replace('x', 'ä')))).toBe(TOO_LARGE);
});

test('fails when a text that is known at synth takes one byte more', () => {
  expect(messageOf(() => synthesized(() => `${LARGEST}x`))).toContain(TOO_LARGE);
});
