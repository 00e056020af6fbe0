import { INTERNAL_TOPICS, TopicPattern } from '../../../../lib/seam/topic-patterns';

test('the source is unchanged', () => {
  expect(TopicPattern.parse('^orders-.*$').source).toBe('^orders-.*$');
});

test.each([
  ['orders', 'orders', true],
  ['orders', 'orders2', false],
  ['orders', 'my-orders', false],
  ['orders|payments', 'payments', true],
  ['orders|payments', 'orders|payments', false],
  ['^orders$|^payments$', 'orders', true],
  ['^orders$|^payments$', 'orders-x', false],
  ['orders.*', 'orders', true],
  ['orders\\..*', 'orders-x', false],
  ['orders\\-\\d+', 'orders-42', true],
  ['[^a-z]+', 'ORDERS_1', true],
  ['[^a-z]+', 'orders', false],
  ['[\\w-]+', 'a_b-c', true],
  ['[\\w-]+', 'a.b', false],
  ['[a-\\d]+', 'a-1', true],
  ['[a-\\d]+', 'b', false],
  ['\\W+a', '.-a', true],
  ['\\D\\S', '1a', false],
  ['a{2,3}?', 'aa', true],
  ['a{2,3}?', 'aaaa', false],
  ['a{2,}', 'a', false],
  ['(?<team>a|b)-(?:x)+', 'b-xx', true],
  ['(a*)*b', 'aab', true],
  ['(^a$)|(^b$)', 'b', true],
  ['(^a$)|(^b$)', 'ab', false],
  ['^(?:^a|b$)', 'a', true],
  ['a\\x2db\\u002Ec', 'a-b.c', true],
  ['[\\x61-c]', 'b', true],
  ['(?i)orders[a-c]', 'ORDersB', true],
  ['^(?i)orders', 'Orders', true],
  ['(?i)[^a]', 'A', false],
  ['(?!events-).*', 'events-clicks', false],
  ['(?!events-).*', 'events', true],
  ['(?!events$).*', 'events', false],
  ['(?!events$).*', 'events-clicks', true],
  ['^(?!(events|clicks$)).*$', 'clicks', false],
  ['^(?!(events|clicks$)).*$', 'clicks2', true],
  ['(?!a)(?!b).|bb', 'b', false],
  ['(?!a)(?!b).|bb', 'bb', true],
  ['(?!.*-dlq$)orders-.*', 'orders-eu-dlq', false],
  ['(?!.*-dlq$)orders-.*', 'orders-eu', true],
  ['(?!__|events-).*', '__consumer_offsets', false],
])('%s, topic %s: %s', (source, topic, owned) => {
  expect(TopicPattern.parse(source).matches(topic)).toBe(owned);
});

test.each([[''], ['.'], ['..'], ['a b'], ['a/b'], ['ä'], ['a\n'], ['a'.repeat(250)]])(
  'a name that Kafka rejects is never matched: %j',
  (topic) => {
    // `.` and `[^-]` match such characters in RegExp
    expect(TopicPattern.parse('.*|[^-]*').matches(topic)).toBe(false);
  },
);

test('a name of the maximum length is matched', () => {
  expect(TopicPattern.parse('.*').matches('a'.repeat(249))).toBe(true);
});

test('matching time is linear where backtracking would be exponential', () => {
  expect(TopicPattern.parse('(a+)+(a|aa)+b').matches('a'.repeat(249))).toBe(false);
});

