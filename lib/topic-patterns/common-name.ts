/*
 * Runs two automata side by side, breadth first over pairs of states. That decides exactly whether a topic name
 * exists that both accept, in time bounded by the product of their sizes, and finds a shortest one.
 */

import { ACCEPT, Automaton, NO_FORK } from './automaton';
import { ALPHABET, leastCommon } from './char-set';
import { isTopicName, MAX_NAME_LENGTH } from '../kafka/topic-names';

/** Pairs of states that both reach by reading the word, and by no smaller one. */
interface Front {
  readonly word: string;
  readonly pairs: readonly number[];
}

/** Below this length a word can be one that leads to acceptance and yet is no name: '', '.' and '..'. */
const SAFE_LENGTH = 3;

const ACCEPTING_PAIR = ACCEPT;

/**
 * The least topic name that both automata accept: a shorter one is less, then the order of the alphabet
 * decides. So the answer does not depend on the order of the arguments or on how a pattern is written.
 */
export function shortestCommonName(a: Automaton, b: Automaton): string | undefined {
  const product = new Product(a, b);
  let fronts: readonly Front[] = [{ word: '', pairs: [product.start] }];
  for (let length = 0; length <= MAX_NAME_LENGTH && fronts.length > 0; length++) {
    // A pair reached by '..' may be reached again by '...', and only then count. Being last in the alphabet,
    // the dots hide no pair from a legal word of their own length.
    if (length <= SAFE_LENGTH) product.forget();
    const following: Front[] = [];
    for (const { word, pairs } of fronts) {
      const { accepting, arcs } = product.advance(pairs);
      if (accepting && isTopicName(word)) return word;
      following.push(...product.fronts(word, arcs));
    }
    fronts = following;
  }
  return undefined;
}

class Product {
  /** A pair of states is one number: the state of `a` times the size of `b`, plus the state of `b`. */
  public readonly start: number;
  private readonly width: number;
  private readonly size: number;
  private readonly seen: PairSet;

  public constructor(
    private readonly a: Automaton,
    private readonly b: Automaton,
  ) {
    this.width = b.next.length;
    this.size = a.next.length * this.width;
    this.start = this.pair(a.start, b.start);
    this.seen = new PairSet(this.size);
  }

  public forget(): void {
    this.seen.clear();
  }

  /**
   * Follows forks and then one character, from pairs not seen before. An arc is one number too: the least
   * common symbol times the number of pairs, plus the pair it leads to, so that sorting is by symbol.
   */
  public advance(pairs: readonly number[]): {
    readonly accepting: boolean;
    readonly arcs: readonly number[];
  } {
    const { a, b, width } = this;
    const queue = [...pairs];
    const arcs: number[] = [];
    let accepting = false;
    for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
      if (!this.seen.add(pair)) continue;
      const p = Math.floor(pair / width);
      const q = pair % width;
      if (a.fork[p] !== NO_FORK) {
        queue.push(this.pair(a.next[p], q), this.pair(a.fork[p], q));
      } else if (b.fork[q] !== NO_FORK) {
        queue.push(this.pair(p, b.next[q]), this.pair(p, b.fork[q]));
      } else if (pair === ACCEPTING_PAIR) {
        accepting = true;
      } else {
        const symbol = leastCommon(a.sets[p], b.sets[q]);
        if (symbol >= 0) arcs.push(symbol * this.size + this.pair(a.next[p], b.next[q]));
      }
    }
    return { accepting, arcs: arcs.length > 1 ? arcs.sort((x, y) => x - y) : arcs };
  }

  /** One front per symbol, in the order of the alphabet. */
  public fronts(word: string, arcs: readonly number[]): Front[] {
    const fronts: { word: string; pairs: number[] }[] = [];
    let last = -1;
    for (const arc of arcs) {
      const symbol = Math.floor(arc / this.size);
      if (symbol !== last) fronts.push({ word: word + ALPHABET.charAt(symbol), pairs: [] });
      last = symbol;
      fronts[fronts.length - 1].pairs.push(arc % this.size);
    }
    return fronts;
  }

  private pair(p: number, q: number): number {
    return p * this.width + q;
  }
}

/** A bit per pair: two large patterns have more pairs than a Set can hold. */
class PairSet {
  private readonly bits: Int32Array;

  public constructor(size: number) {
    this.bits = new Int32Array((size >> 5) + 1);
  }

  public clear(): void {
    this.bits.fill(0);
  }

  /** Whether the pair is new. */
  public add(pair: number): boolean {
    const bit = 1 << (pair & 31);
    const isNew = (this.bits[pair >> 5] & bit) === 0;
    this.bits[pair >> 5] |= bit;
    return isNew;
  }
}
