/*
 * Nondeterministic finite automata. The size of such an automaton is proportional to the size of the expanded pattern. A
 * deterministic automaton can be exponentially larger ('.*a.{20}').
 */

import { CharSet } from './char-set';

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
