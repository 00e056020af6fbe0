import { list } from '../kubernetes/kubectl';
import { Claim, Node, Pod } from '../kubernetes/objects';
import { podsOf, untilReady } from '../kubernetes/pods';
import { zoneOf } from '../setup/nodes';
import { assertNone } from '../waiting';
import { isEven, tally } from '../lists';
import { ExpectedMap, Expectations, World, brokersOf } from '../world';

/** Waits until every broker is ready. */
export async function brokersAreReady({ expectations }: World): Promise<string> {
  const brokers = brokersOf(expectations);
  await untilReady(
    expectations.namespace,
    brokers.map(({ pod }) => pod),
    900,
  );
  return `${brokers.length} brokers`;
}

/** Each broker has its own node and volumes, on nodes of its map, evenly spread over zones. */
export async function brokersAreSpread({ expectations }: World): Promise<string> {
  const [pods, nodes, claims] = await Promise.all([
    podsOf(expectations.namespace),
    list<Node>(['nodes']),
    list<Claim>(['persistentvolumeclaims', `--namespace=${expectations.namespace}`]),
  ]);
  assertNone([...placementProblems(expectations, pods, nodes), ...unbound(claims)]);
  return expectations.maps
    .map(
      (map) => `${map.name} ${[...zonesOf(map, pods, nodes)].map(([zone, n]) => `${zone}: ${n}`).join(', ')}`,
    )
    .join('; ');
}

/** Problems with the placement of brokers. */
export function placementProblems(
  expectations: Expectations,
  pods: readonly Pod[],
  nodes: readonly Node[],
): string[] {
  const brokers = pods.filter(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'broker',
  );
  const expected = new Set(brokersOf(expectations).map(({ pod }) => pod));
  const names = new Set(brokers.map(({ metadata }) => metadata.name));
  return [
    ...[...expected].filter((name) => !names.has(name)).map((name) => `${name} is missing`),
    ...[...names].filter((name) => !expected.has(name)).map((name) => `${name} does not belong to a map`),
    ...sharedNodes(brokers),
    ...expectations.maps.flatMap((map) => [
      ...unlabeledNodes(map, brokers, nodes),
      ...unevenZones(expectations, map, brokers, nodes),
    ]),
  ];
}

function sharedNodes(brokers: readonly Pod[]): string[] {
  return [...tally(brokers.map(({ spec }) => spec.nodeName))]
    .filter(([, count]) => count > 1)
    .map(([node, count]) => `${count} brokers are on node ${node ?? '(none)'}`);
}

function unlabeledNodes(map: ExpectedMap, brokers: readonly Pod[], nodes: readonly Node[]): string[] {
  const { key, value } = map.nodeLabel;
  return nodesOf(map, brokers, nodes)
    .filter(({ metadata }) => metadata.labels?.[key] !== value)
    .map(({ metadata }) => `node ${metadata.name} of map ${map.name} is not labeled ${key}=${value}`);
}

function unevenZones(
  expectations: Expectations,
  map: ExpectedMap,
  brokers: readonly Pod[],
  nodes: readonly Node[],
): string[] {
  const zones = zonesOf(map, brokers, nodes);
  const text = [...zones].map(([zone, count]) => `${zone || '(no zone)'}: ${count}`).join(', ');
  return isEven(zones.values()) && zones.size === expectations.zones
    ? []
    : [`map ${map.name} is not spread over ${expectations.zones} zones evenly (${text})`];
}

function zonesOf(map: ExpectedMap, pods: readonly Pod[], nodes: readonly Node[]): Map<string, number> {
  return new Map([...tally(nodesOf(map, pods, nodes).map(zoneOf))].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function nodesOf(map: ExpectedMap, pods: readonly Pod[], nodes: readonly Node[]): Node[] {
  const own = new Set(map.brokerIds.map((id) => `${map.statefulSet}-${id}`));
  const used = new Set(
    pods.filter(({ metadata }) => own.has(metadata.name)).map(({ spec }) => spec.nodeName),
  );
  return nodes.filter(({ metadata }) => used.has(metadata.name));
}

function unbound(claims: readonly Claim[]): string[] {
  return claims
    .filter(({ status }) => status?.phase !== 'Bound')
    .map(({ metadata, status }) => `claim ${metadata.name} is ${status?.phase}`);
}
