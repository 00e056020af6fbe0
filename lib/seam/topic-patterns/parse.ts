/*
 * Parser for topic patterns. RegExp can test a text, but cannot list the texts that match, and the comparison of two patterns
 * needs their structure. RegExp can also take exponential time. The parser accepts the part of the syntax that describes
 * regular languages. Its semantics are those of RegExp without flags, including the legacy rules for single braces and brackets
 * and for ranges such as [a-\d], or with the flag i after (?i).
 */

import {
  ANY,
  bothCases,
  CharSet,
  complement,
  DIGIT,
  isEmpty,
  NONE,
  single,
  union,
  where,
  WORD,
} from './char-set';
import { patternError } from './pattern-error';
import { RawTree, sequence, startOf, Tree, withoutAnchors } from './tree';

/** Result of parsing a pattern. */
export interface Syntax {
  readonly tree: Tree;
  /** First part of the pattern that matches no character of topic names. */
  readonly unmatchable?: string;
}

/** Maximum length of a pattern. It bounds the time for patterns that are not valid. */
const MAX_LENGTH = 50_000;

/** Maximum depth of groups. The parser and the compiler recurse for each group, and must not overflow the stack. */
const MAX_DEPTH = 100;

const PLAIN = 'list the names or use plain groups, classes and repetitions';

