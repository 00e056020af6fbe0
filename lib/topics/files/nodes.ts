/*
 * Content of a YAML or JSON file with its lines. It is independent of the YAML parser.
 */

/** A text, number, boolean or null. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly line: number;
  /** The text as it is in the file, without quotes: a number keeps all its digits. */
  readonly text: string;
  /** True if the text has no quotes, so that YAML can read it as a number, boolean or null. */
  readonly isPlain: boolean;
}

/** A mapping. Keys are unique, and in the order of the file. */
export interface MapNode {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: readonly Entry[];
}

/** A sequence. */
export interface ListNode {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly Node[];
}

/** A key and its value. */
export interface Entry {
  readonly key: string;
  /** Line of the key. */
  readonly line: number;
  readonly value: Node;
}

/** Any content. */
export type Node = ScalarNode | MapNode | ListNode;

/** The value of a key of a mapping; undefined if the node is no mapping, or does not have the key. */
export function valueOf(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** True for an empty value: YAML has several ways to write null. */
export function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.isPlain && /^(~|null|Null|NULL|)$/.test(node.text);
}

/** True for a boolean with this value. */
export function isBoolean(node: Node | undefined, value: boolean): boolean {
  return node?.kind === 'scalar' && node.text.toLowerCase() === String(value);
}
