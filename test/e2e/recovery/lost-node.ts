/*
 * Nodes that are gone with their disks, and those that take their place.
 */
import { kubectl, getJson, list } from '../kubernetes/kubectl';
import { ConfigMap, Node, isReady } from '../kubernetes/objects';
import { NODE_GROUP } from '../groups/common';
import { nodeOf, nodesOfNames } from '../restarts/nodes';
import { Finding } from '../restarts/result';
import { ScenarioContext } from '../restarts/scenario';
import { changeNodes } from '../setup/node-changes';
import { zoneOfNode } from '../setup/nodes';
import { outside } from '../setup/outside-commands';
import { secondsUntilFalse } from '../restarts/seconds-until-false';
import { eventually } from '../waiting';
import { World } from '../world';
import { claimUids } from './claims';

/** Limit for the recovery of a server, in seconds. */
export const RECOVERY_SECONDS = 900;
/** Longer than the recovery would need: for the Lease of a process that was killed, its waiting time, and some rounds. */
export const HELD_SECONDS = 180;

/** A node that is gone, and the one that has joined. */
export interface LostNode {
  readonly lost: string;
  readonly added: string;
  /** Time of the loss, in milliseconds. */
  readonly at: number;
}

/** A server whose node is gone. */
export interface LostServer extends LostNode {
  readonly pod: string;
  readonly uid?: string;
}

/** Pod of a broker of the first map. */
export function brokerPod({ expectations }: World, id: number): string {
  return `${expectations.maps[0].statefulSet}-${id}`;
}

/** The last broker of the first map whose node does not run all DNS pods. The loss of DNS is another incident. */
export async function brokerToLose({ world }: ScenarioContext): Promise<string> {
  const { namespace, maps } = world.expectations;
  const spared = await nodesOfNames();
  for (const id of [...maps[0].brokerIds].reverse()) {
    const pod = brokerPod(world, id);
    if (!spared.includes(await nodeOf(namespace, pod))) {
      return pod;
    }
  }
  throw new Error('all DNS pods are on the nodes of the brokers');
}

/** Pods of the brokers of the first map, by the zone of their node. */
export async function brokersByZone(world: World): Promise<Map<string, string[]>> {
  const zones = new Map<string, string[]>();
  for (const id of world.expectations.maps[0].brokerIds) {
    const pod = brokerPod(world, id);
    const zone = await zoneOfNode(await nodeOf(world.expectations.namespace, pod));
    zones.set(zone, [...(zones.get(zone) ?? []), pod]);
  }
  return zones;
}

/** Replaces the node of a server. Another node joins its zone and its node group. */
export async function loseNodeOf(context: ScenarioContext, pod: string): Promise<LostServer> {
  const { recorder, world } = context;
  const uid = recorder.latest(pod)?.uid;
  const node = await nodeOf(world.expectations.namespace, pod);
  return { pod, uid, ...(await loseNode(context, node)) };
}

async function loseNode({ recorder, world }: ScenarioContext, lost: string): Promise<LostNode> {
  const nodes = await list<Node>(['nodes']);
  const before = new Set(nodes.map(({ metadata }) => metadata.name));
  const group = nodes.find(({ metadata }) => metadata.name === lost)?.metadata.labels?.[NODE_GROUP];
  const at = Date.now();
  recorder.mark(`${lost} replaced`);
  await outside('E2E_NODE_REPLACE', lost);
  const added = await eventually<string>('the new node ready', 300, async () => {
    const found = (await list<Node>(['nodes'])).find(({ metadata }) => !before.has(metadata.name));
    return found && isReady(found)
      ? { done: found.metadata.name }
      : { state: found?.metadata.name ?? 'none' };
  });
  if (group === undefined) {
    throw new Error(`${lost} has no label ${NODE_GROUP}`);
  }
  const labels = { labels: { [NODE_GROUP]: group } };
  await changeNodes(world.expectations.namespace, new Map([[await getJson<Node>(['node', added]), labels]]));
  recorder.mark(`${added} joined`);
  return { lost, added, at };
}

/** Waits until servers are ready as other pods than before. Returns the seconds since the first loss. */
export async function untilRecovered(
  { recorder }: ScenarioContext,
  ...servers: readonly LostServer[]
): Promise<number> {
  const pods = servers.map(({ pod }) => pod);
  await recorder.until(`${pods.join(', ')} ready on other nodes`, RECOVERY_SECONDS, () =>
    servers.every(({ pod, uid }) => recorder.latest(pod)?.uid !== uid && recorder.stateOf(pod) === 'ready'),
  );
  return Math.round((Date.now() - Math.min(...servers.map(({ at }) => at))) / 1_000);
}

/** Findings about a server that has a new node. */
export async function recoveryFindings(
  { world }: ScenarioContext,
  { added, lost, pod }: LostServer,
  seconds: number,
): Promise<Finding[]> {
  const { namespace } = world.expectations;
  const [, statefulSet, id] = /^(.+)-(\d+)$/.exec(pod) ?? [];
  const entry = (await dataOf(world, `${statefulSet}-ledger`))[id] ?? '';
  const node = await nodeOf(namespace, pod);
  return [
    {
      expected: `${pod} starts on another node`,
      seen: `${node} after ${seconds} s (limit ${RECOVERY_SECONDS} s)`,
      isMet: node !== lost,
    },
    {
      expected: `the ledger knows both nodes (${added} has joined)`,
      seen: entry,
      isMet: entry.includes(`"node":"${node}"`) && entry.includes(`"node":"${lost}"`),
    },
  ];
}

/** The finding that the recovery has freed a server, and says so. */
export async function freedFinding({ world }: ScenarioContext, { lost, pod }: LostServer): Promise<Finding> {
  const { history = '' } = await recoveryStatus(world);
  return {
    expected: 'the recovery has freed it, and says so',
    seen: history.trim() || 'no history',
    isMet: history.includes(`${pod}: node ${lost}`),
  };
}

/**
 * Waits until a claim of a server is deleted, or the history names it.
 *
 * @returns seconds until then; undefined if nothing is deleted in this time
 */
export async function secondsUntilFreed(
  { world }: ScenarioContext,
  servers: readonly LostServer[],
  seconds: number,
): Promise<number | undefined> {
  const claims = await Promise.all(servers.map(({ pod }) => claimUids(world, pod)));
  return secondsUntilFalse(seconds, async () => {
    const { history = '' } = await recoveryStatus(world);
    const now = await Promise.all(servers.map(({ pod }) => claimUids(world, pod)));
    return servers.every(
      ({ lost, pod }, index) =>
        !history.includes(`${pod}: node ${lost}`) &&
        JSON.stringify(now[index]) === JSON.stringify(claims[index]),
    );
  });
}

/** Content of the status ConfigMap of the recovery. */
export async function recoveryStatus(world: World): Promise<Readonly<Record<string, string>>> {
  return dataOf(world, statusName(world));
}

/** Sets or removes an annotation of the status ConfigMap of the recovery. */
export async function annotateRecovery(world: World, change: string): Promise<void> {
  const { namespace } = world.expectations;
  await kubectl([
    'annotate',
    'configmap',
    statusName(world),
    `--namespace=${namespace}`,
    '--overwrite',
    change,
  ]);
}

function statusName({ expectations }: World): string {
  return `${expectations.clusterName}-recovery-status`;
}

async function dataOf({ expectations }: World, name: string): Promise<Readonly<Record<string, string>>> {
  return (await getJson<ConfigMap>(['configmap', name, `--namespace=${expectations.namespace}`])).data ?? {};
}
