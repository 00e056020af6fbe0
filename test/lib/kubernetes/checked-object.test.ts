import { Yaml } from 'cdk8s';
import { manifest } from '../../../lib/kubernetes/manifest';
import { messageOf, newChart, synth } from '../../support/testing';

function failureOf(annotations: { [key: string]: string }): string {
  const chart = newChart();
  manifest(chart, 'Pod', 'kafka', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'events', annotations },
    spec: { containers: [{ name: 'kafka', args: Object.values(annotations) }] },
  });
  return messageOf(() => synth(chart));
}

const failureOfValue = (text: string) => failureOf({ 'example.com/owner': text });

const VALUE = "metadata.annotations['example.com/owner'] of Pod 'events'";
const KEY = "a key of metadata.annotations of Pod 'events'";

// sigs.k8s.io/yaml 1.6.0 reads each of them as a number.
const NUMBERS = [
  ...['0o17', '0O17', '-0o1_7', '+0o7', '0_o17', '0o17_'],
  ...['0X1F', '0_x1f', '-_0x1f', '0X_b'],
  ...['0B101', '+0B1', '0B_1', '0_b1', '0b-1', '0b+1'],
  ...['1e_5', '1e5_0', '12e5_3', '1.e5_0', '1.5_e+_3', '.1e0_0'],
  ...['-_1', '+__0', '-_1.5'],
];

test.each(NUMBERS)('fails for %s, which cdk8s writes without quotes and Go reads as a number', (text) => {
  const mistake = `is '${text}', which YAML parsers of Kubernetes read as a number; use another text`;

  expect(Yaml.stringify({ text })).toBe(`text: ${text}\n`);
  expect(failureOfValue(text)).toBe(`${VALUE} ${mistake}`);
  expect(failureOf({ [text]: 'a' })).toBe(`${KEY} ${mistake}`);
});

// Texts of Go, and numbers that cdk8s writes with quotes.
test.each([
  ...[
    '0o',
    '0o18',
    '0o8',
    '0X',
    '0B2',
    '0_b',
    'o17',
    '10o7',
    '+-1',
    '-0b-1',
    '1e_',
    '1e_999',
    '1.2.3',
    '_1',
    'e_5',
    '',
  ],
  ...['017', '0x1F', '0b1', '1e3', '1_0', '._5', '1:30', 'yes', 'NO', '~', '.inf', '2024-01-01'],
])('accepts %j', (text) => {
  expect(failureOfValue(text)).toBe('nothing was thrown');
});

test.each([
  ['\0', 'U+0000'],
  ['\x7F', 'U+007F'],
  ['\x80', 'U+0080'],
  ['\x85', 'U+0085'],
  ['\x9F', 'U+009F'],
  ['\u2028', 'U+2028'],
  ['\u2029', 'U+2029'],
  ['\uFFFE', 'U+FFFE'],
  ['\uD800', 'U+D800'],
])('fails for the character %j, which YAML parsers of Kubernetes refuse or change', (character, name) => {
  const text = `a${character}b`;
  const mistake = `contains ${name}, which YAML cannot express; remove it`;

  expect(failureOfValue(text)).toBe(`${VALUE} ${mistake}`);
  expect(failureOf({ [text]: 'a' })).toBe(`${KEY} ${mistake}`);
});

test.each(['\x01', '\x1B', '\r', '\t', '\n', '\u00a0', '\u2027', '\uFEFF', '\uFFFD', '😀'])(
  'accepts the character %j',
  (character) => {
    expect(failureOfValue(`a${character}b`)).toBe('nothing was thrown');
  },
);

test.each(['\n\techo a\n\techo b\n', '\techo a\necho b', '\t\na'])(
  'fails for %j, which starts with a tab',
  (text) => {
    expect(failureOfValue(text)).toBe(
      `${VALUE} has several lines and starts with a tab, which YAML parsers of Kubernetes refuse; use spaces instead`,
    );
  },
);

test.each(['\techo a', 'if a\n\techo b', ' \techo a\nb', '\n  echo a\n\tb'])(
  'accepts the lines %j',
  (text) => {
    expect(failureOfValue(text)).toBe('nothing was thrown');
  },
);
