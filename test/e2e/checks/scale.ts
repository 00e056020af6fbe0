/*
 * Checks of a cluster on fake nodes: scheduling and volumes.
 */
import { list } from '../kubernetes/kubectl';
import { Claim, Node } from '../kubernetes/objects';
import { podsOf, untilReady } from '../kubernetes/pods';
import { zoneOf } from '../setup/nodes';
import { assertNone, eventually } from '../waiting';
import { isEven, tally } from '../lists';
import { World, brokersOf } from '../world';

/** Every broker and controller is scheduled. */
export async function everyPodIsPlaced({ expectations }: World): Promise<string> {
  const names = [...brokersOf(expectations).map(({ pod }) => pod), ...expectations.metadataPods];
  await untilReady(expectations.namespace, names, 900);
  return `${names.length} pods`;
}

/** Each controller has its own node and zone, without a broker. */
export async function controllersAreSpread({ expectations }: World): Promise<string> {
  const [pods, nodes] = await Promise.all([podsOf(expectations.namespace), list<Node>(['nodes'])]);
  const placeOf = new Map(pods.map(({ metadata, spec }) => [metadata.name, spec.nodeName]));
  const used = expectations.metadataPods.map((pod) => placeOf.get(pod));
  const zones = tally(nodes.filter(({ metadata }) => used.includes(metadata.name)).map(zoneOf));
  const brokerNodes = new Set(brokersOf(expectations).map(({ pod }) => placeOf.get(pod)));
  assertNone([
    ...(isEven(zones.values()) && zones.size === expectations.zones
      ? []
      : [`controllers are in zones ${[...zones].map(([zone, count]) => `${zone}: ${count}`).join(', ')}`]),
    ...used.filter((node) => brokerNodes.has(node)).map((node) => `a broker and a controller share ${node}`),
  ]);
  return used.join(', ');
}

/** Every volume claim is bound. */
export function claimsAreBound(count: number): (world: World) => Promise<string> {
  return async ({ expectations }) =>
    eventually<string>(`${count} claims bound`, 120, async () => {
      const claims = await list<Claim>(['persistentvolumeclaims', `--namespace=${expectations.namespace}`]);
      const bound = claims.filter(({ status }) => status?.phase === 'Bound');
      return claims.length === count && bound.length === count
        ? { done: `${count} claims` }
        : { state: `${bound.length} of ${claims.length} are bound` };
    });
}
