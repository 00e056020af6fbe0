/*
 * Two maps must never be able to own the same topic, now or when a topic is created later. So patterns are
 * compared as languages, not by the topics that happen to exist.
 */

import { accepts, Automaton, compile, sizeOf } from './automaton';
import { shortestCommonName } from './common-name';
import { endsExclude, LiteralEnds, literalEnds } from './literal-ends';
import { parse, Syntax } from './parse';
import { refusal } from './refusal';
import { isTopicName, MAX_NAME_LENGTH } from '../kafka/topic-names';

/**
 * Comparing two patterns can visit every pair of their states: about a second for two of this size. A list of
 * 150 long names is below it.
 */
const MAX_STATES = 5_000;

/** All topics, and more: '', '.' and '..' are excluded by every comparison. */
const EVERYTHING: Automaton = compile(parse('.*').tree);

/**
 * The set of topics whose whole name matches a regular expression in JavaScript syntax, with or without `^`
 * and `$`. Only names that Kafka allows are in the set.
 */
export class TopicPattern {
  /**
   * @throws when the expression does not compile, uses more than plain groups, classes and repetitions, is too
   * large, or matches no legal topic name
   */
  public static parse(source: string): TopicPattern {
    const syntax = parse(source);
    assertSize(source, sizeOf(syntax.tree));
    const pattern = new TopicPattern(source, compile(syntax.tree), literalEnds(syntax.tree));
    assertMatchesSomething(pattern, syntax);
    return pattern;
  }

  private constructor(
    public readonly source: string,
    private readonly automaton: Automaton,
    private readonly ends: LiteralEnds,
  ) {}

  /** Whether a topic of this name is in the set. A name that Kafka does not allow is in none. */
  public matches(topic: string): boolean {
    return isTopicName(topic) && accepts(this.automaton, topic);
  }

  /**
   * A topic name that both match: a shortest one, and among these the one with letters first, then digits,
   * then '-', '_' and '.'. `undefined` when there is none.
   */
  public commonTopic(other: TopicPattern): string | undefined {
    if (endsExclude(this.ends, other.ends)) return undefined;
    return shortestCommonName(this.automaton, other.automaton);
  }

  /** A topic name that this pattern matches, chosen as in `commonTopic`. */
  public anyTopic(): string | undefined {
    return shortestCommonName(this.automaton, EVERYTHING);
  }
}

function assertSize(source: string, states: number): void {
  if (states > MAX_STATES) {
    const found = `expands to ${states} states, which is more than the ${MAX_STATES} allowed`;
    throw refusal(source, found, 'use smaller repetition counts or split it into several patterns');
  }
}

function assertMatchesSomething(pattern: TopicPattern, { impossible }: Syntax): void {
  if (pattern.anyTopic() !== undefined) return;
  if (impossible !== undefined) {
    const found = `matches no legal topic name, because '${impossible}' is in none`;
    throw refusal(pattern.source, found, "use a-z, A-Z, 0-9, '.', '_' and '-'");
  }
  const found = `matches no legal topic name, only what is empty, '.', '..' or longer than ${MAX_NAME_LENGTH} characters`;
  throw refusal(pattern.source, found, 'correct it or leave it out');
}
