/*
 * Parser for topic patterns. RegExp can test a text, but cannot list the texts that match, and the comparison of two patterns
 * needs their structure. The parser accepts the part of the syntax that describes regular languages. Its semantics are those
 * of RegExp without flags, including the legacy rules for single braces and brackets and for ranges such as [a-\d].
 */

import { ANY, CharSet, complement, DIGIT, isEmpty, NONE, single, union, where, WORD } from './char-set';
import { patternError } from './pattern-error';

/** Syntax tree of a pattern. */
export type Tree =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly items: readonly Tree[] }
  | { readonly kind: 'choice'; readonly options: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly body: Tree; readonly min: number; readonly max: number };

/** Result of parsing a pattern. */
export interface Syntax {
  readonly tree: Tree;
  /** First part of the pattern that matches no character of topic names. */
  readonly unmatchable?: string;
}

/** Maximum depth of groups. The parser and the compiler recurse for each group, and must not overflow the stack. */
const MAX_DEPTH = 100;

const PLAIN = 'list the names or use plain groups, classes and repetitions';

/** Groups that a finite automaton cannot express, or that have no use in topic names. */
const UNSUPPORTED_GROUPS: readonly (readonly [opening: RegExp, name: string, hint: string])[] = [
  [/\(\?[=!]/y, 'a lookahead', PLAIN],
  [/\(\?<[=!]/y, 'a lookbehind', PLAIN],
  [/\(\?(?=[a-z-])[a-z]*-?[a-z]*[:)]/y, 'an inline flag', 'write both cases as a class, for example [aA]'],
];

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
    throw patternError(source, 'is empty', "write at least one character, for example '.*' for all topics");
  const syntax = new Parser(source).parse();
  const failure = compileFailure(source);
  if (failure !== undefined) throw doesNotCompile(source, failure);
  return syntax;
}

function compileFailure(source: string): string | undefined {
  try {
    new RegExp(source);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : String(error);
  }
}

function doesNotCompile(source: string, reason: string): Error {
  return patternError(source, `does not compile: ${reason}`, 'correct the regular expression');
}

class Parser {
  private at = 0;
  private depth = 0;
  private unmatchable?: string;

  public constructor(private readonly source: string) {}

  public parse(): Syntax {
    const tree = this.choice();
    if (this.at < this.source.length) throw this.malformed();
    return { tree, unmatchable: this.unmatchable };
  }

  private choice(): Tree {
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    return options.length === 1 ? options[0] : { kind: 'choice', options };
  }

  private sequence(): Tree {
    const items: Tree[] = [];
    if (this.depth === 0) this.take('^');
    while (!this.atEndOfSequence()) {
      if (this.depth === 0 && this.scan(/\$(?=\||$)/y)) break;
      items.push(this.quantified(this.atom()));
    }
    return items.length === 1 ? items[0] : { kind: 'sequence', items };
  }

  private atEndOfSequence(): boolean {
    return this.at >= this.source.length || this.sees('|') || this.sees(')');
  }

  /** Parses the quantifier of an atom. The '?' of a lazy quantifier has no effect, because patterns match whole names. */
  private quantified(body: Tree): Tree {
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
    const braces = this.scan(/\{(\d+)(,?)(\d*)\}/y);
    if (!braces) return undefined;
    const [, min, comma, max] = braces;
    if (comma === '') return [count(min), count(min)];
    return [count(min), max === '' ? Infinity : count(max)];
  }

  private atom(): Tree {
    if (this.sees('(')) return this.group();
    if (this.sees('^') || this.sees('$')) throw this.misplacedAnchor();
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
    return toSet(this.escapeOrChar());
  }

  private group(): Tree {
    for (const [opening, name, hint] of UNSUPPORTED_GROUPS) {
      if (this.scan(opening)) throw this.unsupported(name, hint);
    }
    if (!this.scan(/\(\?:|\(\?<[^>]*>|\((?!\?)/y)) throw this.malformed();
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
    return negated ? complement(set) : set;
  }

  /** A single character as text, because it can be an end of a range; a class such as '\d' as a set. */
  private escapeOrChar(): string | CharSet {
    if (!this.take('\\')) return this.character();
    const escaped = this.character();
    const set = CLASS_ESCAPES.get(escaped);
    if (set) return set;
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

  private misplacedAnchor(): Error {
    const [char, place] = this.sees('^') ? ['^', 'start'] : ['$', 'end'];
    const found = `has '${char}' that is not at the ${place} of an alternative`;
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
