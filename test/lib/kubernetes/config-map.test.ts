import { configMap } from '../../../lib/kubernetes/config-map';
import { messageOf, newChart, synth } from '../../support/testing';

const LIMIT = 250 * 1024;
// JSON adds two quotes and escapes each line break as two characters.
const LARGEST = `${'x'.repeat(LIMIT - 4)}\n`;

type Text = string | (() => string);

function synthesized(...[text, more]: [file: Text, more?: Text]): unknown {
  const chart = newChart();
  const data = { ...(more === undefined ? {} : { more }), file: text };
  configMap(chart, 'Map', 'kafka', { name: 'list', labels: { a: 'b' }, data });
  return synth(chart);
}

test.each([
  ['known before synth', LARGEST],
  ['known at synth', () => LARGEST],
])('accepts the largest text that kubectl apply can handle, %s', (_, text) => {
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
  "ConfigMap 'list' takes 256001 bytes, at most 256000 are possible with kubectl apply; reduce its content";

test('fails when a text has one byte more', () => {
  expect(messageOf(() => synthesized(`${LARGEST}x`))).toBe(TOO_LARGE);
});

test('counts bytes, not characters', () => {
  expect(messageOf(() => synthesized(LARGEST.replace('x', 'ä')))).toBe(TOO_LARGE);
});

test('fails when a text known at synth has one byte more', () => {
  expect(messageOf(() => synthesized(() => `${LARGEST}x`))).toContain(TOO_LARGE);
});

describe('two texts', () => {
  const half = 'x'.repeat(LIMIT / 2 - 2);

  test.each<[string, Text, Text]>([
    ['known before synth', half, half],
    ['one of them known at synth', half, () => half],
    ['the other known at synth', () => half, half],
  ])('share one limit, %s', (_, file, more) => {
    expect(synthesized(file, more)).toMatchObject([{ data: { file: half, more: half } }]);
  });

  test.each<[string, Text, Text]>([
    ['known before synth', half, `${half}x`],
    ['one of them known at synth', half, () => `${half}x`],
    ['the other known at synth', () => half, `${half}x`],
  ])('fail when they have one byte more together, %s', (_, file, more) => {
    expect(messageOf(() => synthesized(file, more))).toContain(TOO_LARGE);
  });
});
