import { list } from '../kubernetes/kubectl';
import { Claim, Node, Pod } from '../kubernetes/objects';
import { podsOf, untilReady } from '../kubernetes/pods';
import { zoneOf } from '../setup/nodes';
import { assertNone } from '../waiting';
import { isEven, tally } from '../lists';
import { MapOutcome, Outcome, World, brokersOf } from '../world';

/** Every broker becomes ready. */
export async function brokersAreReady({ outcome }: World): Promise<string> {
  const brokers = brokersOf(outcome);
  await untilReady(
    outcome.namespace,
    brokers.map(({ pod }) => pod),
    900,
  );
  return `${brokers.length} brokers`;
}

/** Brokers are where their maps want them: on nodes of their own, in all zones alike, on volumes of their own. */
export async function brokersAreSpread({ outcome }: World): Promise<string> {
  const [pods, nodes, claims] = await Promise.all([
    podsOf(outcome.namespace),
    list<Node>(['nodes']),
    list<Claim>(['persistentvolumeclaims', `--namespace=${outcome.namespace}`]),
  ]);
  assertNone([...placementProblems(outcome, pods, nodes), ...unbound(claims)]);
  return outcome.maps
    .map(
      (map) => `${map.name} ${[...zonesOf(map, pods, nodes)].map(([zone, n]) => `${zone}: ${n}`).join(', ')}`,
    )
    .join('; ');
}

/** Problems with the placement of brokers. */
export function placementProblems(outcome: Outcome, pods: readonly Pod[], nodes: readonly Node[]): string[] {
  const brokers = pods.filter(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'broker',
  );
  const expected = new Set(brokersOf(outcome).map(({ pod }) => pod));
  const names = new Set(brokers.map(({ metadata }) => metadata.name));
  return [
    ...[...expected].filter((name) => !names.has(name)).map((name) => `${name} is missing`),
    ...[...names].filter((name) => !expected.has(name)).map((name) => `${name} is no broker of a map`),
    ...sharedNodes(brokers),
    ...outcome.maps.flatMap((map) => [
      ...strangeNodes(map, brokers, nodes),
      ...unevenZones(outcome, map, brokers, nodes),
    ]),
  ];
}

function sharedNodes(brokers: readonly Pod[]): string[] {
  return [...tally(brokers.map(({ spec }) => spec.nodeName))]
    .filter(([, count]) => count > 1)
    .map(([node, count]) => `${count} brokers are on node ${node ?? '(none)'}`);
}

function strangeNodes(map: MapOutcome, brokers: readonly Pod[], nodes: readonly Node[]): string[] {
  const { key, value } = map.nodeLabel;
  return nodesOf(map, brokers, nodes)
    .filter(({ metadata }) => metadata.labels?.[key] !== value)
    .map(({ metadata }) => `node ${metadata.name} of map ${map.name} is not labeled ${key}=${value}`);
}

function unevenZones(
  outcome: Outcome,
  map: MapOutcome,
  brokers: readonly Pod[],
  nodes: readonly Node[],
): string[] {
  const zones = zonesOf(map, brokers, nodes);
  const text = [...zones].map(([zone, count]) => `${zone || '(no zone)'}: ${count}`).join(', ');
  return isEven(zones.values()) && zones.size === outcome.zones
    ? []
    : [`map ${map.name} is not spread over ${outcome.zones} zones alike (${text})`];
}

function zonesOf(map: MapOutcome, pods: readonly Pod[], nodes: readonly Node[]): Map<string, number> {
  return new Map([...tally(nodesOf(map, pods, nodes).map(zoneOf))].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function nodesOf(map: MapOutcome, pods: readonly Pod[], nodes: readonly Node[]): Node[] {
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
