/*
 * Nearly all patterns of a cluster differ in plain text at their start or end ('billing-.*', '.*-dlq').
 * Knowing that text lets most pairs be told apart by one string comparison, without an automaton.
 */

import { onlyChar } from './char-set';
import { Tree } from './parse';

/** Text that a pattern promises; either can be empty. */
export interface LiteralEnds {
  /** Every matching name starts with it. */
  readonly prefix: string;
  /** Every matching name ends with it. */
  readonly suffix: string;
}

/** Text at one end, and whether there is nothing else. */
interface End {
  readonly text: string;
  readonly whole: boolean;
}

const UNKNOWN: End = { text: '', whole: false };

/** The ends as far as they are plain text; alternatives and classes end them, even where they agree. */
export function literalEnds(tree: Tree): LiteralEnds {
  return { prefix: endOf(tree, 'first').text, suffix: endOf(tree, 'last').text };
}

/** Whether the ends alone show that no name is common. */
export function endsExclude(a: LiteralEnds, b: LiteralEnds): boolean {
  const samePrefix = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  return !samePrefix || !(a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix));
}

function endOf(tree: Tree, side: 'first' | 'last'): End {
  switch (tree.kind) {
    case 'set': {
      const text = onlyChar(tree.set);
      return text === undefined ? UNKNOWN : { text, whole: true };
    }
    case 'sequence':
      return chain(tree.items, side);
    case 'choice':
      return UNKNOWN;
    case 'repeat': {
      const body = tree.min === 0 ? UNKNOWN : endOf(tree.body, side);
      return body.whole ? { text: body.text.repeat(tree.min), whole: tree.min === tree.max } : body;
    }
  }
}

function chain(items: readonly Tree[], side: 'first' | 'last'): End {
  let text = '';
  for (let i = 0; i < items.length; i++) {
    const end = endOf(items[side === 'first' ? i : items.length - 1 - i], side);
    text = side === 'first' ? text + end.text : end.text + text;
    if (!end.whole) return { text, whole: false };
  }
  return { text, whole: true };
}
