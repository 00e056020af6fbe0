/*
 * A nondeterministic automaton, because its size is proportional to that of the expanded pattern. A
 * deterministic one can be exponentially larger ('.*a.{20}').
 */

import { CharSet, has, NONE, symbolOf } from './char-set';
import { Tree } from './parse';

/**
 * State i reads a character of `sets[i]` and goes to `next[i]`. A fork has the empty set: it reads nothing and
 * goes to `next[i]` or `fork[i]`. State 0 accepts and goes nowhere.
 */
export interface Automaton {
  readonly start: number;
  readonly sets: readonly CharSet[];
  readonly next: readonly number[];
  readonly fork: readonly number[];
}

export const ACCEPT = 0;

/** In `fork`: the state reads a character. */
export const NO_FORK = -1;

/** How many states `compile` makes, without making them: repetitions multiply. */
export function sizeOf(tree: Tree): number {
  return 1 + statesOf(tree);
}

function statesOf(tree: Tree): number {
  switch (tree.kind) {
    case 'set':
      return 1;
    case 'sequence':
      return tree.items.reduce((sum, item) => sum + statesOf(item), 0);
    case 'choice':
      return tree.options.reduce((sum, option) => sum + 1 + statesOf(option), -1);
    case 'repeat': {
      const body = statesOf(tree.body);
      // A body without states matches only the empty text, however often it is repeated.
      if (body === 0 || tree.max === 0) return 0;
      return body * tree.min + (body + 1) * (tree.max === Infinity ? 1 : tree.max - tree.min);
    }
  }
}

/** The caller checks `sizeOf` first: this makes every state that it counts. */
export function compile(tree: Tree): Automaton {
  const builder = new Builder();
  const start = builder.before(ACCEPT, tree);
  // Copies are exact in size; an array that grew by push keeps room for more, in every pattern of a cluster.
  return { start, sets: builder.sets.slice(), next: builder.next.slice(), fork: builder.fork.slice() };
}

/** Works from the end to the start, so that every state knows its successor and none is needed as a joint. */
class Builder {
  public readonly sets: CharSet[] = [NONE];
  public readonly next: number[] = [ACCEPT];
  public readonly fork: number[] = [NO_FORK];

  /** The state from which the tree leads to the given state. */
  public before(end: number, tree: Tree): number {
    switch (tree.kind) {
      case 'set':
        return this.add(tree.set, end, NO_FORK);
      case 'sequence':
        return tree.items.reduceRight((state, item) => this.before(state, item), end);
      case 'choice':
        return tree.options
          .map((option) => this.before(end, option))
          .reduceRight((others, option) => this.add(NONE, option, others));
      case 'repeat':
        return statesOf(tree.body) === 0 ? end : this.repeated(end, tree.body, tree.min, tree.max);
    }
  }

  private repeated(end: number, body: Tree, min: number, max: number): number {
    let state = max === Infinity ? this.loop(end, body) : end;
    for (let optional = min; optional < max && max !== Infinity; optional++) {
      state = this.add(NONE, this.before(state, body), end);
    }
    for (let required = 0; required < min; required++) state = this.before(state, body);
    return state;
  }

  private loop(end: number, body: Tree): number {
    const fork = this.add(NONE, end, end);
    this.next[fork] = this.before(fork, body);
    return fork;
  }

  private add(set: CharSet, next: number, fork: number): number {
    this.sets.push(set);
    this.next.push(next);
    return this.fork.push(fork) - 1;
  }
}

/** Whether the automaton reads exactly this text. Linear in its length, which RegExp does not promise. */
export function accepts(automaton: Automaton, text: string): boolean {
  let states = closure(automaton, [automaton.start]);
  for (const char of text) {
    const symbol = symbolOf(char);
    if (symbol < 0) return false;
    states = closure(automaton, readers(automaton, states, symbol));
  }
  return states.has(ACCEPT);
}

function readers(automaton: Automaton, states: ReadonlySet<number>, symbol: number): number[] {
  return [...states]
    .filter((state) => has(automaton.sets[state], symbol))
    .map((state) => automaton.next[state]);
}

/** The states that can be reached without reading. A set can be extended while it is iterated. */
function closure(automaton: Automaton, states: readonly number[]): ReadonlySet<number> {
  const reached = new Set(states);
  for (const state of reached) {
    if (automaton.fork[state] !== NO_FORK) reached.add(automaton.next[state]).add(automaton.fork[state]);
  }
  return reached;
}
