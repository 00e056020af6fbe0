/*
 * Deterministic view of an automaton. Its states are built when a text reaches them, because all of them can be exponentially
 * many. Repeated matching takes one step for each character.
 */

import { ACCEPT, Automaton, NO_FORK } from './automaton';
import { ALPHABET, has, symbolOf } from './char-set';

/** A state: a set of states of the automaton. */
export interface Subset {
  /** Names that end here match. */
  readonly isAccepting: boolean;
  /** Index of the state, in the order of creation. */
  readonly index: number;
  readonly members: readonly number[];
  /** Successors by character. */
  readonly next: Map<number, Subset>;
}

/** A deterministic automaton that grows as it is used. */
export class DeterministicAutomaton {
  private readonly subsets = new Map<string, Subset>();
  private first?: Subset;

  public constructor(
    private readonly automaton: Automaton,
    /** Number of states to keep. With more, it starts again. */
    private readonly capacity = 2_000,
  ) {}

  /** The start state. */
  public get start(): Subset {
    return (this.first ??= this.subset([this.automaton.start]));
  }

  /** True if the automaton accepts the whole text. */
  public accepts(text: string): boolean {
    if (this.subsets.size > this.capacity) {
      this.subsets.clear();
      this.first = undefined;
    }
    let state = this.start;
    for (const char of text) {
      const symbol = symbolOf(char);
      if (symbol < 0 || state.members.length === 0) return false;
      state = this.successor(state, symbol);
    }
    return state.isAccepting;
  }

  /** State after one more character. */
  public successor(state: Subset, symbol: number): Subset {
    const known = state.next.get(symbol);
    if (known) return known;
    const { sets, next } = this.automaton;
    const reached = state.members.filter((member) => has(sets[member], symbol)).map((member) => next[member]);
    const found = this.subset(reached);
    state.next.set(symbol, found);
    return found;
  }

  /** Follows the forks. The loop also visits states that are added while it runs. */
  private subset(states: readonly number[]): Subset {
    const { next, fork } = this.automaton;
    const reached = new Set(states);
    for (const state of reached) {
      if (fork[state] !== NO_FORK) reached.add(next[state]).add(fork[state]);
    }
    const members = [...reached].filter((state) => fork[state] === NO_FORK).sort((a, b) => a - b);
    const key = members.join();
    const known = this.subsets.get(key);
    if (known) return known;
    const index = this.subsets.size;
    const created = { isAccepting: reached.has(ACCEPT), index, members, next: new Map<number, Subset>() };
    this.subsets.set(key, created);
    return created;
  }
}

/** Symbols of all characters. */
export const SYMBOLS: readonly number[] = [...ALPHABET].map((_, symbol) => symbol);
