/*
 * Literal text at the start and at the end of patterns. Nearly all patterns of a cluster differ in it ('billing-.*',
 * '.*-dlq'). For most pairs of patterns a comparison of this text shows that they have no common topic, and the slow
 * comparison of automata is not needed.
 */

import { onlyChar } from './char-set';
import { Tree } from './tree';

/** Literal text at the ends of all names that match a pattern. Both texts can be empty. */
export interface LiteralEnds {
  /** Every matching name starts with it. */
  readonly prefix: string;
  /** Every matching name ends with it. */
  readonly suffix: string;
}

/** Literal text at one end of a part of a pattern. `whole` is true if the part matches only this text. */
interface End {
  readonly text: string;
  readonly whole: boolean;
}

const UNKNOWN: End = { text: '', whole: false };

/** Literal ends of a pattern. They stop at alternatives and classes, even if all alternatives start with the same text. */
export function literalEnds(tree: Tree): LiteralEnds {
  return { prefix: endOf(tree, 'first').text, suffix: endOf(tree, 'last').text };
}

/** True if the ends show that two patterns have no common name. */
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
    case 'except':
      return { ...endOf(tree.body, side), whole: false };
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
