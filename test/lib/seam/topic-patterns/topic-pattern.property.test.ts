/*
 * RegExp is the reference: the automaton accepts a name if and only if RegExp matches the whole name. The alphabet is small,
 * so that random patterns match random names often enough.
 */

import fc from 'fast-check';
import { TopicPattern } from '../../../../lib/seam/topic-patterns';
import { Automaton } from '../../../../lib/seam/topic-patterns/automaton';
import { compile, sizeOf } from '../../../../lib/seam/topic-patterns/compile';
import { DeterministicAutomaton } from '../../../../lib/seam/topic-patterns/deterministic';
import { shortestCommonName } from '../../../../lib/seam/topic-patterns/common-name';
import { literalEnds } from '../../../../lib/seam/topic-patterns/literal-ends';
import { parse } from '../../../../lib/seam/topic-patterns/parse';
import { isTopicName } from '../../../../lib/seam/topic-patterns/topic-names';

const RUNS = { numRuns: 2000 };

const literal = fc.constantFrom('a', 'b', 'A', '1', '-', '_', '\\.', '\\-', 'ab', ' ', '\\x61', '\\u002d');
const charClass = fc.constantFrom(
  ...['.', '\\d', '\\D', '\\w', '\\W', '\\S', '[ab]', '[^a]', '[a-c1]', '[^\\w]', '[\\d-]', '[.-]', '[--1]'],
  ...['[a-\\d]', '[\\w-b]', '[^^]', '[^]', '[]', '[A-z]', '[!-\\/]', '[\\]a]', '[a\\-1]'],
);
const quantifier = fc.constantFrom(...'* + ? *? +? ?? {0} {2} {1,} {0,2} {1,3}? {2,}?'.split(' '));

const { pattern } = fc.letrec<{ atom: string; term: string; sequence: string; pattern: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    literal,
    charClass,
    fc.tuple(fc.constantFrom('(', '(?:'), tie('pattern')).map(([open, body]) => `${open}${body})`),
  ),
  term: fc.tuple(tie('atom'), fc.option(quantifier, { nil: '' })).map(([atom, times]) => atom + times),
  sequence: fc.array(tie('term'), { maxLength: 3 }).map((terms) => terms.join('')),
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((options) => options.join('|')),
}));

/** Patterns with anchors, negative lookaheads and (?i). Anchors are also in groups. */
const option = fc
  .tuple(
    fc.array(fc.tuple(pattern, fc.constantFrom('', '$')), { maxLength: 2 }),
    pattern,
    fc.constantFrom('', '^', '(^', '(?:^'),
    fc.constantFrom('', '$'),
  )
  .map(([excluded, body, start, end]) => {
    const lookaheads = excluded.map(([other, anchor]) => `(?!(${other})${anchor})`).join('');
    return start.startsWith('(')
      ? `${lookaheads}${start}(${body})${end})${end}`
      : `${start}${lookaheads}(${body})${end}`;
  });
const extendedPattern = fc
  .tuple(fc.constantFrom('', '(?i)'), fc.array(option, { minLength: 1, maxLength: 2 }))
  .map(([flag, options]) => flag + options.join('|'))
  .filter((source) => source.length <= 60);

/** Short patterns: RegExp backtracks, and 40 characters of nested repetitions can take a minute. */
const validPattern = pattern.filter((source) => source !== '' && source.length <= 24);
const topic = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '1', '-', '_', '.'), maxLength: 5 });

/** Random characters with a meaning in patterns; most of these texts do not compile. */
const randomText = fc.string({
  unit: fc.constantFrom(...'ab1-_. ^$|()[]{},*+?\\d\\w:<>=!'.split('')),
  minLength: 1,
  maxLength: 12,
});

function automatonOf(source: string): Automaton {
  return compile(parse(source).tree);
}

function wholeName(source: string): RegExp {
  const body = source.replace('(?i)', '');
  return new RegExp(`^(?:${body})$`, body === source ? '' : 'i');
}

function valueOf<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch {
    return undefined;
  }
}

test('a text is accepted if and only if RegExp matches all of it', () => {
  fc.assert(
    fc.property(validPattern, fc.array(topic, { minLength: 5, maxLength: 20 }), (source, texts) => {
      const automaton = new DeterministicAutomaton(automatonOf(source));
      const reference = wholeName(source);
      expect(texts.filter((text) => automaton.accepts(text))).toEqual(
        texts.filter((text) => reference.test(text)),
      );
    }),
    RUNS,
  );
});

test('a pattern with anchors, lookaheads and (?i) accepts a text if and only if RegExp matches all of it', () => {
  fc.assert(
    fc.property(extendedPattern, fc.array(topic, { minLength: 20, maxLength: 40 }), (source, texts) => {
      const automaton = new DeterministicAutomaton(automatonOf(source));
      const reference = wholeName(source);
      expect(texts.filter((text) => automaton.accepts(text))).toEqual(
        texts.filter((text) => reference.test(text)),
      );
    }),
    RUNS,
  );
});

