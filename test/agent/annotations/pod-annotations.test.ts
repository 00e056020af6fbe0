import fc from 'fast-check';
import { annotationIn } from '../../../agent/annotations/pod-annotations';

const KEY = 'cdk8s-kafka.io/accept-data-loss';

/** Lines as the downward API writes them: `key="value"`, with the value in Go's %q form, sorted by key. */
function annotations(values: Record<string, string>): string {
  return Object.keys(values)
    .sort()
    .map((key) => `${key}=${goQuoted(values[key])}`)
    .join('\n');
}

function goQuoted(value: string): string {
  const escapes: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' };
  return `"${[...value].map((character) => escapes[character] ?? character).join('')}"`;
}

test.each([
  ['a name and a reason', 'jane: the disk of 1003 died'],
  ['a reason with colons', 'jane: see https://tickets/4711: disk died'],
  ['a name of several words', 'Jane Doe: the disk died'],
  ['quotation marks', 'jane: "the archive" has it'],
  ['a backslash', 'jane: \\\\files\\backup has it'],
  ['a tab', 'jane:\tthe disk died'],
  ['letters of other languages', 'José: 磁盘坏了'],
  ['several lines', 'jane: the disk died\nsee ticket 4711'],
  ['a reason on the next line', 'jane:\n  the disk died'],
])('returns %s unchanged', (_, value) => {
  expect(annotationIn(annotations({ [KEY]: value }), KEY)).toBe(value);
});

test.each([
  ['a flag', '\\U0001f3f4\\U000e0067\\U000e007f', '\u{1f3f4}\u{e0067}\u{e007f}'],
  ['a backslash before a letter', '\\\\x41\\\\a', '\\x41\\a'],
])('reads %s in the form that Go writes', (_, quoted, text) => {
  expect(annotationIn(`${KEY}="jane: ${quoted}!"`, KEY)).toBe(`jane: ${text}!`);
});

test('finds the annotation among others', () => {
  const text = annotations({
    'a.example/first': '1',
    [KEY]: 'jane: the disk died',
    'kubernetes.io/config.seen': '2026-11-23T13:00:00Z',
  });
  expect(annotationIn(text, KEY)).toBe('jane: the disk died');
});

test.each([
  ['no annotations', ''],
  ['other annotations only', annotations({ 'a.example/first': 'jane: the disk died' })],
  ['a longer key', annotations({ [`${KEY}-not`]: 'jane: the disk died' })],
  ['a key of another domain', annotations({ [`x.${KEY}`]: 'jane: the disk died' })],
])('there is no value with %s', (_, text) => {
  expect(annotationIn(text, KEY)).toBeUndefined();
});

test.each([
  ['a bell', '"jane: the disk died\\a"'],
  ['a vertical tab', '"jane:\\vthe disk died"'],
  ['a byte that is not valid UTF-8', '"jane: the disk died\\x7f"'],
])('%s in the form that Go writes makes the value empty', (_, quoted) => {
  expect(annotationIn(`${KEY}=${quoted}`, KEY)).toBe('');
});

test('the value of another annotation is never returned', () => {
  const fragment = fc.constantFrom(KEY, '=', '"', '\n', '\\', 'jane: the disk died', ' ', '\\n');
  const value = fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('a.example/x', 'z.example/x'), value), (others) => {
      expect(annotationIn(annotations(others), KEY)).toBeUndefined();
    }),
  );
});

test('reads back any name and reason', () => {
  const word = fc.stringMatching(/^[\w"\\'=é磁-]{1,12}$/u);
  fc.assert(
    fc.property(word, fc.array(word, { minLength: 1, maxLength: 5 }), (name, reason) => {
      const value = `${name}: ${reason.join(' ')}`;
      expect(annotationIn(annotations({ [KEY]: value }), KEY)).toBe(value);
    }),
  );
});
