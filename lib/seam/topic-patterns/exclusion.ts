/* Difference of two automata, for patterns with a negative lookahead. */

import { ACCEPT, Automaton, NO_FORK } from './automaton';
import { CharSet, has, NONE, single, union, ALPHABET } from './char-set';
import { DeterministicAutomaton, Subset, SYMBOLS } from './deterministic';

/**
 * Maximum size of a difference. It is larger than the one of other patterns, because a list of names has three times as many
 * states when it is excluded, and few pairs of states are reached when it is compared.
 */
export const MAX_DIFFERENCE_STATES = 15_000;

/** Error: a difference has more than `MAX_DIFFERENCE_STATES` states. */
export class DifferenceTooLarge extends Error {}

/**
 * An automaton that accepts what `body` accepts and `excluded` does not. Its states are pairs of a state of the body and a state
 * of the other automaton, which has to be deterministic for that.
 *
 * @throws DifferenceTooLarge
 */
export function difference(body: Automaton, excluded: Automaton): Automaton {
  return new Difference(body, new DeterministicAutomaton(excluded)).build();
}

class Difference {
  private readonly sets: CharSet[] = [NONE];
  private readonly next: number[] = [ACCEPT];
  private readonly fork: number[] = [NO_FORK];
  private readonly ids = new Map<string, number>();
  private readonly open: { id: number; state: number; other: Subset }[] = [];

  public constructor(
    private readonly body: Automaton,
    private readonly excluded: DeterministicAutomaton,
  ) {}

  public build(): Automaton {
    const start = this.pair(this.body.start, this.excluded.start);
    for (let pair = this.open.pop(); pair; pair = this.open.pop()) {
      const { id, state, other } = pair;
      const { next, fork, sets } = this.body;
      if (fork[state] !== NO_FORK) {
        this.next[id] = this.pair(next[state], other);
        this.fork[id] = this.pair(fork[state], other);
      } else if (state !== ACCEPT) {
        this.follow(id, sets[state], next[state], other);
      }
    }
    return { start, sets: this.sets, next: this.next, fork: this.fork };
  }

  /** A state of the result. A name that ends in a pair of accepting states is excluded: the pair has no successors. */
  private pair(state: number, other: Subset): number {
    if (state === ACCEPT && !other.isAccepting) return ACCEPT;
    const key = `${state}/${other.index}`;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.add(NONE);
    this.ids.set(key, id);
    this.open.push({ id, state, other });
    return id;
  }

  /** Reads a character. Forks choose between the characters that lead to different states of the other automaton. */
  private follow(id: number, set: CharSet, state: number, other: Subset): void {
    const setsByTarget = new Map<Subset, CharSet>();
    for (const symbol of SYMBOLS.filter((one) => has(set, one))) {
      const target = this.excluded.successor(other, symbol);
      const char = single(ALPHABET.charCodeAt(symbol));
      setsByTarget.set(target, union(setsByTarget.get(target) ?? NONE, char));
    }
    const branches = [...setsByTarget];
    let at = id;
    branches.forEach(([target, chars], index) => {
      const isLast = index === branches.length - 1;
      const reader = isLast ? at : this.add(NONE);
      this.sets[reader] = chars;
      if (!isLast) {
        this.next[at] = reader;
        this.fork[at] = this.add(NONE);
        at = this.fork[at];
      }
      this.next[reader] = this.pair(state, target);
    });
  }

  private add(set: CharSet): number {
    if (this.sets.length >= MAX_DIFFERENCE_STATES) throw new DifferenceTooLarge();
    this.sets.push(set);
    this.next.push(ACCEPT);
    return this.fork.push(NO_FORK) - 1;
  }
}
