/*
 * Objects that a request selects.
 */
import { DOMAIN } from '../lib/kubernetes/labels';
import { CommandError } from './command-error';
import { TargetSelection } from './request';

/** Objects of one kind. */
export interface Target {
  readonly kind: 'pod' | 'statefulset';
  readonly names: readonly string[];
}

/** Selected objects. */
export interface Targets {
  readonly targets: readonly Target[];
  /** Selected pods on nodes that are not ready. They do not receive the request. */
  readonly unreachable: readonly { readonly name: string; readonly nodeName: string }[];
}

interface Named {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

interface Pod extends Named {
  readonly spec: { readonly nodeName?: string };
}

interface Node extends Named {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

type RunKubectl = (args: readonly string[]) => Promise<string>;

const MAP = `${DOMAIN}/map`;

/** Other names would be options of `kubectl`. */
const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/**
 * Finds the selected objects.
 *
 * @throws CommandError if there are none
 */
export async function findTargets(
  selection: TargetSelection,
  namespace: string,
  run: RunKubectl,
): Promise<Targets> {
  switch (selection.kind) {
    case 'pods':
      return pods(servers('pods', await serversOf('pods', namespace, run), selection.names, namespace));
    case 'statefulset': {
      const all = await serversOf('statefulsets', namespace, run);
      const names = servers('statefulsets', all, [selection.name], namespace);
      return { targets: [{ kind: 'statefulset', names }], unreachable: [] };
    }
    case 'map':
      return pods(ofMap(await podsOf(selection.cluster, namespace, run), selection));
    case 'zone': {
      const all = await podsOf(selection.cluster, namespace, run);
      const nodes = await list<Node>(['nodes'], run);
      const names = inZone(all, nodes, selection);
      return pods(names, unreachablePods(all, nodes, names));
    }
  }
}

function pods(names: readonly string[], unreachable: Targets['unreachable'] = []): Targets {
  return { targets: [{ kind: 'pod', names }], unreachable };
}

const KINDS = {
  pods: 'broker, controller or ZooKeeper server',
  statefulsets: 'StatefulSet of servers',
} as const;

/** Validates that objects are those of servers. Nothing reads the annotations of others. */
function servers(
  kind: keyof typeof KINDS,
  found: readonly Named[],
  names: readonly string[],
  namespace: string,
): readonly string[] {
  const known = namesOf(found);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new CommandError(
      `namespace '${namespace}' has no ${KINDS[kind]} '${unknown}'; existing ${kind}: ${known.join(', ') || 'none'}`,
      'missing',
    );
  }
  return names;
}

function unreachablePods(
  all: readonly Pod[],
  nodes: readonly Node[],
  names: readonly string[],
): Targets['unreachable'] {
  const notReady = new Set(
    nodes
      .filter(({ status }) =>
        status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value !== 'True'),
      )
      .map(({ metadata }) => metadata.name),
  );
  return all
    .filter(({ metadata, spec }) => names.includes(metadata.name) && notReady.has(spec.nodeName ?? ''))
    .map(({ metadata, spec }) => ({ name: metadata.name, nodeName: spec.nodeName ?? '' }));
}

/** Brokers of a map. */
export function ofMap(
  all: readonly Pod[],
  { cluster, map }: { readonly cluster: string; readonly map: string },
): string[] {
  const found = all.filter(({ metadata }) => metadata.labels?.[MAP] === map);
  if (found.length === 0) {
    const maps = new Set(all.flatMap(({ metadata }) => metadata.labels?.[MAP] ?? []));
    throw new CommandError(
      `cluster '${cluster}' has no pods of map '${map}'; existing maps: ${[...maps].sort().join(', ') || 'none'}`,
      'missing',
    );
  }
  return namesOf(found);
}

/** Pods on the nodes of a zone. */
export function inZone(
  all: readonly Pod[],
  nodes: readonly Node[],
  { zone, zoneLabel }: { readonly zone: string; readonly zoneLabel: string },
): string[] {
  const zones = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[zoneLabel]]));
  const zoneOf = ({ spec }: Pod) => zones.get(spec.nodeName ?? '');
  const found = all.filter((pod) => zoneOf(pod) === zone);
  if (found.length === 0) {
    const others = new Set(all.flatMap((pod) => zoneOf(pod) ?? []));
    throw new CommandError(
      `no pod of the cluster is in zone '${zone}'; zones of the label '${zoneLabel}' with pods: ${[...others].sort().join(', ') || 'none'}`,
      'missing',
    );
  }
  return namesOf(found);
}

async function podsOf(cluster: string, namespace: string, run: RunKubectl): Promise<Pod[]> {
  const found = await serversOf<Pod>('pods', namespace, run, `${DOMAIN}/cluster=${cluster}`);
  if (found.length === 0) {
    throw new CommandError(
      `namespace '${namespace}' has no pods of cluster '${cluster}'; check both names`,
      'missing',
    );
  }
  return found;
}

/** Objects of servers only: Jobs have no readiness that a rollout waits for. */
async function serversOf<T extends Named>(
  kind: keyof typeof KINDS,
  namespace: string,
  run: RunKubectl,
  cluster = `${DOMAIN}/cluster`,
): Promise<T[]> {
  const selector = `${cluster},app.kubernetes.io/component in (broker,controller,zookeeper)`;
  return list<T>([kind, `--namespace=${namespace}`, `--selector=${selector}`], run);
}

async function list<T extends Named>(resource: readonly string[], run: RunKubectl): Promise<T[]> {
  const output = await run(['get', ...resource, '--output=json']);
  try {
    const { items } = JSON.parse(output) as { readonly items: unknown };
    if (Array.isArray(items) && items.every((item: T) => NAME.test(item.metadata.name))) {
      return items as T[];
    }
  } catch {
    // Reported below.
  }
  throw new CommandError(
    `kubectl get ${resource[0]} did not return a list of objects; run it to see its output`,
    'unavailable',
  );
}

function namesOf(found: readonly Named[]): string[] {
  return found.map(({ metadata }) => metadata.name).sort();
}