test.each([
  ['equal names', 'orders', 'orders', 'orders'],
  ['different names', 'orders', 'payments', undefined],
  ['one name the start of the other', 'orders', 'orders-x', undefined],
  ['a name within a pattern', 'orders-eu', 'orders-.*', 'orders-eu'],
  ['different prefixes', 'billing-.*', 'orders-.*', undefined],
  ['one prefix the start of the other', 'orders.*', 'orders-eu-.*', 'orders-eu-'],
  ['different suffixes', '.*-dlq', '.*-log', undefined],
  ['a prefix and a suffix', 'orders-.*', '.*-dlq', 'orders-dlq'],
  ['overlapping prefix and suffix', 'ab.*', '.*bc', 'abc'],
  ['a repetition before text', 'a+b', 'aab', 'aab'],
  ['a repetition after text', 'ab+', 'abb', 'abb'],
  ['an option before text', 'a?b.*', 'b', 'b'],
  ['an optional group with open ends', '(a.*b)?c', 'c', 'c'],
  ['an unescaped dot', 'orders.eu', 'orders-eu', 'orders-eu'],
  ['an escaped dot', 'orders\\.eu', 'orders-eu', undefined],
  ['disjoint classes', '[a-z]+', '[A-Z0-9]+', undefined],
  ['overlapping classes', '[a-m]+', '[k-z]+', 'k'],
  ['complementary classes', '[^a-z]+', '[a-z]+', undefined],
  ['lengths without a common one', '(aa)+', 'a(aa)*', undefined],
  ['lengths with a common multiple', '(a{4})+', '(a{6})+', 'a'.repeat(12)],
  ['a common multiple too long for a name', '(a{16})+', '(a{17})+', undefined],
  ['a common multiple just short enough', '(a{13})+', '(a{19})+', 'a'.repeat(247)],
  ['only the empty text in common', 'a*', 'b*', undefined],
  ["only '.' in common", '\\.|a', '\\.|b', undefined],
  ["only '..' in common", '\\.{2}|a', '\\.{2}|b', undefined],
  ['only dots in common', '\\.*', '\\.+', '...'],
  ['even numbers of dots', '(\\.\\.)+', '\\.+', '....'],
  ['an impossible alternative in common', 'a|x y', 'b|x y', undefined],
  ['the rest of another pattern', 'events-.*', '(?!events-).*', undefined],
  ['the rest of several patterns', '(events|clicks)-.*', '(?!events-).*', 'clicks-'],
  ['the rest of a list of names', 'orders|events', '(?!(orders|events)$).*', undefined],
  ['the rest, and a part of it', 'orders-.*', '(?!(events|clicks)-).*', 'orders-'],
  ['both cases', '(?i)orders', 'oRDERS', 'oRDERS'],
  ['patterns whose deterministic automaton would be huge', '.*a.{20}', '.*b.{20}', undefined],
])('%s', (_, a, b, topic) => {
  // GIVEN
  const [first, second] = [TopicPattern.parse(a), TopicPattern.parse(b)];

  // THEN
  expect(first.commonTopic(second)).toBe(topic);
  expect(second.commonTopic(first)).toBe(topic);
});

test.each([
  ['.*', 'a'],
  ['[^a-z]*', 'A'],
  ['[^a-zA-Z]*', '0'],
  ['[._-]', '-'],
  ['[._]', '_'],
  ['1|_|b', 'b'],
  ['longer|[.]x|1a', '1a'],
  ['(b|a)(2|1)', 'a1'],
  ['\\.+', '...'],
  ['.{249}', 'a'.repeat(249)],
])(
  'the example for %s is %s: the shortest name, letters before digits before punctuation',
  (source, topic) => {
    expect(TopicPattern.parse(source).anyTopic()).toBe(topic);
  },
);

test.each(INTERNAL_TOPICS.map((name) => [name]))('the internal topic %s is a valid name', (name) => {
  expect(TopicPattern.parse('__[a-z_]+').matches(name)).toBe(true);
});

test('a thousand patterns whose literal text differs have no common topic', () => {
  // GIVEN
  const patterns = Array.from({ length: 1000 }, (_, i) => TopicPattern.parse(`team-${i}\\.[a-z]+(-dlq)?`));

  // THEN
  const clashes = patterns.filter((p, i) => patterns.slice(0, i).some((q) => p.commonTopic(q) !== undefined));
  expect(clashes).toEqual([]);
});

test('the largest allowed patterns are compared in bounded time', () => {
  // GIVEN
  const a = TopicPattern.parse('(.{0,20}){20}[xz]');
  const b = TopicPattern.parse('(.{0,20}){20}[yw]');

  // THEN
  expect(a.commonTopic(b)).toBeUndefined();
});
