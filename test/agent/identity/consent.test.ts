import fc from 'fast-check';
import { consentIn } from '../../../agent/identity/consent';

const KEY = 'cdk8s-kafka.io/accept-data-loss';

/** Lines of the downward API: `key="value"`, the value as Go's %q writes it, keys sorted. */
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
])('repeats %s', (_, value) => {
  expect(consentIn(annotations({ [KEY]: value }))).toBe(value);
});

test('leaves out white space around', () => {
  expect(consentIn(annotations({ [KEY]: '  jane: the disk died ' }))).toBe('jane: the disk died');
});

test('finds it among others', () => {
  const text = annotations({
    'a.example/first': '1',
    [KEY]: 'jane: the disk died',
    'kubernetes.io/config.seen': '2026-11-23T13:00:00Z',
  });
  expect(consentIn(text)).toBe('jane: the disk died');
});

test.each([
  ['no annotations', ''],
  ['others only', annotations({ 'a.example/first': 'jane: the disk died' })],
  ['a longer key', annotations({ [`${KEY}-not`]: 'jane: the disk died' })],
  ['a key of another domain', annotations({ [`x.${KEY}`]: 'jane: the disk died' })],
])('there is no consent in %s', (_, text) => {
  expect(consentIn(text)).toBeUndefined();
});

test.each([
  ['nothing', ''],
  ['yes', 'true'],
  ['a name only', 'jane'],
  ['a name without a reason', 'jane:'],
  ['a name and blanks', 'jane:   '],
  ['a reason without a name', ': the disk died'],
  ['blanks and a reason', '   : the disk died'],
])('%s is no consent', (_, value) => {
  expect(consentIn(annotations({ [KEY]: value }))).toBeUndefined();
});

test('no value of another annotation passes for consent', () => {
  const fragment = fc.constantFrom(KEY, '=', '"', '\n', '\\', 'jane: the disk died', ' ', '\\n');
  const value = fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('a.example/x', 'z.example/x'), value), (others) => {
      expect(consentIn(annotations(others))).toBeUndefined();
    }),
  );
});

test('reads back whatever somebody signs', () => {
  const word = fc.stringMatching(/^[\w"\\'=é磁-]{1,12}$/u);
  fc.assert(
    fc.property(word, fc.array(word, { minLength: 1, maxLength: 5 }), (name, reason) => {
      const value = `${name}: ${reason.join(' ')}`;
      expect(consentIn(annotations({ [KEY]: value }))).toBe(value);
    }),
  );
});

// BUG: `.` in the expression matches no line end, so a value from a YAML block is no consent, and nobody says so.
test.failing.each([
  ['ends with a line end', 'jane: the disk died\n'],
  ['has several lines', 'jane: the disk died\nsee ticket 4711'],
])('a consent may be one that %s', (_, value) => {
  expect(consentIn(annotations({ [KEY]: value }))).toBe(value.trim());
});
