import { list } from '../kubernetes/kubectl';
import { Node } from '../kubernetes/objects';
import { execIn, podsOf } from '../kubernetes/pods';
import { zoneOf } from '../setup/nodes';
import { assertNone } from '../waiting';
import { World, brokersOf } from '../world';

/** The rack of each broker is the zone of its node: in its settings and in metadata responses. */
export async function racksAreZones({ expectations, tools }: World): Promise<string> {
  const [pods, nodes, endpoints] = await Promise.all([
    podsOf(expectations.namespace),
    list<Node>(['nodes']),
    tools.endpoints(),
  ]);
  const zones = new Map(nodes.map((node) => [node.metadata.name, zoneOf(node)]));
  const brokers = brokersOf(expectations);
  const problems = await Promise.all(
    brokers.map(async ({ id, pod }) => {
      const zone = zones.get(pods.find(({ metadata }) => metadata.name === pod)?.spec.nodeName ?? '');
      const settings = await execIn(
        { namespace: expectations.namespace, pod, container: 'kafka' },
        'cat',
        '/run/cdk8s-kafka/server.properties',
      );
      const configured = /^broker\.rack=(.*)$/m.exec(settings)?.[1];
      const advertised = endpoints.find((endpoint) => endpoint.id === id)?.rack;
      return zone === configured && zone === advertised
        ? []
        : [
            `broker ${id} is in zone ${zone}, its broker.rack is ${configured}, and its rack in metadata is ${advertised}`,
          ];
    }),
  );
  const known = endpoints.map(({ id }) => id).sort((a, b) => a - b);
  const expected = brokers.map(({ id }) => id);
  assertNone([
    ...problems.flat(),
    ...(known.join() === expected.join() ? [] : [`Kafka knows brokers ${known.join(', ')}`]),
  ]);
  return `${brokers.length} brokers`;
}
