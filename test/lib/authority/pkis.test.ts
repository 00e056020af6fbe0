import { Chart } from 'cdk8s';
import { ClientAuthentication, ClientListener, NodeIds } from '../../../lib';
import { newCluster, newMap } from '../../support/cases';
import { Manifest, find, newChart, synth } from '../../support/testing';

function pkisOf(objects: readonly Manifest[]): Manifest[] {
  return JSON.parse(find(objects, 'ConfigMap', 'events-authority').data['agent.json']).pkis;
}

/** Common name of the CA of brokers and clients, without its number. */
function nameFor(clusterName: string): string {
  const chart = newChart();
  newMap(newCluster(chart, { clusterName }));
  const config = find(synth(chart), 'ConfigMap', `${clusterName}-authority`).data['agent.json'];
  return JSON.parse(config).pkis[0].commonName;
}

describe('common name of a CA', () => {
  const longest = 'a'.repeat(34);

  test('it contains the name of the cluster', () => {
    expect(nameFor('events')).toBe('events brokers and clients');
    expect(nameFor(longest)).toBe(`${longest} brokers and clients`);
  });

  test('with a number, it has at most 64 characters', () => {
    expect(`${nameFor(longest)} 123456789`).toHaveLength(64);
    expect(`${nameFor(`${longest}a`)} 123456789`).toHaveLength(64);
  });

  test('a long name is cut, and a digest distinguishes it', () => {
    expect(nameFor(`${longest}a`)).toMatch(/^a{25}-[0-9a-f]{8} brokers and clients$/);
    expect(nameFor(`${longest}a`)).toBe(nameFor(`${longest}a`));
    expect(nameFor(`${longest}a`)).not.toBe(nameFor(`${longest}b`));
  });
});

test('proves certificates at every TLS listener of every map, also of a listener that was added', () => {
  // GIVEN
  const cluster = newCluster(newChart());

  // WHEN
  cluster.addListener(
    ClientListener.tls({ name: 'USERS', port: 9292, authentication: ClientAuthentication.scramSha512() }),
  );
  cluster.addListener(ClientListener.plaintext({ name: 'OPEN', port: 9392 }));
  newMap(cluster);

  // THEN
  const [{ endpoints }] = pkisOf(synth(Chart.of(cluster)));
  expect(endpoints).toEqual([
    {
      servers: [
        {
          hostPattern: 'events-streams-*.events-brokers.kafka.svc.cluster.local',
          ids: { first: 1001, last: 1003 },
        },
      ],
      secret: 'events-tls',
      ports: [
        { port: 9091, requestsClientCertificate: true },
        { port: 9092, requestsClientCertificate: true },
        { port: 9292, requestsClientCertificate: false },
      ],
    },
  ]);
});

test('the endpoints of 1000 maps fit into the ConfigMap of the authority', () => {
  const chart = newChart();
  const cluster = newCluster(chart);
  for (let index = 0; index < 1000; index++) {
    newMap(cluster, {
      mapName: `map-${index}`,
      topicPatterns: [`team-${index}`],
      brokerIds: NodeIds.between(1000 + 10 * index, 1002 + 10 * index),
    });
  }
  const [{ endpoints }] = pkisOf(synth(chart));
  expect(endpoints[0].servers).toHaveLength(1000);
});
