import fc from 'fast-check';
import { TopicPattern } from '../../../../lib/seam/topic-patterns';
import { TopicOwners } from '../../../../agent/topics/plan/topic-owners';
import { STREAMS } from './two-maps';

const matches = (patterns: readonly string[], topic: string) =>
  new TopicOwners([{ ...STREAMS, patterns }]).mapsOf(topic).length > 0;

test('matches a long name in linear time where RegExp would take exponential time', () => {
  expect(matches(['(a*)*b', '([a-z]+)+-x', '(.*)*z'], 'a'.repeat(249))).toBe(false);
});

test('matches the same topics as the checks at synth', () => {
  const patterns = [
    'orders',
    'events-.*',
    '(?i)Clicks',
    '(?!events-|(?:orders|clicks)$).*',
    '(^a$)|(^b$)',
    'a\\x2d[^b]+',
  ];
  const name = fc.stringMatching(/^(orders|events-|CLICKS|clicks|a|b|a-[ab]|[a-c-]{1,4}){1,2}$/);
  fc.assert(
    fc.property(fc.constantFrom(...patterns), name, (pattern, topic) => {
      expect(matches([pattern], topic)).toBe(TopicPattern.parse(pattern).matches(topic));
    }),
    { numRuns: 1000 },
  );
});
