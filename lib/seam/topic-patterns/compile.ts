/* Compiles the tree of a pattern to an automaton. */

import { ACCEPT, Automaton, NO_FORK } from './automaton';
import { CharSet, NONE } from './char-set';
import { difference } from './exclusion';
import { Tree } from './tree';

/**
 * Number of states that `compile` would create, without the additional ones of a difference. It can be large, because nested
 * repetitions multiply it.
 */
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
    case 'except':
      return statesOf(tree.body) + statesOf(tree.excluded);
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
      case 'except':
        return this.append(end, difference(compile(tree.body), compile(tree.excluded)));
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

  /** Adds the states of another automaton. Its accepting state is `end`. */
  private append(end: number, { start, sets, next, fork }: Automaton): number {
    const offset = this.sets.length - 1;
    const moved = (state: number) => (state === ACCEPT ? end : state === NO_FORK ? NO_FORK : state + offset);
    for (let state = 1; state < sets.length; state++)
      this.add(sets[state], moved(next[state]), moved(fork[state]));
    return moved(start);
  }

  private add(set: CharSet, next: number, fork: number): number {
    this.sets.push(set);
    this.next.push(next);
    return this.fork.push(fork) - 1;
  }
}
