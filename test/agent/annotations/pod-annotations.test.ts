import fc from 'fast-check';
import { acceptedLossIn, isAcceptanceIgnored } from '../../../agent/annotations/pod-annotations';

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
  expect(acceptedLossIn(annotations({ [KEY]: value }))).toBe(value);
});

test.each([
  ['a flag', '\\U0001f3f4\\U000e0067\\U000e007f', '\u{1f3f4}\u{e0067}\u{e007f}'],
  ['a backslash before a letter', '\\\\x41\\\\a', '\\x41\\a'],
])('reads %s in the form that Go writes', (_, quoted, text) => {
  expect(acceptedLossIn(`${KEY}="jane: ${quoted}!"`)).toBe(`jane: ${text}!`);
});

test.each([
  ['spaces', '  jane: the disk died '],
  ['the line end of a YAML block', 'jane: the disk died\n'],
])('trims %s', (_, value) => {
  expect(acceptedLossIn(annotations({ [KEY]: value }))).toBe('jane: the disk died');
});

test('finds the annotation among others', () => {
  const text = annotations({
    'a.example/first': '1',
    [KEY]: 'jane: the disk died',
    'kubernetes.io/config.seen': '2026-11-23T13:00:00Z',
  });
  expect(acceptedLossIn(text)).toBe('jane: the disk died');
});

test.each([
  ['no annotations', ''],
  ['other annotations only', annotations({ 'a.example/first': 'jane: the disk died' })],
  ['a longer key', annotations({ [`${KEY}-not`]: 'jane: the disk died' })],
  ['a key of another domain', annotations({ [`x.${KEY}`]: 'jane: the disk died' })],
])('the loss is not accepted with %s', (_, text) => {
  expect(acceptedLossIn(text)).toBeUndefined();
});

test.each([
  ['an empty value', ''],
  ['yes', 'true'],
  ['a name only', 'jane'],
  ['a name without a reason', 'jane:'],
  ['a name and blanks', 'jane:   '],
  ['a reason without a name', ': the disk died'],
  ['blanks and a reason', '   : the disk died'],
  ['a colon before the name', ':jane: the disk died'],
  ['only line ends', '\n\n'],
])('%s does not accept the loss, and is reported as ignored', (_, value) => {
  const text = annotations({ [KEY]: value });
  expect([acceptedLossIn(text), isAcceptanceIgnored(text)]).toEqual([undefined, true]);
});

test.each([
  ['a bell', '"jane: the disk died\\a"'],
  ['a vertical tab', '"jane:\\vthe disk died"'],
  ['a byte that is not valid UTF-8', '"jane: the disk died\\x7f"'],
])('%s in the form that Go writes does not accept the loss, and is reported as ignored', (_, quoted) => {
  const text = `${KEY}=${quoted}`;
  expect([acceptedLossIn(text), isAcceptanceIgnored(text)]).toEqual([undefined, true]);
});

test.each([
  ['with a name and a reason', annotations({ [KEY]: 'jane: the disk died' })],
  ['with a name and a reason on several lines', annotations({ [KEY]: 'jane:\nthe disk died' })],
  ['that is missing', annotations({ 'a.example/first': 'yes' })],
])('an annotation %s is not reported as ignored', (_, text) => {
  expect(isAcceptanceIgnored(text)).toBe(false);
});

test('the value of another annotation never accepts the loss', () => {
  const fragment = fc.constantFrom(KEY, '=', '"', '\n', '\\', 'jane: the disk died', ' ', '\\n');
  const value = fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('a.example/x', 'z.example/x'), value), (others) => {
      expect(acceptedLossIn(annotations(others))).toBeUndefined();
    }),
  );
});

test('reads back any name and reason', () => {
  const word = fc.stringMatching(/^[\w"\\'=é磁-]{1,12}$/u);
  fc.assert(
    fc.property(word, fc.array(word, { minLength: 1, maxLength: 5 }), (name, reason) => {
      const value = `${name}: ${reason.join(' ')}`;
      expect(acceptedLossIn(annotations({ [KEY]: value }))).toBe(value);
    }),
  );
});
