/*
 * Reversible changes of nodes. The original state is recorded on the node, so that a later run can restore it after a killed one.
 */
import { kubectl, list } from '../kubernetes/kubectl';
import { Node, Taint } from '../kubernetes/objects';
import { chunks } from '../lists';

/** Annotation with the original state. Each group has its own, because groups can run at the same time. */
const undoOf = (owner: string) => `cdk8s-kafka.io/e2e-undo.${owner}`;

/** New labels, null to remove one, and new taints. */
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

/** A change as a patch that also records the original state. */
export function patchFor(owner: string, node: Node, { labels = {}, taints }: NodeChange): NodePatch {
  const remembered = rememberedOn(owner, node);
  const former = Object.keys(labels).map((key) => [key, node.metadata.labels?.[key] ?? null]);
  const undo: NodeChange = {
    labels: { ...Object.fromEntries(former), ...remembered.labels },
    ...(taints === undefined ? {} : { taints: node.spec.taints ?? null }),
    ...('taints' in remembered ? { taints: remembered.taints } : {}),
  };
  return {
    metadata: { labels, annotations: { [undoOf(owner)]: JSON.stringify(undo) } },
    ...(taints === undefined ? {} : { spec: { taints } }),
  };
}

/** The patch that restores a node; undefined if it is unchanged. */
export function undoFor(owner: string, node: Node): NodePatch | undefined {
  if (node.metadata.annotations?.[undoOf(owner)] === undefined) {
    return undefined;
  }
  const { labels = {}, taints } = rememberedOn(owner, node);
  return {
    metadata: { labels, annotations: { [undoOf(owner)]: null } },
    ...(taints === undefined ? {} : { spec: { taints } }),
  };
}

/** Changes nodes. */
export async function changeNodes(owner: string, changes: ReadonlyMap<Node, NodeChange>): Promise<void> {
  await patchAll([...changes].map(([node, change]) => [node.metadata.name, patchFor(owner, node, change)]));
}

/** Restores all nodes that a group has changed. */
export async function undoNodeChanges(owner: string): Promise<void> {
  const nodes = await list<Node>(['nodes']);
  await patchAll(
    nodes.flatMap((node) => {
      const patch = undoFor(owner, node);
      return patch ? [[node.metadata.name, patch] as const] : [];
    }),
  );
}

function rememberedOn(owner: string, node: Node): NodeChange {
  return JSON.parse(node.metadata.annotations?.[undoOf(owner)] ?? '{}') as NodeChange;
}

/** kubectl limits its request rate, so several concurrent calls are faster for hundreds of nodes. */
const NODES_PER_CALL = 40;

/** One kubectl call patches all nodes with the same change. */
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
