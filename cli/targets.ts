/*
 * Which objects of the cluster are meant.
 */
import { ZONE_LABEL, stopLeaseName } from '../lib/private/agent-config';
import { DOMAIN } from '../lib/private/labels';
import { Refusal } from './refusal';
import { Choice } from './request';

/** Objects of one kind. */
export interface Target {
  readonly kind: 'pod' | 'lease';
  readonly names: readonly string[];
}

interface Pod {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly nodeName?: string };
}

interface Node {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

type Run = (args: readonly string[]) => Promise<string>;

const MAP = `${DOMAIN}/map`;

/**
 * Finds them.
 *
 * @throws Refusal when there are none
 */
export async function targetsOf(choice: Choice, namespace: string, run: Run): Promise<readonly Target[]> {
  switch (choice.kind) {
    case 'pods':
      return [{ kind: 'pod', names: choice.names }];
    case 'statefulset':
      return [{ kind: 'lease', names: [stopLeaseName(choice.name)] }];
    case 'map':
      return [{ kind: 'pod', names: ofMap(await podsOf(choice.cluster, namespace, run), choice) }];
    case 'zone': {
      const pods = await podsOf(choice.cluster, namespace, run);
      return [{ kind: 'pod', names: inZone(pods, await list<Node>(['nodes'], run), choice.zone) }];
    }
  }
}

/** Brokers of a map. */
export function ofMap(
  pods: readonly Pod[],
  { cluster, map }: { readonly cluster: string; readonly map: string },
): string[] {
  const found = pods.filter(({ metadata }) => metadata.labels?.[MAP] === map);
  if (found.length === 0) {
    const maps = new Set(pods.flatMap(({ metadata }) => metadata.labels?.[MAP] ?? []));
    throw new Refusal(
      `cluster '${cluster}' has no pods of map '${map}'; there are maps: ${[...maps].sort().join(', ') || 'none'}`,
    );
  }
  return namesOf(found);
}

/** Pods on the nodes of a zone. */
export function inZone(pods: readonly Pod[], nodes: readonly Node[], zone: string): string[] {
  const zones = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE_LABEL]]));
  const zoneOf = ({ spec }: Pod) => zones.get(spec.nodeName ?? '');
  const found = pods.filter((pod) => zoneOf(pod) === zone);
  if (found.length === 0) {
    const others = new Set(pods.flatMap((pod) => zoneOf(pod) ?? []));
    throw new Refusal(
      `no pod of the cluster is in zone '${zone}'; there are pods in zones: ${[...others].sort().join(', ') || 'none'}`,
    );
  }
  return namesOf(found);
}

async function podsOf(cluster: string, namespace: string, run: Run): Promise<Pod[]> {
  // Pods of jobs have no readiness that anybody waits for.
  const selector = `${DOMAIN}/cluster=${cluster},app.kubernetes.io/component in (broker,controller,zookeeper)`;
  const pods = await list<Pod>(['pods', `--namespace=${namespace}`, `--selector=${selector}`], run);
  if (pods.length === 0) {
    throw new Refusal(`namespace '${namespace}' has no pods of a cluster '${cluster}'; correct one of them`);
  }
  return pods;
}

async function list<T>(what: readonly string[], run: Run): Promise<T[]> {
  const answer = await run(['get', ...what, '--output=json']);
  try {
    const { items } = JSON.parse(answer) as { readonly items: unknown };
    if (Array.isArray(items)) {
      return items as T[];
    }
  } catch {
    // What it is does not matter.
  }
  throw new Refusal(`kubectl get ${what[0]} did not answer with a list; look at what it prints by hand`);
}

function namesOf(pods: readonly Pod[]): string[] {
  return pods.map(({ metadata }) => metadata.name).sort();
}
