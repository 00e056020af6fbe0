/*
 * Syntax trees of patterns, and the removal of what a regular language does not need: anchors and lookaheads. A pattern
 * matches whole names, so an anchor matches either always or never.
 */

import { ANY, CharSet } from './char-set';

/** Syntax tree of a pattern. */
export type Tree =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly items: readonly Tree[] }
  | { readonly kind: 'choice'; readonly options: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly body: Tree; readonly min: number; readonly max: number }
  /** Names that the body matches and the other tree does not. It is a whole pattern or an option of one. */
  | { readonly kind: 'except'; readonly body: Tree; readonly excluded: Tree };

/** Tree that can contain anchors. */
export type RawTree =
  | Extract<Tree, { readonly kind: 'set' }>
  | { readonly kind: 'sequence'; readonly items: readonly RawTree[] }
  | { readonly kind: 'choice'; readonly options: readonly RawTree[] }
  | { readonly kind: 'repeat'; readonly body: RawTree; readonly min: number; readonly max: number }
  | { readonly kind: 'anchor'; readonly char: '^' | '$' };

const EMPTY: Tree = { kind: 'sequence', items: [] };
const ANYTHING = { kind: 'repeat', body: { kind: 'set', set: ANY }, min: 0, max: Infinity } as const;

/** Tree of several parts in sequence. */
export function sequence(items: readonly Tree[]): Tree;
export function sequence(items: readonly RawTree[]): RawTree;
export function sequence(items: readonly (Tree | RawTree)[]): unknown {
  return items.length === 1 ? items[0] : { kind: 'sequence', items };
}

/**
 * Removes the anchors.
 *
 * @param misplaced creates the error for an anchor that can be inside a name
 */
export function withoutAnchors(
  tree: RawTree,
  misplaced: (char: '^' | '$') => Error,
  isFirst = true,
  isLast = true,
): Tree {
  switch (tree.kind) {
    case 'set':
      return tree;
    case 'anchor':
      if (tree.char === '^' ? isFirst : isLast) return EMPTY;
      throw misplaced(tree.char);
    case 'sequence': {
      const { items } = tree;
      const start = items.findIndex((item) => !isBlank(item));
      const end = lastIndex(items, (item) => !isBlank(item));
      return sequence(
        items.map((item, index) =>
          withoutAnchors(
            item,
            misplaced,
            isFirst && (start < 0 || index <= start),
            isLast && (end < 0 || index >= end),
          ),
        ),
      );
    }
    case 'choice':
      return {
        kind: 'choice',
        options: tree.options.map((option) => withoutAnchors(option, misplaced, isFirst, isLast)),
      };
    case 'repeat':
      return { ...tree, body: withoutAnchors(tree.body, misplaced, false, false) };
  }
}

/** Names that start with a match of the tree. An anchor at the end of the tree is the end of the name. */
export function startOf(tree: RawTree): RawTree {
  switch (tree.kind) {
    case 'anchor':
      return tree.char === '$' ? tree : sequence([tree, ANYTHING]);
    case 'choice':
      return { ...tree, options: tree.options.map(startOf) };
    case 'sequence': {
      const end = lastIndex(tree.items, (item) => !isBlank(item) || isEndAnchor(item));
      if (end < 0) return sequence([...tree.items, ANYTHING]);
      return sequence([...tree.items.slice(0, end), startOf(tree.items[end]), ...tree.items.slice(end + 1)]);
    }
    default:
      return sequence([tree, ANYTHING]);
  }
}

function isEndAnchor(tree: RawTree): boolean {
  return tree.kind === 'anchor' && tree.char === '$';
}

/** True if the tree consists of anchors only. */
function isBlank(tree: RawTree): boolean {
  return tree.kind === 'anchor' || (tree.kind === 'sequence' && tree.items.every(isBlank));
}

function lastIndex(items: readonly RawTree[], isWanted: (item: RawTree) => boolean): number {
  const reversed = [...items].reverse().findIndex(isWanted);
  return reversed < 0 ? -1 : items.length - 1 - reversed;
}
