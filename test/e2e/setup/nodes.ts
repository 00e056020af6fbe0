import { getJson } from '../kubernetes/kubectl';
import { Node, isReady } from '../kubernetes/objects';

/** Zone label of a node. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** Zone of a node; empty if it has none. */
export function zoneOf(node: Node): string {
  return node.metadata.labels?.[ZONE_LABEL] ?? '';
}

/** Zone of a node by its name. */
export async function zoneOfNode(name: string): Promise<string> {
  return zoneOf(await getJson<Node>(['node', name]));
}

/** True if a node is simulated: kwok simulates its kubelet, and pods do not run. */
export function isFake({ metadata }: Node): boolean {
  return (
    metadata.labels?.['kafka.rig/fake'] === 'true' || metadata.annotations?.['kwok.x-k8s.io/node'] === 'fake'
  );
}

/** True if any pod may run on a node. */
export function isSchedulable(node: Node): boolean {
  const barring = (node.spec.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule');
  return isReady(node) && !node.spec.unschedulable && barring.length === 0;
}

/** Nodes that tests may use: those in E2E_NODES, or all. */
export function usable(nodes: readonly Node[], names = process.env.E2E_NODES ?? ''): Node[] {
  const wanted = names.split(',').filter((name) => name !== '');
  return nodes.filter(
    (node) =>
      !isFake(node) && isSchedulable(node) && (wanted.length === 0 || wanted.includes(node.metadata.name)),
  );
}

/** Nodes with a zone, by zone, sorted by name. */
export function byZone(nodes: readonly Node[]): Map<string, Node[]> {
  const zones = new Map<string, Node[]>();
  for (const node of [...nodes].sort((a, b) => compare(a.metadata.name, b.metadata.name))) {
    const zone = zoneOf(node);
    if (zone !== '') {
      zones.set(zone, [...(zones.get(zone) ?? []), node]);
    }
  }
  return new Map([...zones].sort(([a], [b]) => compare(a, b)));
}

/**
 * Assigns nodes to node groups, with a number of nodes for each group in each zone.
 *
 * @throws if a zone has too few nodes, which the preflight also checks
 */
export function share(
  zones: ReadonlyMap<string, readonly Node[]>,
  zoneCount: number,
  perZone: ReadonlyMap<string, number>,
): Map<Node, string> {
  const shared = new Map<Node, string>();
  const wanted = [...perZone.values()].reduce((sum, count) => sum + count, 0);
  const largest = [...zones].filter(([, nodes]) => nodes.length >= wanted).slice(0, zoneCount);
  if (largest.length < zoneCount) {
    throw new Error(`${zoneCount} zones with ${wanted} nodes are needed, there are ${largest.length}`);
  }
  for (const [, nodes] of largest) {
    const free = [...nodes];
    for (const [group, count] of perZone) {
      free.splice(0, count).forEach((node) => shared.set(node, group));
    }
  }
  return shared;
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
