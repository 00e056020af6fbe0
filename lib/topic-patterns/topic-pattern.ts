/*
 * Comparison of topic patterns. No topic may belong to two maps, including topics that are created later. Patterns are
 * therefore compared as regular languages, not by the topics that exist.
 */

import { accepts, Automaton, compile, sizeOf } from './automaton';
import { shortestCommonName } from './common-name';
import { endsExclude, LiteralEnds, literalEnds } from './literal-ends';
import { parse, Syntax } from './parse';
import { patternError } from './pattern-error';
import { isTopicName, MAX_NAME_LENGTH } from '../kafka/topic-names';

/**
 * Maximum size of an automaton. A comparison of two patterns can visit every pair of their states, which takes about a second
 * for two patterns of this size. A list of 150 long names is smaller.
 */
const MAX_STATES = 5_000;

/** Automaton that accepts every topic name. It also accepts '', '.' and '..', which every comparison excludes. */
const EVERYTHING: Automaton = compile(parse('.*').tree);

/**
 * A pattern for topic names: a regular expression in JavaScript syntax that matches whole names, with or without `^` and `$`.
 * It matches only names that Kafka allows.
 */
export class TopicPattern {
  /**
   * @throws when the expression is not valid, uses more than plain groups, classes and repetitions, is too large, or matches no
   * topic name
   */
  public static parse(source: string): TopicPattern {
    const syntax = parse(source);
    assertSize(source, sizeOf(syntax.tree));
    const pattern = new TopicPattern(source, compile(syntax.tree), literalEnds(syntax.tree));
    assertMatchesSomething(pattern, syntax);
    return pattern;
  }

  private constructor(
    /** The regular expression. */
    public readonly source: string,
    private readonly automaton: Automaton,
    private readonly ends: LiteralEnds,
  ) {}

  /** True if the pattern matches the name of a topic. No pattern matches a name that Kafka does not allow. */
  public matches(topic: string): boolean {
    return isTopicName(topic) && accepts(this.automaton, topic);
  }

  /**
   * A topic name that both patterns match; undefined if there is none. It is a shortest one. Among these it is the first in
   * the order letters, digits, '-', '_', '.'.
   */
  public commonTopic(other: TopicPattern): string | undefined {
    if (endsExclude(this.ends, other.ends)) return undefined;
    return shortestCommonName(this.automaton, other.automaton);
  }

  /** A topic name that this pattern matches, in the order of `commonTopic`. */
  public anyTopic(): string | undefined {
    return shortestCommonName(this.automaton, EVERYTHING);
  }
}

function assertSize(source: string, states: number): void {
  if (states > MAX_STATES) {
    const found = `expands to ${states} states, which is more than the ${MAX_STATES} allowed`;
    throw patternError(source, found, 'use smaller repetition counts or split it into several patterns');
  }
}

function assertMatchesSomething(pattern: TopicPattern, { unmatchable }: Syntax): void {
  if (pattern.anyTopic() !== undefined) return;
  if (unmatchable !== undefined) {
    const found = `matches no valid topic name, because no topic name contains '${unmatchable}'`;
    throw patternError(pattern.source, found, "use a-z, A-Z, 0-9, '.', '_' and '-'");
  }
  const found = `matches only invalid topic names: empty, '.', '..' or longer than ${MAX_NAME_LENGTH} characters`;
  throw patternError(pattern.source, found, 'correct it or leave it out');
}
