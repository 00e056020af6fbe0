/*
 * Distribution of the topics of a list over ConfigMaps. A list that fits is one ConfigMap. A longer one is a binary tree: a node
 * whose topics do not fit into a ConfigMap has two halves, by the next bit of a hash of the name. So the ConfigMap of a topic
 * depends on no order, and one more topic changes the ConfigMap in which it is, or divides it.
 */
import { createHash } from 'crypto';
import { quoted } from '../input/format';
import { DeclaredTopicConfig } from '../seam/agent-config';

/** The limit of `configMap` less a margin for names and labels. The size of the escaped text counts, as there. */
const MAX_BYTES = 200 * 1024;

/** Size of the text of a list without topics. */
const EMPTY_BYTES = Buffer.byteLength(JSON.stringify(textOf([])));

interface Item {
  readonly name: string;
  readonly line: string;
  readonly hash: Buffer;
}

interface Node {
  /** The leading bits of the hashes of its topics. */
  readonly bits: string;
  items: Item[];
  bytes: number;
  halves?: readonly [Node, Node];
}

/** The topics of a list, distributed over texts that fit into ConfigMaps. */
export class TopicTree {
  private readonly root: Node = newNode('');

  /** Bits of the leaves, sorted. A list that fits has one leaf, without bits. */
  get leaves(): string[] {
    return leavesOf(this.root).map(({ bits }) => bits);
  }

  /** Adds a topic, which must fit into a ConfigMap; see `sizeProblem`. */
  add(topic: DeclaredTopicConfig): void {
    const { name } = topic;
    const item = { name, line: JSON.stringify(topic), hash: createHash('sha256').update(name).digest() };
    let node = this.root;
    while (node.halves !== undefined) {
      node = halfOf(node.halves, node, item);
    }
    insert(node, item);
  }

  /** Text of a leaf: JSON, one topic on each line, sorted by name. */
  render(bits: string): string {
    return textOf(leavesOf(this.root).find((leaf) => leaf.bits === bits)!.items);
  }

  /** All topics as JSON, in no order. */
  get lines(): string[] {
    return leavesOf(this.root).flatMap(({ items }) => items.map(({ line }) => line));
  }
}

/** The problem of a topic that fits into no ConfigMap; undefined if there is none. */
export function sizeProblem(topic: DeclaredTopicConfig): string | undefined {
  const bytes = EMPTY_BYTES + bytesOf(JSON.stringify(topic));
  return bytes > MAX_BYTES
    ? `topic ${quoted(topic.name)} takes ${bytes} bytes, at most ${MAX_BYTES} fit into a ConfigMap; shorten its settings or labels`
    : undefined;
}

function newNode(bits: string): Node {
  return { bits, items: [], bytes: EMPTY_BYTES };
}

function insert(node: Node, item: Item): void {
  node.items.push(item);
  node.bytes += bytesOf(item.line);
  if (node.bytes > MAX_BYTES) {
    const halves = [newNode(`${node.bits}0`), newNode(`${node.bits}1`)] as const;
    node.items.forEach((one) => insert(halfOf(halves, node, one), one));
    node.items = [];
    node.halves = halves;
  }
}

function halfOf(halves: readonly [Node, Node], { bits: { length } }: Node, { hash }: Item): Node {
  return halves[(hash[length >> 3] >> (7 - (length & 7))) & 1];
}

function leavesOf(node: Node): Node[] {
  return node.halves === undefined ? [node] : node.halves.flatMap(leavesOf);
}

/** Size of a line in the JSON of a ConfigMap, with its comma and its line break. */
function bytesOf(line: string): number {
  return Buffer.byteLength(JSON.stringify(line)) + 1;
}

function textOf(items: readonly Item[]): string {
  const lines = [...items].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ line }) => line);
  return `[\n${lines.join(',\n')}\n]\n`;
}