test('a common topic of extended patterns matches both, and is not longer than a known one', () => {
  fc.assert(
    fc.property(
      extendedPattern,
      extendedPattern,
      fc.array(topic, { minLength: 50, maxLength: 100 }),
      (a, b, topics) => {
        const isCommon = (name: string) =>
          isTopicName(name) && wholeName(a).test(name) && wholeName(b).test(name);
        const name = shortestCommonName(automatonOf(a), automatonOf(b));
        expect(name === undefined || isCommon(name)).toBe(true);
        const known = topics.filter(isCommon).map(({ length }) => length);
        expect(name?.length ?? Infinity).toBeLessThanOrEqual(Math.min(...known));
      },
    ),
    { numRuns: 1000 },
  );
});

test('a matcher with little room gives the same answers', () => {
  fc.assert(
    fc.property(validPattern, fc.array(topic, { minLength: 5, maxLength: 20 }), (source, texts) => {
      const automaton = automatonOf(source);
      const [small, large] = [
        new DeterministicAutomaton(automaton, 1),
        new DeterministicAutomaton(automaton),
      ];
      expect(texts.map((text) => small.accepts(text))).toEqual(texts.map((text) => large.accepts(text)));
    }),
    RUNS,
  );
});

test('an accepted pattern matches the same texts as RegExp', () => {
  fc.assert(
    fc.property(randomText, fc.array(topic, { maxLength: 10 }), (source, texts) => {
      const automaton = valueOf(() => new DeterministicAutomaton(automatonOf(source)));
      fc.pre(automaton !== undefined);
      const reference = wholeName(source);
      expect(texts.filter((text) => automaton.accepts(text))).toEqual(
        texts.filter((text) => reference.test(text)),
      );
    }),
    { ...RUNS, maxSkipsPerRun: 1000 },
  );
});

test('the message of a pattern that does not compile names the pattern', () => {
  fc.assert(
    fc.property(randomText, (source) => {
      fc.pre(valueOf(() => new RegExp(source)) === undefined);
      expect(() => TopicPattern.parse(source)).toThrow(`topic pattern '${source}' `);
    }),
    RUNS,
  );
});

test('sizeOf() returns the number of states', () => {
  fc.assert(
    fc.property(validPattern, (source) => {
      expect(automatonOf(source).next).toHaveLength(sizeOf(parse(source).tree));
    }),
    RUNS,
  );
});

test('a common topic is a valid name, and RegExp matches it with both patterns', () => {
  fc.assert(
    fc.property(validPattern, validPattern, (a, b) => {
      const name = shortestCommonName(automatonOf(a), automatonOf(b));
      fc.pre(name !== undefined);
      expect([isTopicName(name), wholeName(a).test(name), wholeName(b).test(name)]).toEqual([
        true,
        true,
        true,
      ]);
    }),
    RUNS,
  );
});

test('the order of two patterns does not matter', () => {
  fc.assert(
    fc.property(validPattern, validPattern, (a, b) => {
      const [first, second] = [valueOf(() => TopicPattern.parse(a)), valueOf(() => TopicPattern.parse(b))];
      fc.pre(first !== undefined && second !== undefined);
      expect(first.commonTopic(second)).toBe(second.commonTopic(first));
    }),
    RUNS,
  );
});

test('two patterns that match a topic have a common topic, which is not longer', () => {
  fc.assert(
    fc.property(
      validPattern,
      validPattern,
      fc.array(topic, { minLength: 50, maxLength: 100 }),
      (a, b, topics) => {
        const known = topics.filter(
          (name) => isTopicName(name) && wholeName(a).test(name) && wholeName(b).test(name),
        );
        fc.pre(known.length > 0);
        const common = TopicPattern.parse(a).commonTopic(TopicPattern.parse(b));
        expect(common).toBeDefined();
        expect(common?.length).toBeLessThanOrEqual(Math.min(...known.map((name) => name.length)));
      },
    ),
    { numRuns: 1000 },
  );
});

test('every match has the literal prefix and suffix of the pattern', () => {
  fc.assert(
    fc.property(validPattern, fc.array(topic, { minLength: 50, maxLength: 100 }), (source, texts) => {
      const { prefix, suffix } = literalEnds(parse(source).tree);
      const matching = texts.filter((text) => wholeName(source).test(text));
      expect(matching.filter((text) => !text.startsWith(prefix) || !text.endsWith(suffix))).toEqual([]);
    }),
    RUNS,
  );
});

test('comparing prefixes and suffixes first changes no result', () => {
  fc.assert(
    fc.property(validPattern, validPattern, (a, b) => {
      const [first, second] = [valueOf(() => TopicPattern.parse(a)), valueOf(() => TopicPattern.parse(b))];
      fc.pre(first !== undefined && second !== undefined);
      expect(first.commonTopic(second)).toBe(shortestCommonName(automatonOf(a), automatonOf(b)));
    }),
    RUNS,
  );
});

test('a rejected pattern matches no topic', () => {
  fc.assert(
    fc.property(validPattern, fc.array(topic, { minLength: 20, maxLength: 40 }), (source, topics) => {
      fc.pre(valueOf(() => TopicPattern.parse(source)) === undefined);
      expect(topics.filter((name) => isTopicName(name) && wholeName(source).test(name))).toEqual([]);
    }),
    { numRuns: 200, maxSkipsPerRun: 1000 },
  );
});
