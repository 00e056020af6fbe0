/*
 * Breadth-first search in the product of two automata, whose states are pairs of their states. The search is exact: it finds
 * a shortest topic name that both automata accept, or proves that there is none. Its time is bounded by the product of their
 * sizes.
 */

import { ACCEPT, Automaton, NO_FORK } from './automaton';
import { ALPHABET, leastCommon } from './char-set';
import { isTopicName, MAX_NAME_LENGTH } from './topic-names';

/** Pairs of states that the automata reach with a word, and with no smaller word. */
interface Front {
  readonly word: string;
  readonly pairs: readonly number[];
}

/** Minimum length of a word that is always a topic name if both automata accept it: '', '.' and '..' are not topic names. */
const SAFE_LENGTH = 3;

const ACCEPTING_PAIR = ACCEPT;

/**
 * The smallest topic name that both automata accept; undefined if there is none. Shorter names are smaller, and names of the
 * same length are in the order of the alphabet. The result therefore depends neither on the order of the arguments nor on the
 * notation of the patterns.
 */
export function shortestCommonName(a: Automaton, b: Automaton): string | undefined {
  const product = new Product(a, b);
  let fronts: readonly Front[] = [{ word: '', pairs: [product.start] }];
  for (let length = 0; length <= MAX_NAME_LENGTH && fronts.length > 0; length++) {
    // '..' can reach an accepting pair and is not a topic name. A longer word such as '...' must be able to reach the same pair
    // again, so the search forgets visited pairs here. Dots are last in the alphabet, so a topic name
    // of the same length reaches a common pair before '..' does.
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
  /** The start pair. A pair of states is one number: the state of `a` times the size of `b`, plus the state of `b`. */
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
   * Follows the forks and then one character from all pairs that were not visited before. An arc is a transition, also as one
   * number: the first common character times the number of pairs, plus the next pair. Sorted arcs are thus in the order of
   * the alphabet.
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

  /** One front for each character, in the order of the alphabet. */
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

/** A set of pairs with one bit for each pair: two large patterns have more pairs than a Set can store. */
class PairSet {
  private readonly bits: Int32Array;

  public constructor(size: number) {
    this.bits = new Int32Array((size >> 5) + 1);
  }

  public clear(): void {
    this.bits.fill(0);
  }

  /** Adds a pair. Returns true if the set did not contain it. */
  public add(pair: number): boolean {
    const bit = 1 << (pair & 31);
    const isNew = (this.bits[pair >> 5] & bit) === 0;
    this.bits[pair >> 5] |= bit;
    return isNew;
  }
}
