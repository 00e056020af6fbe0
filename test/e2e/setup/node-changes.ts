/*
 * Nodes belong to somebody else. Whatever changes on them is written down on the node itself, so that it can be undone
 * at the end, and also by a later run when this one is killed.
 */
import { kubectl, list } from '../kubernetes/kubectl';
import { Node, Taint } from '../kubernetes/objects';
import { chunks } from '../lists';

const UNDO = 'cdk8s-kafka.io/e2e-undo';

/** New labels, null for one to remove, and new taints. */
export interface NodeChange {
  readonly labels?: Readonly<Record<string, string | null>>;
  readonly taints?: readonly Taint[] | null;
}

interface NodePatch {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string | null>>;
    readonly annotations: Readonly<Record<string, string | null>>;
  };
  readonly spec?: { readonly taints: readonly Taint[] | null };
}

/** A change as a patch that remembers how the node was before the first change. */
export function patchFor(node: Node, { labels = {}, taints }: NodeChange): NodePatch {
  const remembered = rememberedOn(node);
  const former = Object.keys(labels).map((key) => [key, node.metadata.labels?.[key] ?? null]);
  const undo: NodeChange = {
    labels: { ...Object.fromEntries(former), ...remembered.labels },
    ...(taints === undefined ? {} : { taints: node.spec.taints ?? null }),
    ...('taints' in remembered ? { taints: remembered.taints } : {}),
  };
  return {
    metadata: { labels, annotations: { [UNDO]: JSON.stringify(undo) } },
    ...(taints === undefined ? {} : { spec: { taints } }),
  };
}

/** The patch that makes a node what it was; undefined when nothing was changed. */
export function undoFor(node: Node): NodePatch | undefined {
  if (node.metadata.annotations?.[UNDO] === undefined) {
    return undefined;
  }
  const { labels = {}, taints } = rememberedOn(node);
  return {
    metadata: { labels, annotations: { [UNDO]: null } },
    ...(taints === undefined ? {} : { spec: { taints } }),
  };
}

/** Changes nodes. */
export async function changeNodes(changes: ReadonlyMap<Node, NodeChange>): Promise<void> {
  await patchAll([...changes].map(([node, change]) => [node.metadata.name, patchFor(node, change)]));
}

/** Makes all nodes what they were before tests changed them. */
export async function undoNodeChanges(): Promise<void> {
  const nodes = await list<Node>(['nodes']);
  await patchAll(
    nodes.flatMap((node) => {
      const patch = undoFor(node);
      return patch ? [[node.metadata.name, patch] as const] : [];
    }),
  );
}

function rememberedOn(node: Node): NodeChange {
  return JSON.parse(node.metadata.annotations?.[UNDO] ?? '{}') as NodeChange;
}

/** kubectl holds itself back, so hundreds of nodes are faster in several calls at once. */
const NODES_PER_CALL = 40;

/** Many nodes get the same patch, and one kubectl can patch them all. */
async function patchAll(patches: readonly (readonly [string, NodePatch])[]): Promise<void> {
  const byText = new Map<string, string[]>();
  for (const [name, patch] of patches) {
    const text = JSON.stringify(patch);
    byText.set(text, [...(byText.get(text) ?? []), name]);
  }
  const calls = [...byText].flatMap(([text, names]) =>
    chunks(names, NODES_PER_CALL).map((part) => [
      'patch',
      'nodes',
      ...part,
      '--type=merge',
      `--patch=${text}`,
    ]),
  );
  await Promise.all(calls.map((args) => kubectl(args, { seconds: 300 })));
}
