/*
 * Which objects of the cluster are meant.
 */
import { ZONE_LABEL, stopLeaseName } from '../lib/seam/agent-config';
import { DOMAIN } from '../lib/kubernetes/labels';
import { CommandError } from './command-error';
import { TargetSelection } from './request';

/** Objects of one kind. */
export interface Target {
  readonly kind: 'pod' | 'lease';
  readonly names: readonly string[];
}

/** What is meant, and of it what cannot hear of it. */
export interface Targets {
  readonly targets: readonly Target[];
  /** Pods on nodes whose kubelet tells them nothing. */
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

/** Anything else would be an option of `kubectl`. */
const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/**
 * Finds them.
 *
 * @throws Refusal when there are none
 */
export async function findTargets(choice: TargetSelection, namespace: string, run: RunKubectl): Promise<Targets> {
  switch (choice.kind) {
    case 'pods':
      return pods(servers(await serversOf(namespace, run), choice.names, namespace));
    case 'statefulset':
      return { targets: [{ kind: 'lease', names: [stopLeaseName(choice.name)] }], unreachable: [] };
    case 'map':
      return pods(ofMap(await podsOf(choice.cluster, namespace, run), choice));
    case 'zone': {
      const all = await podsOf(choice.cluster, namespace, run);
      const nodes = await list<Node>(['nodes'], run);
      const names = inZone(all, nodes, choice.zone);
      return pods(names, unreachablePods(all, nodes, names));
    }
  }
}

function pods(names: readonly string[], lost: Targets['unreachable'] = []): Targets {
  return { targets: [{ kind: 'pod', names }], unreachable: lost };
}

/** Pods by name. Agents look at no others. */
function servers(found: readonly Pod[], names: readonly string[], namespace: string): readonly string[] {
  const known = namesOf(found);
  const other = names.find((name) => !known.includes(name));
  if (other !== undefined) {
    throw new CommandError(
      `namespace '${namespace}' has no broker, controller or ZooKeeper server '${other}'; there are: ${known.join(', ') || 'none'}`,
    );
  }
  return names;
}

function unreachablePods(
  all: readonly Pod[],
  nodes: readonly Node[],
  names: readonly string[],
): Targets['unreachable'] {
  const lost = new Set(
    nodes
      .filter(({ status }) =>
        status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value !== 'True'),
      )
      .map(({ metadata }) => metadata.name),
  );
  return all
    .filter(({ metadata, spec }) => names.includes(metadata.name) && lost.has(spec.nodeName ?? ''))
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
      `cluster '${cluster}' has no pods of map '${map}'; there are maps: ${[...maps].sort().join(', ') || 'none'}`,
    );
  }
  return namesOf(found);
}

/** Pods on the nodes of a zone. */
export function inZone(all: readonly Pod[], nodes: readonly Node[], zone: string): string[] {
  const zones = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE_LABEL]]));
  const zoneOf = ({ spec }: Pod) => zones.get(spec.nodeName ?? '');
  const found = all.filter((pod) => zoneOf(pod) === zone);
  if (found.length === 0) {
    const others = new Set(all.flatMap((pod) => zoneOf(pod) ?? []));
    throw new CommandError(
      `no pod of the cluster is in zone '${zone}'; there are pods in zones: ${[...others].sort().join(', ') || 'none'}`,
    );
  }
  return namesOf(found);
}

async function podsOf(cluster: string, namespace: string, run: RunKubectl): Promise<Pod[]> {
  const found = await serversOf(namespace, run, `${DOMAIN}/cluster=${cluster}`);
  if (found.length === 0) {
    throw new CommandError(`namespace '${namespace}' has no pods of a cluster '${cluster}'; correct one of them`);
  }
  return found;
}

/** Pods of jobs have no readiness that anybody waits for. */
async function serversOf(namespace: string, run: RunKubectl, cluster = `${DOMAIN}/cluster`): Promise<Pod[]> {
  const selector = `${cluster},app.kubernetes.io/component in (broker,controller,zookeeper)`;
  return list<Pod>(['pods', `--namespace=${namespace}`, `--selector=${selector}`], run);
}

async function list<T extends Named>(what: readonly string[], run: RunKubectl): Promise<T[]> {
  const answer = await run(['get', ...what, '--output=json']);
  try {
    const { items } = JSON.parse(answer) as { readonly items: unknown };
    if (Array.isArray(items) && items.every((item: T) => NAME.test(item.metadata.name))) {
      return items as T[];
    }
  } catch {
    // What it is does not matter.
  }
  throw new CommandError(`kubectl get ${what[0]} did not answer with a list; look at what it prints by hand`);
}

function namesOf(some: readonly Pod[]): string[] {
  return some.map(({ metadata }) => metadata.name).sort();
}
