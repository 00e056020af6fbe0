/*
 * Comparison of topic patterns. No topic may belong to two maps, including topics that are created later. Patterns are
 * therefore compared as regular languages, not by the topics that exist.
 */

import { Automaton } from './automaton';
import { shortestCommonName } from './common-name';
import { compile, sizeOf } from './compile';
import { DeterministicAutomaton } from './deterministic';
import { DifferenceTooLarge, MAX_DIFFERENCE_STATES } from './exclusion';
import { endsExclude, LiteralEnds, literalEnds } from './literal-ends';
import { parse, Syntax } from './parse';
import { excerpt, patternError } from './pattern-error';
import { isTopicName, MAX_NAME_LENGTH } from './topic-names';

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
   * @throws when the expression is not valid, uses more than groups, classes, repetitions and a negative lookahead at its start, is
   * too large, or matches no topic name
   */
  public static parse(source: string): TopicPattern {
    const syntax = parse(source);
    assertSize(source, sizeOf(syntax.tree));
    const pattern = new TopicPattern(source, automatonOf(source, syntax), literalEnds(syntax.tree));
    assertMatchesSomething(pattern, syntax);
    return pattern;
  }

  private readonly matcher: DeterministicAutomaton;

  private constructor(
    /** The regular expression. */
    public readonly source: string,
    private readonly automaton: Automaton,
    private readonly ends: LiteralEnds,
  ) {
    this.matcher = new DeterministicAutomaton(automaton);
  }

  /**
   * True if the pattern matches the name of a topic. No pattern matches a name that Kafka does not allow. The time is linear in
   * the length of the name; that of RegExp can be exponential.
   */
  public matches(topic: string): boolean {
    const { prefix, suffix } = this.ends;
    return (
      topic.startsWith(prefix) && topic.endsWith(suffix) && isTopicName(topic) && this.matcher.accepts(topic)
    );
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

function automatonOf(source: string, { tree }: Syntax): Automaton {
  try {
    return compile(tree);
  } catch (error) {
    if (!(error instanceof DifferenceTooLarge)) throw error;
    const found = `expands to more than the ${MAX_DIFFERENCE_STATES} states that a pattern with '(?!…)' can have`;
    throw patternError(source, found, 'exclude a common prefix instead of a list of names');
  }
}

function assertMatchesSomething(pattern: TopicPattern, { unmatchable }: Syntax): void {
  if (pattern.anyTopic() !== undefined) return;
  if (unmatchable === ',') {
    const parts = pattern.source.split(',').map((part) => part.trim());
    const list = parts.map((part) => `'${part}'`).join(', ');
    const found = 'contains a comma, which is in no topic name';
    throw patternError(pattern.source, found, `write several patterns: [${excerpt(list)}]`);
  }
  if (unmatchable !== undefined) {
    const found = `matches no valid topic name, because no topic name contains '${unmatchable}'`;
    throw patternError(pattern.source, found, "use a-z, A-Z, 0-9, '.', '_' and '-'");
  }
  const found = `matches only invalid topic names: empty, '.', '..' or longer than ${MAX_NAME_LENGTH} characters`;
  throw patternError(pattern.source, found, 'correct it or leave it out');
}
