/*
 * RegExp is the judge: whatever it says about a whole name, the automaton must say too. The alphabet is small so
 * that random patterns and names meet often enough.
 */

import fc from 'fast-check';
import { TopicPattern } from '../../../lib/topic-patterns';
import { accepts, Automaton, compile, sizeOf } from '../../../lib/topic-patterns/automaton';
import { shortestCommonName } from '../../../lib/topic-patterns/common-name';
import { literalEnds } from '../../../lib/topic-patterns/literal-ends';
import { parse } from '../../../lib/topic-patterns/parse';
import { isTopicName } from '../../../lib/kafka/topic-names';

const RUNS = { numRuns: 2000 };

const literal = fc.constantFrom('a', 'b', 'A', '1', '-', '_', '\\.', '\\-', 'ab', ' ');
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

/** Short, because the judge backtracks: 40 characters of nested repetitions can keep it busy for a minute. */
const written = pattern.filter((source) => source !== '' && source.length <= 24);
const topic = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '1', '-', '_', '.'), maxLength: 5 });

/** Any mixture of the characters that mean something; most of it does not compile. */
const scribble = fc.string({
  unit: fc.constantFrom(...'ab1-_. ^$|()[]{},*+?\\d\\w:<>=!'.split('')),
  minLength: 1,
  maxLength: 12,
});

function automatonOf(source: string): Automaton {
  return compile(parse(source).tree);
}

function wholeName(source: string): RegExp {
  return new RegExp(`^(?:${source})$`);
}

function valueOf<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch {
    return undefined;
  }
}

test('a text is accepted exactly when RegExp matches the whole of it', () => {
  fc.assert(
    fc.property(written, fc.array(topic, { minLength: 5, maxLength: 20 }), (source, texts) => {
      const automaton = automatonOf(source);
      const judge = wholeName(source);
      expect(texts.filter((text) => accepts(automaton, text))).toEqual(
        texts.filter((text) => judge.test(text)),
      );
    }),
    RUNS,
  );
});

test('whatever is accepted as a pattern means what RegExp means by it', () => {
  fc.assert(
    fc.property(scribble, fc.array(topic, { maxLength: 10 }), (source, texts) => {
      const automaton = valueOf(() => automatonOf(source));
      fc.pre(automaton !== undefined);
      const judge = wholeName(source);
      expect(texts.filter((text) => accepts(automaton, text))).toEqual(
        texts.filter((text) => judge.test(text)),
      );
    }),
    { ...RUNS, maxSkipsPerRun: 1000 },
  );
});

test('what does not compile is refused in our own words', () => {
  fc.assert(
    fc.property(scribble, (source) => {
      fc.pre(valueOf(() => new RegExp(source)) === undefined);
      expect(() => TopicPattern.parse(source)).toThrow(`topic pattern '${source}' `);
    }),
    RUNS,
  );
});

test('the announced size is the size', () => {
  fc.assert(
    fc.property(written, (source) => {
      expect(automatonOf(source).next).toHaveLength(sizeOf(parse(source).tree));
    }),
    RUNS,
  );
});

test('a common topic is a legal name, and RegExp matches it with both patterns', () => {
  fc.assert(
    fc.property(written, written, (a, b) => {
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
    fc.property(written, written, (a, b) => {
      const [first, second] = [valueOf(() => TopicPattern.parse(a)), valueOf(() => TopicPattern.parse(b))];
      fc.pre(first !== undefined && second !== undefined);
      expect(first.commonTopic(second)).toBe(second.commonTopic(first));
    }),
    RUNS,
  );
});

test('a topic that both match proves a common topic, which is not longer', () => {
  fc.assert(
    fc.property(written, written, fc.array(topic, { minLength: 50, maxLength: 100 }), (a, b, topics) => {
      const known = topics.filter(
        (name) => isTopicName(name) && wholeName(a).test(name) && wholeName(b).test(name),
      );
      fc.pre(known.length > 0);
      const common = TopicPattern.parse(a).commonTopic(TopicPattern.parse(b));
      expect(common).toBeDefined();
      expect(common?.length).toBeLessThanOrEqual(Math.min(...known.map((name) => name.length)));
    }),
    { numRuns: 1000 },
  );
});

test('whatever matches has the text at its ends that the pattern promises', () => {
  fc.assert(
    fc.property(written, fc.array(topic, { minLength: 50, maxLength: 100 }), (source, texts) => {
      const { prefix, suffix } = literalEnds(parse(source).tree);
      const matching = texts.filter((text) => wholeName(source).test(text));
      expect(matching.filter((text) => !text.startsWith(prefix) || !text.endsWith(suffix))).toEqual([]);
    }),
    RUNS,
  );
});

test('comparing the text at the ends first changes no answer', () => {
  fc.assert(
    fc.property(written, written, (a, b) => {
      const [first, second] = [valueOf(() => TopicPattern.parse(a)), valueOf(() => TopicPattern.parse(b))];
      fc.pre(first !== undefined && second !== undefined);
      expect(first.commonTopic(second)).toBe(shortestCommonName(automatonOf(a), automatonOf(b)));
    }),
    RUNS,
  );
});

test('a pattern is refused for matching nothing only when no topic matches it', () => {
  fc.assert(
    fc.property(written, fc.array(topic, { minLength: 20, maxLength: 40 }), (source, topics) => {
      fc.pre(valueOf(() => TopicPattern.parse(source)) === undefined);
      expect(topics.filter((name) => isTopicName(name) && wholeName(source).test(name))).toEqual([]);
    }),
    { numRuns: 200, maxSkipsPerRun: 1000 },
  );
});