/** Groups that a finite automaton cannot express, or only at another place of the pattern. */
const UNSUPPORTED_GROUPS: readonly (readonly [opening: RegExp, name: string, hint: string])[] = [
  [
    /\(\?!/y,
    'a lookahead inside the pattern',
    "write it at the start of the pattern, for example '(?!events-)[^_].*'",
  ],
  [/\(\?=/y, 'a lookahead', PLAIN],
  [/\(\?<[=!]/y, 'a lookbehind', PLAIN],
  [
    /\(\?[a-z-]+[:)]/y,
    'an inline flag',
    "write '(?i)' at the start of the pattern, or both cases as a class such as [aA]",
  ],
];
const IGNORE_CASE = /^(\^?)\(\?i\)/;

const CLASS_ESCAPES: ReadonlyMap<string, CharSet> = new Map([
  ['d', DIGIT],
  ['D', complement(DIGIT)],
  ['w', WORD],
  ['W', complement(WORD)],
  ['s', NONE],
  ['S', ANY],
]);

/** @throws when the pattern is not a valid regular expression, or uses syntax that is not supported */
export function parse(source: string): Syntax {
  if (source === '')
    throw patternError(
      source,
      'is empty',
      "write at least one character, for example '[^_].*' for all topics",
    );
  if (source.length > MAX_LENGTH) {
    const found = `has ${source.length} characters, which is more than the ${MAX_LENGTH} allowed`;
    throw patternError(source, found, 'split it into several patterns');
  }
  const syntax = new Parser(source).parse();
  const failure = compileFailure(source);
  if (failure !== undefined) throw doesNotCompile(source, failure);
  return syntax;
}

function compileFailure(source: string): string | undefined {
  try {
    new RegExp(source.replace(IGNORE_CASE, '$1'));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : String(error);
  }
}

function doesNotCompile(source: string, reason: string): Error {
  const isGlob = source.startsWith('*');
  return patternError(
    source,
    `does not compile: ${reason}`,
    isGlob
      ? `'*' repeats the text before it, so write ${source === '*' ? "'[^_].*' for all topics" : "'.*' for any text"}`
      : 'correct the regular expression',
  );
}

class Parser {
  private at = 0;
  private depth = 0;
  private unmatchable?: string;
  private readonly ignoresCase: boolean;

  public constructor(private readonly source: string) {
    const flag = IGNORE_CASE.exec(source)?.[0] ?? '';
    this.ignoresCase = flag !== '';
    this.at = flag.length;
  }

  public parse(): Syntax {
    const options = [this.option()];
    while (this.take('|')) options.push(this.option());
    if (this.at < this.source.length) throw this.malformed();
    const tree: Tree = options.length === 1 ? options[0] : { kind: 'choice', options };
    return { tree, unmatchable: this.unmatchable };
  }

  /** Parses an alternative of the whole pattern. Only here, a lookahead sees the whole name. */
  private option(): Tree {
    const anchors = this.take('^') ? [{ kind: 'anchor', char: '^' } as const] : [];
    const excluded: RawTree[] = [];
    while (this.scan(/\(\?!/y)) excluded.push(startOf(this.groupBody()));
    const body = this.resolve(sequence([...anchors, this.sequence()]));
    if (excluded.length === 0) return body;
    return { kind: 'except', body, excluded: this.resolve({ kind: 'choice', options: excluded }) };
  }

  private resolve(tree: RawTree): Tree {
    return withoutAnchors(tree, (char) => this.misplacedAnchor(char));
  }

  private choice(): RawTree {
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    return options.length === 1 ? options[0] : { kind: 'choice', options };
  }

  private sequence(): RawTree {
    const items: RawTree[] = [];
    while (!this.atEndOfSequence()) {
      if (this.take('^')) items.push({ kind: 'anchor', char: '^' });
      else if (this.take('$')) items.push({ kind: 'anchor', char: '$' });
      else items.push(this.quantified(this.atom()));
    }
    return sequence(items);
  }

  private atEndOfSequence(): boolean {
    return this.at >= this.source.length || this.sees('|') || this.sees(')');
  }

  /** Parses the quantifier of an atom. The '?' of a lazy quantifier has no effect, because patterns match whole names. */
  private quantified(body: RawTree): RawTree {
    const times = this.quantifier();
    if (!times) return body;
    this.take('?');
    const [min, max] = times;
    return { kind: 'repeat', body, min, max };
  }

  private quantifier(): readonly [min: number, max: number] | undefined {
    if (this.take('*')) return [0, Infinity];
    if (this.take('+')) return [1, Infinity];
    if (this.take('?')) return [0, 1];
    const braces = this.scan(/\{(\d+)(?:,(\d*))?\}/y);
    if (!braces) return undefined;
    const [, min, max = min] = braces;
    return [count(min), max === '' ? Infinity : count(max)];
  }

  private atom(): RawTree {
    if (this.sees('(')) return this.group();
    if (this.scan(/[*+?]|\{\d+(,\d*)?\}/y)) throw this.malformed();
    const start = this.at;
    const set = this.characters();
    if (isEmpty(set)) this.unmatchable ??= this.textSince(start);
    return { kind: 'set', set };
  }

  /** Text since an index. RegExp without flags splits surrogate pairs; a message must contain the whole pair. */
  private textSince(start: number): string {
    const first = String.fromCodePoint(this.source.codePointAt(start) ?? 0);
    return this.source.slice(start, Math.max(this.at, start + first.length));
  }

  private characters(): CharSet {
    if (this.take('.')) return ANY;
    if (this.take('[')) return this.charClass();
    return this.cased(toSet(this.escapeOrChar()));
  }

  private cased(set: CharSet): CharSet {
    return this.ignoresCase ? bothCases(set) : set;
  }

  private group(): RawTree {
    for (const [opening, name, hint] of UNSUPPORTED_GROUPS) {
      if (this.scan(opening)) throw this.unsupported(name, hint);
    }
    if (!this.scan(/\(\?:|\(\?<[^>]*>|\((?!\?)/y)) throw this.malformed();
    return this.groupBody();
  }

  private groupBody(): RawTree {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) {
      throw patternError(
        this.source,
        `nests more than ${MAX_DEPTH} groups`,
        'split it into several patterns',
      );
    }
    const body = this.choice();
    this.depth -= 1;
    if (!this.take(')')) throw this.malformed();
    return body;
  }

  private charClass(): CharSet {
    const negated = this.take('^');
    let set = NONE;
    while (!this.take(']')) {
      const from = this.escapeOrChar();
      const to = this.scan(/-(?!\])/y) ? this.escapeOrChar() : undefined;
      set = union(set, to === undefined ? toSet(from) : range(from, to));
    }
    return negated ? complement(this.cased(set)) : this.cased(set);
  }

  /** A single character as text, because it can be an end of a range; a class such as '\d' as a set. */
  private escapeOrChar(): string | CharSet {
    if (!this.take('\\')) return this.character();
    const escaped = this.character();
    const set = CLASS_ESCAPES.get(escaped);
    if (set) return set;
    const code = escaped === 'x' || escaped === 'u' ? this.scan(/(?<=x)[\da-f]{2}|(?<=u)[\da-f]{4}/iy) : null;
    if (code) return String.fromCharCode(parseInt(code[0], 16));
    if (/[1-9k]/.test(escaped)) throw this.unsupported('a backreference', PLAIN);
    if (/[bB]/.test(escaped)) {
      throw this.unsupported('a word boundary', "write the separator itself, for example '-' or '\\.'");
    }
    if (/[pP]/.test(escaped)) throw this.unsupported('a unicode property', 'use a class, for example [a-z]');
    if (/[a-zA-Z0-9]/.test(escaped)) {
      throw this.unsupported(`the escape '\\${escaped}'`, 'write the character itself or a class');
    }
    return escaped;
  }

  private character(): string {
    if (this.at >= this.source.length) throw this.malformed();
    this.at += 1;
    return this.source.charAt(this.at - 1);
  }

  private sees(char: string): boolean {
    return this.source.startsWith(char, this.at);
  }

  private take(char: string): boolean {
    const seen = this.sees(char);
    if (seen) this.at += char.length;
    return seen;
  }

  private scan(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.source);
    if (found) this.at = sticky.lastIndex;
    return found;
  }

  private unsupported(name: string, hint: string): Error {
    return patternError(this.source, `uses ${name}, which is not supported`, hint);
  }

  private misplacedAnchor(char: '^' | '$'): Error {
    const found = `has '${char}' that is not at the ${char === '^' ? 'start' : 'end'} of an alternative`;
    return patternError(this.source, found, 'a pattern always matches whole names, so leave it out');
  }

  private malformed(): Error {
    return doesNotCompile(this.source, compileFailure(this.source) ?? `unexpected character at ${this.at}`);
  }
}

/** Parses a repetition count. The result is always finite: Infinity means that the pattern has no limit. */
function count(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}

function toSet(item: string | CharSet): CharSet {
  return typeof item === 'string' ? single(item.charCodeAt(0)) : item;
}

function range(from: string | CharSet, to: string | CharSet): CharSet {
  if (typeof from !== 'string' || typeof to !== 'string') {
    return union(union(toSet(from), single('-'.charCodeAt(0))), toSet(to));
  }
  const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)];
  return where((code) => first <= code && code <= last);
}
