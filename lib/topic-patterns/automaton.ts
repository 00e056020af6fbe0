/*
 * Nondeterministic finite automata. The size of such an automaton is proportional to the size of the expanded pattern. A
 * deterministic automaton can be exponentially larger ('.*a.{20}').
 */

import { CharSet, has, NONE, symbolOf } from './char-set';
import { Tree } from './parse';

/**
 * A nondeterministic finite automaton. State i reads a character of `sets[i]` and continues in `next[i]`. A fork has the empty
 * set: it reads no character and continues in `next[i]` or `fork[i]`. State 0 is the accepting state and has no successor.
 */
export interface Automaton {
  readonly start: number;
  readonly sets: readonly CharSet[];
  readonly next: readonly number[];
  readonly fork: readonly number[];
}

/** The accepting state. */
export const ACCEPT = 0;

/** Value in `fork` of a state that reads a character. */
export const NO_FORK = -1;

/** Number of states that `compile` would create. It can be large, because nested repetitions multiply it. */
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
      // A body without states matches only the empty text, also when it is repeated.
      if (body === 0 || tree.max === 0) return 0;
      return body * tree.min + (body + 1) * (tree.max === Infinity ? 1 : tree.max - tree.min);
    }
  }
}

/** Creates the automaton of a tree. Callers check `sizeOf` first, because memory grows with it. */
export function compile(tree: Tree): Automaton {
  const builder = new Builder();
  const start = builder.before(ACCEPT, tree);
  // An array that grew by push has unused capacity, and a cluster can have many patterns. A copy has the exact size.
  return { start, sets: builder.sets.slice(), next: builder.next.slice(), fork: builder.fork.slice() };
}

/** Adds states from the end to the start. The successor of each state then exists already, and no empty states are needed. */
class Builder {
  public readonly sets: CharSet[] = [NONE];
  public readonly next: number[] = [ACCEPT];
  public readonly fork: number[] = [NO_FORK];

  /** Adds the states of a tree that continues in the state `end`, and returns its first state. */
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

/** True if the automaton accepts the whole text. The time is linear in its length; that of RegExp can be exponential. */
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

/** All states that can be reached without a character. The loop also visits states that are added while it runs. */
function closure(automaton: Automaton, states: readonly number[]): ReadonlySet<number> {
  const reached = new Set(states);
  for (const state of reached) {
    if (automaton.fork[state] !== NO_FORK) reached.add(automaton.next[state]).add(automaton.fork[state]);
  }
  return reached;
}
