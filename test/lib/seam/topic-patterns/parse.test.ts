import { TopicPattern } from '../../../../lib/seam/topic-patterns';

const ANCHOR_FIX = 'a pattern always matches whole names, so leave it out';
const PLAIN_FIX = 'list the names or use plain groups, classes and repetitions';
const INSIDE_FIX = "write it at the start of the pattern, for example '(?!events-)[^_].*'";
const FLAG_FIX = "write '(?i)' at the start of the pattern, or both cases as a class such as [aA]";
const ESCAPE_FIX = 'write the character itself or a class';
const BOUNDARY_FIX = "write the separator itself, for example '-' or '\\.'";
const ALPHABET_FIX = "use a-z, A-Z, 0-9, '.', '_' and '-'";
const ONLY_UNUSABLE = "matches only invalid topic names: empty, '.', '..' or longer than 249 characters";

function messageOf(source: string): string {
  try {
    TopicPattern.parse(source);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'accepted';
}

test.each([
  ['*', "'*' repeats the text before it, so write '[^_].*' for all topics"],
  ['*-dlq', "'*' repeats the text before it, so write '.*' for any text"],
])('proposes a regular expression for the wildcard %s', (source, fix) => {
  expect(messageOf(source)).toBe(`topic pattern '${source}' does not compile: Nothing to repeat; ${fix}`);
});

test('proposes a list for a pattern with commas', () => {
  expect(messageOf('a.*, b.*')).toBe(
    "topic pattern 'a.*, b.*' contains a comma, which is in no topic name; write several patterns: ['a.*', 'b.*']",
  );
});

test.each([
  ['a group that does not end', '(?' + 'a'.repeat(200_000)],
  ['a count that does not end', 'a{' + '1'.repeat(200_000)],
])('fails when the pattern is too long: %s', (_, source) => {
  expect(messageOf(source)).toBe(
    `topic pattern '${source.slice(0, 200)}…' has 200002 characters, which is more than the 50000 allowed; split it into ` +
      'several patterns',
  );
});

test('fails when the pattern is empty', () => {
  expect(messageOf('')).toBe(
    "topic pattern '' is empty; write at least one character, for example '[^_].*' for all topics",
  );
});

test.each([
  ['(', 'Unterminated group'],
  ['a)', "Unmatched ')'"],
  ['(?', 'Invalid group'],
  ['(?P<name>a)', 'Invalid group'],
  ['(?<1>a)', 'Invalid capture group name'],
  ['[a', 'Unterminated character class'],
  ['[z-a]', 'Range out of order in character class'],
  ['a**', 'Nothing to repeat'],
  ['a{2}{3}', 'Nothing to repeat'],
  ['a|{2}', 'Nothing to repeat'],
  ['^*', 'Nothing to repeat'],
  ['a{2,1}', 'numbers out of order in {} quantifier'],
  ['a\\', '\\ at end of pattern'],
])('fails when the pattern does not compile: %s', (source, reason) => {
  expect(messageOf(source)).toBe(
    `topic pattern '${source}' does not compile: ${reason}; correct the regular expression`,
  );
});

test.each([
  ['events.(?=x)', 'a lookahead', PLAIN_FIX],
  ['events.(?!x)', 'a lookahead inside the pattern', INSIDE_FIX],
  ['((?!x)a)', 'a lookahead inside the pattern', INSIDE_FIX],
  ['(?=x).*', 'a lookahead', PLAIN_FIX],
  ['(?<=a)b', 'a lookbehind', PLAIN_FIX],
  ['(?<!a)b', 'a lookbehind', PLAIN_FIX],
  ['(a)\\1', 'a backreference', PLAIN_FIX],
  ['(?<n>a)\\k<n>', 'a backreference', PLAIN_FIX],
  ['\\borders', 'a word boundary', BOUNDARY_FIX],
  ['or\\Bders', 'a word boundary', BOUNDARY_FIX],
  ['[\\b]a', 'a word boundary', BOUNDARY_FIX],
  ['\\p{L}+', 'a unicode property', 'use a class, for example [a-z]'],
  ['[\\P{L}]+', 'a unicode property', 'use a class, for example [a-z]'],
  ['(?i:orders)', 'an inline flag', FLAG_FIX],
  ['(?-i:orders)', 'an inline flag', FLAG_FIX],
  ['orders(?i)', 'an inline flag', FLAG_FIX],
  ['a\\x6', "the escape '\\x'", ESCAPE_FIX],
  ['a\\u006', "the escape '\\u'", ESCAPE_FIX],
  ['a\\061', "the escape '\\0'", ESCAPE_FIX],
  ['a\\t?', "the escape '\\t'", ESCAPE_FIX],
])('fails when the pattern uses an unsupported feature: %s', (source, construct, fix) => {
  expect(messageOf(source)).toBe(
    `topic pattern '${source}' uses ${construct}, which is not supported; ${fix}`,
  );
});

test.each([
  ['a^b', '^', 'start'],
  ['(a|^b)c^d', '^', 'start'],
  ['(^a)+', '^', 'start'],
  ['a$b', '$', 'end'],
  ['(a$)b', '$', 'end'],
  ['(a$)?', '$', 'end'],
  ['(?!a$b)c', '$', 'end'],
])('fails when an anchor can be inside a name: %s', (source, char, place) => {
  expect(messageOf(source)).toBe(
    `topic pattern '${source}' has '${char}' that is not at the ${place} of an alternative; ${ANCHOR_FIX}`,
  );
});

test.each([
  ['foo bar', ' '],
  ['a/b', '/'],
  ['(a|b)é+', 'é'],
  ['a😀b', '😀'],
  ['a[ !]b', '[ !]'],
  ['a[]', '[]'],
  ['a\\s+b', '\\s'],
  ['a\\+b', '\\+'],
  ['a{,3}', '{'],
])('fails when a character of the pattern is in no topic name: %s', (source, culprit) => {
  expect(messageOf(source)).toBe(
    `topic pattern '${source}' matches no valid topic name, because no topic name contains '${culprit}'; ${ALPHABET_FIX}`,
  );
});

test.each([['\\.'], ['\\.{1,2}'], ['()'], ['^$'], ['a{0}'], ['(|){3}'], ['a{250}'], ['(abc){84}']])(
  'fails when no match is a valid topic name: %s',
  (source) => {
    expect(messageOf(source)).toBe(`topic pattern '${source}' ${ONLY_UNUSABLE}; correct it or leave it out`);
  },
);

test.each([
  ['(a{1000}){1000}', '1000001'],
  ['a{5000}', '5001'],
  ['(a?){0,2000}', '6001'],
  ['((a{100,}){100}){9}', '91801'],
  ['a{99999999999999999999}', '9007199254740992'],
])('fails when repetitions need too many states: %s', (source, states) => {
  const found = `expands to ${states} states, which is more than the 5000 allowed`;
  const fix = 'use smaller repetition counts or split it into several patterns';
  expect(messageOf(source)).toBe(`topic pattern '${source}' ${found}; ${fix}`);
});

test('fails when too many names are excluded', () => {
  const names = Array.from({ length: 180 }, (_, index) => `${index}-a-long-name-of-a-topic`);
  expect(messageOf(`(?!(${names.join('|')})$).*`)).toContain(
    "…' expands to more than the 15000 states that a pattern with '(?!…)' can have; exclude a common prefix instead of a list " +
      'of names',
  );
});

test('fails when groups nest more than 100 levels', () => {
  const source = '('.repeat(101) + 'a' + ')'.repeat(101);
  expect(messageOf(source)).toBe(
    `topic pattern '${source.slice(0, 200)}…' nests more than 100 groups; split it into several patterns`,
  );
});

test.each([
  ['.{0,2000}'],
  ['a(b c)?'],
  ['(){999999999999}a'],
  [`(){${'9'.repeat(400)}}a`],
  ['a{1}?'],
  ['(?<name>a)'],
])('accepts an unusual pattern that matches a topic: %s', (source) => {
  expect(messageOf(source)).toBe('accepted');
});
